/** The page of the commands describes every subcommand and every option, and no others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { releaseCommands } from "../../cli/release";
import { root } from "../support/root";

const page = readFileSync(join(root, "docs/reference/commands.md"), "utf8");
const section = page.slice(page.indexOf("### On the releases of a stack"), page.indexOf("### Judging"));
const verbs = releaseCommands();

it("names every verb and every option", () => {
  const options = verbs.flatMap((verb) => verb.options.map(({ long }) => long ?? ""));
  const missing = [...verbs.map((verb) => `\`${verb.name()}`), ...options].filter((name) => !section.includes(name));
  expect([...new Set(missing)]).toEqual([]);
});

it("names no option that no verb has", () => {
  const known = new Set([...verbs.flatMap((verb) => verb.options.map(({ long }) => long)), "--stack"]);
  const named = [...section.matchAll(/--[a-z][a-z-]+/g)].map(([name]) => name);
  expect([...new Set(named)].filter((name) => !known.has(name))).toEqual([]);
});

it("every verb has a description, examples and its exit codes in its help", () => {
  for (const verb of verbs) {
    let help = "";
    verb.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`\nExamples:\n  pulumi-alicloud-fc ${verb.name()}`);
    expect(help).toContain("\nExit code: 0");
  }
});
