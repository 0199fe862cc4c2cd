/** A report in a real browser, opened from a file; needs Chromium or Chrome on the PATH. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import axe from "axe-core";
import type { Browser, Page } from "puppeteer-core";
import { startBrowser, watchedPage } from "../support/browser";
import { UPDATE, rendered, storedRelease } from "../support/report";

let folder: string;
let browser: Browser;
let page: Page;
let requested: string[];
let complaints: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "report-"));
  browser = await startBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  ({ page, requested, complaints } = await watchedPage(browser));
});
afterEach(() => page.close());

/** Opens a report in the browser and returns its address. */
async function open(text: string): Promise<string> {
  const file = join(folder, "report.html");
  writeFileSync(file, text);
  const url = pathToFileURL(file).href;
  await page.goto(url, { waitUntil: "networkidle0" });
  return url;
}

/** Result of an expression in the page. */
async function read<T>(expression: string): Promise<T> {
  return (await page.evaluate(expression)) as T;
}

describe.each([
  [320, "light"],
  [320, "dark"],
  [1200, "light"],
  [1200, "dark"],
])("at %i pixels, %s", (width, scheme) => {
  it("axe finds no problem, nothing scrolls sideways, and charts have the width of their place", async () => {
    // The content security policy of the page would block the script of axe.
    await page.setBypassCSP(true);
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await open(rendered());
    await page.evaluate(axe.source);
    const { violations, passes } = await read<axe.AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    const tried = ["color-contrast", "heading-order", "role-img-alt", "scrollable-region-focusable", "bypass"];
    expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(tried.slice(0, width === 320 ? 5 : 3)));
    expect(await read("document.documentElement.scrollWidth")).toBe(width);
    const shown = await read<number[]>(
      "[...document.querySelectorAll('svg')].map((each) => each.getBoundingClientRect().width).filter((wide) => wide > 0)",
    );
    expect(shown).toHaveLength(5);
    for (const wide of shown) expect(wide).toBeGreaterThan(width === 320 ? 250 : 800);
    const background = await read<string>("getComputedStyle(document.querySelector('section')).backgroundColor");
    expect(background).toBe(scheme === "light" ? "rgb(255, 255, 255)" : "rgb(26, 30, 37)");
  });
});

it("the content security policy works: the style applies, no request is made, and the browser reports no violation", async () => {
  const url = await open(rendered());
  expect(await read("getComputedStyle(document.body).maxWidth")).toBe("960px");
  expect(requested).toEqual([url]);
  expect(complaints).toEqual([]);
});

it("text from state or commits is neither executed nor loaded", async () => {
  const bad = `</title></style></svg>"'><script>console.log("ran")</script><img src="https://example.com/x" onerror="console.log('ran')"><style>@import "https://example.com/y"</style>`;
  const release = { ...storedRelease({ functionName: bad, candidate: bad, history: [bad] }), name: bad };
  const url = await open(rendered(release, [{ ...UPDATE, message: bad, keys: { "canary:weight": bad } }]));
  expect(await read("document.querySelectorAll('script, img').length")).toBe(0);
  expect(await read("document.querySelectorAll('style').length")).toBe(1);
  expect(await read("document.querySelector('h1').textContent")).toContain('<script>console.log("ran")');
  expect(requested).toEqual([url]);
  expect(complaints).toEqual([]);
});

it("the policy blocks a script and an image that are added to the page", async () => {
  // A request that the policy blocks never reaches the network. It fails without a response.
  const blocked: string[] = [];
  page.on("requestfailed", (request) => blocked.push(`${request.url()} ${request.failure()?.errorText ?? ""}`));
  await open(
    rendered().replace("</main>", "<script>document.title = 'ran'</script><img src='https://example.com/x'></main>"),
  );
  expect(await page.title()).toBe("api: v8 was rejected");
  expect(blocked).toEqual(["https://example.com/x "]);
  expect(complaints.join()).toMatch(
    /Loading the image 'https:\/\/example.com\/x' violates the following Content Security Policy/,
  );
  expect(complaints.join()).toMatch(/Executing inline script violates the following Content Security Policy/);
});

it("has a caption, column headers and a row header for every table", async () => {
  await open(rendered());
  const tables = await read<[string, number, number][]>(`[...document.querySelectorAll("table")].map((table) => [
    table.caption?.textContent.trim() ?? "",
    table.querySelectorAll('thead th[scope="col"]').length,
    [...table.tBodies[0].rows].filter((row) => row.cells[0].scope !== "row" || row.cells.length !== table.tHead.rows[0].cells.length).length,
  ])`);
  expect(tables.map(([, , wrong]) => wrong)).toEqual(tables.map(() => 0));
  expect(tables.map(([caption, columns]) => [caption, columns])).toEqual([
    ["All windows of the evidence", 3],
    ["Share of the requests by window", 5],
    ["Failed requests by window", 4],
    ["Slow requests, p50 with a tolerance of 20 %, by window", 4],
    ["Slow requests, p95 with a tolerance of 20 %, by window", 4],
    ["E-values after each window; a fail where they reach 20 together", 6],
    ["Settings", 3],
    ["Steps", 4],
    ["Newest first, with the config keys of each update", 5],
    ["Newest first", 2],
  ]);
});

it("the page can be used with the keyboard alone, and the focused element is marked", async () => {
  await open(rendered());
  const focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()";
  const outline = "getComputedStyle(document.activeElement).outlineStyle";
  await page.keyboard.press("Tab");
  expect([await read(focused), await read(outline)]).toEqual(["Skip to the report", "solid"]);
  const way: string[] = [];
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press("Tab");
    if (await read<boolean>("document.activeElement === document.body")) break;
    expect(await read(outline)).toBe("solid");
    way.push(await read<string>(focused));
  }
  const links = await read<string[]>("[...document.querySelectorAll('nav a')].map((each) => each.textContent)");
  const tables = await read<string[]>("[...document.querySelectorAll('.scroll')].map((each) => each.ariaLabel)");
  expect(way).toEqual([...links, ...tables]);
  await page.focus("nav a[href='#policy']");
  await page.keyboard.press("Enter");
  expect(await read("document.activeElement.textContent")).toBe("Policy");
});

it("is printed whole: on white, with every table as wide as the paper at most, and no picture cut", async () => {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await open(rendered());
  const pdf = await page.pdf({ preferCSSPageSize: true });
  expect(Buffer.from(pdf).subarray(0, 5).toString()).toBe("%PDF-");
  expect(
    Buffer.from(pdf)
      .toString("latin1")
      .match(/\/Type \/Page\b/g)?.length,
  ).toBeGreaterThan(3);
  await page.emulateMediaType("print");
  // The width of A4 without margins, in CSS pixels.
  const width = Math.floor(((210 - 2 * 12) / 25.4) * 96);
  await page.setViewport({ width, height: 1000 });
  expect(await read("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  expect(await read("document.documentElement.scrollWidth")).toBe(width);
  const clipped = "[...document.querySelectorAll('.scroll, figure, svg')].filter((each) => each.getBoundingClientRect().right > innerWidth + 0.5 || each.scrollWidth > each.clientWidth + 1).length"; // prettier-ignore
  expect(await read(clipped)).toBe(0);
});
