/** Converts traffic to rows of the log service, one row for each request. */
import type { Draw } from "./draws";
import type { Traffic } from "./traffic";

/** The function and the versions of a window, and its begin and end. */
export interface Served {
  readonly functionName: string;
  readonly aliasName: string;
  readonly stable: string;
  readonly candidate: string;
  /** Share of the candidate, 0 to 1. */
  readonly share: number;
  /** Begin and end in minutes since the release began. */
  readonly from: number;
  readonly to: number;
  /** The service's time at the begin, in seconds since 1970. */
  readonly time: number;
}

/** Median of the stable version's durations, in milliseconds. */
const MEDIAN = 50;

/** Number of requests in a window, both versions together. */
export function requestsBetween({ volume }: Pick<Traffic, "volume">, from: number, to: number): number {
  return Math.round(Math.max(0, volume((from + to) / 2)) * (to - from));
}

/** The rows of a window. Fields and values are those of the service's page "function-compute-3-0-log-field-details". */
export function rowsOfTraffic(traffic: Traffic, served: Served, draw: Draw): Record<string, string>[] {
  const { from, to, time, share } = served;
  const count = requestsBetween(traffic, from, to);
  return Array.from({ length: count }, (_, i) => {
    const minute = from + ((i + 0.5) / count) * (to - from);
    const isCandidate = draw() < share;
    const failed = draw() < (isCandidate ? traffic.candidateErrors : traffic.stableErrors)(minute);
    const cold = draw() < (isCandidate ? traffic.coldCandidate : traffic.coldStable)(minute);
    const duration = MEDIAN * Math.exp(traffic.spread * normal(draw)) * (isCandidate ? traffic.slower(minute) : 1);
    return {
      __topic__: `FCRequestMetrics:/${served.functionName}`,
      __time__: String(Math.floor(time + 60 * (minute - from))),
      requestId: `${served.candidate}-${from}-${i}`,
      qualifier: served.aliasName,
      versionId: isCandidate ? served.candidate : served.stable,
      invocationType: "Sync",
      statusCode: "200",
      durationMs: duration.toFixed(2),
      hasFunctionError: String(failed),
      isColdStart: String(cold),
    };
  });
}

/** A number of the standard normal distribution. Source: Box and Muller, 1958. */
function normal(draw: Draw): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
