/** The line that announces what a run of a release does, and the warnings beside it. Pure. */
import { type ReleaseInputs, desiredOf } from "./inputs";
import { stepOf } from "./outputs";
import type { Plan } from "./plan";
import { sharesOf } from "./rules";
import { UNPUBLISHED, nameOf } from "./version";

/** One sentence for the resource's line, and the warnings beside it. */
export interface Sentence {
  /** Absent when no traffic moves. */
  readonly sentence?: string;
  readonly warnings: readonly string[];
  /** Why the run fails after it has written. */
  readonly failure?: string;
}

/** What the first run does. The engine asks nobody whether the alias exists, so the sentence leaves that open. */
export function describeFirst(news: ReleaseInputs): Sentence {
  const desired = desiredOf(news);
  if (desired === undefined) return { warnings: [] };
  return {
    sentence:
      `${news.functionName}: first release, ${nameOf(desired.deployed)} gets all traffic; an alias that exists already keeps ` +
      `its split`,
    warnings: [],
  };
}

/**
 * What a planned run does to the traffic.
 *
 * @param live version id to percent, before the run
 */
export function describePlan(live: Readonly<Record<string, number>>, news: ReleaseInputs, plan: Plan): Sentence {
  const { decision, memory } = plan;
  const warnings = decision.notices.map(({ message }) => message);
  const shares = Object.entries(sharesOf(decision.split)).map(([id, share]): [string, number] => [id, share / 10]);
  const after: Partial<Record<string, number>> = Object.fromEntries(shares);
  const ids = [...new Set([...Object.keys(live), ...Object.keys(after)])];
  const failure = decision.failure === undefined ? {} : { failure: decision.failure };
  if (ids.every((id) => live[id] === after[id])) return { warnings, ...failure };
  const name = (versionId: string) =>
    nameOf({
      versionId,
      fingerprint: "",
      ...(versionId === UNPUBLISHED && news.revision !== undefined ? { revision: news.revision } : {}),
    });
  const parts = ids.map((id) => `${name(id)} ${arrow(live[id] ?? 0, after[id] ?? 0)} %`);
  const step = stepOf(memory, news);
  const steps = step === undefined ? "" : ` (step ${step})`;
  const uncertain = decision.uncertain === undefined ? "" : ` (${decision.uncertain})`;
  return { sentence: `${news.functionName}: ${parts.join(", ")}${steps}${uncertain}`, warnings, ...failure };
}

function arrow(from: number, to: number): string {
  return from === to ? String(to) : `${from}→${to}`;
}
