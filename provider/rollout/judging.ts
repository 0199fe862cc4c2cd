/** Judges a release for a person, at any time. The code and the reads are those of a run, but nothing is written. */
import { systemClock } from "../client/retry";
import {
  type Counts,
  type Metric,
  type Missing,
  type Policy,
  type Situation,
  type Verdict,
  NONE,
  byWeight,
  explain,
  quantileOf,
  warmDurations,
} from "../core/analysis";
import type { Quantile } from "../core/analysis/policy";
import type { ObservedAlias } from "../core/model";
import { type ReleaseInputs, type ReleaseOutputs, isUnmoved, policyOfRelease } from "../core/release";
import {
  type LiveCandidate,
  type LookedAt,
  STARTS_AGAIN,
  candidateNow,
  earlyWords,
  leftOutWords,
  lookAt,
} from "../reconcile/judging";
import type { Session } from "../reconcile/session";
import { messageOf } from "../reconcile/write";
import { type Caller, apiOf, logsOf } from "./caller";
import { type Forecast, type Keys, forecast, inputsOf } from "./forecast";
import { keepingRows } from "./rows";
import type { StoredRelease } from "./state";

/** The result of judging a release. */
export interface Judgement {
  /** The verdict; absent if there is no candidate to judge. The verdict is `inconclusive` also if nothing can be read. */
  readonly verdict?: Verdict;
  /** Reasons in words, at least one. */
  readonly reasons: readonly string[];
  /** The versions that are judged; absent if there is no candidate to judge. */
  readonly candidate?: string;
  readonly stable?: string;
  /** Share of the candidate in percent. */
  readonly weight?: number;
  /** Whether `hold` stops a rise after a pass. */
  readonly held?: boolean;
  /** The counts and the finding; absent if nothing could be read yet. */
  readonly found?: Found;
  /** The service's time of the judgement, in seconds since 1970; absent without an answer of the service. */
  readonly now?: number;
}

/** Counts and figures of a judgement. Times are the service's, in seconds since 1970. */
export interface Found extends Pick<Situation, "baked"> {
  /** The window whose rows were read: since the last decision that is in state. */
  readonly from: number;
  readonly to: number;
  /** Time since which the candidate has had its weight. */
  readonly since: number;
  /** The step whose conditions hold, from 1, and its conditions: seconds and requests. */
  readonly step: number;
  readonly bake: number;
  readonly requests: number;
  readonly stable: VersionCounts;
  readonly candidate: VersionCounts;
  /**
   * The e-value and its threshold, as decimal logarithms. The verdict is `fail` if `eValue` is at least `threshold`.
   */
  readonly eValue: number;
  readonly threshold: number;
  /** Metrics that caused a fail. */
  readonly failed: readonly Metric[];
  /** Metrics that are shown to be within the limits. */
  readonly shown: readonly Metric[];
  readonly missing: readonly Missing[];
  /** Whether the observed split does not fit the weight. */
  readonly mismatch: boolean;
  /** The proposal: percent, or a rejection; absent if the weight stays. */
  readonly proposes?: number | "reject";
}

/** Counts of the requests of one version. */
export interface VersionCounts {
  /** Requests since the candidate has had its weight that were judged. */
  readonly requests: number;
  readonly errors: number;
  /** Requests in the rows that were read now. */
  readonly recent: {
    readonly requests: number;
    readonly errors: number;
    readonly warm: number;
    /** Durations of warm requests in milliseconds, by quantile. */
    readonly durations: Readonly<Partial<Record<Quantile, number>>>;
  };
}

/** Quantiles that are shown if the policy judges none. */
const SHOWN: readonly Quantile[] = ["p50", "p95"];

/**
 * Judges releases. Nothing is written, and no probes are made. The rows are kept for the next judgement of the same
 * release.
 */
export class Judge {
  private readonly readers = new Map<string, ReturnType<typeof keepingRows>>();

  constructor(private readonly caller: Caller) {}

  /**
   * Judges the candidate of a release as a run with weight `auto` would, whatever weight is in config.
   *
   * @param alias the alias as it was read before, for the message if there is nothing to judge
   * @throws Error for a config key whose value is not allowed, and if the alias cannot be read
   */
  async judge(release: StoredRelease, keys: Keys, alias: ObservedAlias | undefined): Promise<Judgement> {
    const { urn, outputs } = release;
    const auto = { ...keys, weight: "auto" };
    const inputs = inputsOf(outputs, auto);
    const session = this.sessionOf(outputs);
    const candidate = await candidateNow(session, inputs, outputs);
    const now = session.api.serviceTime();
    const judgement =
      candidate === undefined
        ? { reasons: nothingWords(outputs, forecast(release, auto, alias, Date.now() / 1000)) }
        : inputs.analysis?.probes === undefined
          ? await this.look(session, inputs, outputs, candidate, this.readerOf(urn, inputs))
          : lastProbed(inputs, outputs, candidate);
    return { ...judgement, ...(now === undefined ? {} : { now }) };
  }

