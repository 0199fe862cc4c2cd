/** Draws that follow from a seed, so that a run can be repeated. Pure but for the count of a sequence. */
import { createHash } from "node:crypto";

/** A number from 0 inclusive to 1 exclusive that follows from the seed and the count alone. */
export function draw(seed: number, count: number): number {
  return createHash("sha256").update(`${seed}/${count}`).digest().readUInt32BE() / 2 ** 32;
}

/** A sequence of draws, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let count = 0;
  return () => draw(seed, ++count);
}
