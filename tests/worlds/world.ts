/**
 * Plays a world (a sequence of runs and changes by hand) with the provider process and two emulators. After every step it checks the
 * conditions of oracle.ts.
 */
import { type Emulator, type FaultAction, startEmulator } from "../../emulator";
import * as sdk from "@alicloud/fc20230330";
import { Api, zipInput } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { CODE, Programs } from "../support/programs";
import { type ProviderProcess, startProvider } from "../support/providerProcess";
import { type Resource, Stack } from "../support/stack";
import { type Snapshot, Traffic, publishedTwice, sharesOfProd, snapshot, touched } from "./oracle";
import type { Disturbance, Script, Step, Wish } from "./steps";

const SPEED = 30;
const STACKS = ["dev", "prod"] as const;
const refusal = (status: number, code: string) => ({ status, code, message: "as the world wants it" });
const DENIED: FaultAction = { kind: "reject", ...refusal(403, "AccessDenied") };

const HAND_TRIGGER = new sdk.CreateTriggerRequest({
  body: new sdk.CreateTriggerInput({
    triggerName: "http",
    triggerType: "http",
    qualifier: "LATEST",
    triggerConfig: JSON.stringify({ authType: "function", methods: ["GET"] }),
  }),
});

const FAULTS: Readonly<Record<string, FaultAction>> = {
  "closed before": { kind: "resetBefore" },
  "closed after": { kind: "applyThenReset" },
  cut: { kind: "applyThenTruncate" },
  throttled: { kind: "reject", ...refusal(429, "Throttling.User") },
  concurrent: { kind: "reject", ...refusal(409, "ConcurrentUpdateError") },
  denied: DENIED,
  "500 before": { kind: "reject", ...refusal(500, "InternalServerError") },
  "500 after": { kind: "applyThenReject", ...refusal(500, "InternalServerError") },
  "page as success": { kind: "applyThenHtml", status: 200 },
  "nothing as success": { kind: "applyThenReject", status: 200, code: "", message: "" },
  late: { kind: "applyLate", afterRequests: 2 },
  old: { kind: "stale", changes: 1 },
  hung: { kind: "hang" },
};

/** Messages of refused runs after which a person must do something. */
const REFUSALS =
  /belongs to|has no owner|adopt would change|contentKey|does not exist|cannot be deleted|already|the alias is new/;

/** Two emulators and two provider processes, on which many worlds are played one after the other. */
export class Ground {
  private constructor(
    readonly running: EmulatedProvider,
    readonly elsewhere: Emulator,
    /** A process with the keys and the endpoint of the other account. */
    readonly stranger: ProviderProcess,
    readonly api: Api,
  ) {}

  /** @param installed another build of the package */
  static async start(installed?: string): Promise<Ground> {
    const running = await startEmulatedProvider("worlds", CODE, fastClock(SPEED), installed);
    const elsewhere = await startEmulator({ region: "cn-shanghai" });
    const stranger = await startProvider(running.folder, { ...process.env, ...elsewhere.env, ...fastClock(SPEED) });
    const theirs = new Api(elsewhere);
    await theirs.create("api", { code: zipInput({ "index.js": CODE["a"] ?? "" }) });
    await theirs.publish("api");
    await theirs.createAlias("api", "prod", { versionId: "1" });
    return new Ground(running, elsewhere, stranger, new Api(running.emulator));
  }

  async close(): Promise<void> {
    this.stranger.close();
    await this.elsewhere.close();
    await this.running.close();
  }

  /**
   * Plays a world. Returns what is wrong after the first step that violates a condition, with this step. The list is empty if nothing
   * is wrong.
   */
  async wrongIn(script: Script): Promise<string[]> {
    await this.clear();
    const { options } = this.running.emulator;
    options.readAfterWrite = script.late ? "late" : "current";
    const { functions } = this.elsewhere.store;
    const theirs = [...functions];
    if (script.elsewhere === "nothing") functions.clear();
    try {
      return await new World(this, script).play();
    } finally {
      options.readAfterWrite = "current";
      functions.clear();
      for (const [name, entry] of theirs) functions.set(name, entry);
    }
  }

  private async clear(): Promise<void> {
    const { store, faults } = this.running.emulator;
    faults.clear();
    for (const { functionName, triggers } of store.functions.values()) {
      for (const name of triggers.keys()) {
        await this.api.sdk.deleteTriggerWithOptions(functionName, name, {}, this.api.runtime);
      }
    }
    store.functions.clear();
    this.running.emulator.forgetRequests();
  }
}

