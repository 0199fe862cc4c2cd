/** What is kept of random changes when the file is cut, damaged, outgrown, or cannot be written. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fastCheck from "fast-check";

import { stateText } from "../../emulator/base/json";
import { Store } from "../../emulator/state/store";
import { type Api, Api as SdkApi, refusal } from "./support";

const ROOT = join(__dirname, "..", "..");

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "emulator-journal-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const stateFile = () => join(folder, "state.json");
const stateSize = () => fs.statSync(stateFile()).size;

/** Everything a store holds, in its order, as one text. */
function held({ functions, layers, customDomains, domainPort }: Store): string {
  return stateText({ functions, layers, customDomains, domainPort });
}

/** What a new start on the folder finds. */
function found(): string {
  const store = new Store(folder);
  try {
    return held(store);
  } finally {
    store.close();
  }
}

/** One change of the state, made of three numbers; every kind of thing, made, changed, deleted, made again. */
type Change = readonly [kind: number, which: number, value: number];

const CHANGE = fastCheck.tuple(
  fastCheck.nat({ max: 9 }),
  fastCheck.nat({ max: 2 }),
  fastCheck.nat({ max: 9 }),
) satisfies fastCheck.Arbitrary<Change>;

function make(store: Store, [kind, which, value]: Change): void {
  const { functions, layers, customDomains } = store;
  const name = `${'é\n"$map'}${which}`;
  const entry = (functions.get(name) ?? { functionName: name, versions: new Map(), aliases: new Map() }) as never as {
    functionName: string;
    revision?: number;
    config?: unknown;
    versions: Map<string, unknown>;
    aliases: Map<string, unknown>;
  };
  const domain = { domainName: name, config: { value } } as never;
  const layer = layers.get(name) ?? ({ layerName: name, isPublic: false, versions: new Map() } as never);
  const changes: (() => void)[] = [
    () => ((entry.revision = value), functions.set(name, entry as never), store.save(entry as never)),
    () => ((entry.config = { $map: value }), functions.set(name, entry as never), store.save(entry as never)),
    () => (entry.versions.set(String(value), { code: value }), functions.set(name, entry as never), store.save(entry as never)), // prettier-ignore
    () => (entry.aliases.set("live", { weights: { [value]: 0.5 } }), functions.set(name, entry as never), store.save(entry as never)), // prettier-ignore
    () => (entry.versions.delete([...entry.versions.keys()][0] ?? ""), store.save(entry as never)),
    () => (functions.delete(name), store.save(entry as never)),
    () => (layer.versions.set(value, { version: value } as never), layers.set(name, layer), store.save(layer)),
    () => (value < 5 ? customDomains.set(name, domain) : customDomains.delete(name), store.save(domain)),
    () => ((store.domainPort = value), functions.set(name, entry as never), functions.delete(`${name}x`), store.save()),
    // The same name again is another thing, with nothing of the old one.
    () => (functions.set(name, { functionName: name, versions: new Map(), aliases: new Map() } as never), store.save(functions.get(name) as never)), // prettier-ignore
  ];
  changes[kind]?.();
}

/** Makes the changes in the folder; size of the file and state after each that wrote something, and before the first. */
function history(changes: readonly Change[]): { size: number; state: string }[] {
  const store = new Store(folder);
  const after = [{ size: stateSize(), state: held(store) }];
  for (const change of changes) {
    make(store, change);
    if (stateSize() !== after.at(-1)?.size) after.push({ size: stateSize(), state: held(store) });
    else expect(held(store)).toBe(after.at(-1)?.state);
  }
  store.close();
  return after;
}

function restart(): void {
  fs.rmSync(folder, { recursive: true });
  fs.mkdirSync(folder);
}

const CHANGES = fastCheck.array(CHANGE, { minLength: 1, maxLength: 12 });

it("cut at any byte, the file holds exactly the changes before it", () => {
  fastCheck.assert(
    fastCheck.property(CHANGES, (changes) => {
      restart();
      const states = history(changes);
      const bytes = fs.readFileSync(stateFile());
      for (let size = states[0]?.size ?? 0; size <= bytes.length; size++) {
        fs.writeFileSync(stateFile(), bytes.subarray(0, size));
        const wanted = states.filter((each) => each.size <= size).at(-1)?.state;
        if (found() !== wanted) throw new Error(`cut at byte ${size} of ${bytes.length}`);
      }
    }),
    { numRuns: 6 },
  );
});

