/** One small run of the benchmark. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Report, goals } from "../../bench/report";

const root = join(__dirname, "..", "..");

it("measures one function on the real engine, and the number of calls of this package is within its limit", () => {
  const main = join(root, "dist", "bench", "main.js");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [main, "--sizes", "1", "--slow", "0", "--plugin", "--repetitions", "1", "--json"],
    { cwd: root, encoding: "utf8" },
  );
  const isRow = (line: string) => line === "" || line.startsWith("| ");
  const progress = "measuring: functions: 1, ms more for each call: 0, repetitions: 1";
  const [rows, other] = partition(stderr.split("\n"), isRow);
  expect([status, other]).toEqual([0, [progress]]);
  // The benchmark prints each row as soon as it is measured, so an interrupted benchmark has printed its measurements.
  for (const run of ["first up of 1", "no-op of 1", "refresh of 1", "weight step of 1"]) {
    expect(rows.filter((row) => row.startsWith(`| ${run} `)).length).toBeGreaterThan(0);
  }
  const { measurements, goals: checked } = JSON.parse(stdout) as Report & { goals: ReturnType<typeof goals> };
  expect(measurements.map(({ kind, calls }) => [kind, calls > 0])).toEqual([
    ["first up", true],
    ["no-op", false],
    ["refresh", true],
    ["weight step", true],
  ]);
  for (const { plugin } of measurements) expect(plugin?.memory?.ours.median).toBeGreaterThan(1e7);
  expect(checked.filter(({ exact, met }) => exact && !met)).toEqual([]);
});

function partition<T>(items: readonly T[], test: (item: T) => boolean): [T[], T[]] {
  return [items.filter(test), items.filter((item) => !test(item))];
}
