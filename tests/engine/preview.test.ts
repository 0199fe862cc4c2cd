/**
 * The preview of the plain resources: a sentence about traffic, and the reason for a publish. `canary.deep.ts` shows a promotion and a
 * rollback.
 */
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, workbench } from "../support/engine";

let bench: Workbench;
const settings = { weight: 0, token: "one-token" };

function program(code: string): Promise<Record<string, unknown>> {
  const fn = new fc.Function("api", {
    ...{ functionName: "api", runtime: "nodejs20", handler: "index.handler", code },
    environmentVariables: { TOKEN: settings.token },
  });
  const version = new fc.Version("api", { function: fn });
  const alias = new fc.Alias("api-prod", {
    function: fn,
    aliasName: "prod",
    canary: { versionId: version.versionId, weight: settings.weight },
  });
  return Promise.resolve({ split: alias.split });
}

beforeAll(async () => {
  bench = await workbench(program);
});

afterAll(() => bench.close());

/** The lines of the screen, without the signs of the engine at their beginning. */
const lines = (text: string) => text.split("\n").map((line) => line.replace(/^[\s~+-]*(@ )?/, "").trim());

it("the first run: the preview shows the share of each version", async () => {
  const { stdout } = await bench.stack.preview();
  expect(lines(stdout)).toContain("api: new alias prod, new 100 %");
  await bench.stack.up();
});

it("new code during a canary: the preview has one sentence, and no internal member of the version", async () => {
  bench.write("two");
  settings.weight = 5;
  settings.token = "two-token";
  const { stdout } = await bench.stack.preview();
  expect(lines(stdout)).toContain("api: v1 100→95 %, new 0→5 %");
  const row = lines(stdout).find((line) => line.includes("Version")) ?? "";
  expect(row).toContain("fingerprint");
  expect(row).not.toMatch(/content|environmentFingerprint|revision/);
  const { stdout: detailed } = await bench.stack.preview({ diff: true });
  const version = detailed.slice(detailed.indexOf("alicloud-fc:Version"), detailed.indexOf("alicloud-fc:Alias"));
  expect(version).toMatch(/fingerprint\s*:/);
  for (const name of ["content", "environmentFingerprint", "revision", "resourceUrn", "owner"]) {
    expect(version).not.toMatch(new RegExp(`\\b${name}\\s*:`));
  }
  const up = await bench.stack.up();
  expect(up.outputs["split"]?.value).toEqual({ "1": 95, "2": 5 });
});

it("a version of which only environment values changed: the preview shows the publish", async () => {
  settings.token = "three-token";
  const { stdout } = await bench.stack.preview();
  expect(stdout).toMatch(/Function api update \[diff: ~environmentVariables\]/);
  expect(stdout).toMatch(/Version api update\s*\n/);
});
