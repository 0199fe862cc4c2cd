/** The output of `watch` without a terminal: one line for each change. Pure. */
import { splitWords } from "../words";
import type { ReleaseView, View } from "./view";

/**
 * The lines for one read of the releases: one line for each release, with the time of the read in UTC, to the second.
 */
export function plainLines({ time, releases, problem }: View): string[] {
  const at = `${new Date(time).toISOString().slice(0, 19)}Z`;
  if (problem !== undefined) return [`${at} cannot be read: ${problem.replaceAll("\n", " ")}`];
  return releases.map((release) => `${at} ${releaseLine(release)}`);
}

function releaseLine({ release, phase, stable, candidate, weight, steps, live, judgement }: ReleaseView): string {
  const { verdict, reasons, found } = judgement;
  const step =
    candidate === undefined ? "" : ` (step ${steps.filter((each) => each <= weight).length}/${steps.length})`;
  const who = candidate === undefined ? `v${stable}` : `v${candidate} at ${weight} %${step}`;
  const [first = "", , ...more] = found === undefined ? [reasons.join("; "), ""] : reasons;
  const judged = found === undefined ? [verdict, first].filter((part) => part !== undefined) : [first, ...more];
  return `${release}: ${phase}, ${who}, live ${splitWords(live)}; ${judged.join("; ")}`;
}
