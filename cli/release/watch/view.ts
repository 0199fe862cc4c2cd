/** The data that `watch` shows of a release, without their presentation. Pure. */
import type { Judgement, Phase } from "../../../provider/rollout";
import { type JudgedPosition, judgedMembers } from "../judge";
import { positionMembers } from "../position";
import type { OpenStack } from "../stack";
import { nextWords } from "../status";

/** Map from version id to its share in percent. */
export type Split = Readonly<Record<string, number>>;

/** The data that `watch` shows of one release. */
export interface ReleaseView {
  readonly release: string;
  readonly functionName: string;
  readonly aliasName: string;
  readonly phase: Phase;
  readonly stable: string;
  readonly candidate?: string;
  /** Share of the candidate in percent. */
  readonly weight: number;
  /** Steps in percent, ascending, with 100 as the last. */
  readonly steps: readonly number[];
  readonly desired: Split;
  readonly live: Split;
  readonly judgement: Judgement;
  /** Decisions, newest first. */
  readonly decisions: readonly DecisionView[];
  /** The splits that the release remembers, newest first. */
  readonly splits: readonly string[];
  /** What the next run does, one sentence for each effect; empty if it moves no traffic. */
  readonly next: readonly string[];
}

/** One decision about the candidate. */
export interface DecisionView {
  readonly verdict: string;
  /** Share of the candidate in percent when the decision was made. */
  readonly weight: number;
  /** End of the window of the decision, in seconds since 1970. */
  readonly to: number;
  /** Counts of the candidate in the window of the decision. */
  readonly requests: number;
  readonly errors: number;
}

/** The result of one read. */
export interface View {
  /** Time of the read, in milliseconds since 1970. */
  readonly time: number;
  readonly stack: string;
  readonly releases: readonly ReleaseView[];
  /** The error of a later read; `releases` are then those of the last read that succeeded. */
  readonly problem?: string;
}

/** Number of decisions and splits that are shown. */
const LAST = 4;

/** Converts a release to the data that `watch` shows. */
export function viewOf({ position, judgement }: JudgedPosition, steps: readonly number[]): ReleaseView {
  const { release, live, next } = position;
  const { outputs, name } = release;
  const { functionName, aliasName, phase, stable, candidate, effectiveWeight, split, history, judging } = outputs;
  const decisions = (judging?.decisions ?? []).slice(-LAST).map(({ verdict, weight, to, counts }) => ({
    ...{ verdict, weight: weight / 10, to },
    ...{ requests: counts.candidate.requests, errors: counts.candidate.errors },
  }));
  return {
    ...{ release: name, functionName, aliasName, phase, stable, weight: effectiveWeight, steps, judgement },
    ...(candidate === undefined ? {} : { candidate }),
    ...{ desired: split, live: live?.split ?? {} },
    ...{ decisions: decisions.reverse(), splits: history.slice(-LAST).reverse(), next: nextWords(next) },
  };
}

/** A release in the form of `watch --json`: the members of `status`, and those of `judge`. */
export function watchedMembers(judged: JudgedPosition, stack: OpenStack) {
  return { ...positionMembers(judged.position, stack), judged: judgedMembers(judged) };
}

/**
 * The part of a view that must differ before another line is printed, as text. The text does not include counts and the
 * time for which a candidate has had its weight, because these change with each read.
 */
export function changeKey({ releases, problem }: View): string {
  const parts = releases.map(({ release, phase, stable, candidate, desired, live, judgement, decisions }) => {
    const { verdict, held, found } = judgement;
    const missing = found?.missing.map(({ what }) => what);
    const judged = [verdict, held, found === undefined, found?.proposes, missing, decisions[0]?.to];
    return [release, phase, stable, candidate, desired, live, judged];
  });
  return JSON.stringify([problem !== undefined, parts]);
}
