/** Plays random worlds (sequences of steps). If a world shows a mistake, it is printed as a test. */
import * as fc from "fast-check";
import { type Script, scripts } from "./steps";
import type { Ground } from "./world";

/**
 * Plays random worlds from a seed. If a world shows a mistake, the world is shortened. The error that is thrown then has
 * the text of a test with the shortened world.
 */
export async function playRandom(ground: Ground, count: number, seed: number): Promise<void> {
  const result = await fc.check(
    fc.asyncProperty(scripts, async (script) => {
      const wrong = await ground.wrongIn(script);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    }),
    // Each attempt to shorten a world runs the world again, so the first shorter one is used.
    { numRuns: count, seed, endOnFailure: false, interruptAfterTimeLimit: 3_000_000, markInterruptAsFailure: false },
  );
  if (!result.failed) return;
  const [script] = result.counterexample ?? [];
  const message = result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance);
  throw new Error(`seed ${seed}, world ${result.numRuns}:\n${message}\n\n${asTest(script)}`);
}

/** Returns the text of a complete test that plays this world again. */
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