it("garbage at the end is dropped, and changes go on after it", () => {
  const garbage = fastCheck.uint8Array({ minLength: 1, maxLength: 60 });
  fastCheck.assert(
    fastCheck.property(CHANGES, garbage, CHANGES, (changes, tail, more) => {
      restart();
      history(changes);
      fs.appendFileSync(stateFile(), tail);
      expect(history(more).at(-1)?.state).toBe(found());
    }),
    { numRuns: 50 },
  );
});

it("damage that changes follow is refused with the byte to cut at, and cut there it holds the changes before", () => {
  const states = history([0, 1, 2, 3, 4, 5].map((value) => [0, 0, value]));
  const bytes = fs.readFileSync(stateFile());
  const at = states[3]?.size ?? 0;
  bytes[at + 25] = (bytes[at + 25] ?? 0) ^ 1;
  fs.writeFileSync(stateFile(), bytes);
  expect(() => found()).toThrow(`damaged at byte ${at}`);
  expect(() => found()).toThrow(`truncate -s ${at} '${stateFile()}'`);
  fs.truncateSync(stateFile(), at);
  expect(found()).toBe(states[3]?.state);
});

/** A function whose record has so many bytes more. */
const padded = (functionName: string, bytes: number) =>
  ({ functionName, versions: new Map(), pad: "x".repeat(bytes) }) as never;

function put(store: Store, name: string, bytes: number): void {
  store.functions.set(name, padded(name, bytes));
  store.save(padded(name, bytes));
}

it("an outgrown file is written anew: what it holds stays, what it weighs does not grow, and nothing is left beside", () => {
  const store = new Store(folder);
  put(store, "kept", 1);
  let largest = 0;
  for (let count = 0; count < 100; count++) {
    put(store, "changed", 100_000 + count);
    largest = Math.max(largest, stateSize());
  }
  const state = held(store);
  store.close();
  expect(largest).toBeLessThan(1_500_000);
  expect(fs.readdirSync(folder).sort()).toEqual(["code", "state.json"]);
  expect(found()).toBe(state);
  // What was written as a whole has no end that may be torn.
  fs.truncateSync(stateFile(), 200);
  expect(() => found()).toThrow(/damaged at byte \d+; use another folder/);
});

it("a change costs the same with ten things and with ten thousand", () => {
  const written = [10, 10_000].map((count) => {
    restart();
    const store = new Store(folder);
    for (let i = 0; i < count; i++) store.functions.set(`f${i}`, padded(`f${i}`, 10));
    store.save();
    const before = stateSize();
    put(store, "f5", 11);
    store.close();
    return stateSize() - before;
  });
  expect(written[0]).toBe(written[1]);
});

it("what a killed process was writing anew is removed", () => {
  new Store(folder).close();
  fs.writeFileSync(`${stateFile()}.12345678.tmp`, "half");
  found();
  expect(fs.readdirSync(folder).sort()).toEqual(["code", "state.json"]);
});

it("the format before is read and written anew", () => {
  const functions = new Map([["f", { functionName: "f", versions: new Map([["1", { config: { a: 1 } }]]) }]]);
  const old = { customDomains: new Map(), domainPort: 8123, functions, layers: new Map() };
  fs.writeFileSync(stateFile(), stateText({ format: 3, ...old }));
  const wanted = stateText({ functions, layers: new Map(), customDomains: new Map(), domainPort: 8123 });
  expect(found()).toBe(wanted);
  expect(fs.readFileSync(stateFile(), "utf8").split("\n")[0]).toBe('{"format":4,"records":2}');
  expect(found()).toBe(wanted);
});

