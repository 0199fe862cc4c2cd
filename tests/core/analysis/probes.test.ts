/** Which answers of probes are failures, and how strong the evidence is with the same number of probes of both versions. */
import { countsOfProbes, decide, newRecord, policyOf, probesOf } from "../../../provider/core/analysis";
import type { Invoked } from "../../../provider/core/invocation";

const answer = (body: string, headers: Record<string, string> = {}): Invoked => ({ headers, body });
const failed = (probed: Parameters<typeof countsOfProbes>[0], expect?: string, errorStatus = 500) =>
  countsOfProbes(probed, "8", probesOf(expect === undefined ? {} : { expect }), { errorStatus }).errors;

it("has defaults", () => {
  expect(probesOf({})).toEqual({ requests: 20, event: "" });
});

it.each<[string, Invoked | undefined, number]>([
  ["any text", answer("pong"), 0],
  ["no text", answer(""), 0],
  ["JSON", answer('{"ok":true}'), 0],
  ["a failed function", answer("pong", { "x-fc-error-type": "UnhandledInvocationError" }), 1],
  ["a version that does not start", undefined, 1],
  ["a status of HTTP that is no failure", answer('{"statusCode":499,"body":"pong"}'), 0],
  ["a status of failure", answer('{"statusCode":500,"body":"pong"}'), 1],
  ["a status as text", answer('{"statusCode":"500"}'), 0],
  ["text that looks like JSON", answer("{statusCode: 500"), 0],
  ["a list", answer('[{"statusCode":500}]'), 0],
])("%s", (_name, probed, errors) => {
  expect(failed([probed])).toBe(errors);
});

it("counts answers with errorStatus or higher as failures", () => {
  const notFound = answer('{"statusCode":404}');
  expect([failed([notFound], undefined, 404), failed([notFound], undefined, 405)]).toEqual([1, 0]);
  expect(failed([answer('{"statusCode":599}')], undefined, 600)).toBe(0);
});

it("counts an answer without the exact expected text as a failure", () => {
  expect(failed([answer("pong"), answer("a pong."), answer("Pong"), answer("")], "pong")).toBe(2);
  expect(failed([answer("pong"), answer("a pong."), answer("Pong")], "pong")).toBe(1);
  expect(countsOfProbes([answer("pong"), undefined], "8", probesOf({}), { errorStatus: 500 })).toStrictEqual({
    ...{ requests: 2, errors: 1, warm: 0, slow: [] },
  });
});

it("an answer of another version is an error; an answer that names no version counts for the invoked one", () => {
  const named = (versionId: string) => answer("pong", { "x-fc-invocation-function-version": versionId });
  expect(failed([named("8"), named("prod"), answer("pong")])).toBe(0);
  expect(() => failed([named("8"), named("7")])).toThrow(
    "version 8 was invoked, and the header x-fc-invocation-function-version of an answer names version 7",
  );
});

describe("as evidence", () => {
  const counts = (requests: number, errors: number) => ({ requests, errors, warm: 0, slow: [] });
  const judged = (weight: number, stable: number, candidate: number, requests = 20) => {
    const policy = policyOf({ probes: {}, errorLimit: 100 }, [{ weight, requests }]);
    const window = { from: 0, to: 600, stable: counts(requests, stable), candidate: counts(requests, candidate) };
    return decide(newRecord(policy), { step: 0, weight: 10 * weight, baked: 600 }, window).decision;
  };

  it("counts the same at each weight: half of the probes are the candidate's", () => {
    const eValues = [1, 5, 50, 95].map((weight) => judged(weight, 0, 6).eValue);
    expect(new Set(eValues).size).toBe(1);
    expect(judged(5, 0, 6)).toMatchObject({ split: { observed: 0.5, mismatch: false } });
  });

  it("is at most 1 on average while the candidate fails no more often than allowed", () => {
    // Exact computation: 12 probes of each version. 15 % of the stable version's probes fail, and 30 % of the
    // candidate's (ratio 2).
    const n = 12;
    const choose = (k: number): number => (k === 0 ? 1 : (choose(k - 1) * (n - k + 1)) / k);
    const chance = (k: number, p: number) => choose(k) * p ** k * (1 - p) ** (n - k);
    let mean = 0;
    for (let s = 0; s <= n; s++) {
      for (let c = 0; c <= n; c++) mean += chance(s, 0.15) * chance(c, 0.3) * 10 ** judged(5, s, c, n).eValue;
    }
    expect(mean).toBeLessThanOrEqual(1);
    expect(mean).toBeGreaterThan(0.8);
  });
});
