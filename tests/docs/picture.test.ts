/** The picture of the README is up to date with the demo, small, and loads nothing from other addresses. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../support/root";

const svg = readFileSync(join(root, "docs", "assets", "demo.svg"), "utf8");
const texts = [...svg.matchAll(/<text [^>]*?y="\d+"( class="(\w)")?>([^<]*)<\/text>/g)].map(
  ([, , kind, text = ""]) => ({
    kind,
    text,
  }),
);

it("is small, and loads nothing", () => {
  expect(svg.length).toBeLessThan(6000);
  expect(svg.replace('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|href|@import|<script/);
});

it("has titles and commands that the demo prints", () => {
  const demo = readFileSync(join(root, "tools", "demo", "main.ts"), "utf8");
  const titles = texts.filter(({ kind }) => kind === "t").map(({ text }) => text);
  expect(titles).toHaveLength(4);
  // Only the end of a title is compared, because its beginning may contain a value.
  expect(titles.filter((title) => !demo.includes(title.slice(-20)))).toEqual([]);
  const commands = texts.filter(({ kind }) => kind === "c").map(({ text }) => text.replace("$ ", "").replaceAll("&amp;", "&")); // prettier-ignore
  expect(commands).toHaveLength(4);
  expect(commands.filter((command) => !demo.includes(command))).toEqual([]);
});

it("contains the steps that the demo printed, and the drawing fails if a step is missing", () => {
  const module = JSON.stringify(pathToFileURL(join(root, "tools", "site", "picture.mjs")).href);
  const draw = (printed: string) =>
    spawnSync(process.execPath, ["-e", `import(${module}).then(({ steps, picture }) => console.log(picture(steps(${JSON.stringify(printed)}))))`], { encoding: "utf8" }); // prettier-ignore
  const step = (title: string) => `${title}\n$ a && b\n  changed: nothing (3 API calls; 4.1 s)\n`;
  const all = ["Deploy", "New code makes version 2", "Promote", "Something is wrong", "The trap"];
  const { stdout } = draw(all.map(step).join("\n"));
  expect(stdout).not.toContain("Deploy");
  expect(stdout.match(/\$ a &amp;&amp; b/g)).toHaveLength(4);
  expect(stdout.match(/changed: nothing \(3 API calls\)</g)).toHaveLength(4);
  const { status, stderr } = draw(all.slice(0, 4).map(step).join("\n"));
  expect(status).not.toBe(0);
  expect(stderr).toContain('the demo printed no step that begins with "The trap"');
});
