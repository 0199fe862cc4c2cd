/**
 * Random sequences of events, with the provider process and the emulator. After every step, the alias must equal the
 * alias of the simulation in `tests/release/world.ts`.
 */
import * as fc from "fast-check";
import type { Emulator } from "../../emulator";
import { ByHand } from "../support/byHand";
import { type Keys, World } from "../release/world";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type ProviderCalls, type ProviderProcess, tokenAt } from "../support/providerProcess";

type Props = Record<string, unknown>;

/** One event of a sequence. */
type Event =
  | {
      readonly kind: "run";
      readonly content: string;
      readonly keys: Keys;
      readonly crash: boolean;
      readonly late: boolean;
    }
  | { readonly kind: "hand"; readonly main: number; readonly extra: number; readonly percent: number }
  | { readonly kind: "alias lost" };

const VERSIONS = ["1", "2", "3", "4"];

let emulator: Emulator;
let provider: ProviderProcess;
let calls: ProviderCalls;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("grpc-release", {}));
  calls = provider.of("Release");
  const api = new ByHand(emulator);
  await api.create("api");
  for (const release of VERSIONS) {
    await api.update("api", { environmentVariables: { RELEASE: release } });
    await api.publish("api");
  }
});

afterAll(() => close());

/** One release on the provider process, and the simulation that runs the same events. */
class Stack {
  private state: Props | undefined;
  private rev = 10;
  private readonly world = new World();

  constructor() {
    for (const id of VERSIONS) this.world.versions.set(id, id);
  }

  async apply(event: Event): Promise<void> {
    const aliases = emulator.store.functions.get("api")?.aliases;
    const live = aliases?.get("prod");
    if (event.kind === "alias lost") {
      aliases?.delete("prod");
      this.world.alias = undefined;
    } else if (event.kind === "hand") {
      if (live === undefined || event.main === event.extra) return;
      live.versionId = String(event.main);
      live.additionalVersionWeight = event.percent === 0 ? {} : { [String(event.extra)]: event.percent / 100 };
      this.world.byHand(event.main, event.percent === 0 ? {} : { [event.extra]: event.percent });
    } else {
      this.rev += 1;
      await this.run(event.content, { ...event.keys, rev: event.late ? this.rev - 5 : this.rev }, event.crash);
    }
  }

  private async run(content: string, keys: Keys, crash: boolean): Promise<void> {
    const before = emulator.mutations().length;
    const ran = this.world.run(content, keys, { crash });
    const failure = await this.up(content, keys, crash).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    expect([keys, failure]).toEqual([keys, ran.failure === undefined ? undefined : expect.any(String)]);
    const alias = emulator.store.functions.get("api")?.aliases.get("prod");
    const { versionId, additionalVersionWeight, description } = this.world.alias ?? {};
    expect([keys, alias?.versionId, alias?.additionalVersionWeight]).toEqual([
      keys,
      versionId,
      additionalVersionWeight,
    ]);
    // The descriptions are compared without the owner, which comes before the record.
    expect(alias?.description.split("|")[1]).toBe(description?.split("|")[1]);
    expect(emulator.mutations().length - before).toBe(ran.write === undefined ? 0 : 1);
  }

  /** Calls the provider as the engine does in one run. With `crash`, state is not saved. */
  private async up(content: string, keys: Keys, crash: boolean): Promise<void> {
    const { region, accountId } = emulator;
    const resourceUrn = `urn:pulumi:dev::shop::${tokenAt("Release")}::api`;
    const news = {
      ...{ region, accountId, resourceUrn, functionName: "api", aliasName: "prod", adopt: true },
      ...{ versionId: content, fingerprint: `f1:${content}`, environmentFingerprint: "none" },
      ...keys,
    };
    const { state } = this;
    const { failures, inputs } = await calls.check(state ?? {}, news);
    if (failures.length > 0) throw new Error(failures.map(({ reason }) => reason).join("; "));
    const outs = state === undefined ? (await calls.create(inputs)).outs : await this.update(state, inputs);
    if (!crash) this.state = outs;
  }

  /** Refreshes the state and updates the release. Without a refresh, `diff` does not find changes by hand. */
  private async update(state: Props, inputs: Props): Promise<Props> {
    const id = `${emulator.region}:${emulator.accountId}:api/prod`;
    const { props } = await calls.read(id, state);
    // The engine saves the refreshed state before it begins the update.
    this.state = props;
    const { changes } = await calls.diff(id, props, inputs);
    return changes === 1 ? props : await calls.update(id, props, inputs);
  }
}

const version = fc.constantFrom(...VERSIONS);
const seldom = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const keys: fc.Arbitrary<Keys> = fc
  .record({
    weight: fc.constantFrom(undefined, 0, 1, 5, 25, 50, 100, "v2=100", "v3=50"),
    strategy: fc.constantFrom("canary", "canary", "canary", "direct"),
    hold: fc.constantFrom(false, false, false, true),
    reject: seldom(version),
    retry: seldom(fc.tuple(version, fc.integer({ min: 1, max: 3 })).map(([id, n]) => `v${id}@${n}`)),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)));

const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      content: version,
      keys,
      crash: fc.boolean(),
      late: fc.constantFrom(false, false, false, false, true),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("hand" as const),
      main: version.map(Number),
      extra: version.map(Number),
      percent: fc.constantFrom(0, 1, 30),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "alias lost" as const }) },
);

/** Tests this number of random sequences. */
export function testReleases(numRuns: number): void {
  it(`${numRuns} random sequences end as in the small world, with no call more`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { minLength: 2, maxLength: 8 }), async (sequence) => {
        emulator.store.functions.get("api")?.aliases.clear();
        const stack = new Stack();
        for (const each of sequence) await stack.apply(each);
      }),
      { numRuns, seed: 20_261_126, endOnFailure: true },
    );
  }, 300_000);
}
