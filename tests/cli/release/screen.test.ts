/**
 * Compares the screens of `watch` with the files in `screens/`, one for each view and width. After an intended change,
 * `SCREENS=write npx jest --testPathPatterns tests/cli/release/screen --selectProjects=test` writes the files again; check them then.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createColors } from "picocolors";
import stringWidth from "string-width";
import { screenLines } from "../../../cli/release/watch/screen";
import type { View } from "../../../cli/release/watch/view";
import { VIEWS } from "./views";

const folder = join(__dirname, "screens");
const plain = createColors(false);
const WIDTHS = [40, 80, 120];
const cases = Object.entries(VIEWS).flatMap(([name, view]) => WIDTHS.map((width) => [name, width, view] as const));

it.each(cases)("%s at %d columns", (name, width, view: View) => {
  const file = join(folder, `${name}.${width}.txt`);
  const screen = `${screenLines(view, width, plain).join("\n")}\n`;
  if (process.env["SCREENS"] === "write") writeFileSync(file, screen);
  expect(screen).toBe(existsSync(file) ? readFileSync(file, "utf8") : "no such file");
});

it("the folder screens has no file of a view that does not exist", () => {
  const files = cases.map(([name, width]) => `${name}.${width}.txt`);
  expect(readdirSync(folder).sort()).toEqual(files.sort());
});

it("no line is wider than the screen, at any width, with colours or without", () => {
  for (const view of Object.values(VIEWS))
    for (const width of [24, 25, 33, 40, 52, 61, 79, 101, 160])
      for (const colours of [plain, createColors(true)]) {
        const widest = Math.max(...screenLines(view, width, colours).map(stringWidth));
        expect([width, Math.min(widest, width)]).toEqual([width, widest]);
      }
});

it("colours change no character, and name the verdict and the phase", () => {
  for (const view of Object.values(VIEWS)) {
    const coloured = screenLines(view, 80, createColors(true)).join("\n");
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(screenLines(view, 80, plain).join("\n"));
  }
  const failed = screenLines(VIEWS["failed"] as View, 80, createColors(true)).join("\n");
  expect(failed).toContain("\u001b[31mfail at 25 %");
  expect(failed).toContain("\u001b[36m● canary\u001b[39m");
});
