/**
 * Probes of a candidate and of the stable version: invocations by the number of the version, which the run that judges makes. What has
 * no answer is no evidence: one such invocation ends the series without a count.
 */
import { isFcError, isUnstartable } from "../client/errors";
import { type Pair, type Policy, type Probed, type Probes, countsOfProbes } from "../core/analysis";
import { functionArn } from "../core/place";
import type { ReleaseInputs } from "../core/release";
import { inSeries } from "./invocations";
import type { Session } from "./session";
import { messageOf } from "./write";

/** Pairs of invocations at a time, one of each version. */
const PAIRS_AT_ONCE = 4;
/** Milliseconds after which no further pair starts, so that a run that probes a slow function ends. */
export const PROBING_LIMIT = 60_000;

/**
 * Invokes both versions equally often, in pairs, so that both meet the same conditions. Which pairs count does not depend on their
 * answers.
 *
 * @throws Error for an invocation without an answer, with the permission that is missing after a refusal
 */
export async function probe(
  session: Session,
  inputs: ReleaseInputs,
  versions: { readonly stable: string; readonly candidate: string },
  probes: Probes,
  policy: Policy,
): Promise<Pair> {
  const ask = (versionId: string) => invoke(session, inputs, versionId, probes.event);
  const series = { count: probes.requests, atOnce: PAIRS_AT_ONCE, limit: PROBING_LIMIT };
  const pairs = await inSeries(session.clock, series, async () => {
    const [stable, candidate] = await Promise.allSettled([ask(versions.stable), ask(versions.candidate)]);
    return { stable: answerIn(stable), candidate: answerIn(candidate) };
  });
  const countsOf = (side: keyof typeof versions) =>
    countsOfProbes(
      pairs.map((pair) => pair[side]),
      versions[side],
      probes,
      policy,
    );
  return { stable: countsOf("stable"), candidate: countsOf("candidate") };
}

function answerIn(settled: PromiseSettledResult<Probed>): Probed {
  if (settled.status === "rejected") throw settled.reason;
  return settled.value;
}

async function invoke(session: Session, inputs: ReleaseInputs, versionId: string, event: string): Promise<Probed> {
  const { functionName } = inputs;
  try {
    return await session.api.invoke(functionName, versionId, event);
  } catch (error) {
    if (isUnstartable(error)) return undefined;
    const refused = isFcError(error) && [401, 403].includes(error.status ?? 0);
    const permission = refused
      ? `; the permission it needs: fc:InvokeFunction on ${functionArn(inputs, functionName, versionId)}`
      : "";
    throw new Error(`probe of version ${versionId}: ${messageOf(error)}${permission}`, { cause: error });
  }
}
