/** Builds the site from the pages. Its links work, and it loads nothing from other hosts. Needs Chromium and the npm registry. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import type { Browser } from "puppeteer-core";
import { startBrowser } from "../support/browser";
import { root } from "../support/root";
import { pages } from "./pages";

jest.setTimeout(300_000);

let out: string;
let built: { status: number | null; printed: string };

beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), "site-"));
  const command = [join(root, "tools", "site", "main.mjs"), "build", "--outDir", out];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
  built = { status, printed: stdout + stderr };
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const files = () => readdirSync(out, { recursive: true, encoding: "utf8" });
const text = (file: string) => readFileSync(join(out, file), "utf8");
const html = () => files().filter((file) => file.endsWith(".html"));

it("the site is built without a warning, and a dead link would stop the build", () => {
  expect(built).toMatchObject({ status: 0 });
  expect(built.printed).not.toMatch(/warn|dead link/i);
});

it("has every page of the repository, each with its own title", () => {
  const expected = pages().map((page) => page.replace(/(^|\/)README\.md$/, "$1index.md").replace(/\.md$/, ".html"));
  expect(html().sort()).toEqual([...expected, "404.html"].sort());
});

it("each link on a page leads to a file, and to a heading, of the site", () => {
  const dead = html().flatMap((page) => {
    const links = [...text(page).matchAll(/<a [^>]*?href="([^"]+)"/g)].map(([, href = ""]) => href.replaceAll("&amp;", "&"));
    return links.filter((href) => !/^[a-z]+:/.test(href) && !works(page, href)).map((href) => `${page}: ${href}`);
  });
  expect([...new Set(dead)]).toEqual([]);
}); // prettier-ignore

/** True if the page that the link leads to exists on the site, and has the heading. */
function works(page: string, href: string): boolean {
  const { pathname, hash } = new URL(href, `http://site/${page}`);
  const file = decodeURI(pathname.slice(1)).replace(/(^|\/)$/, "$1index.html");
  if (!existsSync(join(out, file))) return false;
  return hash === "" || text(file).includes(`id="${decodeURIComponent(hash.slice(1))}"`);
}

it("a page makes no request to another host", () => {
  const outside = /<(?:script|link|img|iframe)\b[^>]*?(?:src|href)="(?:https?:)?\/\//;
  expect(html().filter((page) => outside.test(text(page)))).toEqual([]);
  const styles = files().filter((file) => file.endsWith(".css"));
  expect(styles.filter((file) => /url\(["']?(?:https?:)?\/\//.test(text(file)))).toEqual([]);
});

describe("in a browser without a network", () => {
  let server: Server;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    const types: Record<string, string> = {
      ...{ ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".json": "application/json" },
      ...{ ".svg": "image/svg+xml", ".woff2": "font/woff2" },
    };
    server = createServer((request, response) => {
      const path = decodeURI(new URL(request.url ?? "/", "http://site").pathname);
      const file = join(out, path.endsWith("/") ? `${path}index.html` : path);
      if (!existsSync(file)) return void response.writeHead(404).end();
      response.writeHead(200, { "content-type": types[extname(file)] ?? "text/plain" }).end(readFileSync(file));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    // Without name resolution, the browser can only reach addresses.
    browser = await startBrowser("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
  });
  afterAll(async () => {
    await browser.close();
    server.close();
  });

  it("a page opens, and the search finds a key and leads to its page", async () => {
    const page = await browser.newPage();
    const requested: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requested.push(request.url()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("response", (response) => {
      if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
    });
    await page.setViewport({ width: 1300, height: 900 });
    await page.goto(`${address}/`, { waitUntil: "networkidle0" });
    expect(await page.evaluate("document.querySelector('h1').textContent")).toContain("pulumi-alicloud-fc");
    expect(await page.evaluate("document.querySelector(\"img[alt^='Four steps']\").naturalWidth")).toBeGreaterThan(0);
    await page.click(".VPNavBarSearch button");
    // The search box is loaded when it is opened for the first time.
    await page.waitForSelector(".VPLocalSearchBox input");
    await page.type(".VPLocalSearchBox input", "lifts a rejection");
    await page.waitForSelector(".VPLocalSearchBox a.result");
    await page.click(".VPLocalSearchBox a.result");
    await page.waitForFunction("document.querySelector('.VPLocalSearchBox') === null");
    await page.waitForFunction("location.pathname !== '/'");
    expect(await page.evaluate("document.querySelector('main').textContent")).toMatch(/lifts? a rejection/i);
    expect(complaints).toEqual([]);
    expect(requested.filter((url) => !url.startsWith(address) && !url.startsWith("data:"))).toEqual([]);
  });
});
