/** One small run of the benchmark. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import type { Report, goals } from "../../bench/report";

const root = join(__dirname, "..", "..");

it("measures one function on the real engine, and our calls stay within their budget", () => {
  const main = join(root, "dist", "bench", "main.js");
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [main, "--sizes", "1", "--first", "0", "--plugin", "1", "--repetitions", "1", "--json"],
    { cwd: root, encoding: "utf8" },
  );
  const steps = ["no-op", "plugin, no-op", "plugin, first up"];
  const progress = steps.map((step) => `measuring: ${step}, functions: 1, pairs of runs: 1\n`).join("");
  expect([status, stderr]).toEqual([0, progress]);
  const { measurements, plugin, goals: checked } = JSON.parse(stdout) as Report & { goals: ReturnType<typeof goals> };
  expect(measurements).toMatchObject([{ kind: "no-op", functions: 1, calls: 0 }]);
  // Both doors make the same calls.
  expect(plugin).toMatchObject([
    { kind: "no-op", calls: 0 },
    { kind: "first", calls: 12 },
  ]);
  for (const { memoryOf } of plugin) expect(memoryOf?.provider.ours.median).toBeGreaterThan(1e7);
  expect(checked.filter(({ exact, met }) => exact && !met)).toEqual([]);
});
