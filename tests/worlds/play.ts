/** Draws worlds, and prints one that goes wrong as a test. */
import * as fc from "fast-check";
import { type Script, scripts } from "./steps";
import type { Ground } from "./world";

/** Runs so many worlds from a seed; throws the shortest one that goes wrong. */
export async function playRandom(ground: Ground, count: number, seed: number): Promise<void> {
  const result = await fc.check(
    fc.asyncProperty(scripts, async (script) => {
      const wrong = await ground.wrongIn(script);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    }),
    // Each try of a shorter world takes as long as a world: the first short one is good enough.
    { numRuns: count, seed, endOnFailure: false, interruptAfterTimeLimit: 3_000_000, markInterruptAsFailure: false },
  );
  if (!result.failed) return;
  const [script] = result.counterexample ?? [];
  const message = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(`seed ${seed}, world ${result.numRuns}:\n${message}\n\n${asTest(script)}`);
}

/** A test that stands for itself. */
function asTest(script: Script | undefined): string {
  return [
    'it("a world", async () => {',
    "  const ground = await Ground.start();",
    `  const script: Script = ${JSON.stringify(script, null, 2).replaceAll("\n", "\n  ")};`,
    "  try {",
    "    expect(await ground.wrongIn(script)).toEqual([]);",
    "  } finally {",
    "    await ground.close();",
    "  }",
    "});",
  ].join("\n");
}
