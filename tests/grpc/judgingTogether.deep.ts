/**
 * Two pipelines judge the same candidate at the same time, each in a separate provider process, on a machine whose
 * clock is a day ahead of the service's.
 */
import { rmSync } from "node:fs";
import { type Emulator, startEmulator } from "../../emulator";
import { fastClock } from "../support/emulatedProvider";
import { type JudgedPlace, JudgedStack } from "../support/judgedStack";
import { type ProviderProcess, linkedFolder, startProvider } from "../support/providerProcess";

const STEPS = [{ weight: 40, bake: "10m", requests: 50 }, { weight: 70, bake: "10m", requests: 50 }]; // prettier-ignore
const KEYS = { weight: "auto", steps: STEPS, analysis: { errorLimit: 20, latency: {}, logDelay: "3m" } };
const DAY_MS = 24 * 3600 * 1000;

jest.setTimeout(600_000);

let emulator: Emulator;
let providers: ProviderProcess[];
const folder = linkedFolder("judging-together");

beforeAll(async () => {
  emulator = await startEmulator({ now: () => new Date(Date.now() - DAY_MS) });
  const start = () => startProvider(folder, { ...process.env, ...emulator.env, ...fastClock(20) });
  providers = [await start(), await start()];
});

afterAll(async () => {
  for (const provider of providers) provider.close();
  await emulator.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => emulator.faults.clear());

function place(pipeline: number): JudgedPlace {
  const provider = providers[pipeline];
  if (provider === undefined) throw new Error("no such pipeline");
  return { emulator, provider: () => provider, project: "together", keys: KEYS };
}

/** Holds the first read of rows until the second one arrives, so that both processes judge at the same time. */
function meet(): void {
  let arrived = 0;
  let open: () => void = () => undefined;
  const both = new Promise<void>((resolve) => (open = resolve));
  const run = () => {
    arrived += 1;
    if (arrived === 2) open();
    return both;
  };
  emulator.faults.add({ operation: "GetLogsV2", times: 2, action: { kind: "before", run } });
}

it("the time to judge follows the clock of the service, not the clock of the machine", async () => {
  const stack = await JudgedStack.started(place(0));
  emulator.clock.advance(60);
  const from = emulator.requests.length;
  await stack.up();
  expect(emulator.requests.slice(from).filter(({ operation }) => operation === "GetLogsV2")).toEqual([]);
  expect(stack.heard()).toContain("v2 cannot be judged yet");
  stack.serve(75, 50);
  await stack.up();
  expect([stack.split, stack.counted]).toEqual([{ "1": 30, "2": 70 }, 125]);
});

it("two runs raise a good candidate by one step, and not again before there are requests at that step", async () => {
  const one = await JudgedStack.started(place(0));
  const other = one.elsewhere(place(1));
  one.serve(75, 50);
  meet();
  await Promise.all([one.up(), other.up()]);
  expect(one.split).toEqual({ "1": 30, "2": 70 });
  for (const stack of [one, other, one, other]) {
    await stack.up();
    expect(stack.split).toEqual({ "1": 30, "2": 70 });
  }
  one.serve(30, 70);
  meet();
  await Promise.all([one.up(), other.up()]);
  expect(one.split).toEqual({ "2": 100 });
});

it("a bad candidate is rejected, and no later run of the two pipelines gives it traffic", async () => {
  const one = await JudgedStack.started(place(0));
  const other = one.elsewhere(place(1));
  one.serve(75, 50, { failing: 30 });
  meet();
  const ended = await Promise.allSettled([one.up(), other.up()]);
  expect(ended.map(({ status }) => status)).toContain("rejected");
  expect(one.split).toEqual({ "1": 100 });
  for (const stack of [one, other]) {
    await stack.up();
    expect(stack.split).toEqual({ "1": 100 });
    expect(stack.state).toMatchObject({ phase: "rejected", rejected: ["2"] });
  }
});
