/**
 * Operations of the engine on one resource, with a provider process and an emulator: check, diff, create, update,
 * refresh.
 */
import type { Emulator } from "../../emulator";
import type { Kind } from "../../provider/resources/tokens";
import { ByHand } from "./byHand";
import { startEmulatedProvider } from "./emulatedProvider";
import { type CallError, type DiffAnswer, type ProviderProcess, tokenAt } from "./providerProcess";
import { opened } from "./wire";

type Props = Record<string, unknown>;

/** A resource in state. */
export interface Stored {
  readonly id: string;
  readonly outs: Props;
}

/** The calls of the engine. */
export class Runs {
  private functions = 0;

  private constructor(
    readonly emulator: Emulator,
    readonly provider: ProviderProcess,
    readonly api: ByHand,
    readonly stop: () => Promise<void>,
  ) {}

  static async start(): Promise<Runs> {
    const { emulator, provider, close } = await startEmulatedProvider("runs", {});
    return new Runs(emulator, provider, new ByHand(emulator), close);
  }

  /** Makes a function with a number of versions, each with different content. */
  async withVersions(name: string, count: number): Promise<void> {
    await this.api.create(name);
    for (let version = 1; version <= count; version++) {
      await this.api.update(name, { environmentVariables: { RELEASE: String(version) } });
      await this.api.publish(name);
    }
  }

  /** Makes a function with a new name, and a number of versions. Returns its name. */
  async newFunction(versions: number): Promise<string> {
    const name = `api${++this.functions}`;
    await this.withVersions(name, versions);
    return name;
  }

  async checked(kind: Kind, own: Props): Promise<Props> {
    const { region, accountId } = this.emulator;
    const resourceUrn = `urn:pulumi:dev::shop::${tokenAt(kind)}::api`;
    const { inputs, failures } = await this.provider.of(kind).check({}, { region, accountId, resourceUrn, ...own });
    expect(failures).toEqual([]);
    return opened(inputs);
  }

  async up(kind: Kind, own: Props, state?: Stored): Promise<Stored> {
    const inputs = await this.checked(kind, own);
    const calls = this.provider.of(kind);
    if (state !== undefined) return { id: state.id, outs: opened(await calls.update(state.id, state.outs, inputs)) };
    const { id, outs } = await calls.create(inputs);
    return { id, outs: opened(outs) };
  }

  async diff(kind: Kind, own: Props, state: Stored): Promise<DiffAnswer> {
    return await this.provider.of(kind).diff(state.id, state.outs, await this.checked(kind, own));
  }

  async refresh(kind: Kind, state: Stored): Promise<Stored & { inputs: Props }> {
    const { id, props, inputs } = await this.provider.of(kind).read(state.id, state.outs);
    return { id, outs: opened(props), inputs: opened(inputs) };
  }

  /** Main version and weights of an alias in the emulator. */
  alias(functionName: string, aliasName: string): { versionId: string; additionalVersionWeight: object } | undefined {
    const alias = this.emulator.store.functions.get(functionName)?.aliases.get(aliasName);
    if (alias === undefined) return undefined;
    const { versionId, additionalVersionWeight } = alias;
    return { versionId, additionalVersionWeight };
  }

  /** Sets weights as somebody else would, without the API and its record. */
  byHand(functionName: string, aliasName: string, weights: Record<string, number>, main?: string): void {
    const alias = this.emulator.store.functions.get(functionName)?.aliases.get(aliasName);
    if (alias === undefined) throw new Error("no alias");
    alias.additionalVersionWeight = weights;
    if (main !== undefined) alias.versionId = main;
  }

  /** Waits until a text was printed for the user, which may happen after the answer. */
  async said(text: RegExp): Promise<void> {
    const end = performance.now() + 10_000;
    while (!text.test(this.provider.errors())) {
      if (performance.now() > end) throw new Error(`never said ${String(text)}: ${this.provider.errors()}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Waits until late reads show the newest change. */
  async later(): Promise<void> {
    await this.api.list({ limit: 1 });
  }

  /** Requests of an operation since an index in the record. */
  requests(operation: string, since = 0): number {
    return this.emulator.requests.slice(since).filter((request) => request.operation === operation).length;
  }
}

/** The error of a call that must fail. */
export function caught(call: Promise<unknown>): Promise<CallError> {
  return call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as CallError,
  );
}
