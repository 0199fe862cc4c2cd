import type { Fault, FaultAction } from "../../emulator";
import { Api, refusal, useEmulator, zip } from "./support";

const emulator = useEmulator();
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
});
afterEach(() => emulator().faults.clear());

/** The result of a call with the fault, and the applied changes. */
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
  ])("makes the call fail and changes nothing: %j", async (action) => {
    const { error, applied } = await meet(action);
    expect(error).toHaveProperty("message");
    expect(applied).toEqual([]);
    expect(emulator().requests.at(-1)).toMatchObject({ operation: "UpdateFunction", fault: action.kind });
  });

  it("may be a redirect, which the SDK returns as a success", async () => {
    const action = { kind: "redirect", status: 302, location: "http://127.0.0.1:9/" } as const;
    expect(await meet(action)).toMatchObject({ applied: [] });
  });

  it("rejects with the given code and headers", async () => {
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
  ])("a fault after the change loses the answer and keeps the change: %j", async (action) => {
    const { error, applied } = await meet(action);
    expect(error).toHaveProperty("message");
    expect(applied).toEqual(["UpdateFunction"]);
  });
});

describe("when a fault applies", () => {
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

  it("a fault applies from the nth request on, the given number of times, to its operation only", async () => {
    emulator().faults.add({ operation: "GetFunction", nth: 2, times: 2, action: reject("A") });
    await api.list();
    expect(await outcomes(4)).toEqual(["ok", "A", "A", "ok"]);
  });

  it("several faults for one operation apply one after the other", async () => {
    emulator().faults.add({ operation: "GetFunction", action: reject("A") });
    emulator().faults.add({ operation: "GetFunction", action: reject("B") });
    expect(await outcomes(3)).toEqual(["A", "B", "ok"]);
  });

  it("a fault without an operation applies to any operation", async () => {
    emulator().faults.add({ operation: "*", nth: 2, action: reject("A") });
    await api.list();
    expect(await outcomes(2)).toEqual(["A", "ok"]);
  });

  it("a fault with a probability applies to the same requests for the same seed", async () => {
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
    [1e-9, "ok"],
    [1, "A"],
  ])("with probability %d every request has the same outcome", async (probability, outcome) => {
    emulator().faults.add({ operation: "GetFunction", times: Infinity, probability, action: reject("A") });
    expect(new Set(await outcomes(10))).toEqual(new Set([outcome]));
  });

  it("cleared faults no longer apply", async () => {
    emulator().faults.add({ operation: "GetFunction", times: Infinity, action: reject("A") });
    emulator().faults.clear();
    expect(await outcomes(1)).toEqual(["ok"]);
  });

  it("a fault may run a function that changes objects before the request is carried out", async () => {
    const run = (): void => void emulator().store.functions.delete("f2");
    await api.create("f2");
    emulator().faults.add({ operation: "GetFunction", action: { kind: "before", run } });
    expect(await refusal(api.get("f2"))).toMatchObject({ code: "FunctionNotFound" });
  });
});

