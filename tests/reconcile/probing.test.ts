/** Which invocations a run makes of two versions, and which failures end them. Time is simulated. */
import { FcError } from "../../provider/client/errors";
import { probe } from "../../provider/reconcile/probing";
import { denied, simulated } from "./simulated";

const inputs = { functionName: "api", region: "cn-hangzhou", accountId: "1234567890123456" } as never;
const unstartable = new FcError("the instance exits", "rejected", "CAExited", 412);
const good = { headers: {}, body: "pong" };

/** Probes version 1 and version 2. Version 2 answers or fails as given, and each invocation takes `late` milliseconds. */
async function run(answer: { headers: object; body: string } | Error, requests = 3, late = 0) {
  const { session, pass } = simulated();
  const calls: string[] = [];
  let [running, most] = [0, 0];
  const api = {
    async invoke(name: string, versionId: string, event: string) {
      calls.push(`${name} ${versionId} ${event}`);
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
      pass(late);
      if (versionId === "2" && answer instanceof Error) throw answer;
      return versionId === "2" ? answer : good;
    },
  };
  const probes = { event: "ping", requests, expect: "pong" } as never;
  const versions = { stable: "1", candidate: "2" };
  const policy = { errorStatus: 500 } as never;
  const result = await probe({ ...session, api: api as never }, inputs, versions, probes, policy).catch(
    (e: unknown) => e,
  );
  return { result, calls, most };
}

const counts = (requests: number, errors: number) => ({ requests, errors, warm: 0, slow: [] });

it("both versions are invoked equally often, in pairs, at most four pairs at the same time", async () => {
  const { result, calls, most } = await run(good, 9);
  expect(result).toEqual({ stable: counts(9, 0), candidate: counts(9, 0) });
  expect([calls.length, most]).toEqual([18, 8]);
  expect(calls.slice(0, 4)).toEqual(["api 1 ping", "api 2 ping", "api 1 ping", "api 2 ping"]);
});

it("failed answers and versions that do not start are errors of their version", async () => {
  expect((await run({ ...good, body: "no" })).result).toEqual({ stable: counts(3, 0), candidate: counts(3, 3) });
  expect((await run(unstartable)).result).toEqual({ stable: counts(3, 0), candidate: counts(3, 3) });
});

it("no pair starts after a minute", async () => {
  // Four pairs run at the same time, and each of their invocations takes 4 s.
  const { result, calls } = await run(good, 50, 4_000);
  expect(calls.length).toBeGreaterThanOrEqual(16);
  expect(calls.length).toBeLessThanOrEqual(24);
  expect(result).toEqual({ stable: counts(calls.length / 2, 0), candidate: counts(calls.length / 2, 0) });
});

it("an invocation without an answer ends the probes, and a refusal names the missing permission", async () => {
  const permission =
    "; the permission it needs: fc:InvokeFunction on acs:fc:cn-hangzhou:1234567890123456:functions/api/2";
  const message = async (error: Error) => ((await run(error, 50)).result as Error).message;
  expect(await message(denied)).toBe(`probe of version 2: not yours${permission}`);
  expect(await message(new FcError("who are you", "rejected", "x", 401))).toBe(`probe of version 2: who are you${permission}`); // prettier-ignore
  expect(await message(new FcError("gone", "rejected", "x", 404))).toBe("probe of version 2: gone");
  expect(await message(new FcError("no answer", "unknown", "Transport"))).toBe("probe of version 2: no answer");
  const mistake = Object.assign(new TypeError("a mistake"), { status: 403 });
  expect(await message(mistake)).toBe("probe of version 2: a mistake");
  const { result, calls } = await run(denied, 50);
  expect([(result as Error).cause, calls.length]).toEqual([denied, 8]);
});
