/** One emulator, one provider process and the states that scenarios begin with; each run begins anew on copies. */
import type { StoredFunction } from "../../emulator";
import { Api, zipInput } from "../emulator/support";
import { type EmulatedProvider, fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { typeToken } from "../../provider/resources/tokens";
import { CODE, Programs } from "../support/programs";
import { type ProviderProcess, startProvider } from "../support/providerProcess";
import { Stack } from "../support/stack";
import { lines } from "../support/storeView";
import { type Scenario, scenarios } from "./scenarios";

/** The process's timers: a read that hangs costs 1.7 s, a change 10 s. */
const SPEED = 30;

/** A scenario, ready to run again and again. */
export interface Prepared {
  readonly scenario: Scenario;
  readonly functions: ReadonlyMap<string, StoredFunction>;
  readonly stack: Stack;
  /** Operations that an undisturbed run sends, in order. */
  readonly trace: readonly string[];
}

/** See the file. */
export class Bench {
  readonly prepared: Prepared[] = [];
  private readonly api: Api;

  private constructor(private readonly running: EmulatedProvider) {
    this.api = new Api(running.emulator);
  }

  /** With every scenario whose number leaves `lane` when divided by `lanes`. */
  static async start(lane = 0, lanes = 1): Promise<Bench> {
    const bench = new Bench(await startEmulatedProvider("sweep", CODE, fastClock(SPEED)));
    const all = scenarios(new Programs(bench.running.folder)).filter((_, i) => i % lanes === lane);
    try {
      // Asked once for each process: whose the keys are.
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

  /** Another process, for a run in which it is killed. */
  spare(): Promise<ProviderProcess> {
    const { folder, emulator } = this.running;
    return startProvider(folder, { ...process.env, ...emulator.env, ...fastClock(SPEED) });
  }

  close(): Promise<void> {
    return this.running.close();
  }

  /** The emulator as it was before the scenario, and a stack with the state of then. */
  async begin({ functions, stack }: Prepared, provider = this.provider): Promise<Stack> {
    await this.restore(functions);
    await this.beginAnew();
    return stack.clone(provider);
  }

  /** A process serves one run of the engine; here it serves many. A read stands for the new process of a run. */
  async beginAnew(): Promise<void> {
    const { region, accountId } = this.emulator;
    const resourceUrn = `urn:pulumi:dev::shop::${typeToken("Function")}::read`;
    const read = this.provider.of("Function").read("read", { region, accountId, functionName: "api", resourceUrn });
    // Where there is no function the read fails.
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

  /** A deletion frees code that nothing names any more; the copies name it. */
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
    // What listens on a port of its own is closed by the service's own operation.
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
