/** The command as users run it: built, in a separate process. */
import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

import { startEmulator } from "../../emulator";
import { Api, refusal } from "./support";

const ROOT = join(__dirname, "..", "..");
const COMMAND = join(ROOT, "bin", "fc-emulator.cjs");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "emulator-cli-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A started command: its output below each heading, and the variables that it prints. */
interface Started {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  readonly sections: Readonly<Record<string, string[]>>;
  readonly env: Readonly<Record<string, string>>;
}

const running: Started["child"][] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL");
});

async function start(...flags: string[]): Promise<Started> {
  const child = spawn(process.execPath, [COMMAND, ...flags, "--admin", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  running.push(child);
  let printed = "";
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    printed += chunk.toString();
    if (printed.endsWith("/requests\n")) break;
  }
  const sections = Object.fromEntries(
    printed.split("\n\n").map((text) => {
      const [heading = "", ...lines] = text.trim().split("\n");
      return [/^For ([^:]+):/.exec(heading)?.[1] ?? "", lines];
    }),
  );
  const words = printed.split("\n").flatMap((line) => (line.startsWith("export ") ? line.slice(7).split(" ") : []));
  const env = Object.fromEntries(words.map((word): [string, string] => [word.replace(/=.*/, ""), word.replace(/^[^=]*=/, "")])); // prettier-ignore
  return { child, sections, env };
}

function apiOf({ env }: Started): Api {
  return new Api({
    endpoint: String(env["ALICLOUD_FC_EMULATOR"]),
    region: "cn-hangzhou",
    accessKeyId: String(env["ALIBABA_CLOUD_ACCESS_KEY_ID"]),
    accessKeySecret: String(env["ALIBABA_CLOUD_ACCESS_KEY_SECRET"]),
  });
}

it("fc-emulator prints lines to paste for each client, and the line for the SDK works unchanged", async () => {
  const started = await start("--no-page");
  expect(Object.keys(started.sections)).toEqual([
    "",
    "every client",
    "Pulumi",
    "Terraform",
    "Serverless Devs",
    "SDK",
    "tests",
  ]);
  const host = new URL(String(started.env["ALICLOUD_FC_EMULATOR"])).host;
  expect(started.sections["Terraform"]?.[0]).toContain(`ALIBABA_CLOUD_ENDPOINT_FC=${host}`);
  expect(started.sections["Terraform"]).toContain(`  endpoints { sts = "${host}" }`);
  expect(started.env["FC_CLIENT_CUSTOM_ENDPOINT"]).toBe(`http://${host}`);
  await apiOf(started).create("pasted");
  const program = `
    const { default: Client, ListFunctionsRequest } = require("@alicloud/fc20230330");
    const { $OpenApiUtil } = require("@alicloud/openapi-core");
    const client = ${started.sections["SDK"]?.[0]};
    client.listFunctions(new ListFunctionsRequest({})).then(({ body }) => console.log(body.functions[0].functionName));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: ROOT, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "pasted\n", stderr: "" });
});

it("--fault adds faults from the command line and from a file, and the test API lists them", async () => {
  const file = join(folder, "plan.json");
  const busy = { kind: "reject", status: 503, code: "ServiceUnavailable", message: "busy" };
  writeFileSync(file, JSON.stringify([{ operation: "ListFunctions", action: busy }]));
  const fault = { operation: "GetFunction", nth: 2, action: busy };
  const started = await start("--no-page", "--fault", JSON.stringify(fault), "--fault", `@${file}`);
  const api = apiOf(started);
  expect(await refusal(api.list())).toMatchObject({ code: "ServiceUnavailable" });
  expect(await refusal(api.get("f"))).toMatchObject({ code: "FunctionNotFound" });
  expect(await refusal(api.get("f"))).toMatchObject({ code: "ServiceUnavailable" });
  const answer = await fetch(`${started.env["FC_EMULATOR_ADMIN"]}/faults`, {
    headers: { "x-fc-emulator-token": String(started.env["FC_EMULATOR_ADMIN_TOKEN"]) },
  });
  expect(await answer.json()).toMatchObject({ faults: [{ fault, seen: 2, struck: 1 }, { struck: 1 }] });
});

it("the command ends without an error after a signal", async () => {
  const { child } = await start("--no-page");
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
});

it.each<[string[], string]>([
  [["--fault", "{"], "Expected property name"],
  [["--fault", "@nowhere.json"], "no such file"],
  [["--fault", '{"operation":"GetFunktion","action":{"kind":"hang"}}'], "operation of a fault is GetFunktion; allowed: *,"],
  [["--fault", '{"operation":"GetFunction","action":{"kind":"hangs"}}'], 'action.kind is "hangs"; allowed: reject,'],
  [["--seed", "1.5"], "a seed is a whole number"],
  [["--admin", "65536"], "a port is a whole number from 0 to 65535"],
])("fc-emulator refuses the flags %j", (flags, message) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, "--no-page", ...flags], {
    encoding: "utf8",
    timeout: 30_000,
  });
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
  expect(stderr).toContain(message);
}); // prettier-ignore

it("the same seed gives the same random numbers, and another seed gives others", async () => {
  const draws = async (seed: number): Promise<number[]> => {
    const emulator = await startEmulator({ seed });
    const drawn = Array.from({ length: 200 }, () => emulator.options.random());
    await emulator.close();
    return drawn;
  };
  const first = await draws(11);
  expect(await draws(11)).toEqual(first);
  expect(await draws(12)).not.toEqual(first);
  expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...first)).toBeLessThan(1);
});

it("--help shows the options of start, and each example uses only existing options", () => {
  const { stdout, status } = spawnSync(process.execPath, [COMMAND, "--help"], { encoding: "utf8" });
  expect(status).toBe(0);
  for (const option of ["--port", "--data", "--set", "--fault", "--calling-pages", "--version"]) expect(stdout).toContain(option);
  const examples = stdout.slice(stdout.indexOf("Examples:")).split("\n").filter((line) => line.startsWith("  fc-emulator"));
  expect(examples.length).toBeGreaterThanOrEqual(5);
  const known = spawnSync(process.execPath, [COMMAND, "start", "--help"], { encoding: "utf8" }).stdout;
  const invoke = spawnSync(process.execPath, [COMMAND, "invoke", "--help"], { encoding: "utf8" }).stdout;
  for (const line of examples) {
    for (const [option] of line.matchAll(/--[a-z-]+/g)) expect(known + invoke).toContain(`${option} `);
  }
}); // prettier-ignore

it("--version prints the version of the package", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  const { stdout } = spawnSync(process.execPath, [COMMAND, "--version"], { encoding: "utf8" });
  expect(stdout).toBe(`${version}\n`);
});