class World {
  private readonly emulator: Emulator;
  private readonly programs: Programs;
  private readonly stacks: Stack[];
  private readonly last: (readonly Resource[] | undefined)[] = [undefined, undefined];
  private readonly traffic = new Traffic();
  /**
   * Objects that a killed or disturbed run created and did not store in state. The next run whose program has such an
   * object takes it over.
   */
  private readonly loose = new Set<string>();
  /** Stacks whose killed run sent a request that may be applied during a later run of another stack. */
  private readonly late = new Set<string>();
  /** For each stack: true if its last program has `adopt: true`. */
  private readonly adopts: boolean[] = [];

  constructor(
    private readonly ground: Ground,
    private readonly script: Script,
  ) {
    const { emulator, folder, provider } = ground.running;
    this.emulator = emulator;
    this.programs = new Programs(folder);
    const { region, accountId } = emulator;
    this.stacks = STACKS.map((stack) => new Stack(provider, { region, accountId, stack }));
  }

  async play(): Promise<string[]> {
    const elsewhere = JSON.stringify([...snapshot(this.ground.elsewhere)]);
    for (const [i, step] of this.script.steps.entries()) {
      this.emulator.clock.advance(2);
      const wrong = await this.step(step);
      if (JSON.stringify([...snapshot(this.ground.elsewhere)]) !== elsewhere) wrong.push("another place was changed");
      if (wrong.length > 0) return [`step ${i + 1}: ${JSON.stringify(step)}`, ...wrong];
    }
    this.emulator.options.readAfterWrite = "current";
    for (const index of [0, 1]) {
      const wrong = await this.converge(index);
      if (wrong.length > 0) return [`${STACKS[index] ?? ""} does not come to rest`, ...wrong];
    }
    return [];
  }

  private stack(index: number): Stack {
    const stack = this.stacks[index];
    if (stack === undefined) throw new Error(`no stack ${index}`);
    return stack;
  }

  private program(index: number, { code, weight, adopt, trigger }: Wish): Resource[] {
    const { kind, second } = this.script;
    if (index === 1 && second === "guest") return this.programs.guest();
    const adopts = adopt === undefined ? {} : { adopt };
    const fn = this.programs.fn(code, { ...adopts, cpu: 0.5 });
    const keys = { ...adopts, ...(weight === undefined ? {} : { weight }) };
    const named = kind === "whole" ? this.programs.release(keys) : this.programs.alias("prod", weight ?? 0, adopts);
    return [fn, this.programs.version(), named, ...(trigger === true ? [this.programs.trigger("prod", adopts)] : [])];
  }

  private async step(step: Step): Promise<string[]> {
    switch (step.do) {
      case "hand":
        await this.hand(step.hand);
        this.traffic.look(this.emulator);
        return [];
      case "get":
        return await this.get();
      case "wrong place":
        return await this.wrongPlace(step.stack, step.run, this.program(step.stack, step.wish));
      case "refresh":
        return await this.judged(step.stack, step, () => this.stack(step.stack).refresh());
      case "destroy":
        this.last[step.stack] = [];
        return await this.judged(step.stack, step, () =>
          this.stack(step.stack).destroy({ refresh: step.refresh ?? true }),
        );
      case "up": {
        const program = this.program(step.stack, step.wish);
        this.last[step.stack] = program;
        this.adopts[step.stack] = step.wish.adopt === true;
        const refresh = step.refresh ?? true;
        return await this.judged(step.stack, step, () => this.stack(step.stack).up(program, { refresh }), step.wish);
      }
    }
  }

  /** Performs a run with its faults, and compares the objects before and after it. */
  private async judged(
    index: number,
    {
      faults = [],
      killedAt,
      refresh = true,
    }: { readonly faults?: readonly Disturbance[]; readonly killedAt?: number; readonly refresh?: boolean },
    run: () => Promise<void>,
    wish?: Wish,
    adopts = wish?.adopt === true,
  ): Promise<string[]> {
    const stack = this.stack(index);
    const before = snapshot(this.emulator);
    const shares = sharesOfProd(this.emulator);
    let killed = false;
    stack.isKilled = () => killed;
    for (const { at, kind, times = 1 } of faults) {
      const action = FAULTS[kind];
      if (action !== undefined) this.emulator.faults.add({ operation: "*", nth: at, times, action });
    }
    if (killedAt !== undefined) {
      const kill = () => void (killed = true);
      this.emulator.faults.add(
        { operation: "*", nth: killedAt, action: { kind: "before", run: kill } },
        { operation: "*", nth: killedAt + 1, times: Infinity, action: DENIED },
      );
    }
    const failure = await failureOf(run());
    this.emulator.faults.clear();
    stack.isKilled = () => false;
    if (killedAt !== undefined && faults.some(({ kind }) => kind === "late")) this.late.add(STACKS[index] ?? "");
    const mayLose = killedAt !== undefined || faults.reduce((total, { times = 1 }) => total + times, 0) > 1;
    return this.judge(index, { before, shares, failure, wish, adopts, mayLose, refresh });
  }

