/**
 * The steps of a world: runs of programs, refreshes, and changes by hand. Steps are data, so that a world can be generated,
 * shortened, printed and run again.
 */
import * as fc from "fast-check";

/** The program of a run: its code, the weight, and whether it adopts objects and has a trigger. */
export interface Wish {
  /** A letter that stands for the code. */
  readonly code: string;
  readonly weight?: number;
  readonly adopt?: boolean;
  readonly trigger?: boolean;
}

/** A fault of a request; see `FAULTS` in world.ts. */
export interface Disturbance {
  /** Number of the request in its run, from 1. */
  readonly at: number;
  readonly kind: string;
  readonly times?: number;
}

/** Changes by hand that people make between the runs. */
export const HANDS = [
  "lower",
  "zero",
  "raise",
  "promote",
  "delete alias",
  "delete trigger",
  "delete function",
  "make function",
  "make alias",
  "make trigger",
] as const;

/** The kinds of faults that a request of a run can have. */
export const DISTURBANCES = [
  "closed before",
  "closed after",
  "cut",
  "throttled",
  "concurrent",
  "denied",
  "500 before",
  "500 after",
  "page as success",
  "nothing as success",
  "late",
  "old",
  "hung",
] as const;

/** One step. Stack 0 is `dev`, stack 1 is `prod`; both are of project `shop`. */
export type Step =
  | {
      readonly do: "up";
      readonly stack: number;
      readonly wish: Wish;
      readonly refresh?: boolean;
      readonly faults?: readonly Disturbance[];
      /** Number of the request, from 1, during which the process is killed. */
      readonly killedAt?: number;
    }
  | { readonly do: "refresh"; readonly stack: number; readonly faults?: readonly Disturbance[] }
  | {
      readonly do: "destroy";
      readonly stack: number;
      readonly refresh?: boolean;
      readonly faults?: readonly Disturbance[];
      readonly killedAt?: number;
    }
  | { readonly do: "hand"; readonly hand: (typeof HANDS)[number] }
  /** A run with the keys and the endpoint of another account in another region. */
  | {
      readonly do: "wrong place";
      readonly stack: number;
      readonly run: "up" | "refresh" | "destroy";
      readonly wish: Wish;
    }
  /** A program that only reads objects, with `Function.get` and `Alias.get`. */
  | { readonly do: "get" };

/** A whole world: the programs of its two stacks, the behaviour of the service, and the sequence of steps. */
export interface Script {
  /** The program of stack 0: a release (`whole`), or a plain alias (`plain`). */
  readonly kind: "whole" | "plain";
  /** The program of stack 1: the same function (`same`), or an alias and a trigger on the function of stack 0 (`guest`). */
  readonly second: "same" | "guest";
  /** True: the first read after a change returns the old object. */
  readonly late: boolean;
  /** The objects of the other account: objects with the same names, or none. */
  readonly elsewhere: "same names" | "nothing";
  readonly steps: readonly Step[];
}

const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;

const wish = fc
  .record({
    code: fc.constantFrom("a", "b", "c"),
    weight: fc.constantFrom(undefined, 0, 10, 25, 50, 100),
    adopt: fc.constantFrom(undefined, undefined, true),
    trigger: fc.constantFrom(undefined, true),
  })
  .map((all) => defined(all) as Wish);
const stack = fc.constantFrom(0, 0, 0, 1);
const faults = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 18 }),
    kind: fc.constantFrom(...DISTURBANCES),
    times: fc.constantFrom(1, 1, 2),
  }),
  { maxLength: 2 },
);
const killedAt = fc.constantFrom(undefined, undefined, undefined, 1, 2, 3, 5, 8, 11, 14);

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .record({
        do: fc.constant("up" as const),
        stack,
        wish,
        refresh: fc.constantFrom(true, true, false),
        faults,
        killedAt,
      })
      .map((all) => defined(all) as Step),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("hand" as const), hand: fc.constantFrom(...HANDS) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("refresh" as const), stack, faults }) },
  {
    weight: 1,
    arbitrary: fc
      .record({ do: fc.constant("destroy" as const), stack, refresh: fc.boolean(), faults, killedAt })
      .map((all) => defined(all) as Step),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("wrong place" as const),
      stack,
      run: fc.constantFrom("up" as const, "refresh" as const, "destroy" as const),
      wish,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "get" as const }) },
);

/** Worlds of 3 to 9 steps. */
export const scripts: fc.Arbitrary<Script> = fc.record({
  kind: fc.constantFrom("whole" as const, "whole" as const, "plain" as const),
  second: fc.constantFrom("same" as const, "guest" as const),
  late: fc.constantFrom(false, false, true),
  elsewhere: fc.constantFrom("same names" as const, "nothing" as const),
  steps: fc.array(step, { minLength: 3, maxLength: 9 }),
});
