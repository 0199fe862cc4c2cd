/** A release with weight auto, with the calls of the engine to the provider process. The clock is that of the emulator. */
import * as sdk from "@alicloud/fc20230330";
import type { Emulator } from "../../emulator";
import type { AnalysisRecord } from "../../provider/analysis";
import { Api } from "../emulator/support";
import { type CallError, type ProviderCalls, type ProviderProcess, tokenAt } from "./providerProcess";
import { type StagedRequests, stageRequests } from "./requestRows";
import { sharesOf } from "./storeView";

type Props = Record<string, unknown>;

/** The emulator and the provider process that stacks use. */
export interface JudgedPlace {
  readonly emulator: Emulator;
  /** The current provider process. */
  readonly provider: () => ProviderProcess;
  /** Project of the log service. */
  readonly project: string;
  /** Default keys of the release in a run. */
  readonly keys: Props;
}

const MINUTE = 60;
let functions = 0;

/** One release of a new function with three versions, and the calls of the engine for it. */
export class JudgedStack {
  readonly name = `api-${++functions}`;
  state: Props | undefined;
  private lines = 0;

  private constructor(private readonly place: JudgedPlace) {}

  /** A stack with version 2 at the first step beside version 1. */
  static async started(
    place: JudgedPlace,
    log: Partial<sdk.LogConfig> = {},
    made: Partial<sdk.CreateFunctionInput> = {},
  ): Promise<JudgedStack> {
    const stack = new JudgedStack(place);
    const api = new Api(place.emulator);
    const logConfig = { project: place.project, logstore: stack.name, enableRequestMetrics: true, ...log };
    await api.create(stack.name, { logConfig: new sdk.LogConfig(logConfig), ...made });
    for (const release of ["1", "2", "3"]) {
      await api.update(stack.name, { environmentVariables: { RELEASE: release } });
      await api.publish(stack.name);
    }
    await stack.up("1");
    await stack.up("2");
    return stack;
  }

  /** A copy of the stack with the same state, for another provider process, as if another pipeline ran it. */
  elsewhere(place: JudgedPlace): JudgedStack {
    const { name, state } = this;
    return Object.assign(new JudgedStack(place), { name, state: structuredClone(state) });
  }

  private get id(): string {
    const { region, accountId } = this.place.emulator;
    return `${region}:${accountId}:${this.name}/prod`;
  }

  private get calls(): ProviderCalls {
    return this.place.provider().of("Release");
  }

  async inputs(versionId: string, keys: Props): Promise<Props> {
    const { region, accountId } = this.place.emulator;
    const { inputs, failures } = await this.calls.check(this.state ?? {}, {
      ...{ region, accountId, resourceUrn: `urn:pulumi:dev::shop::${tokenAt("Release")}::${this.name}` },
      ...{ functionName: this.name, aliasName: "prod", versionId },
      ...{ fingerprint: `f1:${versionId}`, environmentFingerprint: "none", ...keys },
    });
    expect(failures).toEqual([]);
    return inputs;
  }

  /** A run of the engine with the current state. Returns whether the run updated the release. */
  async up(versionId = "2", keys: Props = this.place.keys): Promise<boolean> {
    // The engine refreshes first, and checks the arguments after that.
    if (this.state !== undefined) this.state = (await this.calls.read(this.id, this.state)).props;
    const inputs = await this.inputs(versionId, keys);
    if (this.state === undefined) {
      this.state = (await this.calls.create(inputs)).outs;
      return true;
    }
    const props = this.state;
    if ((await this.calls.diff(this.id, props, inputs)).changes === 1) return false;
    try {
      this.state = await this.calls.update(this.id, props, inputs);
    } catch (error) {
      const { kept } = error as CallError;
      if (kept !== undefined) this.state = kept.properties;
      throw error;
    }
    return true;
  }

  /** Moves the clock by one minute and writes rows of these requests to both versions. Then moves the clock until the rows can be read. */
  serve(
    stable: number,
    candidate: number,
    { failing = 0, row = {} }: { failing?: number; row?: StagedRequests["row"] } = {},
  ): void {
    const { emulator, project } = this.place;
    emulator.clock.advance(MINUTE);
    stageRequests(emulator, {
      ...{ functionName: this.name, aliasName: "prod", project, logstore: this.name },
      ...{ requests: { "1": stable, "2": candidate }, failed: { "2": failing }, row },
    });
    emulator.clock.advance(15 * MINUTE);
  }

  /** The split of the alias: map from version to percent. */
  get split(): Record<string, number> {
    const alias = this.place.emulator.store.functions.get(this.name)?.aliases.get("prod");
    return alias === undefined ? {} : Object.fromEntries(sharesOf(alias));
  }

  get judging(): (AnalysisRecord & { since: number; until: number; weight: number }) | undefined {
    return this.state?.["judging"] as never;
  }

  /** Requests of both versions that all decisions have counted. */
  get counted(): number {
    const { decisions = [] } = this.judging ?? {};
    return decisions.reduce((sum, { counts }) => sum + counts.stable.requests + counts.candidate.requests, 0);
  }

  /** Returns the messages about this function that were printed since the last call of this method. */
  heard(): string {
    const lines = this.place.provider().errors().split("\n").slice(this.lines);
    this.lines += lines.length - 1;
    return lines.filter((line) => line.includes(this.name)).join("\n");
  }
}
