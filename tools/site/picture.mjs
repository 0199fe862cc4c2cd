/**
 * `npm run picture`: runs the demo and draws four of its steps as docs/assets/demo.svg, the picture of the README.
 * Figures differ from run to run, because the version for each request is chosen at random.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Beginnings of the titles of the steps that are drawn. These steps show a release, and the effect of a stale weight. */
const STEPS = ["New code makes version 2", "Promote", "Something is wrong", "The trap"];

const LINE = 19;
const MARGIN = 18;
/** Width of one character of the font below at 13 px, in px. */
const CHARACTER = 7.83;

/** @param {string} text */
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * The steps to draw, each with its lines: title, command, what it changed, bars.
 * @param {string} printed what the demo printed
 * @returns {string[][]}
 */
export function steps(printed) {
  const all = printed.split("\n\n").map((step) => step.trimEnd().split("\n"));
  return STEPS.map((title) => {
    const found = all.find(([first = ""]) => first.startsWith(title));
    if (found === undefined) throw new Error(`the demo printed no step that begins with ${JSON.stringify(title)}`);
    // Durations are removed, because they depend on the machine.
    return found.map((line) => line.replace(/; [\d.]+ s\)$/, ")"));
  });
}

/**
 * A picture of a terminal.
 * @param {string[][]} drawn steps with their lines
 * @returns {string} SVG
 */
export function picture(drawn) {
  const lines = drawn.flatMap((step, i) => (i === 0 ? step : ["", ...step]));
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN - 4;
  const titles = new Set(drawn.map(([title]) => title));
  const kind = (/** @type {string} */ line) =>
    titles.has(line) ? ' class="t"' : line.startsWith("$") ? ' class="c"' : "";
  const texts = lines.map((line, i) =>
    line === "" ? "" : `<text x="${MARGIN}" y="${MARGIN + 10 + i * LINE}"${kind(line)}>${escaped(line)}</text>\n`,
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">\n` +
    `<title>Four steps of npm run demo</title>\n` +
    `<style>text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d5dbe3;white-space:pre}` +
    `.t{font-weight:bold;fill:#fff}.c{fill:#7fd1e8}</style>\n` +
    `<rect width="100%" height="100%" rx="8" fill="#16202b"/>\n${texts.join("")}</svg>\n`
  );
}

/** Runs the demo and returns its output. */
function demo() {
  const command = [join(root, "tools", "setup", "main.mjs"), "demo"];
  const { status, stdout } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the demo ended with status ${status}: ${stdout}`);
  return stdout;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const file = join(root, "docs", "assets", "demo.svg");
  writeFileSync(file, picture(steps(demo())));
  console.log(`wrote ${file}`);
}
