/** Where a release stands: what state, the alias and config have, and what the next run would do. */
import {
  type Forecast,
  type Live,
  type StoredRelease,
  forecast,
  lastSeen,
  readLive,
  stepsOf,
} from "../../provider/rollout";
import { lineOf } from "./configFile";
import { type ConfiguredKeys, type OpenStack, type StackFlags, callerOf, keysOf } from "./stack";

/** A release with all that was read of it. */
export interface Position {
  readonly release: StoredRelease;
  readonly configured: ConfiguredKeys;
  /** The alias; undefined where it is gone. */
  readonly live: Pick<Live, "alias" | "split"> | undefined;
  /** True where {@link live} is what the last run saw. */
  readonly offline: boolean;
  /** What the next run would do, or why it would be refused. */
  readonly next: Forecast | { readonly refused: string };
}

/** Reads every release of a stack, each with one call to the service, or with none offline. */
export async function positionsIn(
  stack: OpenStack,
  flags: StackFlags & { readonly offline?: boolean },
): Promise<Position[]> {
  const [releases, config] = await Promise.all([stack.releases(), stack.config()]);
  const { offline = false } = flags;
  const caller = callerOf(flags);
  return await Promise.all(
    releases.map(async (release): Promise<Position> => {
      const configured = keysOf(config, release, releases, flags.namespace);
      const live = offline ? lastSeen(release) : await readLive(release, caller);
      return { release, configured, live, offline, next: nextOf(release, configured.keys, live) };
    }),
  );
}

/** The forecast, or the words of the refusal. */
export function nextOf(release: StoredRelease, keys: ConfiguredKeys["keys"], live: Position["live"]): Position["next"] {
  try {
    return forecast(release, keys, live?.alias);
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** A position as the JSON of `status` has it, and as a part of what the other verbs print. */
export function positionMembers({ release, configured, live, offline, next }: Position, stack: OpenStack) {
  const { outputs, name } = release;
  const { phase, stable, candidate, previousStable, effectiveWeight, step, rejected, split } = outputs;
  const text = stack.configText();
  return {
    release: name,
    functionName: outputs.functionName,
    aliasName: outputs.aliasName,
    region: outputs.region,
    accountId: outputs.accountId,
    phase,
    stable,
    ...(candidate === undefined ? {} : { candidate }),
    ...(previousStable === undefined ? {} : { previousStable }),
    weight: effectiveWeight,
    ...(step === undefined ? {} : { step }),
    steps: stepsOf(outputs),
    rejected,
    desired: split,
    live: live?.split ?? {},
    liveFrom: offline ? "state" : "service",
    keys: Object.entries(configured.keys).map(([key, value]) => {
      const whole = `${configured.namespace}:${key}`;
      const line = lineOf(text, whole);
      return { key: whole, value, ...(line === undefined ? {} : { file: stack.configName, line }) };
    }),
    next,
  };
}
