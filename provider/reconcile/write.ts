/**
 * Writes every kind of object: observe, plan, write, observe again. After a refusal (such as 409) or a lost answer, the
 * object is observed before anything is sent again. Where somebody else changed it, a new plan is made.
 */
import { type FcError, hasCode, isFcError, isPermanent, isRetryable } from "../client/errors";
import { waitToTryAgain } from "../client/retry";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";

/**
 * Largest number of sends of a change whose outcome is unknown. Before each further send, a read finds that it was not
 * applied.
 */
export const MAX_SENDS = 3;
/** Largest number of plans of one run for an object that somebody else keeps changing. */
const MAX_PLANS = 4;

/** A request that changes an object, and how to read its result. */
export interface Change<T> {
  /** Sends it. */
  readonly send: () => Promise<T>;
  /**
   * Reads the object. Returns the result of the change, or undefined where the object is as it was when the change was
   * planned.
   */
  readonly observe: () => Promise<T | undefined>;
  /** Codes of refusals that may be temporary, because the service does not see yet an object that the request names. */
  readonly laggingCodes?: readonly string[];
  /** Codes of refusals that may mean that an earlier send of the same change was applied. */
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

/**
 * Reads the object after a failed send. Returns the result of the change, or undefined when the change may be sent
 * again. Throws the failure when it may not.
 */
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

/** What every plan has. */
export interface Planned {
  /** False when the object already is as desired. */
  readonly writes: boolean;
}

/** A change by somebody else while this run was writing a plan. */
export interface ConcurrentChange<Observed, Plan> {
  /** The object for which the plan was made; undefined where there was none. */
  readonly base: Observed | undefined;
  readonly plan: Plan;
  /** True when the plan may have been applied before the other change. */
  readonly applied: boolean;
}

/** An object to be written: how it is read, planned, sent and compared. */
export interface Convergence<Observed, Plan extends Planned> {
  /** The object's name in messages. */
  readonly label: string;
  observe(): Promise<Observed | undefined>;
  /**
   * True where the object cannot exist yet, so that it is not read first. If it does exist, the service refuses the
   * request.
   */
  readonly isNew?: boolean;
  /**
   * Makes a plan for the observed object. Throws for a change that is refused. `concurrent` is set where a plan is made
   * again.
   */
  plan(observed: Observed | undefined, concurrent: ConcurrentChange<Observed, Plan> | undefined): Promise<Plan>;
  send(plan: Plan, observed: Observed | undefined): Promise<unknown>;
  /** True when the object is as the plan makes it. */
  matches(plan: Plan, observed: Observed): boolean;
  /** True when two reads found the same. */
  same(a: Observed, b: Observed): boolean;
  /** The outputs for state of an object that was written but that no read shows. */
  outputs(plan: Plan): object;
  readonly laggingCodes?: readonly string[];
  readonly duplicateCodes?: readonly string[];
}

/** Brings an object to its desired state. Returns the last read, and the plan that was applied. */
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

/** The result of a plan: the object matches it, or somebody else changed the object. */
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
 * Reads an object. State keeps an object that was made, or may have been made, even if it cannot be read: a destroy
 * must not leave it behind.
 */
async function readMade<T>(made: boolean, outputs: () => object, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!made) throw error;
    throw new Unfinished(messageOf(error), outputs());
  }
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs a clean-up after the main work. A failure of it is only a warning, since the main work is done. */
export async function cleanUp(session: Session, urn: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    session.report.warning(urn, `${what} failed; everything else is done: ${messageOf(error)}`);
  }
}
