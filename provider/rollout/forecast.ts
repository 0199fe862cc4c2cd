/** What the next run of a release would do, with keys of config as they stand or as they would stand. Pure. */
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

/** Keys of config that move a release, as text; see docs/releases.md. */
export type Keys = Readonly<Partial<Record<string, unknown>>>;

/** Where a run would leave a release. */
export interface Forecast {
  /** Version id to its share in percent. */
  readonly split: Readonly<Record<string, number>>;
  readonly phase: Phase;
  readonly stable: string;
  readonly candidate?: string;
  /** Percent the candidate gets. */
  readonly weight: number;
  /** Whether nothing goes up. */
  readonly hold: boolean;
  /** What the preview prints; undefined where no traffic moves. */
  readonly sentence?: string;
  /** What the run would judge first, under weight `auto`; undefined where there is nothing to judge. Everything else is without a verdict. */
  readonly judged?: string;
  readonly warnings: readonly string[];
  /** Why the run would fail; undefined where it would not. */
  readonly failure?: string;
}

/** Keys that mean what they mean only while they stand in config. A program may set the others itself. */
const MOVING = ["weight", "hold", "reject", "retry"];
const COMMON = ["region", "accountId", "resourceUrn", "owner", "connection", "functionName", "secretInputs", "adopt"];

/**
 * What a run of the program as state knows it would do: new code is not looked at. The order of runs counts as not older.
 *
 * @param live the alias; undefined where it is gone
 * @param now seconds since 1970
 * @throws Error for a key whose value is not allowed, and for a run that would be refused
 */
export function forecast(
  { outputs }: StoredRelease,
  keys: Keys,
  live: ObservedAlias | undefined,
  now: number,
): Forecast {
  const { inputs, failures } = checkRelease(outputs, withKeys(outputs, keys));
  if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("\n"));
  const checked = inputs as unknown as ReleaseInputs;
  const plan = planRelease(checked, storedMemory(outputs), live, () => true);
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

function withKeys(outputs: ReleaseOutputs, { rev: _order, ...keys }: Keys): Partial<ReleaseInputs> {
  const names = [...RELEASE_MEMBERS, ...COMMON].filter((name) => !MOVING.includes(name));
  const stored = Object.entries(outputs).filter(([name]) => names.includes(name));
  const given = Object.entries(keys).filter(([, value]) => value !== undefined);
  return Object.fromEntries([...stored, ...given]);
}
