/**
 * Forced races: `races.test.ts` and `races.deep.ts` set their number. A run raises a canary, while somebody else sets weights at a
 * random request, and answers are lost, refused or late. The run must not raise a share that somebody else set before the last read
 * of the run. Real SDK over HTTP, simulated time.
 *
 * The service has no conditional writes, so a change between the last read of a run and its write cannot be noticed. The tests find
 * this period in the record of the emulator, and allow only changes in it to be lost. "Somebody else" is a person, or another
 * pipeline of the same stack that runs a newer commit with a lower weight.
 */
import * as fc from "fast-check";
import { type Emulator, type FaultAction, startEmulator } from "../../emulator";
import { checkAlias } from "../../provider/core/alias";
import { checkRelease } from "../../provider/core/release";
import { reconcileAlias } from "../../provider/reconcile/alias";
import { reconcileRelease } from "../../provider/reconcile/release";
import { Api } from "../emulator/support";
import { virtualSession } from "../support/session";

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startEmulator({});
  const api = new Api(emulator);
  await api.create("api");
  for (const release of ["1", "2"]) {
    await api.update("api", { environmentVariables: { RELEASE: release } });
    await api.publish("api");
  }
});

afterAll(() => emulator.close());

const session = () => virtualSession(emulator, 500);

const common = (kind: string) => ({
  ...{ region: emulator.region, accountId: emulator.accountId, functionName: "api", aliasName: "prod" },
  resourceUrn: `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:${kind}::api`,
});
const aliasInputs = (versionId: string, weight: number) =>
  checkAlias({}, { ...common("Alias"), canary: { versionId, weight } }).inputs as never;
const releaseInputs = (version: number, weight: number, rev: number) => {
  const own = { versionId: String(version), fingerprint: `f1:${version}abcdef01`, weight, rev };
  return checkRelease({}, { ...common("Release"), ...own }).inputs as never;
};

/** Two pipelines: `raise` runs a commit with weight 50, and `lower` runs a newer commit with weight 10. */
interface Pipelines {
  raise(): Promise<unknown>;
  lower(): Promise<unknown>;
}

/** Makes the pipelines. The alias has version 1, with 25 % on version 2. */
const KINDS: Record<string, () => Promise<Pipelines>> = {
  async Alias() {
    const one = await reconcileAlias(session(), aliasInputs("1", 0));
    const state = await reconcileAlias(session(), aliasInputs("2", 25), one);
    const run = (weight: number) => reconcileAlias(session(), aliasInputs("2", weight), state);
    return { raise: () => run(50), lower: () => run(10) };
  },
  async Release() {
    const one = await reconcileRelease(session(), releaseInputs(1, 100, 1));
    const two = await reconcileRelease(session(), releaseInputs(2, 5, 2), one);
    const state = await reconcileRelease(session(), releaseInputs(2, 25, 3), two);
    const run = (weight: number, rev: number) => reconcileRelease(session(), releaseInputs(2, weight, rev), state);
    return { raise: () => run(50, 4), lower: () => run(10, 5) };
  },
};

/** Deletes the alias. A late request of an earlier race is applied after two other requests, so these are made first. */
async function startAgain(): Promise<void> {
  emulator.faults.clear();
  for (let i = 0; i < 3; i++) await session().api.getFunction("api");
  emulator.store.functions.get("api")?.aliases.clear();
}

const prod = () => emulator.store.functions.get("api")?.aliases.get("prod");
const share = () => prod()?.additionalVersionWeight["2"] ?? 0;

