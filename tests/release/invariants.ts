/** The eight invariants, kept apart from what is under test. */
import * as fc from "fast-check";
import type { Split } from "../../provider/core/alias";
import type { decide } from "../../provider/core/decision";
import { ALL, type Tenths } from "../../provider/core/weights";
import { type Event, events } from "./events";
import { type Config, World } from "./world";

const STEP = 50;

/** What has been meant and done so far, kept apart from what is under test. */
class Checker {
  readonly world: World;
  private readonly runs: { version: number; config: Config }[] = [];
  private readonly stable = new Set<number>();
  /** Versions that a weight was newly set for, and the highest one. */
  private readonly meant = new Map<number, Tenths>();
  private readonly rejected = new Set<number>();
  /** Versions lowered by hand and the share they were lowered to. */
  private readonly lowered = new Map<number, Tenths>();
  private readonly tokens = new Set<string>();
  private current: { version: number; weight: number | undefined } | undefined;
  private rev = 0;
  /** The order of the last run that was not refused. */
  private accepted = 0;
  /** How many runs decided something; what a refused run saw is forgotten. */
  private decided = 0;
  /** Shares after the last run that decided. */
  private ran = new Map<number, Tenths>();

  constructor(rules?: typeof decide) {
    this.world = new World(rules);
  }

  apply(event: Event): string | undefined {
    const seen = this.decided;
    const wrong = this.happen(event);
    if (this.decided > seen) this.ran = new Map([1, 2, 3, 4].map((version) => [version, this.world.share(version)]));
    return wrong;
  }

  private happen(event: Event): string | undefined {
    switch (event.kind) {
      case "run":
        this.rev += 1;
        return this.run(event.version, { ...event.config, rev: this.rev }, event.crash);
      case "again": {
        const old = this.runs.at(-1 - event.back);
        return old === undefined || event.back === 0 ? undefined : this.stale(old.version, old.config);
      }
      case "hand":
        if (event.main !== event.extra && this.world.alias !== undefined)
          this.hand(event.main, event.extra, event.percent);
        return undefined;
      case "lower": {
        const { main, canary: extra } = this.world.alias?.split ?? {};
        if (main !== undefined && extra !== undefined && event.percent * 10 < extra.share)
          this.hand(Number(main), Number(extra.versionId), event.percent);
        return undefined;
      }
      case "alias lost":
        if (this.world.state !== undefined) this.world.alias = undefined;
        return undefined;
      case "state lost":
        // With both gone nobody could know anything.
        if (this.world.alias?.record !== undefined) this.world.state = undefined;
        return undefined;
    }
  }

  private hand(main: number, extra: number, percent: number): void {
    this.world.byHand(main, percent === 0 ? undefined : extra, percent);
    // To make the candidate the main version by hand is a promotion.
    const promotes = this.world.memory()?.candidate?.versionId === String(main);
    if (promotes) this.lowered.clear();
    // What was undone before a run could see it did not happen.
    for (const [version, share] of promotes ? [] : this.ran) {
      const now = this.world.share(version);
      if (now < share && version !== main) this.lowered.set(version, now);
    }
    this.stable.add(main);
    if (percent > 0) this.meant.set(extra, Math.max(this.meant.get(extra) ?? 0, percent * 10));
    this.lowered.delete(main);
    for (const [version, share] of this.lowered) if (this.world.share(version) > share) this.lowered.delete(version);
  }

  private run(version: number, config: Config, crash: boolean): string | undefined {
    const { world } = this;
    const first = world.alias === undefined && world.state === undefined;
    const before = world.alias?.split;
    const result = world.run(version, config, crash);
    this.runs.push({ version, config });
    this.decided += result.refused === undefined ? 1 : 0;
    if (result.refused !== undefined) return this.sameAs(before, "a refused run wrote");
    this.mean(version, config);
    this.record(config);
    this.accepted = config.rev ?? 0;
    if (first) this.stable.add(version);
    const wrong = this.split(version, config) ?? this.brake(before, version);
    if (wrong !== undefined) return wrong;
    this.promoted(before);
    if (!crash && world.run(version, config).wrote) return "1: the same run again wrote";
    if (crash) {
      const split = JSON.stringify(world.alias?.split);
      const again = world.run(version, config);
      if (again.refused !== undefined) return `5: after a crash: ${again.refused}`;
      if (again.wrote && JSON.stringify(world.alias?.split) !== split)
        return "5: after a crash the same run moved traffic";
    }
    return undefined;
  }

