/** Forecasts the next run of a release, with the current config keys or with changed ones. Pure. */
import type { ObservedAlias } from "../core/model";
import {
  type Phase,
  type ReleaseInputs,
  type ReleaseOutputs,
  describePlan,
  planRelease,
  releaseOutputs,
  storedMemory,
} from "../core/release";
import { judgedSentence } from "../core/release/announcement";
import { livePercent } from "../core/release/observed";
import { RELEASE_MEMBERS, checkRelease } from "../core/release/inputs";
import type { StoredRelease } from "./state";

/** Config keys that control a release, as text; see docs/releases.md. */
export type Keys = Readonly<Partial<Record<string, unknown>>>;

/** A release as it would be after a run. */
export interface Forecast {
  /** Map from version id to its share in percent. */
  readonly split: Readonly<Record<string, number>>;
  readonly phase: Phase;
  readonly stable: string;
  readonly candidate?: string;
  /** Share of the candidate in percent. */
  readonly weight: number;
  /** Whether `hold` is set, which stops every rise of a share. */
  readonly hold: boolean;
  /** The sentence of the preview; undefined if no traffic moves. */
  readonly sentence?: string;
  /**
   * What the run would judge under `weight: auto`; undefined if it would judge nothing. The other members of the
   * forecast do not include the verdict.
   */
  readonly judged?: string;
  readonly warnings: readonly string[];
  /** Why the run would fail; undefined if it would not fail. */
  readonly failure?: string;
}

/**
 * Keys that have an effect only while they are in config. The program may set the other keys as well, so state has
 * their values.
 */
const MOVING = ["weight", "hold", "reject", "retry"];
const COMMON = ["region", "accountId", "resourceUrn", "owner", "connection", "functionName", "secretInputs", "adopt"];

/**
 * Forecasts a run of the program with the inputs in state: new code is not read, and the run does not count as older.
 *
 * @param live the alias; undefined if it was deleted
 * @param now seconds since 1970
 * @throws Error for a key whose value is not allowed, and for a run that would be refused
 */
export function forecast(
  { outputs }: StoredRelease,
  keys: Keys,
  live: ObservedAlias | undefined,
  now: number,
): Forecast {
  const checked = inputsOf(outputs, keys);
  const plan = planRelease(checked, storedMemory(outputs), live, undefined);
  const { sentence: judged } = judgedSentence(outputs.judging, checked, plan, now);
  const after = releaseOutputs(checked, plan, live ?? {}, outputs);
  return {
    split: after.split,
    phase: after.phase,
    stable: after.stable,
    ...(after.candidate === undefined ? {} : { candidate: after.candidate }),
    weight: after.effectiveWeight,
    hold: after.hold,
    ...(judged === undefined ? {} : { judged }),
    ...describePlan(live === undefined ? {} : livePercent(live), checked, plan),
  };
}

/**
 * The checked inputs of a run of the program, computed from state.
 *
 * @throws Error for a key whose value is not allowed
 */
export function inputsOf(outputs: ReleaseOutputs, keys: Keys): ReleaseInputs {
  const { inputs, failures } = checkRelease(outputs, withKeys(outputs, keys));
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  return inputs as unknown as ReleaseInputs;
}

function withKeys(outputs: ReleaseOutputs, { rev: _order, ...keys }: Keys): Partial<ReleaseInputs> {
  // `rev` is left out: the value in state is that of an earlier run, and with it the forecast could count as an older run.
  const names = [...RELEASE_MEMBERS, ...COMMON].filter((name) => !MOVING.includes(name) && name !== "rev");
  const stored = Object.entries(outputs).filter(([name]) => names.includes(name));
  const changed = Object.entries(keys).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...stored, ...changed]);
}