const FAULTS: FaultAction[] = [
  { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" },
  { kind: "reject", status: 429, code: "Throttling.User", message: "slow down" },
  { kind: "reject", status: 200, code: "", message: "" },
  { kind: "resetBefore" },
  { kind: "applyThenReset" },
  { kind: "applyThenHtml", status: 502 },
  { kind: "applyThenTruncate" },
  { kind: "applyLate", afterRequests: 2 },
];
const fault = fc.record({
  operation: fc.constantFrom("UpdateAlias", "UpdateAlias", "GetAlias", "*"),
  nth: fc.integer({ min: 1, max: 3 }),
  action: fc.constantFrom(...FAULTS),
});

/** Whether the run could notice a change that was made when the record had this number of requests. */
function visible(start: number, changed: number): { isBlind: boolean; isFirst: boolean } {
  // The first request after the change: a read with an answer, or a write that the run had already sent.
  const looks = emulator.requests.flatMap(({ operation, status, fault: lost }, i) =>
    i >= start && operation === "GetAlias" && status === 200 && lost === undefined ? [i] : [],
  );
  const blind = emulator.requests.findIndex(
    ({ operation, status, fault: struck }, i) =>
      i >= changed && operation === "UpdateAlias" && status === 200 && struck !== "reject",
  );
  const look = looks.find((i) => i >= changed);
  return { isBlind: blind >= 0 && (look === undefined || blind < look), isFirst: changed <= (looks[0] ?? Infinity) };
}

/** The tests, with this number of races of each kind. */
export function races(count: number): void {
  describe.each(Object.keys(KINDS))("%s", (kind) => {
    it(`${count} races with a change by hand: a lowered share that the run could read stays low, and no change is sent twice without a read between`, async () => {
      let seen = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(fault, { maxLength: 3 }),
          fc.integer({ min: 1, max: 7 }),
          fc.constantFrom(0, 0.05, 0.2),
          async (faults, at, fraction) => {
            await startAgain();
            const run = await KINDS[kind]?.();
            const start = emulator.requests.length;
            let hand: { at: number; from: number } | undefined;
            const lower = () => {
              const alias = prod();
              if (alias === undefined || share() <= fraction) return;
              hand = { at: emulator.requests.length, from: share() };
              alias.additionalVersionWeight = fraction === 0 ? {} : { "2": fraction };
            };
            emulator.faults.add({ operation: "*", nth: at, action: { kind: "before", run: lower } }, ...faults);
            await run?.raise().catch(() => undefined);
            emulator.faults.clear();
            const requests = emulator.requests.slice(start).filter(({ operation }) => /Alias$/.test(operation));
            const late = faults.some(({ action }) => action.kind === "applyLate");
            // A request that is carried out late is in the record twice.
            requests.forEach(({ operation }, i) => {
              if (!late && operation === "UpdateAlias") expect(requests[i - 1]?.operation).toBe("GetAlias");
            });
            if (hand === undefined) return;
            const { isBlind, isFirst } = visible(start, hand.at);
            // A plain alias overwrites the weight that it finds at the beginning, because its weight is applied as written.
            if (late || isBlind || (kind === "Alias" && isFirst)) return;
            seen += 1;
            expect([hand, share()]).toEqual([hand, fraction]);
          },
        ),
        { numRuns: count, seed: 20_261_126, endOnFailure: true },
      );
      expect(seen).toBeGreaterThanOrEqual(count / 10);
    }, 1_200_000);

    it(`${count} races of two pipelines: a share that the newer commit lowered and the older run could read stays low`, async () => {
      let seen = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(fault, { maxLength: 2 }), fc.integer({ min: 1, max: 7 }), async (faults, at) => {
          await startAgain();
          const pipelines = await KINDS[kind]?.();
          const start = emulator.requests.length;
          let changed: number | undefined;
          let hasLooked = false;
          const other = async () => {
            hasLooked = emulator.requests
              .slice(start)
              .some(
                ({ operation, status, fault: lost }) =>
                  operation === "GetAlias" && status === 200 && lost === undefined,
              );
            await pipelines?.lower().then(
              () => (changed = emulator.requests.length),
              () => undefined,
            );
          };
          emulator.faults.add({ operation: "*", nth: at, action: { kind: "before", run: other } }, ...faults);
          await pipelines?.raise().catch(() => undefined);
          emulator.faults.clear();
          if (changed === undefined || faults.some(({ action }) => action.kind === "applyLate")) return;
          const { isBlind } = visible(changed, changed);
          // A plain alias has no order of commits: a run whose first read is after the other change is the later one.
          if (isBlind || (kind === "Alias" && !hasLooked)) return;
          seen += 1;
          expect([at, faults, start, share()]).toEqual([at, faults, start, 0.1]);
        }),
        { numRuns: count, seed: 20_261_127, endOnFailure: true },
      );
      expect(seen).toBeGreaterThanOrEqual(count / 10);
    }, 1_200_000);
  });
}
