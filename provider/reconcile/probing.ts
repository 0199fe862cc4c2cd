/**
 * Probes: the run that judges invokes the candidate and the stable version by their numbers. An invocation without an answer
 * is no evidence: it ends the series, and no probe of the run is counted.
 */
import { isFcError, isUnstartable } from "../client/errors";
import { type Pair, type Policy, type Probed, type Probes, countsOfProbes } from "../core/analysis";
import { functionArn } from "../core/place";
import type { ReleaseInputs } from "../core/release";
import { inSeries } from "./invocations";
import type { Session } from "./session";
import { messageOf } from "./write";

/** How many pairs of invocations run at the same time. A pair has one invocation of each version. */
const PAIRS_AT_ONCE = 4;
/** Milliseconds after which no new pair starts, so that a run also ends if the function is slow. */
export const PROBING_LIMIT = 60_000;

/**
 * Invokes both versions equally often, in pairs, so that the conditions are the same for both. Whether a pair counts does not
 * depend on its answers.
 *
 * @throws Error for an invocation without an answer; after a refusal, the message has the missing permission
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