  private judge(
    index: number,
    run: {
      readonly before: Snapshot;
      readonly shares: ReadonlyMap<string, number>;
      readonly failure: string | undefined;
      readonly wish: Wish | undefined;
      /** True if the program has `adopt: true`. */
      readonly adopts: boolean;
      /**
       * True if the run may create an object that is not in state: after a kill, or after a lost answer and a failed
       * read. The next run finds such an object.
       */
      readonly mayLose: boolean;
      /**
       * False for a run without refresh: without changes it reads nothing, so it does not find objects that somebody
       * else created again.
       */
      readonly refresh: boolean;
    },
  ): string[] {
    const { before, shares, failure, wish, adopts, mayLose, refresh } = run;
    const name = STACKS[index] ?? "";
    const after = snapshot(this.emulator);
    const wrong = [...touched(before, after, name, adopts, this.late), ...publishedTwice(after)];
    const owns = after.get("api:prod")?.owner === name;
    if (owns && wish !== undefined && before.get("api:prod")?.functionId === after.get("api:prod")?.functionId) {
      const isRelease = this.script.kind === "whole";
      wrong.push(...this.traffic.wrong(shares, sharesOfProd(this.emulator), wish.code, wish.weight, after, isRelease));
    }
    if (before.get("api:prod")?.owner === name && !after.has("api:prod")) this.traffic.forget();
    this.traffic.look(this.emulator);
    // Objects that the run made, or adopted.
    const taken = [...after].filter(([key, { owner }]) => owner === name && before.get(key)?.owner !== name);
    if (mayLose) for (const [key] of taken) this.loose.add(key);
    wrong.push(...this.notInState(index, after, failure === undefined && refresh));
    return wrong.map((line) => `${line} (the run: ${failure ?? "no failure"})`);
  }

  /** Functions, aliases and triggers of the stack that are not in its state, and objects in its state that belong to another stack. */
  private notInState(index: number, after: Snapshot, isCurrent: boolean): string[] {
    const state = [...this.stack(index).state.values(), ...this.stack(index).leftovers];
    const known = new Set(
      state.map(({ kind, outs }) => {
        const { functionName = "", aliasName = "", triggerName = "" } = outs as Record<string, string>;
        if (kind === "Function") return functionName;
        return kind === "HttpTrigger" ? `${functionName}!${triggerName}` : `${functionName}:${aliasName}`;
      }),
    );
    for (const key of known) this.loose.delete(key);
    // If another stack owns the alias now, the release stays in state with its memory, and its output `live` is empty.
    const resting = state.filter(
      ({ kind, outs }) => kind === "Release" && Object.keys(outs["live"] as object).length === 0,
    );
    const theirs = [...known].filter((key) => {
      const owner = after.get(key ?? "")?.owner;
      const rests = resting.some(({ outs }) => key === `${String(outs["functionName"])}:${String(outs["aliasName"])}`);
      return isCurrent && owner !== undefined && owner !== STACKS[index] && !rests;
    });
    const missing = [...after]
      .filter(
        ([key, { kind, owner }]) =>
          owner === STACKS[index] && kind !== "version" && !known.has(key) && !this.loose.has(key),
      )
      .map(([key]) => `${key} is not in state`);
    return [...missing, ...theirs.map((key) => `${key} is in state and belongs to another stack`)];
  }

  /**
   * Whether the state of a release has this version with traffic. A version that only a killed run started is forgotten
   * together with its alias.
   */
  private isInState(version: string): boolean {
    const releases = this.stacks.flatMap(({ state }) => [...state.values()]).filter(({ kind }) => kind === "Release");
    return releases.some(({ outs }) => version in (outs["live"] as object));
  }

  /** Runs without faults: after at most two runs, a further run must change nothing. */
  private async converge(index: number): Promise<string[]> {
    const program = this.last[index];
    if (program === undefined) return [];
    const stack = this.stack(index);
    const wrong: string[] = [];
    let failure: string | undefined;
    const up = async () => {
      failure = await failureOf(stack.up(program));
      if (failure !== undefined) throw new Error(failure);
    };
    for (const _run of [1, 2]) {
      wrong.push(...(await this.judged(index, {}, up, undefined, this.adopts[index])));
      if (failure === undefined) break;
    }
    const since = this.emulator.mutations().length;
    const again = await failureOf(stack.up(program));
    const sent = this.emulator
      .mutations()
      .slice(since)
      .map(({ operation }) => operation);
    if (sent.length > 0) wrong.push(`a further run sends ${sent.join(", ")}`);
    if (again !== undefined && !this.mayBeRefused(index, again)) wrong.push(`it fails: ${again}`);
    return wrong;
  }

