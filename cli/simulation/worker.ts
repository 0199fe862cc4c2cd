/** Runs a part of the releases on a core of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { type SimulateFlags, trafficsOf } from "./flags";
import { type Plan, release } from "./releases";

/** What a worker runs: of each traffic, every `of`-th release from the `first` on. */
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
