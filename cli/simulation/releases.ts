/** Simulates releases that are judged by a policy, with simulated time. */
import { ALL, type Evidence, type Finding, NO_EVIDENCE, type Policy, judge } from "../../provider/analysis";
import { drawsOf } from "./draws";
import { type Traffic, windowOf } from "./traffic";

/** Options of the simulation of releases. */
export interface Plan {
  readonly policy: Policy;
  /** Minutes between two judgements. */
  readonly every: number;
  /** Minutes after which a release ends that is neither promoted nor rejected. */
  readonly longest: number;
}

/** The end of a release. */
export interface Outcome {
  readonly end: "promoted" | "rejected" | "undecided";
  readonly minutes: number;
  /** Number of requests that reached the candidate. */
  readonly requests: number;
  /** Number of requests that failed only because they reached the candidate. */
  readonly hurt: number;
  /** Whether a verdict was `hold` at any time. */
  readonly held: boolean;
}

/** Simulates one release. The result is the same for the same seed and number. */
export function release(plan: Plan, traffic: Traffic, seed: number, number: number): Outcome {
  const { policy, every, longest } = plan;
  const draw = drawsOf(seed, number);
  let evidence: Evidence = NO_EVIDENCE;
  let last: Finding | undefined;
  let [step, since, minutes, requests, hurt, held] = [0, 0, 0, 0, 0, false];
  while (minutes < longest) {
    const weight = policy.steps[step]?.weight ?? ALL;
    const observed = windowOf(traffic, policy, weight / ALL, minutes, minutes + every, draw);
    const window = { from: minutes * 60, to: (minutes + every) * 60, ...observed.counts };
    minutes += every;
    requests += observed.counts.candidate.requests;
    hurt += observed.hurt;
    const { stable, candidate } = observed.counts;
    if (stable.requests + candidate.requests === 0 && last !== undefined && needsRequests(last)) continue;
    const { evidence: next, finding } = judge(
      policy,
      evidence,
      { step, weight, baked: (minutes - since) * 60 },
      window,
    );
    evidence = next;
    last = finding;
    held ||= finding.verdict === "hold";
    if (finding.verdict === "fail") return { end: "rejected", minutes, requests, hurt, held };
    if (finding.verdict !== "pass") continue;
    step += 1;
    since = minutes;
    if (step === policy.steps.length) return { end: "promoted", minutes, requests, hurt, held };
  }
  return { end: "undecided", minutes, requests, hurt, held };
}

/** Whether a judgement can change only by further requests. Otherwise at most the rest of the bake time is missing. */
function needsRequests({ verdict, missing }: Finding): boolean {
  return verdict === "inconclusive" && missing.some(({ what }) => what !== "bake");
}
