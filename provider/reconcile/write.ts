/**
 * The one way things are written: look, plan on what is there, write, read back. What was planned on one state is never sent
 * onto another: after a refusal or a lost answer the object is looked at first, and where somebody else changed it, the plan
 * is made again.
 */
import { type FcError, hasCode, isFcError, isPermanent, isRetryable } from "../client/errors";
import { waitToTryAgain } from "../client/retry";
import { SETTLE_WINDOW, type Session, Unfinished, poll } from "./session";

/** How often a change of unknown outcome is sent, each time after a look that did not find it. */
export const MAX_SENDS = 3;
/** How often one run plans while somebody else keeps changing the object. */
const MAX_PLANS = 4;

/** A change, and how to find out what became of it. */
export interface Change<T> {
  /** Sends it. */
  readonly send: () => Promise<T>;
  /** Looks at the object: a result that ends the matter, or undefined where everything is as it was when the change was planned. */
  readonly look: () => Promise<T | undefined>;
  /** Codes of refusals that may mean that the service does not show yet what the request names. */
  readonly lagging?: readonly string[];
  /** Codes of refusals that may answer an earlier send of ours. */
  readonly echoes?: readonly string[];
  /** Milliseconds for which a look may lag. Default {@link SETTLE_WINDOW}. */
  readonly window?: number;
}

/** Sends a change until it is accepted or a look ends the matter. Before each further send the object is looked at. */
export async function sendSeen<T>(session: Session, change: Change<T>): Promise<T> {
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

/** What a look finds after a failed send; undefined: the same may be sent again. Throws the failure when it may not. */
async function lookAfter<T>(
  session: Session,
  { look, lagging = [], echoes = [], window = SETTLE_WINDOW }: Change<T>,
  error: FcError,
  { start, attempts, unknown }: Sends,
): Promise<T | undefined> {
  const has = (codes: readonly string[]) => codes.some((code) => hasCode(error, code));
  if (error.outcome === "unknown" || has(echoes)) {
    const found = await poll(session.clock, window, look);
    const last = error.outcome !== "unknown" || unknown >= MAX_SENDS || isPermanent(error);
    if (found === undefined && last) throw error;
    return found;
  }
  if (has(lagging)) {
    if (session.clock.now() - start >= SETTLE_WINDOW) throw error;
    await session.clock.sleep(Math.min(100 * 2 ** (attempts - 1), 1_000));
  } else if (isRetryable(error)) {
    await waitToTryAgain(session.clock, error, { start, attempts });
  } else {
    throw error;
  }
  return await look();
}

/** What a run means to do about an object. */
export interface Planned {
  /** False where the object is what it should be already. */
  readonly writes: boolean;
}

/** A plan that somebody else overtook in this very run. */
export interface Overtaken<Seen, Plan> {
  /** What the plan was made on; undefined: there was no object. */
  readonly base: Seen | undefined;
  readonly plan: Plan;
  /** Whether the plan may have been carried out before the other change. */
  readonly applied: boolean;
}

/** One object that is written, as the flow needs it. */
export interface Writing<Seen, Plan extends Planned> {
  /** The object as messages name it. */
  readonly label: string;
  observe(): Promise<Seen | undefined>;
  /** True where there can be no such object yet, so that none is looked for first: the service refuses to make a second one. */
  readonly isNew?: boolean;
  /** What to do about the object as it is; throws for what is refused. `overtaken` only where a plan is made again. */
  plan(seen: Seen | undefined, overtaken: Overtaken<Seen, Plan> | undefined): Promise<Plan>;
  send(plan: Plan, seen: Seen | undefined): Promise<unknown>;
  /** True when the object is what the plan makes of it. */
  shows(plan: Plan, seen: Seen): boolean;
  /** True when two looks found the same. */
  same(a: Seen, b: Seen): boolean;
  /** What is kept in state of an object that was written but does not show. */
  outputs(plan: Plan): object;
  readonly lagging?: readonly string[];
  readonly echoes?: readonly string[];
}

/** Brings an object about; answers it as it was read last, and the plan it is the outcome of. */
export async function bringAbout<Seen, Plan extends Planned>(
  session: Session,
  writing: Writing<Seen, Plan>,
): Promise<{ readonly seen: Seen; readonly plan: Plan }> {
  let seen: Seen | undefined = writing.isNew === true ? undefined : await writing.observe();
  let overtaken: Overtaken<Seen, Plan> | undefined;
  for (let plans = 1; ; plans++) {
    const plan = await writing.plan(seen, overtaken);
    if (!plan.writes && seen !== undefined) return { seen, plan };
    const outcome = await write(session, writing, plan, seen);
    if (outcome.shows) return { seen: outcome.seen, plan };
    if (plans >= MAX_PLANS) throw new Error(`${writing.label}: ${KEEPS_CHANGING}`);
    overtaken = { base: seen, plan, applied: outcome.applied };
    seen = outcome.seen;
  }
}

const KEEPS_CHANGING =
  `somebody else changed it ${MAX_PLANS} times while this run was writing: it is left as it stands now. Let one of the two ` +
  `finish, then run pulumi up --refresh`;

/** What became of a plan: the object shows it, or somebody else's change. */
type Outcome<Seen> =
  | { readonly shows: true; readonly seen: Seen }
  | { readonly shows: false; readonly seen: Seen | undefined; readonly applied: boolean };

async function write<Seen, Plan extends Planned>(
  session: Session,
  writing: Writing<Seen, Plan>,
  plan: Plan,
  base: Seen | undefined,
): Promise<Outcome<Seen>> {
  const { lagging = [], echoes = [] } = writing;
  let applied = false;
  let made = false;
  const look = async (): Promise<Outcome<Seen> | undefined> => {
    const now = await readMade(
      made,
      () => writing.outputs(plan),
      () => writing.observe(),
    );
    if (now !== undefined && writing.shows(plan, now)) return { shows: true, seen: now };
    const asBefore = now === undefined || base === undefined ? now === base : writing.same(now, base);
    return asBefore ? undefined : { shows: false, seen: now, applied };
  };
  const send = async (): Promise<"accepted"> => {
    try {
      await writing.send(plan, base);
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
  const sent = await sendSeen<Outcome<Seen> | "accepted">(session, { send, look, lagging, echoes });
  const outcome = sent === "accepted" ? await poll(session.clock, SETTLE_WINDOW, look) : sent;
  if (outcome !== undefined) return outcome;
  throw new Unfinished(`${writing.label}: ${DOES_NOT_SHOW}`, writing.outputs(plan));
}

const DOES_NOT_SHOW =
  `the service accepted the change, but for ${SETTLE_WINDOW / 1000} s reads showed what was there before. It is kept in state as ` +
  `it was written; run pulumi up --refresh`;

/** What was written, or may have been made, belongs into state also where it cannot be read: a destroy would leave it behind. */
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

/** Cleans up after all is done: a failure is no failure of what was done, so it only warns. */
export async function cleanUp(session: Session, urn: string, what: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    session.report.warning(urn, `${what} failed; everything else is done: ${messageOf(error)}`);
  }
}
