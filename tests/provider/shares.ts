/** Shares of traffic are written to the service and read back. They must not change. */
import { type Emulator, startEmulator } from "../../emulator";
import { profileOptions } from "../support/profile";
import { Alias } from "../../provider/v1";

type Props = Record<string, unknown>;

let emulator: Emulator;

/** Registers the tests. From 1 % on, `step` is the distance between two shares in tenths of a percent. Below 1 %, every share is tested. */
export function describeShares(step: number): void {
  const environment = { ...process.env };

  beforeAll(async () => {
    emulator = await startEmulator(profileOptions());
    Object.assign(process.env, emulator.env);
  });

  afterAll(async () => {
    process.env = environment;
    await emulator.close();
  });

  it("shares of 0.1 to 99.9 percent are read back as they were written, without a change in the diff", () =>
    expectReadBack(step));

  it("each of these shares, set by hand, is shown by a refresh, and the next run sets the share of the program", () =>
    expectShown(step * 7));
}

const api = () => emulator.store.functions.get("api");

/** Creates a function with two versions directly in the state of the emulator. */
function release(): void {
  const now = new Date().toISOString();
  const common = { description: "", createdTime: now, lastModifiedTime: now, config: { runtime: "nodejs20" } };
  const version = (versionId: string) => ({ versionId, ...common, functionModifiedTime: now });
  const versions = new Map(["1", "2"].map((id) => [id, version(id)]));
  const more = { functionId: "f", tags: [], aliases: new Map(), nextVersion: 3, unsettledReads: 0, touched: false };
  emulator.store.functions.set("api", { functionName: "api", ...common, ...more, versions } as never);
}

async function checked(weight: number | string): Promise<Props> {
  const resourceUrn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Alias::api";
  const { region, accountId } = emulator;
  const canary = { versionId: "2", weight };
  const news = { region, accountId, resourceUrn, functionName: "api", aliasName: "prod", versionId: "1", canary };
  const { inputs, failures } = await Alias.check({}, news);
  expect(failures).toEqual([]);
  return inputs;
}

async function expectReadBack(step: number): Promise<void> {
  release();
  const first = await checked(50);
  const made = await Alias.create(first);
  const { id } = made;
  let state: Props = made.outs;
  for (let tenths = 1; tenths <= 999; tenths += tenths < 10 || tenths > 990 ? 1 : step) {
    const news = await checked(tenths < 10 ? `0.${tenths}%` : tenths / 10);
    state = (await Alias.update(id, state, news)).outs;
    expect(api()?.aliases.get("prod")?.additionalVersionWeight).toEqual({ "2": Number(`0.${String(tenths).padStart(3, "0")}`) }); // prettier-ignore
    const { props, inputs } = await Alias.read(id, state);
    expect({ ...inputs, createdTime: 0, lastModifiedTime: 0 }).toEqual({
      ...news,
      createdTime: 0,
      lastModifiedTime: 0,
    });
    expect(props?.["split"]).toEqual({ "1": (1000 - tenths) / 10, "2": tenths / 10 });
    expect(await Alias.diff(id, props ?? {}, news)).toEqual({ changes: false });
  }
}

async function expectShown(step: number): Promise<void> {
  const id = `${emulator.region}:${emulator.accountId}:api/prod`;
  const news = await checked(50);
  const { outs } = await Alias.update(id, (await Alias.read(id, { ...news, mainVersionId: "1", split: {} })).props ?? {}, news); // prettier-ignore
  const alias = api()?.aliases.get("prod");
  for (const tenths of [500, ...Array.from({ length: Math.ceil(999 / step) }, (_, i) => 1 + i * step)]) {
    Object.assign(alias ?? {}, { additionalVersionWeight: { "2": tenths / 1000 } });
    const { props } = await Alias.read(id, outs);
    expect(props?.["split"]).toEqual({ "1": (1000 - tenths) / 10, "2": tenths / 10 });
    expect((await Alias.diff(id, props ?? {}, news)).changes).toBe(tenths === 500 ? false : undefined);
  }
  await Alias.update(id, (await Alias.read(id, outs)).props ?? {}, news);
  expect(api()?.aliases.get("prod")?.additionalVersionWeight).toEqual({ "2": 0.5 });
}
