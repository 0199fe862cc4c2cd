/**
 * How every object is written: observe, plan, write, observe again. A plan is only sent to the object it was made for: after a
 * refusal or a lost answer the object is observed first, and where it was changed from outside, a new plan is made.
 */
import { type FcError, hasCode, isFcError, isPermanent, isRetryable } from "../client/errors";
import { waitToTryAgain } from "../client/retry";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";

/** How often a change of unknown outcome is sent, each time after a read that did not find it applied. */
export const MAX_SENDS = 3;
/** How many plans one run makes while the object keeps being changed from outside. */
const MAX_PLANS = 4;

/** A change, and how to find out what became of it. */
export interface Change<T> {
  /** Sends it. */
  readonly send: () => Promise<T>;
  /** Reads the object: the final result, or undefined where the object is as it was when the change was planned. */
  readonly observe: () => Promise<T | undefined>;
  /** Codes of refusals that may mean that the service does not see yet what the request names. */
  readonly laggingCodes?: readonly string[];
  /** Codes of refusals that may be the answer to an earlier send of the same change. */
  readonly duplicateCodes?: readonly string[];
  /** Milliseconds for which a read may lag. Default {@link SETTLE_WINDOW}. */
  readonly window?: number;
}

/** Sends a change until it is accepted or a read shows the result. Before each further send the object is read. */
export async function sendAndConfirm<T>(session: Session, change: Change<T>): Promise<T> {
  const start = session.clock.now();
  let unknown = 0;
  for (let attempts = 1; ; attempts++) {
    try {
      return await change.send();
    } catch (error) {
      if (!isFcError(error)) throw error;
      if (error.outcome === "unknown") unknown += 1;
      const found = await lookAfter(session, change, error, { start, attempts, unknown });
      if (found !== undefined) return found;
    }
  }
}

interface Sends {
  readonly start: number;
  readonly attempts: number;
  readonly unknown: number;
}

/** What a read finds after a failed send; undefined: the change may be sent again. Throws the failure when it may not. */
async function lookAfter<T>(
  session: Session,
  { observe, laggingCodes = [], duplicateCodes = [], window = SETTLE_WINDOW }: Change<T>,
  error: FcError,
  { start, attempts, unknown }: Sends,
): Promise<T | undefined> {
  const has = (codes: readonly string[]) => codes.some((code) => hasCode(error, code));
  if (error.outcome === "unknown" || has(duplicateCodes)) {
    const found = await poll(session.clock, window, observe);
    const last = error.outcome !== "unknown" || unknown >= MAX_SENDS || isPermanent(error);
    if (found === undefined && last) throw error;
    return found;
  }
  if (has(laggingCodes)) {
    if (session.clock.now() - start >= SETTLE_WINDOW) throw error;
    await session.clock.sleep(Math.min(100 * 2 ** (attempts - 1), 1_000));
  } else if (isRetryable(error)) {
    await waitToTryAgain(session.clock, error, { start, attempts });
  } else {
    throw error;
  }
  return await observe();
}

/** What a run means to do about an object. */
export interface Planned {
  /** False where the object is what it should be already. */
  readonly writes: boolean;
}

/** A change from outside that happened while a plan of this run was being written. */
export interface ConcurrentChange<Observed, Plan> {
  /** What the plan was made on; undefined: there was no object. */
  readonly base: Observed | undefined;
  readonly plan: Plan;
  /** Whether the plan may have been carried out before the other change. */
  readonly applied: boolean;
}

/** One object that is written, as the flow needs it. */
export interface Convergence<Observed, Plan extends Planned> {
  /** The object as messages name it. */
  readonly label: string;
  observe(): Promise<Observed | undefined>;
  /** True where there can be no such object yet, so that none is looked for first: the service refuses to make a second one. */
  readonly isNew?: boolean;
  /** What to do about the object as it is; throws for what is refused. `concurrent` only where a plan is made again. */
  plan(observed: Observed | undefined, concurrent: ConcurrentChange<Observed, Plan> | undefined): Promise<Plan>;
  send(plan: Plan, observed: Observed | undefined): Promise<unknown>;
  /** True when the object is what the plan makes of it. */
  matches(plan: Plan, observed: Observed): boolean;
  /** True when two reads found the same. */
  same(a: Observed, b: Observed): boolean;
  /** What is kept in state of an object that was written but does not show. */
  outputs(plan: Plan): object;
  readonly laggingCodes?: readonly string[];
  readonly duplicateCodes?: readonly string[];
}

