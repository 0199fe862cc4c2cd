/** Runs the first canary of the README and the first release of the guide without changes, on the real engine. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { type Emulator, startEmulator } from "../../emulator";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";
import { changes } from "../support/engine";

let emulator: Emulator;
let program: ProgramFolder;
let stack: Stack;

async function start(files: Readonly<Record<string, string>>): Promise<void> {
  emulator = await startEmulator({});
  program = programFolder("guide", "");
  for (const [name, content] of Object.entries(files)) program.file(name, content);
  program.file("package.json", JSON.stringify({ name: "guide", main: "index.ts" }));
  program.link("node_modules/pulumi-alicloud-fc", root);
  // The types are checked by programs.test.ts, so they are not checked again here.
  stack = await program.stack({ ...emulator.env, PULUMI_NODEJS_TRANSPILE_ONLY: "true" });
}

afterEach(async () => {
  program.remove();
  await emulator.close();
});

const page = (name: string) => readFileSync(join(root, name), "utf8");
/** Adds a line to the code of the function, so that its content is new. */
function changeCode(): void {
  const file = join(program.folder, "src", "index.js");
  writeFileSync(file, `${readFileSync(file, "utf8")}// changed\n`);
}
/** The main version and the weights of the alias `prod` in the emulator. */
function live(): unknown {
  const alias = emulator.store.functions.get("api")?.aliases.get("prod");
  return [alias?.versionId, alias?.additionalVersionWeight];
}

it("README: five lines make a canary, and a run without a change sends nothing", async () => {
  const [, code = ""] = /^```ts\n([^]*?)^```$/m.exec(page("README.md")) ?? [];
  expect(code.trim().split("\n")).toHaveLength(5);
  await start({ "index.ts": code });
  await stack.up();
  expect(live()).toEqual(["1", {}]);
  changeCode();
  await stack.up();
  expect(live()).toEqual(["1", { "2": 0.1 }]);
  const before = emulator.requests.length;
  expect(changes((await stack.up()).summary.resourceChanges)).toEqual({});
  expect(emulator.requests.slice(before).map(({ operation }) => operation)).toEqual([]);
});

/** Runs one command of the page and returns the split after it. Undefined if the command runs no program. */
async function run(command: string): Promise<unknown> {
  const [, set = "", value = ""] = /^pulumi config set (\S+) (\S+)$/.exec(command) ?? [];
  if (set !== "") return void (await stack.setConfig(set, { value }));
  if (command === "pulumi up") return (await stack.up()).outputs["split"]?.value;
  if (command === "pulumi destroy") return void (await stack.destroy());
  expect(command).toMatch(
    /^(pulumi stack (init|rm)|npx fc-emulator invoke api --qualifier prod|npx pulumi-alicloud-fc (status|verify)|pulumi config rm)\b/,
  );
  return undefined;
}

it("the guide's first release: its files, its commands and the sentence of its preview", async () => {
  const guide = page("docs/guide/first-release.md");
  const files = [...guide.matchAll(/^`([\w./]+)`:\n\n```\w+\n([^]*?)^```$/gm)].map(([, name = "", text = ""]) => [name, text]);
  expect(files.map(([name]) => name)).toEqual(["Pulumi.yaml", "index.ts", "src/index.js"]);
  await start(Object.fromEntries(files) as Record<string, string>);
  const [, sentence = ""] = /^```\n(api: .*)\n```$/m.exec(guide) ?? [];
  const steps = guide.slice(guide.indexOf("## 4. Deploy"));
  const commands = [...steps.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split(/\n| && /));
  const splits: unknown[] = [];
  for (const command of commands) {
    if (splits.length === 1 && emulator.store.functions.get("api")?.versions.size === 1) {
      // "Change the text in src/index.js, then run pulumi up."
      changeCode();
      expect((await stack.preview()).stdout).toContain(sentence);
      splits.push(await run("pulumi up"));
    }
    const split = await run(command);
    if (split !== undefined) splits.push(split);
  }
  expect(splits).toEqual([{ "1": 100 }, { "1": 95, "2": 5 }, { "1": 75, "2": 25 }, { "2": 100 }, { "1": 100 }]);
  expect(emulator.store.functions.size).toBe(0);
}, 400_000); // prettier-ignore
