/** Waits for a function that the service is still creating or changing. */
import { DEFAULT_WAIT_SECONDS } from "../core/common";
import { type FunctionInputs, readiness } from "../core/function";
import type { ObservedFunction } from "../core/model";
import { type Session, poll } from "./session";

/** Waits until the function is usable. Throws if the service reports a failure, or if it takes longer than allowed. */
export async function waitUntilReady(
  session: Session,
  {
    functionName,
    resourceUrn: urn,
    waitSeconds = DEFAULT_WAIT_SECONDS,
  }: Pick<FunctionInputs, "functionName" | "resourceUrn" | "waitSeconds">,
  first: ObservedFunction,
): Promise<ObservedFunction> {
  let last = first;
  let fresh = true;
  const start = session.clock.now();
  const ready = await poll(
    session.clock,
    waitSeconds * 1000,
    async () => {
      if (!fresh) last = (await session.api.getFunction(functionName)) ?? last;
      fresh = false;
      const { phase, detail } = readiness(last);
      if (phase === "ready") return last;
      if (phase === "failed") throw new Error(`function ${functionName} is not usable: ${detail}`);
      const seconds = Math.round((session.clock.now() - start) / 1000);
      session.report.progress(urn, `waiting for function ${functionName} (${seconds} s): ${detail}`);
      return undefined;
    },
    500,
  );
  if (ready !== undefined) return ready;
  throw new Error(
    `function ${functionName} did not become usable within ${waitSeconds} s: ${readiness(last).detail}; ` +
      `customTimeouts allows more`,
  );
}
