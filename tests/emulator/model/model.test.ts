/** Random request sequences: the emulator's actions answer what an independent model answers. */
import type { World } from "../../../emulator/api";
import { ServiceError } from "../../../emulator/errors";
import { Gateway } from "../../../emulator/gateway";
import { Invocations } from "../../../emulator/invocations";
import { Logstores } from "../../../emulator/logs/logstores";
import { resolveOptions } from "../../../emulator/options";
import { BASE, matchRoute } from "../../../emulator/routes";
import { Pool } from "../../../emulator/runtimes/pool";
import { loadIdentity, Store } from "../../../emulator/store";
import type { Switches } from "../../../emulator/switches";
import { zip } from "../support";
import { type Call, Model, type Outcome } from "./model";

const SEQUENCES = 10_000;
const LENGTH = 25;
const zipFile = zip({ "index.js": "exports.handler = async () => 1;" }).toString("base64");

/** A generator of numbers below `n` that a seed repeats; mixes all bits, as neighbouring draws of a plain one are related. */
function random(seed: number): (n: number) => number {
  let state = Math.imul(seed, 0x27d4eb2f) >>> 0;
  return (n) => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) % n;
  };
}

function create(functionName: string): Call {
  const rest = { runtime: "nodejs20", handler: "index.handler", code: { zipFile }, timeout: 3, description: "" };
  return { method: "POST", path: "/functions", body: { functionName, ...rest } };
}

/** Two versions to begin with: from nothing, few random sequences get as far as a weight. */
const START: readonly Call[] = [
  create("f"),
  { method: "POST", path: "/functions/f/versions" },
  { method: "PUT", path: "/functions/f", body: { timeout: 4 } },
  { method: "POST", path: "/functions/f/versions" },
];

function nextCall(below: (n: number) => number): Call {
  const one = <T>(values: readonly T[]): T => values[below(values.length)] as T;
  const version = () => one(["1", "2", "3", "4"]);
  const f = `/functions/${one(["f", "f", "f", "g"])}`;
  const alias = `${f}/aliases/${one(["a", "b"])}`;
  const some = (name: string, value: unknown) => (below(2) === 0 ? { [name]: value } : {});
  const target = () => ({
    ...some("versionId", version()),
    ...some("description", one(["", "x"])),
    ...some(
      "additionalVersionWeight",
      one([{}, { [version()]: one([0, 0.1, 1]) }, { "1": 0.6, "2": one([0.3, 0.6]) }]),
    ),
  });
  const calls: (() => Call)[] = [
    () => create(one(["f", "g"])),
    () => ({ method: "PUT", path: f, body: { ...some("timeout", one([3, 4, 5])), ...some("description", "d") } }),
    () => ({ method: "POST", path: `${f}/versions`, body: some("description", "v") }),
    () => ({
      method: "POST",
      path: `${f}/aliases`,
      body: { ...target(), aliasName: one(["a", "b"]), versionId: version() },
    }),
    () => ({ method: "PUT", path: alias, body: target() }),
    () => ({ method: "GET", path: f, query: { qualifier: one(["LATEST", version(), "a", "b"]) } }),
    () => ({ method: "GET", path: `${f}/versions`, query: { direction: one(["FORWARD", "BACKWARD"]) } }),
    () => ({ method: "GET", path: one([`${f}/aliases`, alias, "/functions"]) }),
    () => ({ method: "DELETE", path: one([`${f}/versions/${version()}`, alias, `${f}/versions/${version()}`, f]) }),
  ];
  return one([...calls, ...calls.slice(1, 5)])();
}

const identity = loadIdentity(undefined, undefined);
const options = resolveOptions({});
const pool = new Pool(options);
afterAll(() => pool.close());

function newWorld(set: Partial<Switches>): World {
  return {
    identity,
    store: new Store(),
    options: { ...options, ...set },
    pool,
    invocations: new Invocations(),
    logs: new Logstores(() => 1),
    gateway: new Gateway(),
    codeUrl: () => "",
  };
}

async function ask(world: World, { method, path, query = {}, body }: Call): Promise<Outcome> {
  const match = matchRoute(method, BASE + path);
  if (match?.route.action === undefined) throw new Error(`no action for ${method} ${path}`);
  const { operation } = match.route;
  const bytes = Buffer.from(body === undefined ? "" : JSON.stringify(body));
  try {
    const request = { operation, params: match.params, query, headers: {}, body: bytes, requestId: "" };
    const answer = await match.route.action(world, request);
    return answer.body === undefined ? { status: answer.status } : { status: answer.status, body: plain(answer.body) };
  } catch (error) {
    if (error instanceof ServiceError) return { status: error.status, code: error.code };
    throw error;
  }
}

const COMPARED = ["functionName", "timeout", "aliasName", "versionId", "description", "additionalVersionWeight"];

/** A list's rows or one thing, only the fields both sides know. */
function plain(body: unknown): unknown {
  const fields = body as Record<string, unknown>;
  const rows = fields["functions"] ?? fields["versions"] ?? fields["aliases"];
  if (Array.isArray(rows)) return rows.map(plain);
  return Object.fromEntries(COMPARED.filter((name) => name in fields).map((name) => [name, fields[name]]));
}

/** The first sequence whose answers differ, as text with its seed. */
async function difference(sequences: number, set: Partial<Switches> = {}): Promise<string | undefined> {
  for (let seed = 1; seed <= sequences; seed += 1) {
    const below = random(seed);
    const [world, model] = [newWorld(set), new Model()];
    for (let step = 0; step < LENGTH; step += 1) {
      const call = START[step] ?? nextCall(below);
      const [got, wanted] = [await ask(world, call), model.answer(call)];
      if (!isSame(got, wanted)) return JSON.stringify({ seed, step, call, got, wanted });
    }
  }
  return undefined;
}

const isSame = (a: unknown, b: unknown) => sorted(a) === sorted(b);

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

it(`answers ${SEQUENCES} random sequences as the model does`, async () => {
  expect(await difference(SEQUENCES)).toBeUndefined();
}, 120_000);

it.each<Partial<Switches>>([
  { publishGuard: "off" },
  { publishGuard: "revision" },
  { refusedPublish: "burns" },
  { publishErrorStatus: "409" },
  { aliasNoChange: "accept" },
  { additionalVersions: "one" },
  { mainVersionWeight: "allow" },
  { omittedWeights: "clear" },
  { deleteVersionInUse: "refuse" },
  { deleteFunctionInUse: "refuse" },
  { unknownQualifier: "version" },
  { aliasShows: "additional" },
  { versionDescription: "function" },
])("finds a behaviour that is not the model's: %j", async (set) => {
  expect(await difference(SEQUENCES, set)).toBeDefined();
});
