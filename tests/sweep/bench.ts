/**
 * One emulator, one provider process, and the state with which each scenario of the sweep begins. Each run starts with
 * a copy of this state.
 */
import type { StoredFunction } from "../../emulator";
import { Api, zipInput } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { typeToken } from "../../provider/resources/tokens";
import { CODE, Programs } from "../support/programs";
import { type ProviderProcess, startProvider } from "../support/providerProcess";
import { Stack } from "../support/stack";
import { lines } from "../support/storeView";
import { type Scenario, scenarios } from "./scenarios";

/**
 * The timers of the provider process run this many times as fast. The process then waits 1.7 s for the answer to a
 * read, and 10 s for the answer to a change.
 */
const SPEED = 30;

/** A scenario that can be run many times. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly functions: ReadonlyMap<string, StoredFunction>;
  readonly stack: Stack;
  /** Operations of a run without faults, in their order. */
  readonly trace: readonly string[];
}

/** One emulator and one provider process, which play one scenario after the other. */
export class Bench {
  readonly prepared: Prepared[] = [];
  private readonly api: Api;

  private constructor(private readonly running: EmulatedProvider) {
    this.api = new Api(running.emulator);
  }

  /**
   * Starts a bench. The scenarios are divided into `lanes` parts, and this bench gets the scenarios whose number modulo
   * `lanes` is `lane`.
   */
  static async start(lane = 0, lanes = 1): Promise<Bench> {
    const bench = new Bench(await startEmulatedProvider("sweep", CODE, fastClock(SPEED)));
    const all = scenarios(new Programs(bench.running.folder)).filter((_, i) => i % lanes === lane);
    try {
      // Each process makes one call to find the account of the keys.
      await bench.prepare(all[0] as Scenario);
      for (const scenario of all) {
        bench.prepared.push(await bench.prepare(scenario));
      }
      return bench;
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  get emulator() {
    return this.running.emulator;
  }

  get provider(): ProviderProcess {
    return this.running.provider;
  }

  /** Starts another provider process for a run in which the process is killed. */
  spare(): Promise<ProviderProcess> {
    const { folder, emulator } = this.running;
    return startProvider(folder, { ...process.env, ...emulator.env, ...fastClock(SPEED) });
  }

  close(): Promise<void> {
    return this.running.close();
  }

  /** Sets the emulator back to its state before the scenario, and returns a stack with the state of that time. */
  async begin({ functions, stack }: Prepared, provider = this.provider): Promise<Stack> {
    await this.restore(functions);
    await this.beginAnew();
    return stack.clone(provider);
  }

  /**
   * The engine starts a new provider process for each run. Here one process serves many runs, and a read marks the
   * start of a run.
   */
  async beginAnew(): Promise<void> {
    const { region, accountId } = this.emulator;
    const resourceUrn = `urn:pulumi:dev::shop::${typeToken("Function")}::read`;
    const read = this.provider.of("Function").read("read", { region, accountId, functionName: "api", resourceUrn });
    // The read fails if the function does not exist.
    await read.catch(() => undefined);
  }

  private async prepare(scenario: Scenario): Promise<Prepared> {
    await this.restore(new Map());
    const { region, accountId } = this.emulator;
    const stack = new Stack(this.provider, { region, accountId, stack: "dev" });
    if (scenario.byHand === true) await this.byHand();
    for (const program of scenario.before) await stack.up(program);
    const functions = structuredClone(this.emulator.store.functions);
    this.holdCode();
    const first = { scenario, functions, stack, trace: [] };
    const copy = await this.begin(first);
    const from = this.emulator.requests.length;
    await this.run(scenario, copy);
    const trace = this.emulator.requests.slice(from).map(({ operation }) => operation);
    expect([scenario.name, lines(this.emulator)]).toEqual([scenario.name, scenario.expected]);
    return { ...first, trace };
  }

  async run({ run, refresh = false }: Scenario, stack: Stack): Promise<void> {
    await stack.up(run, { refresh });
  }

  /** A deletion would delete code packages that are no longer used, so the copies of the state keep them in use. */
  private holdCode(): void {
    const { store } = this.emulator;
    for (const entry of store.functions.values()) {
      for (const { code } of [entry, ...entry.versions.values()]) if (code !== undefined) store.hold(code);
    }
  }

  private async byHand(): Promise<void> {
    await this.api.create("api", { code: zipInput({ "index.js": CODE["a"] ?? "" }) });
    await this.api.publish("api");
    await this.api.createAlias("api", "prod", { versionId: "1" });
  }

  private async restore(functions: ReadonlyMap<string, StoredFunction>): Promise<void> {
    const { store, faults } = this.emulator;
    faults.clear();
    // A trigger that listens on a port is closed by the operation that deletes it.
    for (const { functionName, triggers } of store.functions.values()) {
      for (const name of triggers.keys()) {
        if (functions.get(functionName)?.triggers.has(name) === true) continue;
        await this.api.sdk.deleteTriggerWithOptions(functionName, name, {}, this.api.runtime);
      }
    }
    store.functions.clear();
    for (const [name, entry] of structuredClone(functions)) store.functions.set(name, entry);
    this.emulator.forgetRequests();
  }
}
