/** Emulators in place of an account, and runs of `learn` against them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import {
  type Emulator,
  type Fault,
  type StartOptions,
  startEmulator,
  SWITCHES,
  type Switches,
} from "../../../emulator";
import type { Pace } from "../../../emulator/learn/account";
import type { Place } from "../../../emulator/learn/place";
import { learn, type LearnInput, type Learned } from "../../../emulator/learn/run";

/** Returns a function that draws whole numbers from 0 to `below` - 1. With the same seed it draws the same numbers. */
export function dice(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A value for every switch. */
export function anySwitches(seed: number): Switches {
  const roll = dice(seed);
  return Object.fromEntries(
    Object.entries(SWITCHES).map(([name, { values }]) => [name, values[roll(values.length)]]),
  ) as Switches;
}

const BUSY = { status: 503, code: "ServiceUnavailable", message: "busy" };
const THROTTLED = { status: 429, code: "Throttling.User", message: "slow down" };

/** Kinds of failures, each with the share of requests that fail. */
export const TROUBLES: Readonly<Record<string, readonly [number, Fault["action"]][]>> = {
  nothing: [],
  throttling: [[0.08, { kind: "reject", ...THROTTLED }]],
  failing: [
    [0.02, { kind: "reject", ...BUSY }],
    [0.02, { kind: "resetBefore" }],
    [0.02, { kind: "applyThenReset" }],
  ],
  lying: [
    [0.02, { kind: "applyThenReject", ...BUSY }],
    [0.02, { kind: "applyThenReject", ...THROTTLED }],
    [0.01, { kind: "applyThenHtml", status: 502 }],
    [0.01, { kind: "applyThenTruncate" }],
    [0.01, { kind: "html", status: 200 }],
    [0.01, { kind: "redirect", status: 302, location: "http://127.0.0.1:1/" }],
  ],
};

/** The faults of one kind of failure. */
export function faultsOf(trouble: string, seed: number): Fault[] {
  return (TROUBLES[trouble] ?? []).map(([probability, action], at) => ({
    operation: "*",
    times: Infinity,
    probability,
    seed: seed * 10 + at,
    action,
  }));
}

/**
 * A clock and waits for `learn` that take no real time. A wait adds its seconds to a count, and moves the emulator's
 * clock.
 */
export function quickly(emulator: Emulator): Pace {
  let now = Date.UTC(2026, 0, 2);
  return {
    pauseMs: 1000,
    now: () => now,
    async wait(ms) {
      now += ms;
      emulator.clock.advance(ms / 1000);
      await setTimeout(Math.min(ms / 500, 25));
    },
  };
}

export function placeOf({ endpoint, region, accessKeyId, accessKeySecret }: Emulator): Place {
  return { region, endpoint: () => endpoint, tokenEndpoint: endpoint, accessKeyId, accessKeySecret };
}

/** A folder that is deleted at the end of the suite. */
export function useFolder(): () => string {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "learn-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return () => folder;
}

let runs = 0;

/** A run of `learn` with default values for its options. */
export async function learnFrom(emulator: Emulator, folder: string, more: Partial<LearnInput> = {}): Promise<Learned> {
  runs += 1;
  const learned = await learn({
    place: placeOf(emulator),
    pace: quickly(emulator),
    journal: join(folder, `journal-${runs}`),
    prefix: `test-learn-${runs}-`,
    sdk: "sdk 1.2.3",
    signal: new AbortController().signal,
    confirm: () => Promise.resolve(true),
    report: () => undefined,
    ...more,
  });
  if (learned === undefined) throw new Error("the run was not confirmed");
  return learned;
}

/** Starts an emulator, calls a function with it, and closes the emulator. */
export async function withEmulator<T>(
  options: StartOptions,
  work: (emulator: Emulator) => Promise<T>,
  start = startEmulator,
): Promise<T> {
  const emulator = await start(options);
  try {
    return await work(emulator);
  } finally {
    await emulator.close();
  }
}

/** Outcomes as `value`, `no effect` … by switch. */
export function summary({ profile }: Learned): Record<string, string> {
  return Object.fromEntries(
    Object.entries(profile?.switches ?? {}).map(([name, found]) => [
      name,
      "value" in found ? found.value : found.outcome,
    ]),
  );
}

/** If every publish is accepted, these three switches have no effect. */
const OF_THE_GUARD = ["publishErrorStatus", "publishErrorHeader", "refusedPublish"];

/** The results that a run must have for these switches. */
export function expected(switches: Switches): Record<string, string> {
  const hidden = switches.publishGuard === "off" ? OF_THE_GUARD : [];
  return { ...switches, ...Object.fromEntries(hidden.map((name) => [name, "no effect"])) };
}

/** The account of a seed, and the results of the run on this account. */
export async function runOf(seed: number, folder: string) {
  const troubles = Object.keys(TROUBLES);
  const trouble = troubles[seed % troubles.length] ?? "";
  const switches = anySwitches(seed);
  return await withEmulator({ ...switches, seed }, async (emulator) => {
    emulator.faults.add(...faultsOf(trouble, seed));
    const learned = await learnFrom(emulator, folder);
    return {
      found: summary(learned),
      expected: expected(switches),
      left: [learned.left, [...emulator.store.functions.keys()]].flat(),
      calls: learned.calls,
      runs: learned.runs,
      trouble,
    };
  });
}
