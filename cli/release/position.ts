/** The position of a release: its values in state, on its alias and in config, and what the next run would do. */
import {
  type Forecast,
  type Live,
  type StoredRelease,
  forecast,
  isBehind,
  isOlder,
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

/** A release with everything that was read about it. */
export interface Position {
  readonly release: StoredRelease;
  readonly configured: ConfiguredKeys;
  /** The alias; undefined if it was deleted. */
  readonly live: Pick<Live, "alias" | "split"> | undefined;
  /**
   * True if no call to the service was made. In this case {@link live} has the split that the last run or refresh read.
   */
  readonly offline: boolean;
  /** Why state does not have the result of the last run; undefined if state has it. */
  readonly behind: string | undefined;
  /** What the next run would do, why it would be refused, or why the keys that it reads are not known. */
  readonly next: Forecast | { readonly refused: string } | { readonly unknown: string };
}

/**
 * Reads the release that the flags name, or all releases of a stack: each with one call to the service, or without a
 * call with `--offline`. Throws {@link Refused} for an unknown name.
 */
export async function positionsIn(
  stack: OpenStack,
  flags: StackFlags & { readonly offline?: boolean },
): Promise<Position[]> {
  const [releases, config] = await Promise.all([stack.releases(), stack.config()]);
  const wanted = flags.release === undefined ? releases : [chosen(releases, flags.release)];
  return await Promise.all(wanted.map((release) => positionAt(release, config, flags)));
}

/** Reads the release that the flags name, or the only release. Throws {@link Refused} if the flags do not determine one. */
export async function positionOf(stack: OpenStack, flags: StackFlags): Promise<Position> {
  const [releases, config] = await Promise.all([stack.releases(), stack.config()]);
  return await positionAt(chosen(releases, flags.release), config, flags);
}

async function positionAt(
  release: StoredRelease,
  config: ConfigMap,
  flags: StackFlags & { readonly offline?: boolean },
): Promise<Position> {
  const { offline = false } = flags;
  const configured = keysOf(config, release, flags.namespace);
  const live = offline ? lastSeen(release) : await readLive(release, callerOf(flags));
  return placed({ release, configured, live, offline });
}

/** The position of a release, from what was read about it. */
export function placed(read: Pick<Position, "release" | "configured" | "live" | "offline">): Position {
  const { release, configured, live } = read;
  const { unclear, keys } = configured;
  const next = unclear === undefined ? nextOf(release, keys, live) : { unknown: unclear };
  return { ...read, behind: behindWords(release, live), next };
}

function behindWords(release: StoredRelease, live: Position["live"]): string | undefined {
  if (isOlder(release, live?.alias))
    return (
      `state of release ${release.name} is older than its alias: a run was interrupted, or an older state was restored. Run pulumi ` +
      `refresh --yes, which changes no traffic, then run this command again`
    );
  if (!isBehind(release, live?.alias)) return undefined;
  return (
    `state of release ${release.name} has another version than its alias: the run that deployed the version of the alias was interrupted, or an ` +
    `older state was restored. Run pulumi up of the whole program first; rollback and hold may work before`
  );
}

/** The forecast of the next run, or the message with which the run would be refused. */
export function nextOf(
  release: StoredRelease,
  keys: ConfiguredKeys["keys"],
  live: Position["live"],
): Forecast | { readonly refused: string } {
  try {
    return forecast(release, keys, live?.alias, Date.now() / 1000);
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * Why a release cannot be judged: a run would refuse the config keys of the release, or these keys are not known.
 * Undefined if it can be judged.
 */
export function obstacleOf(next: Position["next"]): string | undefined {
  if ("refused" in next) return next.refused;
  return "unknown" in next ? next.unknown : undefined;
}

/** A position in the form of `status --json`; it is also a part of the output of other subcommands. */
export function positionMembers({ release, configured, live, offline, behind, next }: Position, stack: OpenStack) {
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
    ...(behind === undefined ? {} : { behind }),
    keys: Object.entries(configured.keys).map(([key, shown]) => {
      const value = configured.secrets.includes(key) ? "[secret]" : shown;
      const whole = `${configured.namespace}:${key}`;
      const line = lineOf(text, whole);
      return { key: whole, value, ...(line === undefined ? {} : { file: stack.configName, line }) };
    }),
    next,
  };
}