/** Makes an object what is desired. Returns it as it was read last, and the plan that led to it. */
export async function converge<Observed, Plan extends Planned>(
  session: Session,
  object: Convergence<Observed, Plan>,
): Promise<{ readonly observed: Observed; readonly plan: Plan }> {
  let observed: Observed | undefined = object.isNew === true ? undefined : await object.observe();
  let concurrent: ConcurrentChange<Observed, Plan> | undefined;
  for (let plans = 1; ; plans++) {
    const plan = await object.plan(observed, concurrent);
    if (!plan.writes && observed !== undefined) return { observed, plan };
    const outcome = await write(session, object, plan, observed);
    if (outcome.shows) return { observed: outcome.observed, plan };
    if (plans >= MAX_PLANS) throw new Error(`${object.label}: ${KEEPS_CHANGING}`);
    concurrent = { base: observed, plan, applied: outcome.applied };
    observed = outcome.observed;
  }
}

const KEEPS_CHANGING =
  `somebody else changed it ${MAX_PLANS} times while this run was writing: it is left as it stands now. Let one of the two ` +
  `finish, then run pulumi up --refresh`;

/** The result of a plan: the object matches it, or it was changed from outside. */
type Outcome<Observed> =
  | { readonly shows: true; readonly observed: Observed }
  | { readonly shows: false; readonly observed: Observed | undefined; readonly applied: boolean };

async function write<Observed, Plan extends Planned>(
  session: Session,
  object: Convergence<Observed, Plan>,
  plan: Plan,
  base: Observed | undefined,
): Promise<Outcome<Observed>> {
  const { laggingCodes = [], duplicateCodes = [] } = object;
  let applied = false;
  let made = false;
  const observe = async (): Promise<Outcome<Observed> | undefined> => {
    const now = await readMade(
      made,
      () => object.outputs(plan),
      () => object.observe(),
    );
    if (now !== undefined && object.matches(plan, now)) return { shows: true, observed: now };
    const asBefore = now === undefined || base === undefined ? now === base : object.same(now, base);
    return asBefore ? undefined : { shows: false, observed: now, applied };
  };
  const send = async (): Promise<"accepted"> => {
    try {
      await object.send(plan, base);
    } catch (error) {
      if (isFcError(error) && error.outcome === "unknown") {
        applied = true;
        made ||= base === undefined;
      }
      throw error;
    }
    applied = made = true;
    return "accepted";
  };
  const sent = await sendAndConfirm<Outcome<Observed> | "accepted">(session, {
    send,
    observe,
    laggingCodes,
    duplicateCodes,
  });
  const outcome = sent === "accepted" ? await poll(session.clock, SETTLE_WINDOW, observe) : sent;
  if (outcome !== undefined) return outcome;
  throw new Unfinished(`${object.label}: ${DOES_NOT_SHOW}`, object.outputs(plan));
}

const DOES_NOT_SHOW =
  `the service accepted the change, but for ${SETTLE_WINDOW / 1000} s reads showed what was there before. It is kept in state as ` +
  `it was written; run pulumi up --refresh`;

/**
 * Reads an object. One that was made, or may have been, is kept in state even if it cannot be read: a destroy must not leave
 * it behind.
 */
async function readMade<T>(made: boolean, outputs: () => object, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!made) throw error;
    throw new Unfinished(messageOf(error), outputs());
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Cleans up after the main work is done. A failure here does not undo that work, so it is only a warning. */
export async function cleanUp(session: Session, urn: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    session.report.warning(urn, `${what} failed; everything else is done: ${messageOf(error)}`);
  }
}
