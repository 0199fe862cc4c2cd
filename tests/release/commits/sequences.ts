/** Sequences of events: random ones from a seed, or all sequences of an alphabet. A sequence that violates a check is shortened. */
import { CHECKS, type Check, Judge, type Knowledge, type Violation } from "./judge";
import type { Alphabet } from "./alphabets";
import type { Subject } from "./subject";
import { CRASHES, type Event, HANDS, type Keys, type Tree, World } from "./world";

export interface Sequence {
  readonly first?: Partial<Tree>;
  readonly events: readonly Event[];
}

export const ALL_CHECKS: ReadonlySet<Check> = new Set(Object.keys(CHECKS) as Check[]);

/**
 * A sequence of events that is being played: the simulated world in which the events happen, and the oracle that checks each run.
 */
class Play<S> {
  /** True after a lost state: revisions start again, so a weight with a revision may name no version. */
  private isLost = false;

  private constructor(
    private readonly world: World<S, Knowledge>,
    private readonly watcher: Judge<S>,
    private readonly checks: ReadonlySet<Check>,
  ) {}

  static start<S>(subject: Subject<S>, first: Partial<Tree> | undefined, checks: ReadonlySet<Check>): Play<S> {
    const watcher = new Judge<S>(checks);
    return new Play(new World<S, Knowledge>(subject, watcher, first), watcher, checks);
  }

  /** A copy. Later events change only the one in which they are played. */
  clone(): Play<S> {
    const watcher = this.watcher.clone();
    const copy = new Play(this.world.clone(watcher), watcher, this.checks);
    copy.isLost = this.isLost;
    return copy;
  }

  /** Plays one event, and returns the violations. */
  play(event: Event): readonly Violation[] {
    const { world, watcher, checks } = this;
    const isRun = event.do === "run";
    this.isLost ||=
      event.do === "lose state" || event.do === "restore state" || (isRun && event.crash === "before the state");
    const isLate = isRun && !this.isLost && (event.back ?? 0) > 0;
    const before = isLate && checks.has("late leaves no trace") ? world.clone() : undefined;
    watcher.last = undefined;
    const happened = world.apply(event);
    const last = watcher.last as Judge<S>["last"];
    if (isRun && happened && last && event.crash === undefined && watcher.violations.length === 0) {
      if (last.late && last.known) {
        if (before) watcher.afterLate(before, world, last.known);
      } else if (checks.has("again is nothing") && event.refresh !== false) {
        watcher.again(world, world.commits.length - 1 - (event.back ?? 0), watcher.failed);
      }
    }
    return watcher.violations;
  }

  /** Plays events until the first violation. */
  playAll(events: readonly Event[]): readonly Violation[] {
    for (const event of events) {
      const violations = this.play(event);
      if (violations.length > 0) return violations;
    }
    return [];
  }

  /** Plays every sequence of a number of letters, and returns the events of the first one with a violation. */
  tryAll(letters: Alphabet["letters"], depth: number): readonly Event[] | undefined {
    if (depth === 0) return undefined;
    for (const letter of letters) {
      const copy = this.clone();
      if (copy.playAll(letter).length > 0) return letter;
      const rest = copy.tryAll(letters, depth - 1);
      if (rest !== undefined) return [...letter, ...rest];
    }
    return undefined;
  }
}

/** Plays a sequence and returns the violations at the first event that has any. */
export function judge<S>(subject: Subject<S>, { first, events }: Sequence, checks = ALL_CHECKS): readonly Violation[] {
  return Play.start(subject, first, checks).playAll(events);
}

/** Plays every sequence that begins with one letter of an alphabet, and returns the first one with a violation. */
export function exhaust<S>(
  subject: Subject<S>,
  { first, before, letters }: Alphabet,
  begin: readonly Event[],
  depth: number,
): Sequence | undefined {
  const play = Play.start(subject, first, ALL_CHECKS);
  const start = [...before, ...begin];
  const rest = play.playAll(start).length > 0 ? [] : play.tryAll(letters, depth - 1);
  return rest && { ...(first ? { first } : {}), events: [...start, ...rest] };
}

/** Shortens a sequence: removes events while the same check is violated. */
export function shrink<S>(subject: Subject<S>, sequence: Sequence, check: Check, checks = ALL_CHECKS): Sequence {
  const breaks = (one: Sequence) => judge(subject, one, checks).some((violation) => violation.check === check);
  let best = sequence;
  for (let changed = true; changed;) {
    changed = false;
    for (let index = best.events.length - 1; index >= 0; index -= 1) {
      const events = best.events.filter((_, at) => at !== index);
      if (breaks({ ...best, events })) {
        best = { ...best, events };
        changed = true;
      }
    }
    for (let index = 0; index < best.events.length; index += 1) {
      const event = best.events[index];
      if (event?.do !== "commit" || event.set === undefined) continue;
      for (const key of Object.keys(event.set)) {
        const set = Object.fromEntries(Object.entries(event.set).filter(([name]) => name !== key));
        const events = best.events.map((one, at) => (at === index ? { ...event, set } : one));
        if (breaks({ ...best, events })) {
          best = { ...best, events };
          changed = true;
          break;
        }
      }
    }
  }
  return best;
}

