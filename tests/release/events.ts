/** What may happen to a release, at random. */
import * as fc from "fast-check";
import type { Config } from "./world";

/** One thing that happens. Versions are code: the same code is the same version. */
export type Event =
  | { readonly kind: "run"; readonly version: number; readonly config: Config; readonly crash: boolean }
  /** An earlier run again, with the order of runs it had. */
  | { readonly kind: "again"; readonly back: number }
  | { readonly kind: "hand"; readonly main: number; readonly extra: number; readonly percent: number }
  | { readonly kind: "lower"; readonly percent: number }
  | { readonly kind: "alias lost" }
  | { readonly kind: "state lost" };

const version = fc.integer({ min: 1, max: 4 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 3 });
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const config: fc.Arbitrary<Config> = fc
  .record({
    weight: maybe(fc.constantFrom(0, 1, 5, 10, 25, 50, 99, 100)),
    for: seldom(version.map(String)),
    strategy: fc.constantFrom("canary" as const, "canary" as const, "canary" as const, "direct" as const),
    hold: fc.constantFrom(false, false, false, true),
    reject: seldom(version.map(String)),
    retry: seldom(fc.tuple(version, fc.integer({ min: 1, max: 3 })).map(([v, n]) => `${v}@${n}`)),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as Config);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("run" as const), version, config, crash: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("again" as const), back: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hand" as const), main: version, extra: version, percent: fc.constantFrom(0, 1, 30) }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lower" as const), percent: fc.constantFrom(0, 1, 3, 20) }) },
  { weight: 1, arbitrary: fc.constantFrom({ kind: "alias lost" as const }, { kind: "state lost" as const }) },
);

/** Sequences of two to so many events. */
export function events(most: number): fc.Arbitrary<Event[]> {
  return fc.array(event, { minLength: 2, maxLength: most });
}
