/** Each link between the pages leads to an existing file and heading. `site.host.ts` checks the built site. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";
import { headingsOf, linksOf, pages, proseOf } from "./pages";

const all = pages();
const links = all.flatMap(linksOf);

it("the test finds pages and links", () => {
  expect(all.length).toBeGreaterThan(40);
  expect(links.length).toBeGreaterThan(150);
});

it("the target of each link exists", () => {
  const bad = links.filter(({ file }) => !existsSync(join(root, file)) || !statSync(join(root, file)).isFile());
  expect(bad.map(({ page, href }) => `${page}: ${href}`)).toEqual([]);
});

it("each link to a heading names an existing heading", () => {
  const named = links.filter(({ file, heading }) => heading !== undefined && file.endsWith(".md"));
  const bad = named.filter(({ file, heading = "" }) => existsSync(join(root, file)) && !headingsOf(file).has(heading));
  expect(bad.map(({ page, href }) => `${page}: ${href}`)).toEqual([]);
});

it("each page begins with its title, the one heading of the first level", () => {
  const written = all.filter((page) => !page.startsWith("docs/api/"));
  const titles = (page: string) => [...proseOf(page).matchAll(/^# /gm)].length;
  expect(written.filter((page) => !proseOf(page).startsWith("# ") || titles(page) !== 1)).toEqual([]);
});

it.each(["docs", "docs/decisions"])("%s/README.md lists every page of its folder", (folder) => {
  const listed = linksOf(`${folder}/README.md`).map(({ file }) => file);
  const there = readdirSync(join(root, folder)).filter((name) => name.endsWith(".md") && name !== "README.md");
  expect(there.map((name) => `${folder}/${name}`).filter((page) => !listed.includes(page))).toEqual([]);
});

describe("README.md", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");

  it("is short: at most 150 lines of at most 120 characters", () => {
    const lines = readme.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(150);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });

  it("has its parts in the order in which a reader needs them", () => {
    expect([...readme.matchAll(/^## (.+)$/gm)].map(([, title]) => title)).toEqual([
      "Install",
      "A first canary",
      "The two traps, and `CanaryRelease`",
      "Next steps",
      "Try it from a clone",
      "What is not proven",
    ]);
  });

  it("names only existing scripts", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
    const named = ["README.md", "CONTRIBUTING.md", "docs/README.md"].flatMap((page) =>
      [...readFileSync(join(root, page), "utf8").matchAll(/npm (?:run )?(test|(?<=run )[\w:]+)/g)].map(([, name = ""]) => name),
    );
    expect(named).toContain("demo");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  }); // prettier-ignore
});
