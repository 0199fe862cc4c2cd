/**
 * A tree of more than 2,000 files with dependencies, in the layouts of npm and pnpm. The provider deploys the tree, and
 * the emulator runs the function. The layout of pnpm is built from the packages that npm installed in this repository.
 * `tests/code/pnpm.host.ts` uses pnpm itself.
 */
import * as fs from "node:fs";
import * as path from "node:path";
import FcClient, * as sdk from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { type Emulator, startEmulator } from "../../emulator";
import { hashCode, packCode } from "../../provider/code";
import { freshFolder, type Installed, installed, removeMade, REPOSITORY, write } from "./support";

function closure(): Installed[] {
  const seen = new Map<string, Installed>();
  const visit = (found: Installed) => {
    if (seen.has(found.real)) return;
    seen.set(found.real, found);
    for (const needed of found.needs.values()) visit(needed);
  };
  visit(installed("@alicloud/fc20230330"));
  return [...seen.values()];
}

function copyPackage({ real }: Installed, to: string): void {
  const own = (file: string) => !path.relative(real, file).split(path.sep).includes("node_modules");
  fs.cpSync(real, to, { recursive: true, filter: own });
}

const ENTRY = `
const fc = require("@alicloud/fc20230330");
exports.handler = async () => new fc.ListFunctionsRequest({ limit: 7 }).limit + Object.keys(fc).length;
`;

function npmTree(): string {
  const tree = write(freshFolder(), { "index.js": ENTRY });
  for (const found of closure()) copyPackage(found, path.join(tree, path.relative(REPOSITORY, found.real)));
  return tree;
}

/** Builds the layout of pnpm. Each package is once in `.pnpm/<name>@<version>/node_modules`, with links to its dependencies beside it. */
function pnpmTree(): string {
  const tree = write(freshFolder(), { "index.js": ENTRY });
  const modules = path.join(tree, "node_modules");
  const beside = ({ name, version }: Installed) =>
    path.join(modules, ".pnpm", `${name.replace("/", "+")}@${version}`, "node_modules");
  const link = (at: string, to: Installed) => {
    if (fs.existsSync(at)) return;
    fs.mkdirSync(path.dirname(at), { recursive: true });
    fs.symlinkSync(path.relative(path.dirname(at), path.join(beside(to), to.name)), at);
  };
  const packages = closure();
  for (const found of packages) copyPackage(found, path.join(beside(found), found.name));
  for (const found of packages) {
    for (const needed of found.needs.values()) link(path.join(beside(found), needed.name), needed);
  }
  link(path.join(modules, "@alicloud/fc20230330"), installed("@alicloud/fc20230330"));
  return tree;
}

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({});
});

afterAll(async () => {
  removeMade();
  await emulator.close();
});

async function deployAndInvoke(functionName: string, tree: string): Promise<{ answer: string; files: number }> {
  const { hash, zip, checksum, files } = packCode(tree, "/");
  expect(hash).toBe(hashCode(tree, "/"));
  const { accessKeyId, accessKeySecret, endpoint } = emulator;
  const config = { accessKeyId, accessKeySecret, endpoint: endpoint.replace("http://", ""), protocol: "http" };
  const client = new FcClient(new $OpenApiUtil.Config(config));
  // On a busy machine the first call unpacks and loads 2,000 files in more than 30 s.
  const runtime = new RuntimeOptions({ readTimeout: 200_000, connectTimeout: 200_000 });
  const code = { zipFile: Buffer.from(zip).toString("base64"), checksum };
  const body = { functionName, runtime: "nodejs20", handler: "index.handler", timeout: 200, code };
  const request = new sdk.CreateFunctionRequest({ body: new sdk.CreateFunctionInput(body) });
  await client.createFunctionWithOptions(request, {}, runtime);
  const invocation = await client.invokeFunctionWithOptions(
    functionName,
    new sdk.InvokeFunctionRequest({}),
    new sdk.InvokeFunctionHeaders({}),
    runtime,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of invocation.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return { answer: Buffer.concat(chunks).toString(), files };
}

jest.setTimeout(300_000);

it.each([
  ["npm", npmTree],
  ["pnpm", pnpmTree],
])("a folder with dependencies as %s installs them can be deployed and invoked", async (name, make) => {
  const { answer, files } = await deployAndInvoke(name, make());
  expect(files).toBeGreaterThan(2000);
  expect(Number(answer)).toBe(7 + Object.keys(sdk).length);
});
