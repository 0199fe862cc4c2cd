/**
 * A run that judges is killed at each of its calls, before the call is carried out and after it. The engine then keeps
 * the state from before the run. After each kill, the next run has the same result, with one write of the alias.
 */
import type { Emulator } from "../../emulator";
import { fastClock, startEmulatedProvider } from "../support/emulatedProvider";
import { JudgedStack } from "../support/judgedStack";
import { type ProviderProcess, startProvider } from "../support/providerProcess";

const STEPS = [{ weight: 40, bake: "10m", requests: 50 }, { weight: 70, bake: "10m", requests: 50 }]; // prettier-ignore
const KEYS = { weight: "auto", steps: STEPS, analysis: { errorLimit: 20, latency: {}, logDelay: "3m" } };

jest.setTimeout(600_000);

let emulator: Emulator;
let provider: ProviderProcess;
let restart: () => Promise<ProviderProcess>;
let end: () => Promise<void>;

beforeAll(async () => {
  const started = await startEmulatedProvider("judging-cuts", {}, fastClock(20));
  ({ emulator, provider } = started);
  restart = () => startProvider(started.folder, { ...process.env, ...emulator.env, ...fastClock(20) });
  end = async () => {
    provider.close();
    await started.close();
  };
});

afterAll(() => end());

/** A stack whose next run judges the candidate. */
async function judged(failing: number): Promise<JudgedStack> {
  const stack = await JudgedStack.started({ emulator, provider: () => provider, project: "cuts", keys: KEYS });
  expect(stack.split).toEqual({ "1": 60, "2": 40 });
  stack.serve(75, 50, { failing });
  return stack;
}

/** The operations from a position in the record on. */
function operations(from: number): string[] {
  return emulator.requests.slice(from).map(({ operation }) => operation);
}

const aliasWrites = (from: number) => operations(from).filter((operation) => operation === "UpdateAlias").length;

describe.each<[string, number, Record<string, number>]>([
  ["a good candidate", 0, { "1": 30, "2": 70 }],
  ["a bad candidate", 30, { "1": 100 }],
])("%s", (_name, failing, expected) => {
  /** The calls of a run that is not killed. */
  let whole: string[];

  beforeAll(async () => {
    const stack = await judged(failing);
    const from = emulator.requests.length;
    await stack.up().catch(() => undefined);
    whole = operations(from);
    expect(stack.split).toEqual(expected);
    expect(whole).toEqual(expect.arrayContaining(["GetAlias", "GetFunction", "GetLogsV2", "UpdateAlias"]));
  });

  it.each(["before", "after"])(
    "a run that is killed at each of its calls, %s the call is carried out",
    async (when) => {
      for (const [index, operation] of whole.entries()) {
        const stack = await judged(failing);
        const kept = structuredClone(stack.state);
        const from = emulator.requests.length;
        const kill = () => {
          provider.close();
          // The exception closes the connection, so the request is not carried out.
          if (when === "before") throw new Error("killed");
        };
        emulator.faults.add({ operation: "*", nth: index + 1, action: { kind: "before", run: kill } });
        await expect(stack.up()).rejects.toThrow(/UNAVAILABLE|CANCELLED|closed/);
        emulator.faults.clear();
        const reached = when === "before" ? index : index + 1;
        expect(operations(from).slice(0, reached)).toEqual(whole.slice(0, reached));
        const wrote = aliasWrites(from) === 1 && !(operation === "UpdateAlias" && when === "before");
        // Only the verdict may change the traffic.
        expect(stack.split).toEqual(wrote ? expected : { "1": 60, "2": 40 });

        provider = await restart();
        stack.state = kept;
        const failed = await stack.up().then(
          () => false,
          (error: unknown) => /was judged at 40 % and failed/.test(String(error)),
        );
        // If the killed run has written the rejection, the next run succeeds.
        expect([operation, failed]).toEqual([operation, failing > 0 && !wrote]);
        expect(stack.split).toEqual(expected);
        expect(stack.counted).toBe(wrote ? 0 : 125);
        const before = emulator.requests.length;
        await stack.up();
        expect([stack.split, aliasWrites(before)]).toEqual([expected, 0]);
      }
    },
  );
});
