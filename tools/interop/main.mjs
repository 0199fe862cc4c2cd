/**
 * Runs Terraform's alicloud provider against the emulator: creates, publishes, changes weights, imports and destroys
 * with `fcv3_*` resources, and compares the calls with the expected ones.
 */
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";

import { zipSync } from "fflate";

import { startEmulator } from "../../dist/emulator/index.js";
import { built, PROVIDER, TOFU } from "./build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const say = (/** @type {string} */ line) => console.error(line);

/** @typedef {{ object: string, versions: string[], main: string, weights: Record<string, number> }} Variables */
/** @typedef {{ status: number | null, output: string }} Ended */
/** @typedef {{ versionId: string, additionalVersionWeight: Record<string, number> }} Alias */

/**
 * A step. `calls` = the expected changing calls, in any order; `alias` = the alias after it.
 * @typedef {{ name: string, args: string[], variables: Variables, status: number, calls: string[], alias?: Alias,
 *   says?: RegExp, planned: string[] }} Step
 */

/** @type {Variables} */
const FIRST = { object: "one.zip", versions: ["one"], main: "1", weights: {} };
/** @type {Variables} */
const NEW_CODE = { ...FIRST, object: "two.zip" };
/** @type {Variables} */
const SECOND = { ...NEW_CODE, versions: ["one", "two"] };
/** @type {Variables} */
const TENTH = { ...SECOND, weights: { 2: 0.1 } };
/** @type {Variables} */
const HALF = { ...SECOND, weights: { 2: 0.5 } };
/** @type {Variables} */
const DONE = { ...SECOND, main: "2" };

const APPLY = ["apply", "-auto-approve"];
const FUNCTION = "alicloud_fcv3_function.function";
const VERSION = (/** @type {string} */ name) => `alicloud_fcv3_function_version.version["${name}"]`;
const CREATED = [
  ...["CreateLayerVersion", "PutLayerACL", "CreateFunction", "PublishFunctionVersion", "CreateAlias", "CreateTrigger"],
  ...["PutConcurrencyConfig", "PutProvisionConfig", "PutAsyncInvokeConfig", "CreateCustomDomain", "CreateVpcBinding"],
];
const DELETED = [
  ...["DeleteLayerVersion", "DeleteFunction", "DeleteFunctionVersion", "DeleteFunctionVersion", "DeleteAlias"],
  ...["DeleteTrigger", "DeleteConcurrencyConfig", "DeleteProvisionConfig", "DeleteAsyncInvokeConfig"],
  ...["DeleteCustomDomain", "DeleteVpcBinding"],
];

/** @type {Step[]} */
const STEPS = [
  { name: "create", args: APPLY, variables: FIRST, status: 0, calls: CREATED, alias: alias("1"), planned: [] },
  {
    name: "new code publishes nothing",
    args: APPLY,
    variables: NEW_CODE,
    status: 0,
    calls: ["UpdateFunction"],
    alias: alias("1"),
    planned: [],
  },
  {
    name: "publish",
    args: APPLY,
    variables: SECOND,
    status: 0,
    calls: ["PublishFunctionVersion"],
    alias: alias("1"),
    planned: [],
  },
  {
    name: "weight 0.1",
    args: APPLY,
    variables: TENTH,
    status: 0,
    calls: ["UpdateAlias"],
    alias: alias("1", { 2: 0.1 }),
    planned: [],
  },
  {
    name: "weight 0.5",
    args: APPLY,
    variables: HALF,
    status: 0,
    calls: ["UpdateAlias"],
    alias: alias("1", { 2: 0.5 }),
    planned: [],
  },
  {
    name: "weight 1.7 is sent, and refused by the service alone",
    args: APPLY,
    variables: { ...SECOND, weights: { 2: 1.7 } },
    status: 1,
    says: /Code: InvalidArgument/,
    calls: [],
    alias: alias("1", { 2: 0.5 }),
    planned: ["alicloud_fcv3_alias.live"],
  },
  {
    name: "clear: all traffic to version 2",
    args: APPLY,
    variables: DONE,
    status: 0,
    calls: ["UpdateAlias"],
    alias: alias("2"),
    planned: [],
  },
  ...imports({
    [FUNCTION]: "interop",
    [VERSION("one")]: "interop:1",
    [VERSION("two")]: "interop:2",
    "alicloud_fcv3_alias.live": "interop:live",
    "alicloud_fcv3_trigger.http": "interop:http",
    "alicloud_fcv3_concurrency_config.reserved": "interop",
    "alicloud_fcv3_custom_domain.domain": "interop.example.com",
    "alicloud_fcv3_vpc_binding.vpc": "interop:vpc-interop",
  }),
  {
    name: "after the import the code is sent once more",
    args: APPLY,
    variables: DONE,
    status: 0,
    calls: ["UpdateFunction"],
    alias: alias("2"),
    planned: [],
  },
  { name: "destroy", args: ["destroy", "-auto-approve"], variables: DONE, status: 0, calls: DELETED, planned: [] },
];

/**
 * @param {string} versionId
 * @param {Record<string, number>} additionalVersionWeight
 * @returns {Alias}
 */