it("the record has bodies without code, and refused requests do not count as mutations", async () => {
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

describe("a fault applyThenReject", () => {
  it("applies the change and answers with the given error", async () => {
    const action = { kind: "applyThenReject", status: 500, code: "InternalServerError", message: "lost" } as const;
    const { error, applied } = await meet(action);
    expect(error).toMatchObject({ statusCode: 500, code: "InternalServerError" });
    expect(applied).toEqual(["UpdateFunction"]);
  });
});

describe("a request that is late", () => {
  it("is carried out after a delay", async () => {
    const started = performance.now();
    const { error, applied } = await meet({ kind: "delay", ms: 50 });
    expect(performance.now() - started).toBeGreaterThanOrEqual(49);
    expect(error).toBeUndefined();
    expect(applied).toEqual(["UpdateFunction"]);
  });

  it("is carried out after the client has given up and read again", async () => {
    await api.update("f", { timeout: 5 });
    emulator().faults.add({ operation: "UpdateFunction", action: { kind: "applyLate", afterRequests: 2 } });
    await expect(api.update("f", { timeout: 6 })).rejects.toThrow();
    expect((await api.get("f")).timeout).toBe(5);
    expect(emulator().requests.at(-1)).toMatchObject({ operation: "GetFunction" });
    expect((await api.get("f")).timeout).toBe(5);
    expect(emulator().requests.at(-1)).toMatchObject({ operation: "UpdateFunction", fault: "applyLate", status: 200 });
    expect((await api.get("f")).timeout).toBe(6);
  });
});

describe("a read with an older state", () => {
  const stale = (changes: number, times = 1): void =>
    emulator().faults.add({ operation: "GetFunction", times, action: { kind: "stale", changes } });

  it("a late read answers the state before the given number of changes, then the current state", async () => {
    await api.update("f", { timeout: 10 });
    stale(2, 2);
    await api.update("f", { timeout: 11 });
    expect((await api.get("f")).timeout).toBe(10);
    await api.update("f", { timeout: 12 });
    expect((await api.get("f")).timeout).toBe(10);
    expect((await api.get("f")).timeout).toBe(12);
  });

  it("a late read does not find newer objects", async () => {
    stale(1);
    await api.create("new");
    expect(await refusal(api.get("new"))).toMatchObject({ code: "FunctionNotFound" });
    expect((await api.get("new")).functionName).toBe("new");
  });

  it("does not show states from before its fault was added, also if another fault was added earlier", async () => {
    stale(1);
    await api.update("f", { timeout: 40 });
    await api.get("f");
    stale(1);
    expect((await api.get("f")).timeout).toBe(40);
  });

  it("does not count a refused request as a change", async () => {
    stale(1);
    await api.update("f", { timeout: 20 });
    await api.update("f", { timeout: 21 });
    await refusal(api.update("f", { timeout: -1 }));
    expect((await api.get("f")).timeout).toBe(20);
  });

  it("has no effect on requests other than reads", async () => {
    emulator().faults.add({ operation: "*", action: { kind: "stale", changes: 1 } });
    await api.update("f", { timeout: 30 });
    expect((await api.update("f", { timeout: 31 })).timeout).toBe(31);
    expect(emulator().faults.list()).toMatchObject([{ seen: 0, struck: 0 }]);
  });

  it("returns the code of the older state", async () => {
    const before = await api.code("f");
    emulator().faults.add({ operation: "GetFunctionCode", action: { kind: "stale", changes: 1 } });
    await api.update("f", { code: { zipFile: zip({ "index.js": "later" }).toString("base64") } as never });
    expect((await api.code("f")).checksum).toBe(before.checksum);
    expect((await api.code("f")).checksum).not.toBe(before.checksum);
  });
});

describe("a request of somebody else before a request (outOfBand)", () => {
  it("is carried out first without a key, is in the record, and is not in mutations()", async () => {
    const request = { method: "PUT", path: "/functions/f", body: { description: "by hand" } };
    emulator().faults.add({ operation: "GetFunction", action: { kind: "outOfBand", request } });
    const before = emulator().mutations().length;
    expect((await api.get("f")).description).toBe("by hand");
    expect(emulator().mutations()).toHaveLength(before);
    expect(emulator().requests.at(-2)).toMatchObject({ operation: "UpdateFunction", status: 200, outOfBand: true });
  });

  it("may be refused, and the client does not notice", async () => {
    const request = { method: "DELETE", path: "/functions/nobody" };
    emulator().faults.add({ operation: "GetFunction", action: { kind: "outOfBand", request } });
    expect((await api.get("f")).functionName).toBe("f");
    expect(emulator().requests.at(-2)).toMatchObject({ operation: "DeleteFunction", status: 404, outOfBand: true });
  });
});

describe("a fault that is not allowed", () => {
  const reset = { kind: "resetBefore" } as const;
  it.each<[Fault, string]>([
    [{ operation: "PublishVersion", action: reset }, "operation of a fault is PublishVersion; allowed: *, AssumeRole,"],
    [{ operation: "*", nth: 0, action: reset }, "nth of a fault is 0; allowed: a whole number from 1 on"],
    [{ operation: "*", times: 0.5, action: reset }, "times of a fault is 0.5; allowed:"],
    [{ operation: "*", probability: 2, action: reset }, "probability of a fault is 2; allowed: above 0, up to 1"],
    [{ operation: "*", probability: 0, action: reset }, "probability of a fault is 0; allowed: above 0, up to 1"],
    [{ operation: "*", seed: NaN, action: reset }, "seed of a fault is NaN; allowed: a whole number"],
    [
      { operation: "*", action: { kind: "outOfBand", request: { method: "PUT", path: "/nothing" } } },
      "request of a fault is PUT /nothing; allowed: method and path of an operation",
    ],
    [
      { operation: "*", action: { kind: "outOfBand", request: { method: "PUT", path: "/functions/%" } } },
      "request of a fault is PUT /functions/%",
    ],
    [
      { operation: "*", action: { kind: "redirect", status: 302, location: "a\r\nb: c" } },
      'location of a fault is "a\\r\\nb: c"; allowed: what a header of HTTP can carry',
    ],
    [
      { operation: "*", action: { kind: "reject", status: 400, code: "A", message: "b", headers: { "a b": "c" } } },
      'a b of a fault is "c"; allowed: what a header of HTTP can carry',
    ],
    [
      { operation: "*", action: { kind: "html", status: 100 } },
      "status of a fault is 100; allowed: a whole number from 200 to 599",
    ],
    ...["CreateFunction", "DeleteFunction", "InvokeFunction", "AssumeRole", "GetLogs"].map(
      (operation): [Fault, string] => [
        { operation, action: { kind: "stale", changes: 1 } },
        `operation of a fault is ${operation}; allowed: for stale, which affects reads only: *, DescribeRegions, Get`,
      ],
    ),
    ...[200, 204, 300, 304, 305, 309, 404].map((status): [Fault, string] => [
      { operation: "*", action: { kind: "redirect", status, location: "http://127.0.0.1:9/" } },
      `status of a fault is ${status}; allowed: 301, 302, 303, 307, 308, for redirect`,
    ]),
    ...["content-length", "Transfer-Encoding", "trailer"].flatMap((header) =>
      (["reject", "applyThenReject"] as const).map((kind): [Fault, string] => [
        { operation: "*", action: { kind, status: 400, code: "A", message: "b", headers: { [header]: "5" } } },
        `headers of a fault is ${header}; allowed: other headers than content-length, transfer-encoding, trailer`,
      ]),
    ),
  ])("is refused together with a valid fault in the same call: %j", (fault, message) => {
    const { faults } = emulator();
    expect(() => faults.add({ operation: "*", action: reset }, fault)).toThrow(message);
    expect(faults.list()).toEqual([]);
  });
});
