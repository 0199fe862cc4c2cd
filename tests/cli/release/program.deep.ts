/**
 * Subcommands in a checkout whose program differs from the program of the last run. Such a subcommand deletes nothing and deploys no
 * other change. It is refused before file, state and alias are changed.
 */
import { existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { type CommandBench, canaryBench } from "../../support/command";

jest.setTimeout(600_000);

/** The variables NAME, ALIASES and INPUTS change the program, as an edit of the checkout would. INPUTS are inputs of the release. */
const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const { NAME = "api", ALIASES, INPUTS = "{}" } = process.env;
const inputs = ({ type, props, opts }) => ({ props: /Release$/.test(type) ? { ...props, ...JSON.parse(INPUTS) } : props, opts });
const args = {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
  aliasName: "prod",
  config: true,
};
const options = { transformations: [inputs], aliases: ALIASES ? [{ name: ALIASES }] : [] };
if (NAME !== "none") new fc.CanaryRelease(NAME, args, options);
`;

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench(PROGRAM);
});

afterAll(() => bench.close());

/** What a refused subcommand must leave as it is: the file, the split, state, the operations. */
async function everything() {
  const { deployment } = (await bench.stack.exportStack()) as { readonly deployment: unknown };
  return [bench.config(), bench.split(), deployment, bench.applied(0)];
}

const RENAMED =
  /^the program of this checkout does not have the release api of stack test under this name: the run would delete urn:\S+Release::api\. Nothing was changed\. /;

it.each([
  ["renamed", { NAME: "web" }, ["set", "25", "--yes"]],
  ["renamed, with Pulumi's option aliases", { NAME: "web", ALIASES: "api" }, ["hold", "--all", "--yes"]],
  ["removed", { NAME: "none" }, ["rollback", "--dry-run"]],
])("no subcommand runs a program whose release is %s", async (_name, env, verb) => {
  const before = await everything();
  for (const args of [["rollback", "--yes"], verb]) {
    const { code, stderr } = await bench.runWith(env, ...args);
    expect([args, code, stderr]).toEqual([args, 3, expect.stringMatching(RENAMED)]);
  }
  expect(await everything()).toEqual(before);
});

it.each([
  ["aliasName", { aliasName: "live" }, ["rollback"], 'aliasName ("prod" to "live")'],
  ["description", { description: "the shop" }, ["set", "25"], 'description (none to "the shop")'],
  ["versionId", { versionId: "1" }, ["hold"], 'versionId ("2" to "1")'],
])("no subcommand deploys another %s of the release", async (_name, inputs, verb, words) => {
  const before = await everything();
  const { code, stderr } = await bench.runWith({ INPUTS: JSON.stringify(inputs) }, ...verb, "--yes");
  expect([code, stderr]).toEqual([
    3,
    `the checkout also changes ${words} of the release, which this command does not deploy. Nothing was changed. Run pulumi up of ` +
      "the whole program first, or undo that change\n",
  ]);
  expect(await everything()).toEqual(before);
});

it.each([
  ["functionName", { functionName: "other" }, ["rollback"]],
  ["region", { region: "cn-shanghai" }, ["set", "25"]],
  ["accountId", { accountId: "1234567890123456" }, ["rollback", "--all"]],
])("no subcommand replaces the release for another %s, also not with --all", async (_name, inputs, verb) => {
  const before = await everything();
  const { code, stderr } = await bench.runWith({ INPUTS: JSON.stringify(inputs) }, ...verb, "--yes");
  expect([code, stderr]).toEqual([3, expect.stringContaining("Nothing was changed")]);
  expect(await everything()).toEqual(before);
});

it.each([
  ["raises", ["set", "30"]],
  ["lowers", ["set", "1"]],
  ["raises, with --all", ["set", "30", "--all"]],
])("no subcommand that %s runs a program that sets the weight itself", async (_what, verb) => {
  const before = await everything();
  const { code, stderr } = await bench.runWith({ INPUTS: JSON.stringify({ weight: "100" }) }, ...verb, "--yes");
  expect([code, stderr]).toEqual([
    3,
    expect.stringContaining("the run of this checkout would lead to v2 100 %, and not to v1"),
  ]);
  expect(await everything()).toEqual(before);
});

it("runs the program whose release has the same name and inputs", async () => {
  const { code } = await bench.run("set", "25", "--yes");
  expect([code, bench.split()]).toEqual([0, { "1": 75, "2": 25 }]);
});

it("is refused without the stack's config file, and makes none", async () => {
  const file = join(bench.program.folder, "Pulumi.test.yaml");
  renameSync(file, `${file}.kept`);
  const before = [bench.split(), bench.applied(0)];
  for (const verb of ["rollback", "resume"]) {
    const { code, stderr } = await bench.run(verb, "--yes", "--stack", "test");
    const words = expect.stringMatching(/^Pulumi\.test\.yaml does not exist: .* Nothing was changed\./) as string;
    expect([verb, code, stderr, existsSync(file)]).toEqual([verb, 3, words, false]);
  }
  renameSync(`${file}.kept`, file);
  expect([bench.split(), bench.applied(0)]).toEqual(before);
});