  /** A weight is newly set when it is for new code by name, or another one for the code in progress. */
  private mean(version: number, { weight, for: named, strategy, hold }: Config): void {
    const newly = this.current?.version === version && weight !== this.current.weight;
    if (weight !== undefined && (newly || named === String(version)))
      this.meant.set(version, Math.max(this.meant.get(version) ?? 0, weight * 10));
    if (strategy === "direct") this.meant.set(version, ALL);
    // What is seen under hold does not count as seen.
    if (hold !== true) this.current = { version, weight };
  }

  /** What a refused run said is forgotten. */
  private record({ reject, retry }: Config): void {
    if (reject !== undefined) this.rejected.add(Number(reject));
    if (retry !== undefined && !this.tokens.has(retry)) {
      this.tokens.add(retry);
      const lifted = Number(retry.split("@")[0]);
      this.rejected.delete(lifted);
      this.lowered.delete(lifted);
    }
  }

  private split(version: number, { weight, hold }: Config): string | undefined {
    const { main, canary: extra } = this.world.alias?.split ?? { main: "" };
    if (extra?.versionId === main || extra?.share === 0 || extra?.share === ALL) return "7: an impossible split";
    for (const other of this.rejected) {
      // A rejected stable keeps its traffic only where there is nothing to go back to.
      if (this.world.share(other) > 0 && main !== String(other))
        return `3: version ${other} is rejected and has traffic`;
    }
    if (weight === 0 && hold !== true && main !== String(version) && this.world.share(version) > 0)
      return "3: traffic although 0 is configured";
    for (const candidate of [version, Number(extra?.versionId ?? version)]) {
      const allowed = this.stable.has(candidate) ? ALL : Math.max(STEP, this.meant.get(candidate) ?? 0);
      if (this.world.share(candidate) > allowed) return `2: version ${candidate} has more than was meant`;
    }
    return undefined;
  }

  private brake(before: Split | undefined, version: number): string | undefined {
    if (before === undefined) return undefined;
    for (const [low, share] of this.lowered) {
      if (this.world.share(low) > share && low === version && this.world.alias?.split.main !== String(low))
        return `8: version ${low} was lowered to ${share} by hand and has ${this.world.share(low)}`;
    }
    return undefined;
  }

  private promoted(before: Split | undefined): void {
    const main = this.world.alias?.split.main;
    if (main === undefined || main === before?.main) return;
    this.stable.add(Number(main));
    this.lowered.clear();
  }

  private stale(version: number, config: Config): string | undefined {
    const before = [1, 2, 3, 4].map((v): [number, Tenths] => [v, this.world.share(v)]);
    // Lost state takes with it the order of runs that wrote nothing.
    const known = this.world.state === undefined ? 0 : this.accepted;
    const had = this.world.alias !== undefined && (config.rev ?? 0) < known;
    this.decided += this.world.run(version, config).refused === undefined ? 1 : 0;
    for (const [v, share] of before) {
      if (had && this.world.share(v) > share && !this.stable.has(v)) return `4: a stale run raised version ${v}`;
    }
    this.promoted(undefined);
    return undefined;
  }

  private sameAs(before: Split | undefined, message: string): string | undefined {
    return JSON.stringify(this.world.alias?.split) === JSON.stringify(before) ? undefined : message;
  }
}

/** What goes wrong in a sequence, if anything. */
export function wrongIn(events: readonly Event[], rules?: typeof decide): string | undefined {
  const checker = new Checker(rules);
  for (const event of events) {
    const wrong = checker.apply(event);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** What goes wrong in so many random sequences, if anything: which, and in the shortest one found. */
export function search(runs: number, rules?: typeof decide): string | undefined {
  const property = fc.property(events(14), (sequence) => {
    const wrong = wrongIn(sequence, rules);
    if (wrong !== undefined) throw new Error(wrong);
  });
  const { failed, errorInstance, counterexample } = fc.check(property, { numRuns: runs, seed: 20_261_123 });
  return failed ? `${String(errorInstance)}\n${JSON.stringify(counterexample)}` : undefined;
}
