/** Starts the browser of the machine, and records requests and errors of its pages. */
import { spawnSync } from "node:child_process";
import puppeteer, { type Browser, type Page } from "puppeteer-core";

/** Starts Chromium or Chrome with these flags; fails with what to install. */
export async function startBrowser(...flags: readonly string[]): Promise<Browser> {
  // Chromium refuses to use its sandbox as root.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return await puppeteer.launch({ executablePath: browserPath(), args: [...flags, ...sandbox] });
}

/** A new page with the addresses that it requests, its messages on the console and its errors. */
export interface WatchedPage {
  readonly page: Page;
  readonly requested: string[];
  readonly complaints: string[];
}

/** Opens a {@link WatchedPage}. */
export async function watchedPage(browser: Browser): Promise<WatchedPage> {
  const page = await browser.newPage();
  const requested: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requested.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  return { page, requested, complaints };
}

function browserPath(): string {
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    const { status, stdout } = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" });
    if (status === 0) return stdout.trim();
  }
  throw new Error("no browser on the PATH: apt-get install chromium, or brew install chromium");
}
