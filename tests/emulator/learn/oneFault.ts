/** Adds one fault to one call of an experiment, and compares the results of the run with the switches of the account. */
import type { Emulator, Fault } from "../../../emulator";
import { EXPERIMENTS } from "../../../emulator/learn/experiments";
import { anySwitches, expected, learnFrom, withEmulator } from "./stand";

const refusal = (status: number, code: string): Fault["action"] => ({ kind: "reject", status, code, message: "no" });

/** The faults that a call can have. */
export const KINDS: Readonly<Record<string, Fault["action"]>> = {
  conflict: refusal(409, "ConcurrentModification"),
  invalid: refusal(400, "InvalidArgument"),
  denied: refusal(403, "AccessDenied"),
  broken: refusal(500, "InternalServerError"),
  stale: { kind: "stale", changes: 1 },
  lost: { kind: "applyThenReset" },
};

/** A call of an experiment: its operation, and its number among the calls of this operation in the run. */
interface Call {
  readonly operation: string;
  readonly nth: number;
  readonly isRead: boolean;
}

type Decisions = Readonly<Record<string, string>>;

/** A run of one experiment. */
interface Run {
  readonly decisions: Decisions;
  readonly calls: readonly Call[];
}

async function runOne(emulator: Emulator, folder: string, experiment: (typeof EXPERIMENTS)[number]): Promise<Run> {
  emulator.forgetRequests();
  let end = 0;
  const report = (): void => void (end ||= emulator.requests.length);
  const { profile, left } = await learnFrom(emulator, folder, { experiments: [experiment], report });
  if (left.length > 0) throw new Error(`left: ${left.join(", ")}`);
  const found = Object.entries({ ...profile?.switches, ...profile?.findings });
  const names: readonly string[] = [...experiment.settles, ...experiment.finds];
  const decisions = found.flatMap(([name, outcome]) =>
    names.includes(name) ? [[name, "value" in outcome ? outcome.value : outcome.outcome]] : [],
  );
  const seen = new Map<string, number>();
  const calls = emulator.requests.slice(0, end).map(({ operation, method }) => {
    const nth = (seen.get(operation) ?? 0) + 1;
    seen.set(operation, nth);
    return { operation, nth, isRead: method === "GET" };
  });
  return { decisions: Object.fromEntries(decisions) as Decisions, calls };
}

/** Operations that every run calls before its experiments. */
const BEFORE = ["GetCallerIdentity", "ListFunctions"];

/**
 * Wrong decisions of an experiment: one run for each call and kind that `isChosen` chooses by its number. A value that is
 * neither the account's nor "not decided" is wrong.
 */
export async function wrongDecisions(
  at: number,
  seed: number,
  folder: string,
  isChosen: (number: number) => boolean,
): Promise<{ readonly runs: number; readonly wrong: readonly string[] }> {
  const experiment = EXPERIMENTS[at];
  if (experiment === undefined) throw new Error(`no experiment ${at}`);
  const switches = anySwitches(seed);
  return await withEmulator({ ...switches, seed }, async (emulator) => {
    const { decisions, calls } = await runOne(emulator, folder, experiment);
    const right: Decisions = { ...decisions, ...pick(expected(switches), experiment.settles) };
    const wrong = differing(right, decisions, "no fault", []);
    const cases = calls
      .filter(({ operation }) => !BEFORE.includes(operation))
      .flatMap((call) => Object.entries(KINDS).map(([kind, action]) => ({ ...call, kind, action })))
      .filter(({ kind, isRead }) => kind !== "stale" || isRead)
      .filter((_case, number) => isChosen(number));
    for (const { operation, nth, kind, action } of cases) {
      emulator.faults.clear();
      emulator.faults.add({ operation, nth, action });
      const run = await runOne(emulator, folder, experiment);
      wrong.push(...differing(right, run.decisions, `seed ${seed}, ${operation} ${nth} ${kind}`, ["not decided"]));
    }
    return { runs: cases.length, wrong };
  });
}

function pick(all: Decisions, names: readonly string[]): Decisions {
  return Object.fromEntries(Object.entries(all).filter(([name]) => names.includes(name)));
}

function differing(right: Decisions, found: Decisions, when: string, allowed: readonly string[]): string[] {
  return Object.entries(right).flatMap(([name, value]) => {
    const given = found[name] ?? "absent";
    return given === value || allowed.includes(given) ? [] : [`${when}: ${name} is ${given}, and the account ${value}`];
  });
}
