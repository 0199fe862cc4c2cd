/**
 * `judge` on a real stack, against rows in the emulator's log service: what it prints, its exit code, and that it
 * writes nothing.
 */
import { type JudgedBench, judgedBench } from "./judged";

jest.setTimeout(600_000);

let bench: JudgedBench;

beforeAll(async () => {
  bench = await judgedBench();
});

afterAll(() => bench.close());
afterEach(() => bench.emulator.faults.clear());

interface Judged {
  readonly [member: string]: unknown;
  readonly found: Record<string, unknown>;
}

async function judged(...flags: string[]): Promise<{ code: number; outcome: unknown; release: Judged }> {
  const { code, json } = await bench.run("judge", "--json", ...flags);
  const { outcome, releases } = json() as { outcome: unknown; releases: [Judged] };
  return { code, outcome, release: releases[0] };
}

/** State, config file and split. They must be the same before and after the command. */
const everything = async () => JSON.stringify([await bench.stack.exportStack(), bench.config(), bench.split()]);

it("has no verdict before the first rows can have arrived", async () => {
  const { code, stdout } = await bench.run("judge");
  expect(code).toBe(2);
  expect(stdout).toMatch(
    /^api: alias prod of function api, v2 at 10 % beside v1\n {2}verdict {3}v2 cannot be judged yet: its first requests can be counted in (2 min \d+ s|3 min) /,
  );
});

it("the verdict is inconclusive with the missing conditions, the same as in a run", async () => {
  bench.serve(270, 30);
  const before = await everything();
  const changes = bench.emulator.mutations().length;
  const { code, stdout } = await bench.run("judge");
  expect([code, stdout]).toEqual([
    2,
    expect.stringContaining("missing: 20 of 50 requests to the candidate, in about ") as string,
  ]);
  expect(stdout).toContain("in this window: candidate 0 of 30 failed (0 %); stable 0 of 270 failed (0 %)");
  expect(stdout).toContain("proposes  the weight stays\n");
  expect(stdout).toContain("acts      the next run judges again, and follows its verdict\n");
  const { outcome, release } = await judged();
  const durations = (ms: number) => ({ p50: ms, p95: ms });
  expect(outcome).toBe("inconclusive");
  expect(release).toMatchObject({
    ...{ release: "api", functionName: "api", aliasName: "prod", acts: true, verdict: "inconclusive" },
    ...{ candidate: "2", stable: "1", weight: 10, held: false },
  });
  expect(release.found).toMatchObject({
    ...{ step: 1, bake: 600, requests: 50, mismatch: false, failed: [] },
    stable: { requests: 270, errors: 0, recent: { requests: 270, errors: 0, warm: 270, durations: durations(10) } },
    candidate: { requests: 30, errors: 0, recent: { requests: 30, errors: 0, warm: 30, durations: durations(12) } },
    missing: [
      { what: "requests", have: 30, need: 50 },
      { what: "proof", of: ["errors", "limit"] },
    ],
  });
  expect(release.found).not.toHaveProperty("proposes");
  expect(await everything()).toBe(before);
  expect(bench.emulator.mutations()).toHaveLength(changes);
});

it("after a pass judge prints the next step, and the next run takes this step", async () => {
  bench.serve(450, 50);
  const { code, outcome, release } = await judged();
  expect([code, outcome, release["verdict"], release.found["proposes"]]).toEqual([0, "pass", "pass", 50]);
  const { stdout } = await bench.run("judge");
  expect(stdout).toContain("proposes  v2 to 50 %\n");
  await bench.up();
  expect(bench.split()).toEqual({ "1": 50, "2": 50 });
});

it("with hold, judge prints that the step follows after hold is removed", async () => {
  bench.serve(60, 60);
  const free = bench.config();
  bench.setConfig(`${free}  canary:hold: true\n`);
  const { code, stdout } = await bench.run("judge");
  expect([code, stdout]).toEqual([0, expect.stringContaining("proposes  v2 to all traffic, after hold is removed\n")]);
  bench.setConfig(free);
});

it("with a number as weight judge prints the verdict, and that no run uses it", async () => {
  const auto = bench.config();
  bench.setConfig(auto.replace("weight: auto", "weight: v2=50"));
  const { code, outcome, release } = await judged();
  expect([code, outcome, release["acts"], release.found["proposes"]]).toEqual([0, "pass", false, 100]);
  const { stdout } = await bench.run("judge");
  expect(stdout).toContain("acts      runs judge only with weight auto\n");
  bench.setConfig(auto);
});

it.each(["GetLogsV2", "GetAlias"])("there is no verdict and no fail while %s is refused", async (operation) => {
  const action = { kind: "reject", status: 403, code: "Unauthorized", message: "no" } as const;
  bench.emulator.faults.add({ operation, times: Infinity, action });
  const { code, stdout } = await bench.run("judge", "--json");
  const { outcome } = JSON.parse(stdout) as { outcome: string };
  expect([code, outcome]).toEqual([2, "inconclusive"]);
  expect(stdout).toMatch(
    operation === "GetAlias" ? /"message": ".*Unauthorized/ : /cannot be judged: .*GetLogStoreLogs/,
  );
});

it("refuses a key that a run refuses", async () => {
  const auto = bench.config();
  bench.setConfig(auto.replace("errorLimit: 20", "errorLimit: 200"));
  const { code, stderr } = await bench.run("judge");
  expect([code, stderr]).toEqual([3, expect.stringContaining("analysis.errorLimit")]);
  bench.setConfig(auto);
});

it("simulate takes the policy of the release from its state", async () => {
  const flags = [
    "--stack",
    "test",
    "--release",
    "api",
    "--releases",
    "2",
    "--longest",
    "1h",
    "--errors",
    "1%",
    "--json",
  ];
  const { code, json } = await bench.run("simulate", ...flags);
  expect([code, json()]).toEqual([
    0,
    expect.objectContaining({
      releases: 2,
      policy: expect.objectContaining({
        errorLimit: 0.2,
        latency: [],
        steps: [
          { weight: 100, bake: 600, requests: 50 },
          { weight: 500, bake: 600, requests: 50 },
        ],
      }) as object,
    }),
  ]);
});

it("there is no verdict on a candidate without traffic", async () => {
  const auto = bench.config();
  expect((await bench.run("set", "0", "--yes")).code).toBe(0);
  const { code, stdout } = await bench.run("judge");
  expect([code, stdout]).toEqual([2, expect.stringContaining("v2 is paused and has no traffic")]);
  expect((await bench.run("set", "50", "--yes")).code).toBe(0);
  bench.setConfig(auto);
});

it("a bad candidate gives exit code 1 and the reason; after its rejection there is no candidate to judge", async () => {
  bench.serve(60, 60, 60);
  const { code, outcome, release } = await judged();
  expect([code, outcome, release.found["proposes"]]).toEqual([1, "fail", "reject"]);
  const { stdout } = await bench.run("judge");
  expect(stdout).toContain("worse than allowed: failures against 2 times those of the stable version");
  expect(stdout).toContain("proposes  v2 is rejected, and the stable version gets its traffic\n");
  await expect(bench.up()).rejects.toThrow("was judged at 50 % and failed");
  const after = await bench.run("judge");
  expect([after.code, after.stdout.split("\n").slice(0, 2)]).toEqual([
    0,
    ["api: alias prod of function api", "  v2 is rejected and has no traffic"],
  ]);
});
