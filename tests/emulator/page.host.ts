/** The page in a real browser; needs Chromium or Chrome on the PATH. */
import axe from "axe-core";
import type { Browser, Page } from "puppeteer-core";

import { type Emulator, startEmulator } from "../../emulator";
import { band } from "../../tools/demo/split";
import { startBrowser, watchedPage } from "../support/browser";
import { Api, zipInput } from "./support";

const SECRET = "value-nobody-may-see";

let browser: Browser;
let emulator: Emulator;
let api: Api;
let page: Page;
let requested: string[];
let complaints: string[];

beforeAll(async () => {
  // Without name resolution, the browser can reach only addresses.
  browser = await startBrowser("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
});
afterAll(() => browser.close());

beforeEach(async () => {
  emulator = await startEmulator({ page: 0 });
  api = new Api(emulator);
  ({ page, requested, complaints } = await watchedPage(browser));
});
afterEach(async () => {
  await page.close();
  await emulator.close();
});

/** A function of two versions and an alias that gives the second a quarter. */
async function createSplit(name: string): Promise<void> {
  await api.create(name, {
    code: zipInput({ "index.js": "exports.handler = async () => 'ok';" }),
    environmentVariables: { TOKEN: SECRET },
  });
  await api.publish(name, "first");
  await api.update(name, { timeout: 5 });
  await api.publish(name, "second");
  await api.createAlias(name, "live", { versionId: "1", additionalVersionWeight: { "2": 0.25 } });
}

async function open(): Promise<void> {
  await page.goto(emulator.page ?? "");
  await page.waitForSelector("[data-state=live]");
}

/** Result of an expression in the page. */
async function read<T>(expression: string): Promise<T> {
  return (await page.evaluate(expression)) as T;
}

const waitFor = (expression: string) => page.waitForFunction(expression, { timeout: 20_000 });
const focused = () => read<string>("document.activeElement.id || document.activeElement.textContent");

it("the page shows the requests through a weighted alias with the numbers of the emulator", async () => {
  await open();
  expect(await read("document.querySelector('#list').textContent")).toContain("No functions yet");
  await createSplit("api");
  // 23 of 80 requests are a share between two shares that the page can show.
  const draws = Array.from({ length: 80 }, (_, at) => (at < 23 ? 0 : 0.999));
  const { random } = emulator.options;
  emulator.options.random = () => draws.pop() ?? random();
  const ran = await Promise.all(Array.from({ length: 80 }, () => api.invoke("api", { qualifier: "live" })));
  emulator.options.random = random;
  expect(ran.filter(({ version }) => version === "2")).toHaveLength(23);
  await waitFor("document.querySelector('caption')?.textContent.startsWith('Last 80 requests')");
  const rows = await read<string[][]>(
    "[...document.querySelectorAll('.alias tbody tr:first-child')].map((row) => [...row.children].map((cell) => cell.textContent))",
  );
  const ledger = emulator.requests.filter(({ operation, query }) => operation === "InvokeFunction" && query["qualifier"] === "live"); // prettier-ignore
  expect(ledger).toHaveLength(80);
  const expected = [
    ["1", "main", 75],
    ["2", "additional", 25],
  ] as const;
  expect(rows).toEqual(
    expected.map(([version, role, weight]) => {
      const count = ran.filter((answer) => answer.version === version).length;
      const { low, high } = band(80, weight);
      const share = Math.round((count / 80) * 1000) / 10;
      return [`${version} ${role}`, `${weight}\u00a0%`, `${count} ${share}\u00a0%`, `${low}–${high}`, "0"];
    }),
  );
  const widths = await read<string[]>(
    "[...document.querySelectorAll('.fill')].map((bar) => bar.getAttribute('width'))",
  );
  const counts = expected.map(([version]) => ran.filter((answer) => answer.version === version).length);
  expect(widths).toEqual(counts.map((count) => `${(100 * count) / 80}%`));
  expect(await read("document.querySelector('.verdict').textContent")).toBe("Inside the expected band");
});

it("the page shows that a split does not fit the weight, and a screen reader announces it once", async () => {
  await createSplit("api");
  await open();
  emulator.options.random = () => 0;
  for (let i = 0; i < 20; i++) await api.invoke("api", { qualifier: "live" });
  await waitFor("document.querySelector('.verdict.outside')?.textContent.includes('version 2 has 20')");
  expect(await read("document.querySelector('#news').textContent")).toBe(
    "Alias live of api: outside the expected band.",
  );
  await api.updateAlias("api", "live", { additionalVersionWeight: { "2": 0.5 } });
  await waitFor("document.querySelector('#news').textContent.includes('50')");
  expect(await read("document.querySelector('caption').textContent")).toBe("No requests since these weights were set");
});

it("the page can be used with the keyboard alone; focus and opened details stay after updates", async () => {
  await createSplit("api");
  await createSplit("worker");
  await open();
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("Skip to the functions");
  await page.keyboard.press("Enter");
  expect(await focused()).toBe("functions");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("filter");
  await page.keyboard.type("work");
  expect(await read("[...document.querySelectorAll('h2')].map((each) => each.textContent)")).toEqual(["worker"]);
  expect(await read("document.querySelector('#count').textContent")).toBe("1 of 2 functions");
  await page.keyboard.press("Tab");
  expect(await focused()).toBe("2 versions");
  expect(await read("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");
  await page.keyboard.press("Enter");
  expect(await read("document.querySelector('details').open")).toBe(true);
  await api.update("worker", { timeout: 6 });
  await api.publish("worker", "third");
  await waitFor("document.querySelector('summary').textContent === '3 versions'");
  expect(await focused()).toBe("3 versions");
  expect(await read("document.querySelector('details').open")).toBe(true);
  expect(await read("document.querySelector('.versions tbody').children[0].textContent")).toContain("third");
});

it("the page calls only its own server, shows no environment value, and violates no rule of its content security policy", async () => {
  await createSplit("api");
  await open();
  await api.invoke("api", { qualifier: "live" });
  await waitFor("document.querySelector('caption')?.textContent.startsWith('Last 1 request ')");
  const text = await read<string>("document.documentElement.outerHTML");
  expect(text).toContain("api");
  for (const secret of [SECRET, "TOKEN", emulator.accessKeyId, emulator.accessKeySecret]) {
    expect(text).not.toContain(secret);
  }
  expect(requested.length).toBeGreaterThan(3);
  expect(requested.filter((url) => !url.startsWith(emulator.page ?? "-"))).toEqual([]);
  expect(complaints).toEqual([]);
});

it("a name that looks like markup is shown as text", async () => {
  await createSplit("api");
  const version = emulator.store.functions.get("api")?.versions.get("2");
  if (version !== undefined) version.description = "<img src=x onerror=alert(1)>";
  await open();
  await waitFor("document.querySelector('.versions')?.textContent.includes('<img')");
  expect(await read("document.querySelectorAll('#list img').length")).toBe(0);
});

it("the page shows when the emulator has ended", async () => {
  await open();
  await emulator.close();
  await waitFor("document.querySelector('#status').textContent.startsWith('Connection lost')");
});

describe.each([
  [320, "light"],
  [320, "dark"],
  [1400, "light"],
  [1400, "dark"],
])("at a width of %i pixels, %s", (width, scheme) => {
  it("axe finds no problem, nothing scrolls sideways, and prefers-reduced-motion is respected", async () => {
    await createSplit("a-function-whose-name-is-rather-long-to-see-whether-it-wraps");
    await page.setViewport({ width, height: 900 });
    await page.emulateMediaFeatures([
      { name: "prefers-color-scheme", value: scheme },
      { name: "prefers-reduced-motion", value: "reduce" },
    ]);
    await open();
    await read("document.querySelector('details').open = true");
    await page.evaluate(axe.source);
    const { violations, passes } = await read<axe.AxeResults>("axe.run()");
    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
    expect(passes.map(({ id }) => id)).toEqual(expect.arrayContaining(["color-contrast", "label", "heading-order"]));
    expect(await read("document.documentElement.scrollWidth")).toBe(width);
    expect(await read("getComputedStyle(document.querySelector('.fill')).transitionDuration")).toBe("0s");
  });
});