/** A small random number generator with a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

const WEIGHTS: readonly (string | number)[] = [
  0,
  3,
  10,
  25,
  "25%",
  50,
  100,
  100,
  "0.5%",
  "@v=50",
  "@v=100",
  "@o=100",
  "@n=100",
  "@r=50",
  "@r=100",
  "@R=50",
  "@R=100",
];
const NAMES: readonly string[] = ["@v", "@v", "@v", "@o", "@s", "@r"];

type Pick = <T>(from: readonly T[]) => T;

/** A change of one key, or of two. */
function keyEvent(pick: Pick, draw: () => number): Event {
  const unset = ["weight", "steps", "strategy", "hold", "reject", "retry", "keep"];
  const one = (): { set?: Keys; unset?: string[] } => {
    const kind = draw();
    if (kind < 0.42) return { set: { weight: pick(WEIGHTS) } };
    if (kind < 0.58) return { unset: [pick(unset)] };
    if (kind < 0.66) return { set: { hold: pick([true, true, false]) } };
    if (kind < 0.78) return { set: { reject: pick(NAMES) } };
    if (kind < 0.88) return { set: { retry: `${pick(NAMES)}${pick(["", "", "@1", "@2"])}` } };
    if (kind < 0.92) return { set: { strategy: pick(["direct", "canary"]) } };
    if (kind < 0.96)
      return {
        set: {
          steps: pick([
            [10, 50],
            [2, 20],
            [5, 25, 50],
          ]),
        },
      };
    return { set: { keep: pick([0, 1, 2]) } };
  };
  const [first, second] = [one(), draw() < 0.15 ? one() : {}];
  return {
    do: "commit",
    set: { ...first.set, ...second.set },
    unset: [...(first.unset ?? []), ...(second.unset ?? [])],
  };
}

/** Draws a random sequence: mostly commits and their runs, with faults and changes by hand in between. */
export function draw(seed: number, length = 14): Sequence {
  const next = random(seed);
  const pick: Pick = (from) => from[Math.floor(next() * from.length)] as (typeof from)[number];
  const events: Event[] = [];
  const first: Partial<Tree> = next() < 0.3 ? { keys: { weight: pick([100, 50, 25, 0]) } } : {};
  let codes = 1;
  const calm = next() < 0.4;
  const run = (back = 0): Event => {
    const crash = !calm && next() < 0.12 ? pick(CRASHES) : undefined;
    return {
      do: "run",
      ...(back > 0 ? { back } : {}),
      ...(crash === undefined ? {} : { crash }),
      ...(next() < 0.3 ? { refresh: false } : {}),
    };
  };
  events.push(run());
  while (events.length < length) {
    const kind = next();
    if (kind < 0.2) {
      const old = next() < 0.35;
      const code = String.fromCharCode(97 + (old ? Math.floor(next() * codes) : codes++));
      events.push({ do: "commit", code, ...(next() < 0.15 ? { set: { weight: pick(WEIGHTS) } } : {}) });
    } else if (kind < 0.25) {
      events.push({ do: "commit", environment: pick(["0", "1", "2"]) });
    } else if (kind < 0.55) {
      events.push(keyEvent(pick, next));
    } else if (kind < 0.75) {
      events.push({ do: "revert", back: next() < 0.6 ? 0 : Math.floor(next() * 5) });
    } else if (kind < 0.8) {
      events.push(run(1 + Math.floor(next() * 3)));
      continue;
    } else if (kind < 0.9 && !calm) {
      events.push({ do: "hand", hand: pick(HANDS) });
    } else if (!calm) {
      events.push(
        pick<Event>([
          { do: "lose state" },
          { do: "restore state", back: pick([0, 1, 2]) },
          { do: "delete alias" },
          { do: "delete version", nth: pick([0, 1, 2]) },
          { do: "commit", aliasName: pick(["live", "prod"]) },
        ]),
      );
    }
    // Most commits are run at once; some are dropped.
    if (next() < 0.85) events.push(run());
  }
  return { first, events };
}

/** The events as text for a test failure, one line each. */
export const print = ({ first, events }: Sequence): string =>
  [JSON.stringify(first ?? {}), ...events.map((event) => JSON.stringify(event))].join("\n  ");

/** Draws many sequences and returns the first violation of each check, shortened. */
export function search<S>(
  subject: Subject<S>,
  count: number,
  options: { readonly seed?: number; readonly checks?: ReadonlySet<Check>; readonly most?: number } = {},
): Map<Check, { readonly text: string; readonly sequence: Sequence; count: number }> {
  const { seed = 1, checks = ALL_CHECKS, most = Infinity } = options;
  const found = new Map<Check, { readonly text: string; readonly sequence: Sequence; count: number }>();
  for (let index = 0; index < count; index += 1) {
    const sequence = draw(seed + index);
    const [violation] = judge(subject, sequence, checks);
    if (violation === undefined) continue;
    const known = found.get(violation.check);
    if (known) known.count += 1;
    else found.set(violation.check, { text: violation.text, sequence, count: 1 });
    if (found.size >= most) break;
  }
  for (const [check, { sequence, count: times }] of found) {
    const small = shrink(subject, sequence, check, checks);
    const text = judge(subject, small, checks).find((one) => one.check === check)?.text ?? "";
    found.set(check, { text, sequence: small, count: times });
  }
  return found;
}