function alias(versionId, additionalVersionWeight = {}) {
  return { versionId, additionalVersionWeight };
}

/**
 * @param {Record<string, string>} ids
 * @returns {Step[]}
 */
function imports(ids) {
  return Object.entries(ids).map(([address, id]) => ({
    name: `import ${address}`,
    args: ["import", address, id],
    variables: DONE,
    status: 0,
    calls: [],
    alias: alias("2"),
    // The service never returns code, so the provider assumes that an imported function has no code.
    planned: [FUNCTION],
  }));
}

const folder = mkdtempSync(join(tmpdir(), "interop-"));
const provider = built(PROVIDER, say);
const tofu = built(TOFU, say);
const oss = join(folder, "oss");
writeObjects(join(oss, "code"));
cpSync(join(here, "program"), join(folder, "program"), { recursive: true });
const emulator = await startEmulator({ ossDir: oss });
const environment = tofuEnvironment();
let failures = 0;
try {
  for (const step of STEPS) await take(step);
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
console.log(
  failures === 0 ? `\nall ${STEPS.length} steps as expected` : `\n${failures} of ${STEPS.length} steps differ`,
);
process.exitCode = failures === 0 ? 0 : 1;

/** @param {Step} step */
async function take(step) {
  // A resource must be removed from state before it can be imported.
  if (step.args[0] === "import") await run(["state", "rm", String(step.args[1])]);
  const before = emulator.requests.length;
  const ended = await run([...step.args.slice(0, 1), ...flagsOf(step.variables), ...step.args.slice(1)]);
  const requests = emulator.requests.slice(before);
  const mutations = requests.filter(({ mutating, status }) => mutating && status < 300);
  const found = {
    status: ended.status,
    calls: mutations.map(({ operation }) => operation).sort(),
    alias: aliasNow(),
    planned: step.name === "destroy" ? [] : await changesPlanned(step.variables),
  };
  const wanted = { status: step.status, calls: [...step.calls].sort(), alias: step.alias, planned: step.planned };
  const said = step.says === undefined || step.says.test(ended.output);
  const right = isDeepStrictEqual(found, wanted) && said;
  console.log(
    `${right ? "ok  " : "DIFF"} ${step.name}: ${requests.length} calls, ${mutations.length} of them change something`,
  );
  if (right) return;
  failures += 1;
  console.log(JSON.stringify({ wanted, found }, null, 2), `\n${ended.output}`);
}

/** @returns {Alias | undefined} */
function aliasNow() {
  const found = emulator.store.functions.get("interop")?.aliases.get("live");
  if (found === undefined) return undefined;
  return { versionId: found.versionId, additionalVersionWeight: { ...found.additionalVersionWeight } };
}

/**
 * Returns the addresses of the resources that a plan would change.
 * @param {Variables} variables
 */
async function changesPlanned(variables) {
  const plan = join(folder, "plan");
  await run(["plan", ...flagsOf(variables), `-out=${plan}`]);
  const { output } = await run(["show", "-json", plan]);
  /** @type {{ resource_changes?: { address: string, change: { actions: string[] } }[] }} */
  const { resource_changes: changes = [] } = JSON.parse(output.slice(output.indexOf("{")));
  return changes.filter(({ change }) => change.actions.join() !== "no-op").map(({ address }) => address);
}

/** @param {Variables} variables */
function flagsOf(variables) {
  const values = Object.entries(variables).map(([name, value]) => [
    "-var",
    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  ]);
  return ["-no-color", ...values.flat()];
}

/**
 * Runs the CLI without blocking, because the emulator runs in this process.
 * @param {string[]} args
 * @returns {Promise<Ended>}
 */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(tofu, args, {
      cwd: join(folder, "program"),
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, output }));
  });
}

/** The variables that the command prints for Terraform, and a configuration that selects the built provider. */
function tofuEnvironment() {
  const config = join(folder, "tofurc");
  const overrides = `dev_overrides { "aliyun/alicloud" = ${JSON.stringify(dirname(provider))} }`;
  writeFileSync(config, `provider_installation {\n  ${overrides}\n  direct {}\n}\n`);
  const { host } = new URL(emulator.endpoint);
  return {
    PATH: process.env["PATH"],
    HOME: folder,
    ...emulator.env,
    ALIBABA_CLOUD_ENDPOINT_FC: host,
    TF_VAR_host: host,
    TF_CLI_CONFIG_FILE: config,
    CHECKPOINT_DISABLE: "1",
  };
}

/** @param {string} bucket */
function writeObjects(bucket) {
  mkdirSync(bucket, { recursive: true });
  const zip = (/** @type {string} */ name, /** @type {string} */ text) => zipSync({ [name]: Buffer.from(text) });
  for (const name of ["one", "two"]) {
    writeFileSync(join(bucket, `${name}.zip`), zip("index.js", `exports.handler = async () => "${name}";`));
  }
  writeFileSync(join(bucket, "layer.zip"), zip("nodejs/node_modules/x/index.js", "module.exports = 1;"));
}
