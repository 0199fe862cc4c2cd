/** One small run of the benchmark. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Report, goals } from "../../bench/report";

const root = join(__dirname, "..", "..");

it("measures one function on the real engine, and our calls stay within their budget", () => {
  const main = join(root, "dist", "bench", "main.js");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [main, "--sizes", "1", "--slow", "0", "--plugin", "--repetitions", "1", "--json"],
    { cwd: root, encoding: "utf8" },
  );
  const progress = "measuring: functions: 1, ms more for each call: 0, repetitions: 1\n";
  expect([status, stderr]).toEqual([0, progress]);
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