  private async look(
    session: Session,
    inputs: ReleaseInputs,
    { judging }: ReleaseOutputs,
    candidate: LiveCandidate,
    read: ReturnType<typeof keepingRows>,
  ): Promise<Judgement> {
    const who = whoIn(candidate);
    try {
      const look = await lookAt(session, inputs, judging, candidate, read);
      if ("early" in look) return { verdict: "inconclusive", reasons: [earlyWords(candidate, look.early)], ...who };
      const { policy, decision, leftOut } = look;
      const reasons = [
        ...explain(policy, decision),
        ...(look.startsAgain ? [STARTS_AGAIN] : []),
        ...(leftOut > 0 ? [leftOutWords(look)] : []),
      ];
      return { verdict: decision.verdict, reasons, ...who, found: foundIn(look) };
    } catch (error) {
      return { verdict: "inconclusive", reasons: [`the candidate cannot be judged: ${messageOf(error)}`], ...who };
    }
  }

  private sessionOf(outputs: ReleaseOutputs): Session {
    const silent = { progress: () => undefined, warning: () => undefined, info: () => undefined };
    const { caller } = this;
    return { api: apiOf(outputs, caller), logs: logsOf(outputs, caller), clock: systemClock, report: silent };
  }

  /** The reader that keeps the rows of a release. Rows of another logstore are kept by another reader. */
  private readerOf(urn: string, { analysis }: ReleaseInputs): ReturnType<typeof keepingRows> {
    const key = JSON.stringify([urn, analysis?.logs]);
    const reader = this.readers.get(key) ?? keepingRows();
    this.readers.set(key, reader);
    return reader;
  }
}

function whoIn({ version, stable, share, held }: LiveCandidate) {
  return { candidate: version.versionId, stable: stable.versionId, weight: share / 10, held };
}

/** The verdict of the last run that made probes. Only a run makes probes, because each probe is a real invocation. */
function lastProbed(inputs: ReleaseInputs, { judging }: ReleaseOutputs, candidate: LiveCandidate): Judgement {
  const who = whoIn(candidate);
  const next = "the next run with weight auto probes again; this command makes no probes";
  const policy = policyOfRelease(inputs);
  const known =
    isUnmoved(judging, candidate, candidate.alias) && judging.policy.probe === policy.probe ? judging : undefined;
  const decision = known?.decisions.at(-1);
  if (decision?.weight !== candidate.share) {
    return { verdict: "inconclusive", reasons: [`v${who.candidate} was not probed at this weight yet`, next], ...who };
  }
  return { verdict: decision.verdict, reasons: [...explain(policy, decision), next], ...who };
}

function foundIn({ judging, policy, decision, proposal, rows, compared }: LookedAt): Found {
  const { from, to, step, weight, baked, counts, eValue, threshold, failed, shown, missing, split } = decision;
  const here = byWeight(judging.evidence).find((stratum) => stratum.weight === weight) ?? { stable: NONE, candidate: NONE }; // prettier-ignore
  const warm = warmDurations(rows, compared, policy);
  const { bake = 0, requests = 0 } = policy.steps[step] ?? {};
  const verdict = proposal?.verdict;
  return {
    ...{ from, to, since: judging.since, step: step + 1, baked, bake, requests },
    stable: countsOf(here.stable, counts.stable, warm.stable, policy),
    candidate: countsOf(here.candidate, counts.candidate, warm.candidate, policy),
    ...{ eValue, threshold, failed, shown, missing, mismatch: split.mismatch },
    ...(verdict === undefined ? {} : { proposes: verdict === "reject" ? verdict : verdict / 10 }),
  };
}

function countsOf(here: Counts, recent: Counts, warm: readonly number[], { latency }: Policy): VersionCounts {
  const quantiles = latency.length === 0 ? SHOWN : latency.map(({ quantile }) => quantile);
  const durations = quantiles.flatMap((quantile) => {
    const duration = quantileOf(warm, quantile);
    return duration === undefined ? [] : [[quantile, duration] as const];
  });
  const { requests, errors } = recent;
  return {
    ...{ requests: here.requests, errors: here.errors },
    recent: { requests, errors, warm: recent.warm, durations: Object.fromEntries(durations) },
  };
}

/** The reason why there is no candidate to judge. */
function nothingWords({ phase, stable, candidate }: ReleaseOutputs, { sentence, warnings }: Forecast): string[] {
  if (candidate === undefined) return [`v${stable} is stable, and there is no candidate to judge`];
  const words = phase === "canary" ? `v${candidate} is not judged now` : `v${candidate} is ${phase} and has no traffic`;
  return [words, ...(sentence === undefined ? [] : [`the next run changes that: ${sentence}`]), ...warnings];
}
