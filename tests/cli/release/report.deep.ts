/** `report` on a real stack: the file, its data, and what is refused. */
import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandBench, commandBench } from "../../support/command";
import { judgedRecord } from "../../support/report";

jest.setTimeout(600_000);

const SECRET = "value-nobody-may-see";

let bench: CommandBench;

beforeAll(async () => {
  bench = await commandBench(`const fc = require("pulumi-alicloud-fc");
new fc.CanaryRelease("api", {
  function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src",
    environmentVariables: { TOKEN: "${SECRET}" } },
  aliasName: "prod",
  config: true,
});
`);
  await bench.up();
  bench.write("two");
  await bench.stack.setConfig("shop:token", { value: SECRET, secret: true });
  await bench.stack.setConfig("shop:plain", { value: SECRET });
  await bench.stack.setConfig("canary:weight", { value: "v2=25" });
  await bench.up();
});

afterAll(() => bench.close());

const at = (name: string) => join(bench.program.folder, name);

/** Writes decisions into state, in the form that a run with weight auto writes. */
async function judge(): Promise<void> {
  const { workspace } = bench.stack;
  const exported = await workspace.exportStack("test");
  const { resources = [] } = exported.deployment as {
    resources?: { type: string; outputs?: Record<string, unknown> }[];
  };
  const release = resources.find(({ type }) => type.endsWith(":Release"));
  const place = { candidate: "2", stable: "1", weight: 50, since: 0, until: 0, modified: "" };
  Object.assign(release?.outputs ?? {}, { judging: { ...judgedRecord(), ...place } });
  await workspace.importStack("test", exported);
}

it("writes a file about a release that judges nothing, without a call to the service", async () => {
  const before = bench.emulator.requests.length;
  const { code, stdout, stderr } = await bench.run("report");
  expect([code, stdout, stderr]).toEqual([0, "api-v2-report.html: no stored decisions, 2 updates\n", ""]);
  expect(bench.emulator.requests).toHaveLength(before);
  const page = readFileSync(at("api-v2-report.html"), "utf8");
  expect(page).toContain("<title>api: v2 is a canary at 5 %</title>");
  expect(page).toContain("canary:weight v2=25");
});

it("replaces an existing report with the current decisions", async () => {
  await judge();
  const { code, stdout } = await bench.run("report", "--out", "api-v2-report.html");
  expect([code, stdout]).toEqual([0, "api-v2-report.html: 4 decisions, 2 updates\n"]);
  const page = readFileSync(at("api-v2-report.html"), "utf8");
  expect(page).toContain("Each of the 4 stored decisions was");
  expect(page.match(/<svg/g)).toHaveLength(10);
  expect(page).not.toContain(SECRET);
});

it("prints its data as JSON, and writes nothing", async () => {
  const { code, stdout, json } = await bench.run("report", "--json", "--last", "1");
  expect(code).toBe(0);
  expect(json()).toMatchObject({
    ...{ version: 1, command: "report", outcome: "done", stack: "test", release: "api", phase: "canary" },
    ...{ stable: "1", candidate: "2", weight: 5, desired: { "1": 95, "2": 5 } },
    updates: [{ kind: "update", result: "succeeded", keys: { "canary:weight": "v2=25" } }],
    judged: { candidate: "2", stable: "1", confidence: 0.95, differences: [] },
  });
  expect(stdout).not.toContain(SECRET);
});

it("refuses a path that cannot be written, a file that is not a report, and contradicting flags", async () => {
  writeFileSync(at("mine.html"), "<p>mine</p>");
  const refused = async (...flags: string[]) => {
    const { code, stdout, stderr } = await bench.run("report", ...flags);
    return [code, stderr + stdout];
  };
  expect(await refused("--out", "mine.html")).toEqual([
    3,
    "--out: mine.html exists and is not a report; give another name, or delete the file first\n",
  ]);
  expect(readFileSync(at("mine.html"), "utf8")).toBe("<p>mine</p>");
  expect(await refused("--out", "nowhere/x.html")).toEqual([3, expect.stringContaining("nowhere does not exist")]);
  expect(await refused("--out", "src")).toEqual([3, expect.stringContaining("src exists and is not a report")]);
  expect(await refused("--out", "")).toEqual([3, '--out: got ""; allowed: the name of a file\n']);
  symlinkSync("nowhere.html", at("link.html"));
  expect(await refused("--out", "link.html")).toEqual([
    3,
    expect.stringContaining("link.html exists and is not a report"),
  ]);
  expect(lstatSync(at("link.html")).isSymbolicLink()).toBe(true);
  expect(await refused("--json", "--out", "x.html")).toEqual([
    3,
    expect.stringContaining("--out cannot be used with --json"),
  ]);
  expect(await refused("--last", "0")).toEqual([3, '--last: got "0"; allowed: 1 to 9999 updates\n']);
  expect(await refused("--release", "web")).toEqual([3, '--release: got "web"; allowed: api\n']);
  expect(existsSync(at("x.html"))).toBe(false);
});
