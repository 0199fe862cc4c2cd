/** The test API over HTTP, as a program in another language would use it. */
import { request as httpRequest } from "node:http";

import type { Emulator } from "../../emulator";
import { Api, refusal, useEmulator } from "./support";

const emulator = useEmulator({ admin: 0 });
let api: Api;
beforeAll(async () => {
  api = new Api(emulator());
  await api.create("f");
});
afterEach(() => emulator().faults.clear());

type Admin = NonNullable<Emulator["admin"]>;

function admin(): Admin {
  const { admin: found } = emulator();
  if (found === undefined) throw new Error("no test API");
  return found;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const { endpoint, token } = admin();
  const answer = await fetch(`${endpoint}${path}`, {
    method,
    headers: { "x-fc-emulator-token": token, ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe("faults", () => {
  it("faults are added one by one or as a list, listed, and removed", async () => {
    const lost = { operation: "UpdateFunction", action: { kind: "applyThenReset" } };
    const slow = { operation: "*", times: "always", probability: 1e-9, seed: 3, action: { kind: "delay", ms: 1 } };
    expect(await call("POST", "/faults", lost)).toMatchObject({ status: 200 });
    await call("POST", "/faults", [slow]);
    await expect(api.update("f", { timeout: 5 })).rejects.toThrow();
    expect((await api.get("f")).timeout).toBe(5);
    expect((await call("GET", "/faults")).body).toEqual({
      faults: [
        { fault: lost, seen: 1, struck: 1 },
        { fault: slow, seen: 2, struck: 0 },
      ],
    });
    expect(await call("DELETE", "/faults")).toEqual({ status: 200, body: { faults: [] } });
  });

  const reject = { kind: "reject", status: 429, code: "Throttling", message: "slow down" };
  it.each<[unknown, string]>([
    ["text", "the body is not JSON"],
    [[{ operation: "GetFunction", action: reject }, 7], "fault 2 must be an object, got 7"],
    [{ action: reject }, "fault.operation is missing"],
    [{ operation: "GetFunktion", action: reject }, "operation of a fault is GetFunktion; allowed: *,"],
    [{ operation: "GetFunction", nth: 0, action: reject }, "fault.nth must be a number from 1 to"],
    [{ operation: "GetFunction", times: "ever", action: reject }, "fault.times must be a number from 1 to"],
    [{ operation: "GetFunction", often: 1, action: reject }, "fault has an unknown field 'often'; allowed: operation,"],
    [{ operation: "GetFunction" }, "fault.action is missing"],
    [{ operation: "GetFunction", action: { kind: "before" } }, 'fault: action.kind is "before"; allowed: reject,'],
    [{ operation: "GetFunction", action: { kind: "constructor" } }, 'fault: action.kind is "constructor"'],
    [{ operation: "GetFunction", action: { ...reject, status: 100 } }, "fault: action.status must be a number from 200 to 599, got 100"],
    [{ operation: "GetFunction", action: { ...reject, headers: { a: 1 } } }, "fault: action.headers must be an object of texts"],
    [{ operation: "GetFunction", action: { kind: "hang", ms: 1 } }, "fault: action has an unknown field 'ms'; allowed: kind"],
    [{ operation: "GetFunction", action: { kind: "outOfBand", request: { path: "/x" } } }, "fault: action.request.method is missing"],
    [{ operation: "GetFunction", action: { kind: "outOfBand", request: { method: "PUT", path: "/x" } } }, "request of a fault is PUT /x"],
    [{ operation: "GetFunction", probability: 0, action: reject }, "probability of a fault is 0"],
    [{ operation: "DeleteFunction", action: { kind: "stale", changes: 1 } }, "for stale, which affects reads only"],
  ])("the request to add %j is refused, and no fault is added", async (plan, message) => {
    const { status, body } = await call("POST", "/faults", plan);
    expect(status).toBe(400);
    expect(body["error"]).toContain(message);
    expect(emulator().faults.list()).toEqual([]);
  }); // prettier-ignore
});

it("/requests has every request, and /mutations only those that were applied", async () => {
  await api.update("f", { timeout: 7 });
  await refusal(api.update("nobody", { timeout: 7 }));
  const { requests } = (await call("GET", "/requests")).body as { requests: { operation: string; status: number }[] };
  expect(requests).toHaveLength(emulator().requests.length);
  expect(requests.at(-1)).toMatchObject({ operation: "UpdateFunction", status: 404, path: expect.stringContaining("nobody") as string }); // prettier-ignore
  const { mutations } = (await call("GET", "/mutations")).body as { mutations: unknown[] };
  expect(mutations).toEqual(JSON.parse(JSON.stringify(emulator().mutations())));
  expect(mutations.at(-1)).toMatchObject({ body: { timeout: 7 } });
});

describe("the clock", () => {
  it("the clock can be put forward, and expiry times follow it", async () => {
    const { url = "" } = await api.code("f");
    const [before] = [Date.parse((await call("GET", "/clock")).body["now"] as string)];
    expect((await fetch(url)).status).toBe(200);
    const after = Date.parse((await call("POST", "/clock", { advanceSeconds: 301 })).body["now"] as string);
    expect(after - before).toBeGreaterThanOrEqual(301_000);
    expect((await fetch(url)).status).toBe(403);
    const modified = (await api.update("f", { timeout: 9 })).lastModifiedTime ?? "";
    expect(Date.parse(modified)).toBeGreaterThan(Date.now() + 299_000);
  });

  it("requests are signed by the real time, also when the emulator's clock is days ahead", async () => {
    await call("POST", "/clock", { advanceSeconds: 3 * 24 * 60 * 60 });
    expect((await api.get("f")).functionName).toBe("f");
  });

  it("a temporary key expires when the clock is moved past its end", async () => {
    const keys = (await call("POST", "/keys", { seconds: 60 })).body as Record<string, string>;
    const temporary = new Api(emulator(), {
      id: String(keys["accessKeyId"]),
      secret: String(keys["accessKeySecret"]),
      token: String(keys["securityToken"]),
    });
    expect((await temporary.get("f")).functionName).toBe("f");
    await call("POST", "/clock", { advanceSeconds: 61 });
    expect(await refusal(temporary.get("f"))).toHaveProperty("statusCode", 403);
  });

  it.each([-1, null, "1", undefined])("the clock refuses to move forward by %j", async (advanceSeconds) => {
    const { status, body } = await call("POST", "/clock", { advanceSeconds });
    expect(status).toBe(400);
    expect(body["error"]).toMatch(/advanceSeconds must be a number, got|0 seconds or more, got -1/);
  });
});

describe("switches", () => {
  it("switches can be read and set while the emulator runs", async () => {
    expect((await call("GET", "/switches")).body).toMatchObject({ refusedPublish: "keeps" });
    expect((await call("PATCH", "/switches", { refusedPublish: "burns" })).body).toMatchObject({ refusedPublish: "burns" }); // prettier-ignore
    expect(emulator().options.refusedPublish).toBe("burns");
    await call("PATCH", "/switches", { refusedPublish: "keeps" });
    expect(emulator().options.refusedPublish).toBe("keeps");
  });

  it.each<[unknown, string]>([
    [{ refusedPublish: "burn", publishGuard: "off" }, "switch refusedPublish is 'burn'; allowed: keeps, burns"],
    [{ publishGuard: "off", nothing: "x" }, "there is no switch 'nothing'"],
    [{ publishGuard: 1 }, "switch publishGuard is '1'"],
    [[], "the body must be an object of switches, got []"],
  ])("the body %j is refused and sets no switch", async (given, message) => {
    const { status, body } = await call("PATCH", "/switches", given);
    expect(status).toBe(400);
    expect(body["error"]).toContain(message);
    expect(emulator().options.publishGuard).toBe("content");
  });
});

describe("requests without the right token or host", () => {
  it.each<[string, Record<string, string>]>([
    ["no token", { "x-fc-emulator-token": "" }],
    ["another token", { "x-fc-emulator-token": "0".repeat(48) }],
  ])("a request with %s is refused", async (_name, headers) => {
    const { status, body } = await call("GET", "/requests", undefined, headers);
    expect(status).toBe(403);
    expect(body).toEqual({
      error: "the header x-fc-emulator-token does not have the token that was printed at this start",
    });
  });

  it("a request with a foreign Host header is refused", async () => {
    const { endpoint, token } = admin();
    const status = await new Promise((resolve, reject) => {
      const headers = { host: "evil.example", "x-fc-emulator-token": token };
      httpRequest(`${endpoint}/requests`, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(421);
  });

  it("an unknown path is refused with the list of paths, and a body that is too large is refused", async () => {
    const { status, body } = await call("GET", "/nothing");
    expect(status).toBe(404);
    expect(body["error"]).toMatch(/^there is no 'GET \/nothing'; allowed: GET \/requests, /);
    expect((await call("POST", "/faults", "x".repeat(2 ** 20 + 1))).status).toBe(413);
  });

  it("the API port does not serve the paths of the test API", async () => {
    const { token } = admin();
    const answer = await fetch(`${emulator().endpoint}/requests`, { headers: { "x-fc-emulator-token": token } });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toHaveProperty("Code", "MissingRequiredHeader");
  });
});

it.each<[string, unknown, string]>([
  ["/clock", { advanceSeconds: 1, advanceHours: 1 }, "there is no 'advanceHours'; allowed: advanceSeconds"],
  ["/clock", { seconds: 1 }, "there is no 'seconds'; allowed: advanceSeconds"],
  ["/keys", { seconds: 900, role: "x" }, "there is no 'role'; allowed: seconds"],
])("POST %s with %j is refused, because a member is unknown", async (path, given, error) => {
  expect(await call("POST", path, given)).toEqual({ status: 400, body: { error } });
});

describe("an advanceSeconds that is not allowed", () => {
  it.each([1e12, 1e300, -1, null, "1"])("%j is refused, and the clock does not move", async (advanceSeconds) => {
    const before = Date.parse(String((await call("GET", "/clock")).body["now"]));
    expect(await call("POST", "/clock", { advanceSeconds })).toMatchObject({ status: 400 });
    const now = Date.parse(String((await call("GET", "/clock")).body["now"]));
    expect(now - before).toBeLessThan(60_000);
    await api.create("after");
    expect((await api.get("after")).createdTime).toMatch(/^20\d\d-/);
    await api.delete("after");
  });
});
