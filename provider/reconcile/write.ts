/**
 * Writes every kind of object: observe, plan, write, observe again. After a refusal (such as 409) or a lost answer, the
 * object is observed before anything is sent again. If somebody else changed the object, the change is planned again.
 */
import { type FcError, hasCode, isFcError, isPermanent, isRetryable } from "../client/errors";
import { waitToTryAgain } from "../client/retry";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";

/**
 * Largest number of times that a change with an unknown outcome is sent. The change is sent again only after a read has
 * shown that the change was not applied.
 */
export const MAX_SENDS = 3;
/** Largest number of plans in one run for an object that somebody else keeps changing. */
const MAX_PLANS = 4;

/** A request that changes an object, and how to read its result. */
export interface Change<T> {
  /** Sends the request. */
  readonly send: () => Promise<T>;
  /**
   * Reads the object. Returns the result of the change, or undefined if the object is unchanged since the change was
   * planned.
   */
  readonly observe: () => Promise<T | undefined>;
  /** Codes of refusals that may be temporary, because the service does not find an object yet that the request names. */
  readonly laggingCodes?: readonly string[];
  /** Codes of refusals that may mean that the same change was applied by an earlier request. */
  readonly duplicateCodes?: readonly string[];
  /** Milliseconds for which a read may be out of date. Default {@link SETTLE_WINDOW}. */
  readonly window?: number;
}

/** Sends a change until it is accepted or a read shows the result. Before the change is sent again, the object is read. */
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
 * Reads the object after a failed request. Returns the result of the change, or undefined if the change may be sent
 * again. Throws the failure if the change must not be sent again.
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

/** The members that every plan has. */
export interface Planned {
  /** False if the object already has the desired values. */
  readonly writes: boolean;
}

/** A change by somebody else while this run was writing a plan. */
export interface ConcurrentChange<Observed, Plan> {
  /** The object for which the plan was made; undefined if there was none. */
  readonly base: Observed | undefined;
  readonly plan: Plan;
  /** True if the plan may have been applied before the other change. */
  readonly applied: boolean;
}

/** An object to be written, and how to read, plan, send and compare it. */
export interface Convergence<Observed, Plan extends Planned> {
  /** The object's name in messages. */
  readonly label: string;
  observe(): Promise<Observed | undefined>;
  /**
   * True if the object cannot exist yet, so that it is not read first. If the object exists nevertheless, the service
   * refuses the request.
   */
  readonly isNew?: boolean;
  /** Makes a plan for the observed object. Throws if the change is refused. `concurrent` is set if a plan is made again. */
  plan(observed: Observed | undefined, concurrent: ConcurrentChange<Observed, Plan> | undefined): Promise<Plan>;
  send(plan: Plan, observed: Observed | undefined): Promise<unknown>;
  /** True if the object has the values of the plan. */
  matches(plan: Plan, observed: Observed): boolean;
  /** True if two reads found the same values. */
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
  const written: Plan[] = [];
  for (let plans = 1; ; plans++) {
    const plan = await object.plan(observed, concurrent);
    if (!plan.writes && observed !== undefined) return { observed, plan };
    const outcome = await write(session, object, { plan, base: observed, written });
    if (outcome.shows) return { observed: outcome.observed, plan };
    if (plans >= MAX_PLANS) throw new Error(`${object.label}: ${KEEPS_CHANGING}`);
    written.push(plan);
    concurrent = { base: observed, plan, applied: outcome.applied };
    observed = outcome.observed;
  }
}

const KEEPS_CHANGING =
  `somebody else changed it ${MAX_PLANS} times while this run was writing. This run stopped. Wait until the other ` +
  `change is finished, then run pulumi up --refresh`;

/** The result of writing a plan: the object matches the plan, or somebody else changed the object. */
type Outcome<Observed> =
  | { readonly shows: true; readonly observed: Observed }
  | { readonly shows: false; readonly observed: Observed | undefined; readonly applied: boolean };

/** What is known when a plan for an object is about to be written. */
interface Write<Observed, Plan> {
  readonly plan: Plan;
  /** The object for which the plan was made; undefined if the object did not exist. */
  readonly base: Observed | undefined;
  /** Earlier plans of this run for the object. */
  readonly written: readonly Plan[];
}

async function write<Observed, Plan extends Planned>(
  session: Session,
  object: Convergence<Observed, Plan>,
  { plan, base, written }: Write<Observed, Plan>,
): Promise<Outcome<Observed>> {
  const { laggingCodes = [], duplicateCodes = [] } = object;
  let applied = false;
  let made = false;
  // A read that lags may show an earlier write of this run. A difference counts as a change by somebody else only if a
  // later read shows it as well.
  let earlier: Outcome<Observed> | undefined;
  const observe = async (): Promise<Outcome<Observed> | undefined> => {
    // An object that may have been created is stored in state even if it cannot be read.
    const now = made
      ? await keepInState(
          () => object.outputs(plan),
          () => object.observe(),
        )
      : await object.observe();
    if (now !== undefined && object.matches(plan, now)) return { shows: true, observed: now };
    const asBefore = now === undefined || base === undefined ? now === base : object.same(now, base);
    const other: Outcome<Observed> = { shows: false, observed: now, applied };
    earlier = now !== undefined && written.some((each) => object.matches(each, now)) ? other : undefined;
    return asBefore || earlier !== undefined ? undefined : other;
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
  const outcome = sent === "accepted" ? ((await poll(session.clock, SETTLE_WINDOW, observe)) ?? earlier) : sent;
  if (outcome !== undefined) return outcome;
  throw new Unfinished(`${object.label}: ${DOES_NOT_SHOW}`, object.outputs(plan));
}

const DOES_NOT_SHOW =
  `the service accepted the change, but for ${SETTLE_WINDOW / 1000} s reads showed the former values. State has ` +
  `the new values; run pulumi up --refresh`;

/**
 * Runs what follows the creation of an object. The object is stored in state even if `run` fails, because a later
 * destroy must delete the object.
 *
 * @param outputs the outputs for state if `run` fails
 */
export async function keepInState<T>(outputs: () => object, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Unfinished) throw error;
    throw new Unfinished(messageOf(error), outputs());
  }
}

/** The message of any thrown value. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a clean-up after the main work. If the clean-up fails, only a warning is printed, because the main work is done.
 */
export async function cleanUp(session: Session, urn: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    session.report.warning(urn, `${what} failed; everything else is done: ${messageOf(error)}`);
  }
}
