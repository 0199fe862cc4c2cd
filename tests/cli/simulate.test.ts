/** `simulate` and `replay` as users run them: the built command in a separate process. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { replayText } from "../../cli/replay";
import { simulate } from "../../cli/simulate";
import { Refused } from "../../cli/refused";
import { trafficsOf } from "../../cli/simulation/flags";
import { type AnalysisRecord, decide, newRecord, policyOf } from "../../provider/core/analysis";

const COMMAND = path.join(__dirname, "..", "..", "bin", "pulumi-alicloud-fc.cjs");

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "judging-"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], input?: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...args], { encoding: "utf8", input });
  return { status, stdout, stderr };
}

/** Flags of a release with so few steps and so much traffic that it ends soon. */
const SHORT = ["--steps", "10:1m:300", "--latency", "none", "--every", "5m", "--releases", "40"];

describe("simulate", () => {
  it("prints the same figures for the same seed, in a stable shape", () => {
    const flags = ["simulate", ...SHORT, "--candidate-errors", "0.5%,20%@15m", "--volume", "20", "--json"];
    const { status, stdout } = run(flags);
    expect(status).toBe(0);
    expect(run(flags).stdout).toBe(stdout);
    const simulated = JSON.parse(stdout) as { traffics: { rejectedOverTime: number[] }[] };
    expect(simulated).toEqual({
      version: 1,
      command: "simulate",
      outcome: "pass",
      seed: 1,
      releases: 40,
      every: 5,
      longest: 1440,
      policy: policyOf({ latency: {} }, [{ weight: 10, bake: "1m", requests: 300 }]),
      keepsPromise: true,
      traffics: [
        {
          traffic: "as given",
          good: false,
          rejected: 1,
          promoted: 0,
          undecided: 0,
          held: 0,
          requestsToReject: { median: expect.any(Number) as number, p90: expect.any(Number) as number },
          minutesToReject: { median: expect.any(Number) as number, p90: expect.any(Number) as number },
          customersHurt: expect.any(Number) as number,
          rejectedOverTime: expect.any(Array) as number[],
        },
      ],
    });
    expect(simulated.traffics[0]?.rejectedOverTime).toHaveLength(20);
    expect(run([...flags, "--seed", "2"]).stdout).not.toBe(stdout);
  });

  it("prints a table of at most 100 columns with a plot", () => {
    const { status, stdout } = run(["simulate", ...SHORT, "--candidate-errors", "100%"]);
    expect(status).toBe(0);
    const lines = stdout.split("\n");
    expect(lines.find((line) => line.includes("as given"))).toMatch(
      /^✗ as given +100\.0 +0\.0 +\d+ +5 +\d+\.\d █{20}$/,
    );
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
  });

  it("the bake time can end without further requests: then the release is promoted, or never", () => {
    const flags = [
      "simulate",
      "--latency",
      "none",
      "--errors",
      "0.5%",
      "--volume",
      "600,0@2h",
      "--releases",
      "40",
      "--json",
    ];
    const ended = (steps: string) =>
      (JSON.parse(run([...flags, "--steps", steps]).stdout) as { traffics: Record<string, unknown>[] }).traffics[0];
    expect(ended("10:6h:300")).toMatchObject({ minutesToPromote: { median: 360, p90: 360 } });
    expect(ended("10:6h:300,50")).toMatchObject({ promoted: 0, undecided: 1 });
  });

  it("finds at most the allowed rejections of good candidates, and prints this", () => {
    const { status, stdout } = run(["simulate", ...SHORT, "--errors", "0.5%", "--false-alarms", "1"]);
    expect(status).toBe(0);
    expect(stdout).toContain("No good candidate is rejected more often than in 1 % of releases");
  });

  const DEFAULTS = { steps: "5", spread: "0.5", volume: "600", every: "10m", longest: "24h", seed: "1" };

  it.each([
    [{ errorRatio: "0.5" }, "analysis.errorRatio: got 0.5; allowed: a number from 1 to 100"],
    [{ steps: "25,5" }, "steps: got a list of 2; allowed: weights between 0 and 100"],
    [{ steps: "5:soon" }, 'steps[0].bake: got "soon"'],
    [{ steps: "5::0" }, "steps[0].requests: got 0"],
    [{ latency: "p75=20" }, "analysis.latency: has no p75"],
    [{ errors: "0.5" }, '--errors: got "0.5"; allowed: a percentage from 0 to 100'],
    [{ errors: "1%,2%" }, '--errors: got "1%,2%"; allowed: a value, or values with their start times'],
    [{ slower: "fast" }, '--slower: got "fast"; allowed: a percentage from 0 to 10000'],
    [{ every: "5" }, '--every: got "5"; allowed: a duration of at least a minute'],
    [{ spread: "0" }, '--spread: got "0"; allowed: a number above 0'],
    [{ releases: "0" }, '--releases: got "0"; allowed: a whole number from 1 to 1000000'],
    [{ volume: "many" }, '--volume: got "many"'],
    [{ longest: "2000h", every: "1m" }, '--longest: got "2000h"; allowed: at most 10000 times --every'],
  ])("refuses %j before it runs anything", async (flags, reason) => {
    await expect(simulate({ ...DEFAULTS, ...flags })).rejects.toThrow(Refused);
    await expect(simulate({ ...DEFAULTS, ...flags })).rejects.toThrow(reason);
  });

  it.each<[boolean, object]>([
    [true, { errors: "1%" }],
    [true, { errors: "1%", candidateErrors: "1%" }],
    [true, { candidateErrors: "0.5%", slower: "0%" }],
    [false, { errors: "1%", candidateErrors: "2%" }],
    [false, { slower: "20%" }],
  ])("a candidate is good: %s, with %j", (good, flags) => {
    expect(trafficsOf({ ...DEFAULTS, ...flags }).map((each) => each.good)).toEqual([good]);
  });

  it("exits with 3 for flags that are refused or not known", () => {
    for (const flags of [["--steps", "0"], ["--colour"]]) {
      const { status, stdout, stderr } = run(["simulate", ...flags]);
      expect([status, stdout, stderr]).toEqual([3, "", expect.stringMatching(/steps|unknown option/)]);
    }
  });

  it.each<[string, string[], RegExp]>([
    ["more than one release", ["--releases", "5"], /^--releases cannot be used with --end-to-end/],
    [
      "more requests than a run reads",
      ["--volume", "600,3000@1h"],
      /^--volume: got 30000 requests between two judgements; allowed with --end-to-end: at most 20000/,
    ],
    ["no pulumi on PATH", [], /^--end-to-end runs the pulumi command, which cannot be started \(.+\): install it/],
    ["a policy beside that of a stack", ["--stack", "prod", "--steps", "5"], /^--steps cannot be used with --stack/],
  ])("--end-to-end is refused with %s", (_name, flags, message) => {
    const env = { ...process.env, PATH: path.join(folder, "nothing"), TMPDIR: folder };
    const before = fs.readdirSync(folder);
    const options = { encoding: "utf8", env, cwd: folder } as const;
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [COMMAND, "simulate", "--end-to-end", ...flags],
      options,
    );
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(message);
    expect(fs.readdirSync(folder)).toEqual(before);
  });

  it("has help with examples", () => {
    const { status, stdout } = run(["simulate", "--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("Examples:\n  pulumi-alicloud-fc simulate\n");
  });

  it("starts without the SDK of the service", () => {
    const report = path.join(folder, "report.cjs");
    fs.writeFileSync(
      report,
      'process.on("exit", () => console.error(Object.keys(require.cache).filter((file) => file.includes("@alicloud")).length));',
    );
    const { stderr } = spawnSync(process.execPath, ["--require", report, COMMAND, "simulate", "--help"], {
      encoding: "utf8",
    });
    expect(stderr).toBe("0\n");
  });
});

describe("replay", () => {
  const policy = policyOf({}, [10, 50]);
  const counts = (requests: number, errors: number) => ({ requests, errors, warm: requests, slow: [9, 1] });
  const window = { from: 0, to: 600, stable: counts(900, 3), candidate: counts(100, 1) };
  const { record } = decide(newRecord(policy), { step: 0, weight: 100, baked: 600 }, window);
  const stack = (held: AnalysisRecord) =>
    JSON.stringify({ deployment: { resources: [{ outputs: { analysis: held } }] } });

  it("replay finds equal decisions at any depth of the JSON, also from standard input", () => {
    const file = path.join(folder, "stack.json");
    fs.writeFileSync(file, stack(record));
    const expected = ".deployment.resources.0.outputs.analysis: 1 decisions, all as stored\n";
    expect(run(["replay", file])).toEqual({ status: 0, stdout: expected, stderr: "" });
    expect(run(["replay", "-"], stack(record)).stdout).toBe(expected);
  });

  it("replay names the altered member", () => {
    const decisions = record.decisions.map((each) => ({ ...each, from: 1 }));
    const { status, stdout } = run(["replay", "-", "--json"], stack({ ...record, decisions }));
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      version: 1,
      command: "replay",
      outcome: "fail",
      records: [{ decisions: 1, differences: [{ decision: 0, member: "digest" }] }],
    });
    expect(run(["replay", "-"], stack({ ...record, decisions })).stdout).toMatch(
      /: 1 decisions, 1 differences\n {2}decision 1, digest: stored "[0-9a-f]{16}", replayed "[0-9a-f]{16}"\n$/,
    );
  });

  it("replay reports a record that cannot be recomputed as different", () => {
    const decisions = record.decisions.map((each) => ({ ...each, step: 7 }));
    expect(replayText(stack({ ...record, decisions })).records).toMatchObject([
      { differences: [{ member: "record", stored: "step 7 does not exist; the policy has 2" }] },
    ]);
  });

  it("refuses text without a record, and a file that does not exist", () => {
    expect(() => replayText("{")).toThrow("the file is not JSON");
    expect(() => replayText("{}")).toThrow("the file contains no record of decisions");
    const broken = '{"policy":1,"before":1,"digest":1,"decisions":null,"evidence":1}';
    expect(() => replayText(broken)).toThrow("the file contains no record of decisions");
    expect(() => replayText("[".repeat(20_000) + "]".repeat(20_000))).toThrow("the file is nested too deep");
    const { status, stderr } = run(["replay", path.join(folder, "absent.json")]);
    expect([status, stderr]).toEqual([3, expect.stringContaining("absent.json")]);
  });
});
