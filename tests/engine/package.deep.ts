/** This package as a dependency of another package, and the error if this package cannot be loaded. */
import { type Emulator, startEmulator } from "../../emulator";
import { type ProgramFolder, programFolder } from "../support/program";
import { root } from "../support/root";

let emulator: Emulator;
let program: ProgramFolder;

const PROGRAM = `
const { fc } = require("wrapper");
const fn = new fc.Function("api", { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" });
const version = new fc.Version("api", { function: fn.ref });
const alias = new fc.Alias("api", { function: fn.ref, aliasName: "prod", versionId: version.versionId });
const got = fc.Function.get("got", { functionName: alias.functionName });
exports.split = alias.split;
exports.arn = got.functionArn;
exports.settings = [got.handler, got.memorySize, got.timeout];
`;

beforeEach(async () => {
  emulator = await startEmulator({});
  program = programFolder("wrapped", PROGRAM);
  program.file("node_modules/wrapper/package.json", JSON.stringify({ name: "wrapper", version: "1.0.0" }));
  program.file("node_modules/wrapper/index.js", `exports.fc = require("pulumi-alicloud-fc");\n`);
});

afterEach(async () => {
  program.remove();
  await emulator.close();
});

it("works as a dependency of a wrapper package, if npm installs it beside the wrapper", async () => {
  program.link("node_modules/pulumi-alicloud-fc", root);
  const wrapped = await program.stack(emulator.env);
  const { outputs } = await wrapped.up();
  expect(outputs["split"]?.value).toEqual({ "1": 100 });
  expect(outputs["arn"]?.value).toBe(`acs:fc:${emulator.region}:${emulator.accountId}:functions/api`);
  expect(outputs["settings"]?.value).toEqual(["index.handler", 512, 3]);
  // State contains the source position of each resource, although stack traces are off during the registration.
  const { deployment } = (await wrapped.exportStack()) as { deployment: { resources: Record<string, unknown>[] } };
  const places = deployment.resources
    .filter(({ id }) => String(id).endsWith(":api"))
    .map((one) => one["sourcePosition"]);
  expect(places[0]).toBe("project:///index.js#3,12");
});

it("names the package.json that needs this package, if only the wrapper can load it", async () => {
  program.link("node_modules/wrapper/node_modules/pulumi-alicloud-fc", root);
  const failed = (await program.stack(emulator.env)).preview();
  await expect(failed).rejects.toThrow(/cannot be found from the program's folder .*: add it to the dependencies/);
  expect(emulator.requests).toEqual([]);
});
