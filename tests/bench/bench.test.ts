/** The arithmetic of the benchmark. `bench.deep.ts` runs it. */
import { emulatorText } from "../../bench/emulatorReport";
import { byRole, parsePeak, parseStat, roleOf } from "../../bench/processes";
import { type Report, goals, text } from "../../bench/report";
import { compare, summary } from "../../bench/statistics";

it("summarises by median and quarters", () => {
  expect(summary([4, 1, 3, 2, 100])).toEqual({ median: 3, low: 2, high: 4 });
  expect(summary([10, 30, 20])).toEqual({ median: 20, low: 15, high: 25 });
  expect(summary([7])).toEqual({ median: 7, low: 7, high: 7 });
});

it("a ratio is the median of the ratios of pairs, so that a disturbance of both runs has no effect", () => {
  const { ratio } = compare([
    { ours: 10, floor: 10 },
    { ours: 30, floor: 30 },
    { ours: 55, floor: 50 },
  ]);
  expect(ratio.median).toBe(1);
});

it.each([
  ["/engine/bin/pulumi-language-nodejs 127.0.0.1:1", "host"],
  ["/usr/bin/node /p/node_modules/@pulumi/pulumi/cmd/run --monitor=1 .", "program"],
  ["node /p/node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js 1", "provider"],
  ["node /p/plugin/pulumi-resource-alicloud-fc 127.0.0.1:1", "provider"],
  ["/bin/sh /engine/bin/pulumi-resource-pulumi-nodejs 1", "other"],
  ["node -e console.log(require.resolve('@pulumi/pulumi/cmd/dynamic-provider'))", "other"],
])("%s is the %s", (command, role) => {
  expect(roleOf(command)).toBe(role);
});

it("reads what Linux says about a process, whatever its name", () => {
  const stat = "42 (a ) b) S 7 42 42 0 -1 4194304 99 0 0 0 250 31 0 0 20 0 1 0 22";
  expect(parseStat(stat)).toEqual({ parent: 7, cpuMs: 2810 });
  expect(parsePeak("Name:\tnode\nVmHWM:\t    1744 kB\nVmRSS:\t    1000 kB\n")).toBe(1744 * 1024);
  expect(parsePeak("Name:\tnode\nState:\tZ (zombie)\n")).toBe(0);
});

it("takes the largest process of a role and all its processor time", () => {
  const node = { parent: 1, command: "node x -e 1" };
  const usages = byRole(
    [
      { ...node, pid: 1, peakBytes: 5, cpuMs: 1 },
      { ...node, pid: 2, peakBytes: 7, cpuMs: 2 },
      { ...node, pid: 3, peakBytes: 6, cpuMs: 3 },
    ],
    1,
  );
  expect([usages.cli, usages.other, usages.program]).toEqual([
    { peakBytes: 5, cpuMs: 1 },
    { peakBytes: 7, cpuMs: 5 },
    { peakBytes: 0, cpuMs: 0 },
  ]);
});

it("names the goals that were missed", () => {
  const time = compare([{ ours: 12, floor: 10 }]);
  const report: Report = {
    machine: "a machine",
    measurements: [{ kind: "no-op", functions: 9, delay: 0, repetitions: 1, calls: 1, floor: { time } }],
    state: { bytes: 2400, ciphertexts: 7 },
    calls: {
      create: ["a"],
      noOp: [],
      refresh: [],
      weight: ["a", "b", "c", "d", "e", "f"],
      publish: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
    },
  };
  expect(goals(report).filter(({ met }) => !met).map((goal) => [goal.text, goal.exact])).toEqual([
    ["calls of a no-op of 9: 1, goal 0", true],
    ["calls of a weight step: 6, goal at most 5", true],
    ["calls of a publish: 10, goal at most 9", true],
    ["ciphertexts of a function without secrets: 7, goal at most 1", true],
    ["state of a resource: 2400 bytes, goal at most 2000", false],
    ["time of no-op of 9: 1.20 x the floor, goal at most 1.1", false],
  ]); // prettier-ignore
  expect(text(report)).toMatch(/^- \*\*missed\*\*: calls of a weight step/m);
  expect(text(report)).toContain("| **1.20** [1.20 … 1.20] |");
});

it("shows what misses its goal in the emulator's tables in bold, and a runtime that is not installed", () => {
  const rates = compare([{ ours: 55, floor: 100 }]);
  const lines = emulatorText({
    machine: "a machine",
    calls: [
      { what: "GetFunction", kind: "control", rates },
      { what: "InvokeFunction, warm", kind: "warm", rates },
    ],
    events: [
      { runtime: "nodejs20", seconds: [0.1, 0.2, 0.4] },
      { runtime: "php7.2", seconds: [0.1, 0.4, 1.6] },
      { runtime: "dotnetcore3.1", seconds: undefined },
    ],
    memory: { before: 100, functions: 1000, after: 120 },
    start: { emulator: 100, bare: 50 },
    folders: [],
  }).split("\n").map((line) => line.replace(/ +/g, " ")); // prettier-ignore
  expect(lines).toEqual(
    expect.arrayContaining([
      "| GetFunction | 55/s | 100/s | **0.55 [0.55 … 0.55]** | at least 0.6 |",
      "| InvokeFunction, warm | 55/s | 100/s | 0.55 [0.55 … 0.55] | at least 0.5 |",
      "| nodejs20 | 0.10 s | 0.20 s | 0.40 s | 4.0 | at most 6 |",
      "| php7.2 | 0.10 s | 0.40 s | 1.60 s | **16.0** | at most 6 |",
      "| dotnetcore3.1 | | | | not installed | |",
    ]),
  );
});
