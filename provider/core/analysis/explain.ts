/** Explains the result of judging a candidate in words. Pure. */
import { formatSeconds } from "../duration";
import { ALL, formatShare } from "../weights";
import type { Decision } from "./record";
import type { Metric, Missing } from "./judge";
import { type Policy, nextStep } from "./policy";

const percent = (fraction: number): string => `${Number((100 * fraction).toPrecision(3))} %`;

const rate = ({ errors, requests }: { readonly errors: number; readonly requests: number }): string =>
  requests === 0 ? "no requests" : `${errors} of ${requests} failed (${percent(errors / requests)})`;

function nameOf(metric: Metric, policy: Policy): string {
  if (metric === "errors") return `failures against ${policy.errorRatio} times those of the stable version`;
  if (metric === "limit") return `failures against the limit of ${percent(policy.errorLimit)}`;
  const tolerance = policy.latency.find(({ quantile }) => quantile === metric)?.tolerance ?? 0;
  return `${metric} of the duration against ${percent(tolerance)} more than that of the stable version`;
}

function missingText(missing: Missing, policy: Policy): string {
  const soon =
    "seconds" in missing && missing.seconds !== undefined ? `, in about ${formatSeconds(missing.seconds)}` : "";
  switch (missing.what) {
    case "bake":
      return `${formatSeconds(missing.seconds)} at this weight`;
    case "requests":
      return `${missing.need - missing.have} of ${missing.need} requests to the candidate${soon}`;
    case "proof": {
      const what = missing.of.map((metric) => nameOf(metric, policy)).join("; ");
      return missing.requests === undefined
        ? `proof, which the requests of this candidate cannot give (${what}): set the weight yourself`
        : `proof of ${what} (next look after ${missing.requests} more requests to the candidate${soon})`;
    }
    case "split":
      return `a split that matches the weight: ${percent(missing.observed)} of the requests reach the candidate, the weight is ${percent(missing.asked)}`;
  }
}

/** The verdict and its reasons, one text line for each. */
export function explain(policy: Policy, decision: Decision): string[] {
  const { verdict, counts, weight, eValue, threshold } = decision;
  const odds = `evidence ${grade(eValue)}, fail at ${grade(threshold)} or more`;
  const lines = [
    `${verdict} at ${formatShare(weight)}${weight > 0 && weight < 10 ? "" : " %"} (step ${decision.step + 1} of ${policy.steps.length}; ${odds})`,
    `${policy.probe === undefined ? "in this window" : "by probes"}: candidate ${rate(counts.candidate)}; stable ${rate(counts.stable)}`,
  ];
  if (verdict === "fail")
    return [...lines, ...decision.failed.map((metric) => `worse than allowed: ${nameOf(metric, policy)}`)];
  if (verdict === "hold") {
    const limit = percent(policy.errorLimit);
    return [
      ...lines,
      `both versions fail more than ${limit}, and the candidate is not shown to fail more than ${policy.errorRatio} times as often as the stable version, so it may not be the reason; if that is normal here, raise analysis.errorLimit (the evidence then starts again)`,
    ];
  }
  if (verdict === "pass") {
    const next = nextStep(policy, weight);
    return [...lines, next === ALL ? "the candidate may be promoted" : `next step: ${formatShare(next)} %`];
  }
  return [...lines, ...decision.missing.map((each) => `missing: ${missingText(each, policy)}`)];
}

/** Formats an e-value so that people can read it. */
function grade(log10: number): string {
  return log10 > 6 ? "over 1,000,000" : String(Number((10 ** log10).toPrecision(3)));
}
