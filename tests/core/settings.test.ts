/** Each setting of a function is one entry in one table. Everything else about the setting is derived from this entry. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import {
  FUNCTION_SETTINGS,
  SETTING_NAMES,
  checkFunction,
  createBody,
  diffFunction,
} from "../../provider/core/function";
import type { FunctionInputs, FunctionOutputs } from "../../provider/core/function";

const root = path.join(__dirname, "..", "..");

/** Settings that need special treatment. The names of these settings may therefore appear outside of the table. */
const SPECIAL: ReadonlySet<string> = new Set([
  ...["functionName", "code", "tags", "resourceGroupId", "runtime", "handler", "memorySize", "cpu", "timeout"],
  ...["environmentVariables", "layers", "role", "logConfig", "description", "customContainerConfig", "juiceFsConfig"],
]);

/** The files that may contain names of settings: the table, and the rules for nested members. */
const HOME = ["provider/core/function/settings.ts", "provider/core/function/rules.ts"];

function filesBelow(folder: string): string[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name}`);
}

const sources = [...filesBelow("provider"), ...filesBelow("cli")]
  .filter((name) => name.endsWith(".ts") && !HOME.includes(name))
  .map((name) => ({ name, text: fs.readFileSync(path.join(root, name), "utf8") }));

it.each(SETTING_NAMES.filter((name) => !SPECIAL.has(name)))("%s is named only in the table of settings", (setting) => {
  const word = new RegExp(`\\b${setting}\\b`);
  expect(sources.filter(({ text }) => word.test(text)).map(({ name }) => name)).toEqual([]);
});

const BASE = {
  ...{ region: "cn-hangzhou", accountId: "1234567890123456", functionName: "api", runtime: "nodejs20" },
  ...{ resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api", handler: "index.handler" },
  code: { path: "./src", hash: "t1:abc" },
};

const checked = (more: object) => checkFunction({}, { ...BASE, ...more });
const plain = SETTING_NAMES.filter((name) => FUNCTION_SETTINGS[name].flow === "config");

it.each(plain)("%s is checked by its entry in the table", (setting) => {
  const { failures } = checked({ [setting]: { nonsense: 1 } });
  expect(failures.map(({ property }) => property.split(".")[0])).toContain(setting);
});

it.each(plain)("a change of %s is a change of the function, and is sent", (setting) => {
  const { inputs } = checked({});
  const [olds, news] = [
    { ...inputs, [setting]: "one" },
    { ...inputs, [setting]: "two" },
  ] as unknown[];
  expect(diffFunction(olds as FunctionOutputs, news as FunctionInputs)).not.toEqual({ changes: false });
  expect(createBody(news as FunctionInputs)).toMatchObject({ [setting]: "two" });
});

it("every setting is an output of the resource", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
    call: () => ({}),
  });
  const { region, accountId, functionName, runtime, handler } = BASE;
  const fn = new fc.Function("api", { region, accountId, functionName, runtime, handler, code: __dirname });
  const missing = SETTING_NAMES.filter((name) => !pulumi.Output.isInstance(fn[name]));
  expect(missing).toEqual([]);
});
