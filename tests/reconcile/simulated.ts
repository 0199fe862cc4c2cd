/** Simulated time, scripted answers, and the errors of calls, for the functions of provider/reconcile that call no service themselves. */
import { FcError } from "../../provider/client/errors";
import type { Proven } from "../../provider/reconcile/proven";
import type { Session } from "../../provider/reconcile/session";

export const lost = new FcError("no answer", "unknown", "Transport");
export const redirect = new FcError("redirect", "unknown", "Transport", 302);
export const busy = new FcError("busy", "rejected", "ConcurrentUpdateError", 409);
export const exists = new FcError("it exists", "rejected", "AliasAlreadyExists", 409);
export const noVersion = new FcError("no version", "rejected", "VersionNotFound", 404);
export const denied = new FcError("not yours", "rejected", "AccessDenied", 403);

/** A session without a service. Its clock starts at 7 s and moves only by waits and by `pass`. */
export function simulated(proven?: Proven) {
  let now = 7_000;
  const [slept, warnings]: [number[], string[]] = [[], []];
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  const sleep = (milliseconds: number) => {
    slept.push(milliseconds);
    pass(milliseconds);
    return Promise.resolve();
  };
  const report = {
    progress: () => undefined,
    info: () => undefined,
    warning: (urn: string, message: string) => warnings.push(`${urn}: ${message}`),
  };
  const clock = { now: () => now, sleep, random: () => 0.5 };
  const session: Session = { api: {} as never, clock, report, ...(proven === undefined ? {} : { proven }) };
  return { session, slept, warnings, pass };
}

/** Answers with the given values one after the other, and then with the last one. Errors are thrown. */
export function answers<T>(given: readonly (T | Error)[]): { readonly next: () => Promise<T>; count: number } {
  const script = {
    count: 0,
    next: () => {
      const answer = given[Math.min(script.count, given.length - 1)] as T | Error;
      script.count += 1;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
  return script;
}
