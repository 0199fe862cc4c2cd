/** Random numbers from a seed, so that a run can be repeated. */
import { createHash } from "node:crypto";

/** A number from 0 (inclusive) to 1 (exclusive) that depends only on seed and count. Pure. */
export function draw(seed: number, count: number): number {
  return createHash("sha256").update(`${seed}/${count}`).digest().readUInt32BE() / 2 ** 32;
}

/** A sequence of random numbers, the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let count = 0;
  return () => draw(seed, ++count);
}
