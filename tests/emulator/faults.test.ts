import type { FaultAction } from "../../emulator";
import { Api, refusal, useEmulator, zip } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
});
afterEach(() => emulator().faults.clear());

/** How a call that meets the fault ends, and what was applied. */
async function meet(action: FaultAction): Promise<{ error: unknown; applied: string[] }> {
  const before = emulator().mutations().length;
  emulator().faults.add({ operation: "UpdateFunction", action });
  const error = await new Api(emulator(), {}, 300).update("f", { timeout: 5 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const applied = emulator().mutations().slice(before);
  return { error, applied: applied.map((request) => request.operation) };
}

describe("a fault before the request is applied", () => {
  it.each<[FaultAction]>([
    [
      {
        kind: "reject",
        status: 429,
        code: "Throttling.User",
        message: "slow down",
        headers: { "x-acs-retry-after": "7" },
      },
    ],
    [{ kind: "resetBefore" }],
    [{ kind: "html", status: 502 }],
  ])("fails the call and changes nothing: %j", async (action) => {
    const { error, applied } = await meet(action);
    expect(error).toHaveProperty("message");
    expect(applied).toEqual([]);
    expect(emulator().requests.at(-1)).toMatchObject({ operation: "UpdateFunction", fault: action.kind });
  });

  it("may redirect, which the SDK takes for success", async () => {
    const action = { kind: "redirect", status: 302, location: "http://127.0.0.1:9/" } as const;
    expect(await meet(action)).toMatchObject({ applied: [] });
  });

  it("rejects with the code and headers it was given", async () => {
    const action = { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "at the same time" } as const;
    emulator().faults.add({ operation: "GetFunction", action });
    expect(await refusal(api.get("f"))).toMatchObject({ statusCode: 409, code: "ConcurrentUpdateError" });
  });
});

describe("a fault after the request is applied", () => {
  it.each<[FaultAction]>([
    [{ kind: "applyThenReset" }],
    [{ kind: "applyThenHtml", status: 502 }],
    [{ kind: "applyThenTruncate" }],
    [{ kind: "hang" }],
  ])("loses the answer and keeps the change: %j", async (action) => {
    const { error, applied } = await meet(action);
    expect(error).toHaveProperty("message");
    expect(applied).toEqual(["UpdateFunction"]);
  });
});

describe("orders", () => {
  const reject = (code: string): FaultAction => ({ kind: "reject", status: 500, code, message: code });
  const outcomes = async (count: number): Promise<string[]> => {
    const codes: string[] = [];
    for (let at = 0; at < count; at++)
      codes.push(
        await api.get("f").then(
          () => "ok",
          (e: { code: string }) => e.code,
        ),
      );
    return codes;
  };

  it("strike from the nth request on, as often as asked, and no other operation", async () => {
    emulator().faults.add({ operation: "GetFunction", nth: 2, times: 2, action: reject("A") });
    await api.list();
    expect(await outcomes(4)).toEqual(["ok", "A", "A", "ok"]);
  });

  it("for one operation strike one after the other", async () => {
    emulator().faults.add({ operation: "GetFunction", action: reject("A") });
    emulator().faults.add({ operation: "GetFunction", action: reject("B") });
    expect(await outcomes(3)).toEqual(["A", "B", "ok"]);
  });

  it("strike any operation when they name none", async () => {
    emulator().faults.add({ operation: "*", nth: 2, action: reject("A") });
    await api.list();
    expect(await outcomes(2)).toEqual(["A", "ok"]);
  });

  it("strike by chance, the same requests for the same seed", async () => {
    const drawn = async (seed: number): Promise<string> => {
      const fault = { operation: "GetFunction", times: Infinity, probability: 0.3, seed, action: reject("A") };
      emulator().faults.clear();
      emulator().faults.add(fault);
      return (await outcomes(60)).join();
    };
    const first = await drawn(1);
    expect(await drawn(1)).toBe(first);
    expect(await drawn(2)).not.toBe(first);
    const struck = first.split("A").length - 1;
    expect(struck).toBeGreaterThan(6);
    expect(struck).toBeLessThan(30);
  });

  it.each([
    [0, "ok"],
    [1, "A"],
  ])("with a chance of %d have one outcome", async (probability, outcome) => {
    emulator().faults.add({ operation: "GetFunction", times: Infinity, probability, action: reject("A") });
    expect(new Set(await outcomes(10))).toEqual(new Set([outcome]));
  });

  it("are forgotten when cleared", async () => {
    emulator().faults.add({ operation: "GetFunction", times: Infinity, action: reject("A") });
    emulator().faults.clear();
    expect(await outcomes(1)).toEqual(["ok"]);
  });

  it("may run a hook that changes things out of band before the request", async () => {
    const run = (): void => void emulator().store.functions.delete("f2");
    await api.create("f2");
    emulator().faults.add({ operation: "GetFunction", action: { kind: "before", run } });
    expect(await refusal(api.get("f2"))).toMatchObject({ code: "FunctionNotFound" });
  });
});

it("the record holds bodies without code, and refusals are no mutations", async () => {
  const code = zip({ "index.js": "x" });
  await api.create("record", { code: { zipFile: code.toString("base64") } as never });
  const last = emulator().requests.at(-1);
  expect(last).toMatchObject({ operation: "CreateFunction", method: "POST", status: 200, mutating: true });
  expect(last?.body).toMatchObject({ functionName: "record", code: { zipFile: code.length } });
  const before = emulator().mutations().length;
  await refusal(api.create("record"));
  await api.get("record", "LATEST");
  expect(emulator().requests.at(-1)).toMatchObject({ query: { qualifier: "LATEST" }, mutating: false });
  expect(emulator().mutations()).toHaveLength(before);
});