/** Runs Node.js where no file may grow beyond so many KB, as on a full disc. */
function limited(kilobytes: number, ...args: string[]) {
  // Units of ulimit -f are 512 bytes by the standard; bash has 1024 unless told otherwise.
  const script = `ulimit -f ${kilobytes * 2} && exec "$0" "$@"`;
  return spawn("/bin/sh", ["-c", script, process.execPath, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** Fills the file to its last byte, tries one change of each kind, and says what was in memory before and after each. */
const FILLING = `
  const { Store } = require(process.argv[1]);
  const { stateText } = require(process.argv[2]);
  const store = new Store(process.argv[3]);
  // A thing that is back after a refused delete stands last.
  const sorted = (things) => [...things].sort(([a], [b]) => (a < b ? -1 : 1));
  const held = () => stateText([sorted(store.functions), sorted(store.layers), store.domainPort]);
  const refused = [];
  const attempt = (change) => {
    const before = held();
    try { change(); return true; } catch (error) { refused.push([error.code, error.message, before === held()]); return false; }
  };
  const name = "n".repeat(300);
  const f = { functionName: name, count: 0, aliases: new Map([["live", { weight: 0 }]]), versions: new Map() };
  store.functions.set(name, f);
  store.functions.set("small", { functionName: "small", pad: "", versions: new Map() });
  store.save();
  const grow = (pad) => { const small = store.functions.get("small"); small.pad = pad; store.save(small); };
  for (let size = 4000; size > 0; size = Math.floor(size / 2)) for (let i = 0; attempt(() => grow(i % 2 + "x".repeat(size))); i++);
  refused.length = 0;
  const alias = f.aliases.get("live");
  attempt(() => { f.count = 7; f.extra = 1; store.save(f); });
  attempt(() => { alias.weight = 1; f.aliases.set("other", {}); store.save(f); });
  attempt(() => { f.aliases.delete("live"); f.versions.set("1", {}); store.save(f); });
  attempt(() => { store.functions.delete(name); store.save(f); });
  attempt(() => { const layer = { layerName: name, versions: new Map() }; store.layers.set(name, layer); store.save(layer); });
  attempt(() => { store.domainPort = 99; store.functions.delete(name); store.save(); });
  const same = store.functions.get(name) === f && f.aliases.get("live") === alias;
  console.log(JSON.stringify({ refused, same, held: held() }));`;

it("on a full disc a change is refused, nothing of it stays in memory, and objects others hold are the same ones", async () => {
  const modules = ["state/store.js", "base/json.js"].map((name) => join(ROOT, "dist", "emulator", name));
  const child = limited(64, "-e", FILLING, ...modules, folder);
  let printed = "";
  child.stdout.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await once(child, "close");
  const {
    refused,
    same,
    held: inMemory,
  } = JSON.parse(printed) as {
    refused: [string, string, boolean][];
    same: boolean;
    held: string;
  };
  expect(refused).toHaveLength(6);
  for (const [code, message, isUnchanged] of refused) {
    expect({ code, isUnchanged }).toEqual({ code: "EmulatorChangeNotKept", isUnchanged: true });
    expect(message).toContain("EFBIG");
  }
  expect(same).toBe(true);
  // The process is gone without closing; what is on disc is what it had in memory.
  const { functions, layers, domainPort } = reopened();
  const sorted = (things: Map<string, unknown>) => [...things].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(stateText([sorted(functions), sorted(layers), domainPort])).toBe(inMemory);
});

function reopened(): Store {
  const store = new Store(folder);
  store.close();
  return store;
}

it("over the API a full disc refuses with the reason, reads go on, and a restart finds what was answered", async () => {
  const child = limited(24, join(ROOT, "bin", "fc-emulator.cjs"), "--no-page", "--data", folder);
  try {
    let printed = "";
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      printed += chunk.toString();
      if (printed.includes("ALIBABA_CLOUD_REGION")) break;
    }
    const identity = JSON.parse(fs.readFileSync(join(folder, "identity.json"), "utf8")) as { accessKeyId: string; accessKeySecret: string; region: string }; // prettier-ignore
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0] ?? "";
    const api = new SdkApi({ endpoint, ...identity });
    const refused = await fillWithFunctions(api);
    expect(refused.error).toMatchObject({ code: "EmulatorChangeNotKept", statusCode: 500 });
    expect(refused.error.message).toContain("nothing was changed");
    expect(await refusal(api.get(refused.name))).toMatchObject({ code: "FunctionNotFound" });
    expect((await api.list()).functions?.map(({ functionName }) => functionName)).toEqual(refused.made);
    child.kill("SIGKILL");
    await once(child, "close");
    expect([...reopened().functions.keys()]).toEqual(refused.made);
  } finally {
    child.kill("SIGKILL");
  }
});

/** Makes functions until one is refused. */
async function fillWithFunctions(api: Api): Promise<{ name: string; made: string[]; error: Error }> {
  const made: string[] = [];
  for (;;) {
    const name = `f${made.length}`;
    const error = await api.create(name, { environmentVariables: { PAD: "x".repeat(2000) } }).then(
      () => undefined,
      (reason: Error) => reason,
    );
    if (error !== undefined) return { name, made, error };
    made.push(name);
  }
}

it("a folder that cannot be made says why", () => {
  fs.writeFileSync(join(folder, "file"), "");
  expect(() => new Store(join(folder, "file", "data"))).toThrow(/ENOTDIR|EEXIST/);
});
