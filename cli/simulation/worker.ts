/** Simulates a part of the releases in a worker thread. */
import { parentPort, workerData } from "node:worker_threads";
import { type SimulateFlags, trafficsOf } from "./flags";
import { type Plan, release } from "./releases";

/** The work of a worker: for each kind of traffic, every `of`-th release, starting with number `first`. */
export interface Part {
  readonly flags: SimulateFlags;
  readonly plan: Plan;
  readonly seed: number;
  readonly releases: number;
  readonly first: number;
  readonly of: number;
}

const { flags, plan, seed, releases, first, of } = workerData as Part;
const numbers = Array.from({ length: Math.ceil((releases - first) / of) }, (_, i) => first + i * of);
parentPort?.postMessage(
  trafficsOf(flags).map((traffic) => numbers.map((number) => release(plan, traffic, seed, number))),
);
