/**
 * Probes: the run that judges invokes both versions, and judges their answers instead of log rows. Each version is
 * invoked by its number, and both versions are invoked equally often. Pure.
 */
import { type Invoked, functionFailed, versionNamed } from "../invocation";
import type { Counts } from "./evidence";
import { type Policy, type ProbeSettings, PROBES } from "./policy";

/** Settings of probes with their defaults. */
export type Probes = Required<Omit<ProbeSettings, "expect">> & Pick<ProbeSettings, "expect">;

/** Settings with defaults filled in. */
export function probesOf({ requests, event, expect }: ProbeSettings): Probes {
  return {
    requests: requests ?? PROBES.requests,
    event: event ?? PROBES.event,
    ...(expect === undefined ? {} : { expect }),
  };
}

/** The result of a probe: an answer, or nothing if no instance of the version starts. */
export type Probed = Invoked | undefined;

/**
 * Counts the probes of one version.
 *
 * @throws Error for an answer that names another version, because it is no evidence about this version
 */
export function countsOfProbes(
  probed: readonly Probed[],
  versionId: string,
  { expect }: Probes,
  policy: Pick<Policy, "errorStatus">,
): Counts {
  const answers = probed.filter((each) => each !== undefined);
  const other = answers.map(versionNamed).find((named) => named !== undefined && named.versionId !== versionId);
  if (other !== undefined) {
    throw new Error(
      `version ${versionId} was invoked, and the header ${other.header} of an answer names version ${other.versionId}`,
    );
  }
  const good = answers.filter((answer) => !isFailed(answer, expect, policy)).length;
  return { requests: probed.length, errors: probed.length - good, warm: 0, slow: [] };
}

function isFailed(answer: Invoked, expect: string | undefined, { errorStatus }: Pick<Policy, "errorStatus">): boolean {
  if (functionFailed(answer)) return true;
  if (expect !== undefined && !answer.body.includes(expect)) return true;
  return (statusIn(answer.body) ?? 0) >= errorStatus;
}

/** The HTTP status that a handler of HTTP requests answers as a member of JSON; undefined for any other answer. */
function statusIn(body: string): number | undefined {
  if (!body.startsWith("{")) return undefined;
  try {
    const { statusCode } = JSON.parse(body) as { statusCode?: unknown };
    return typeof statusCode === "number" ? statusCode : undefined;
  } catch {
    return undefined;
  }
}
