/** Random sequences through the provider process and the emulator: at every step the alias says what the model says. */
import { rmSync } from "node:fs";
import * as fc from "fast-check";
import { type Emulator, startEmulator } from "../../emulator";
import { typeToken } from "../../provider/resources/shell";
import { Api } from "../emulator/support";
import { type Event, events } from "../release/events";
import { type Config, World, fingerprint } from "../release/world";
import { type ProviderCalls, type ProviderProcess, linkedFolder, startProvider } from "../support/providerProcess";

type Props = Record<string, unknown>;

let emulator: Emulator;
let provider: ProviderProcess;
let calls: ProviderCalls;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({});
  folder = linkedFolder("grpc-release");
  provider = await startProvider(folder, { ...process.env, ...emulator.env });
  calls = provider.of("Release");
  const api = new Api(emulator);
  await api.create("api");
  for (const release of ["1", "2", "3", "4"]) {
    await api.update("api", { environmentVariables: { RELEASE: release } });
    await api.publish("api");
  }
});

afterAll(async () => {
  provider.close();
  rmSync(folder, { recursive: true, force: true });
  await emulator.close();
});

/** The engine's side of one release: state, and what a program's run leads to. */
class Stack {
  private state: Props | undefined;
  private readonly earlier: { version: number; config: Config }[] = [];
  private rev = 0;
  readonly model = new World();

  async apply(event: Event): Promise<void> {
    const aliases = emulator.store.functions.get("api")?.aliases;
    const live = aliases?.get("prod");
    switch (event.kind) {
      case "run":
        this.rev += 1;
        return await this.run(event.version, { ...event.config, rev: this.rev }, event.crash);
      case "again": {
        const old = this.earlier.at(-1 - event.back);
        return event.back === 0 || old === undefined ? undefined : await this.run(old.version, old.config, false);
      }
      case "alias lost":
        aliases?.delete("prod");
        this.model.alias = undefined;
        return;
      case "state lost":
        this.state = undefined;
        this.model.state = undefined;
        return;
      case "hand":
      case "lower": {
        if (live === undefined) return;
        const main = event.kind === "hand" ? event.main : Number(live.versionId);
        const extra = event.kind === "hand" ? event.extra : Number(Object.keys(live.additionalVersionWeight)[0] ?? 0);
        if (extra === 0 || main === extra) return;
        live.versionId = String(main);
        live.additionalVersionWeight = event.percent === 0 ? {} : { [String(extra)]: event.percent / 100 };
        this.model.byHand(main, event.percent === 0 ? undefined : extra, event.percent);
      }
    }
  }

  private async run(version: number, config: Config, crash: boolean): Promise<void> {
    const before = emulator.mutations().length;
    const modelled = this.model.run(version, config, crash);
    this.earlier.push({ version, config });
    const failed = await this.up(version, config, crash).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect([config, failed === undefined ? undefined : "refused"]).toEqual([config, modelled.refused && "refused"]);
    const alias = emulator.store.functions.get("api")?.aliases.get("prod");
    const weights = Object.entries(alias?.additionalVersionWeight ?? {});
    const says = weights.map(
      ([id, weight]) => `${alias?.versionId ?? ""} ${(1000 - weight * 1000) / 10}, ${id} ${weight * 100}`,
    );
    expect([config, says[0] ?? alias?.versionId ?? "none"]).toEqual([config, this.model.says()]);
    expect(emulator.mutations().length - before).toBe(modelled.wrote ? 1 : 0);
  }

  /** What the engine does with a program's inputs; a crash keeps the state of before. */
  private async up(version: number, config: Config, crash: boolean): Promise<void> {
    const { region, accountId } = emulator;
    const resourceUrn = `urn:pulumi:dev::shop::${typeToken("Release")}::api`;
    const news = {
      ...{ region, accountId, resourceUrn, functionName: "api", aliasName: "prod", adopt: true },
      ...{ versionId: String(version), fingerprint: fingerprint(version) },
      ...config,
    };
    const { state } = this;
    const { failures, inputs } = await calls.check(state ?? {}, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    const outs = state === undefined ? (await calls.create(inputs)).outs : await this.update(state, inputs);
    if (!crash) this.state = outs;
  }

  /** Refreshed first: offline a diff cannot see what was done by hand. */
  private async update(state: Props, inputs: Props): Promise<Props> {
    const { props } = await calls.read("id", state);
    const { changes } = await calls.diff("id", props, inputs);
    return changes === 1 ? props : await calls.update("id", props, inputs);
  }
}

it("200 random sequences end as the model says, with no call more", async () => {
  await fc.assert(
    fc.asyncProperty(events(8), async (sequence) => {
      emulator.store.functions.get("api")?.aliases.clear();
      const stack = new Stack();
      for (const event of sequence) await stack.apply(event);
    }),
    { numRuns: 200, seed: 20_261_123, endOnFailure: true },
  );
}, 300_000);