  private mayBeRefused(index: number, message: string): boolean {
    if (!REFUSALS.test(message)) return false;
    const blamesOthers = /belongs to (?!this stack)|has no owner|adopt would change/.test(message);
    return !blamesOthers || [...snapshot(this.emulator).values()].some(({ owner }) => owner !== STACKS[index]);
  }

  private async get(): Promise<string[]> {
    const { region, accountId } = this.emulator;
    const before = JSON.stringify([...snapshot(this.emulator)]);
    const common = {
      region,
      accountId,
      resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::other",
    };
    const { provider } = this.ground.running;
    await failureOf(
      provider
        .of("Function")
        .read("any", { ...common, functionName: "api" })
        .then(() => undefined),
    );
    await failureOf(
      provider
        .of("Alias")
        .read("any", { ...common, functionName: "api", aliasName: "prod" })
        .then(() => undefined),
    );
    return before === JSON.stringify([...snapshot(this.emulator)]) ? [] : ["reading changed something"];
  }

  /** A run with the keys of another account fails, and changes nothing in either account or in state. */
  private async wrongPlace(
    index: number,
    run: "up" | "refresh" | "destroy",
    program: readonly Resource[],
  ): Promise<string[]> {
    const stack = this.stack(index);
    const before = JSON.stringify([...snapshot(this.emulator)]);
    const state = JSON.stringify([...stack.state]);
    const empty = stack.state.size === 0;
    stack.provider = this.ground.stranger;
    const failure = await failureOf(
      run === "up" ? stack.up(program) : run === "refresh" ? stack.refresh() : stack.destroy(),
    );
    stack.provider = this.ground.running.provider;
    const wrong: string[] = [];
    if (failure === undefined && !(empty && run !== "up")) wrong.push("keys of another account were taken");
    if (JSON.stringify([...snapshot(this.emulator)]) !== before)
      wrong.push("keys of another account changed something");
    if (JSON.stringify([...stack.state]) !== state) wrong.push("a look with other keys changed state");
    return wrong;
  }

  private async hand(hand: (Step & { do: "hand" })["hand"]): Promise<void> {
    const { api } = this.ground;
    const entry = this.emulator.store.functions.get("api");
    const alias = entry?.aliases.get("prod");
    const [extra] = Object.entries(alias?.additionalVersionWeight ?? {});
    const [first] = entry?.versions.keys() ?? [];
    const put = (versionId: string, additionalVersionWeight: Record<string, number>) =>
      api.updateAlias("api", "prod", { versionId, additionalVersionWeight });
    switch (hand) {
      case "lower":
      case "zero": {
        if (alias === undefined || extra === undefined) return;
        const share = hand === "zero" ? 0 : Math.round(extra[1] * 500) / 1000;
        await put(alias.versionId, share === 0 ? {} : { [extra[0]]: share });
        this.traffic.lower(extra[0], share * 100);
        return;
      }
      case "raise":
        if (alias === undefined || extra === undefined || extra[1] > 0.8) return;
        await put(alias.versionId, { [extra[0]]: Math.round((extra[1] + 0.15) * 1000) / 1000 });
        this.traffic.raise(extra[0]);
        return;
      case "promote":
        if (alias === undefined || extra === undefined) return;
        await put(extra[0], {});
        this.traffic.raise(extra[0]);
        return;
      case "delete alias":
        if (alias === undefined) return;
        await api.deleteAlias("api", "prod");
        if (extra !== undefined && this.isInState(extra[0])) this.traffic.lower(extra[0], 0);
        return;
      case "delete trigger":
        if (entry?.triggers.has("http") !== true) return;
        await api.sdk.deleteTriggerWithOptions("api", "http", {}, api.runtime);
        return;
      case "delete function":
        if (entry === undefined) return;
        for (const name of entry.triggers.keys()) await api.sdk.deleteTriggerWithOptions("api", name, {}, api.runtime);
        await api.delete("api");
        return;
      case "make function":
        if (entry !== undefined) return;
        await api.create("api", { code: zipInput({ "index.js": CODE["c"] ?? "" }) });
        await api.publish("api");
        return;
      case "make alias":
        if (entry === undefined || first === undefined || entry.aliases.has("hand")) return;
        await api.createAlias("api", "hand", { versionId: first });
        return;
      case "make trigger":
        if (
          entry === undefined ||
          entry.triggers.has("http") ||
          [...entry.triggers.values()].some(({ qualifier }) => qualifier === "LATEST")
        )
          return;
        await api.sdk.createTriggerWithOptions("api", HAND_TRIGGER, {}, api.runtime);
        return;
    }
  }
}

function failureOf(run: Promise<void>): Promise<string | undefined> {
  return run.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
