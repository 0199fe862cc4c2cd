/** `watch` on a real stack without a terminal: one screen, one line for each change, JSON output, and the end by a signal. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../../support/root";
import { type JudgedBench, judgedBench } from "./judged";

jest.setTimeout(600_000);

let bench: JudgedBench;
let started: ChildProcess | undefined;

beforeAll(async () => {
  bench = await judgedBench();
  bench.serve(270, 30);
});

afterEach(() => started?.kill("SIGKILL"));
afterAll(() => bench.close());

it("prints the screen once, without colours, and changes nothing", async () => {
  const changes = bench.emulator.mutations().length;
  const { code, stdout } = await bench.run("watch", "--once");
  const lines = stdout.split("\n");
  expect(code).toBe(0);
  expect(lines[0]).toMatch(/^api {2}alias prod of function api, stack test {2,}\d\d:\d\d:\d\d UTC$/);
  expect(lines[1]).toBe("● canary  v2 at 10 % beside v1");
  expect(stdout).toContain("  steps     ● 10 %  ○ 50 %  ○ 100 %\n");
  expect(stdout).toContain("  observed  90 %  10 %   ━━┃━──┃");
  expect(stdout).toContain("            ✓ v2 expected at 5.7 to 14.7 % of 300 requests\n");
  expect(stdout).toContain("  v2               30       0  0 %      30       0  0 %  12 ms  12 ms\n");
  expect(stdout).toContain("missing: 20 of 50 requests to the candidate");
  expect(bench.emulator.mutations()).toHaveLength(changes);
});

it("--json prints each read as one line with the members of status and of judge", async () => {
  const { code, stdout } = await bench.run("watch", "--once", "--json", "--until", "stable");
  expect([code, stdout.split("\n")]).toEqual([2, [expect.any(String), ""]]);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ version: 1, command: "watch", outcome: "done", stack: "test" },
    releases: [
      {
        ...{ release: "api", phase: "canary", steps: [10, 50, 100], desired: { "1": 90, "2": 10 } },
        judged: { acts: true, verdict: "inconclusive", candidate: "2", found: { candidate: { requests: 30 } } },
      },
    ],
  });
});

it("refuses an interval and a phase that are not allowed", async () => {
  const interval = await bench.run("watch", "--interval", "0");
  expect([interval.code, interval.stderr]).toEqual([3, '--interval: got "0"; allowed: 1 to 3600 seconds\n']);
  const phase = await bench.run("watch", "--until", "done");
  expect([phase.code, phase.stderr]).toEqual([3, expect.stringContaining("Allowed choices are stable, canary")]);
});

it("prints a line for a change by hand and for a log service that is down, and ends with 130 by the signal of Ctrl-C", async () => {
  const command = [join(root, "bin", "pulumi-alicloud-fc.cjs"), "watch", "--interval", "1"];
  const child = spawn(process.execPath, command, { cwd: bench.program.folder, env: bench.env, stdio: ["ignore", "pipe", "inherit"] }); // prettier-ignore
  started = child;
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  expect(await next()).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ api: canary, v2 at 10 % \(step 1\/3\), live v1 90 %, v2 10 %; inconclusive at 10 %/,
  );
  bench.emulator.faults.add({
    ...{ operation: "GetLogsV2", times: Infinity },
    action: { kind: "reject", status: 403, code: "Unauthorized", message: "no" },
  });
  expect(await next()).toContain("; inconclusive; the candidate cannot be judged: rows of project judged");
  bench.emulator.faults.clear();
  expect(await next()).toContain("; inconclusive at 10 %");
  const alias = bench.emulator.store.functions.get("api")?.aliases.get("prod");
  if (alias === undefined) throw new Error("no alias");
  alias.additionalVersionWeight = {};
  expect(await next()).toContain("live v1 100 %; v2 is not judged now; v2 was lowered to 0 % by hand");
  child.kill("SIGINT");
  expect((await once(child, "exit"))[0]).toBe(130);
});
