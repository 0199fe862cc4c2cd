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
import {
  type ConfigMap,
  type ConfiguredKeys,
  type OpenStack,
  type StackFlags,
  callerOf,
  chosen,
  keysOf,
} from "./stack";

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

/**
 * Reads the release that the flags name, or every one of a stack: each with one call to the service, or with none offline. Throws
 * {@link Refused} for a name there is not.
 */
export async function positionsIn(
  stack: OpenStack,
  flags: StackFlags & { readonly offline?: boolean },
): Promise<Position[]> {
  const [releases, config] = await Promise.all([stack.releases(), stack.config()]);
  const wanted = flags.release === undefined ? releases : [chosen(releases, flags.release)];
  return await Promise.all(wanted.map((release) => positionAt(release, releases, config, flags)));
}

/** Reads the one release that a verb is about. Throws {@link Refused} where that is not clear. */
export async function positionOf(stack: OpenStack, flags: StackFlags): Promise<Position> {
  const [releases, config] = await Promise.all([stack.releases(), stack.config()]);
  return await positionAt(chosen(releases, flags.release), releases, config, flags);
}

async function positionAt(
  release: StoredRelease,
  releases: readonly StoredRelease[],
  config: ConfigMap,
  flags: StackFlags & { readonly offline?: boolean },
): Promise<Position> {
  const { offline = false } = flags;
  const configured = keysOf(config, release, releases, flags.namespace);
  const live = offline ? lastSeen(release) : await readLive(release, callerOf(flags));
  return { release, configured, live, offline, next: nextOf(release, configured.keys, live) };
}

/** The forecast, or the words of the refusal. */
export function nextOf(release: StoredRelease, keys: ConfiguredKeys["keys"], live: Position["live"]): Position["next"] {
  try {
    return forecast(release, keys, live?.alias, Date.now() / 1000);
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
