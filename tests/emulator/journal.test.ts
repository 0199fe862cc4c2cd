/** Random changes in the data folder whose journal is cut, damaged, too large, or cannot be written. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
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
  folder = fs.mkdtempSync(join(fs.realpathSync(tmpdir()), "emulator-journal-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const stateFile = () => join(folder, "state.json");
const stateSize = () => fs.statSync(stateFile()).size;

/** The whole content of a store as text, in the order of the store. */
function held({ functions, layers, customDomains, domainPort }: Store): string {
  return stateText({ functions, layers, customDomains, domainPort });
}

/** The content of a store that is opened again. */
function found(): string {
  const store = new Store(folder);
  try {
    return held(store);
  } finally {
    store.close();
  }
}

/** One change of the state, given by three numbers. Every kind of object is created, changed, deleted and created again. */
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
    // An object that is created again with the same name has nothing of the old object.
    () => (functions.set(name, { functionName: name, versions: new Map(), aliases: new Map() } as never), store.save(functions.get(name) as never)), // prettier-ignore
  ];
  changes[kind]?.();
}

/** Makes the changes in the folder. Returns the size of the file and the state before the first change and after each written change. */
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

it("a journal that is cut at any byte contains exactly the changes before this byte", () => {
  fastCheck.assert(
    fastCheck.property(CHANGES, (changes) => {
      restart();
      const states = history(changes);
      const bytes = fs.readFileSync(stateFile());
      for (let size = states[0]?.size ?? 0; size <= bytes.length; size++) {
        fs.writeFileSync(stateFile(), bytes.subarray(0, size));
        // A change is complete without its last byte, which is the line break.
        const wanted = states.filter((each) => each.size - 1 <= size).at(-1)?.state;
        if (found() !== wanted) throw new Error(`cut at byte ${size} of ${bytes.length}`);
      }
    }),
    { numRuns: 3 },
  );
});

it("an incomplete last line is removed with a warning, and later changes are stored", () => {
  const states = history([0, 1, 2].map((value) => [0, 0, value]));
  fs.truncateSync(stateFile(), (states[3]?.size ?? 0) - 20);
  const warnings: string[] = [];
  const store = new Store(folder, (text) => warnings.push(text));
  const bytes = (states[3]?.size ?? 0) - 20 - (states[2]?.size ?? 0);
  expect(warnings).toEqual([
    `${stateFile()} ended with ${bytes} bytes of a change that was not completely written, ` +
      "for example because the emulator was killed. The bytes were removed; all earlier changes are there",
  ]);
  expect(held(store)).toBe(states[2]?.state);
  make(store, [0, 1, 5]);
  const state = held(store);
  store.close();
  expect(found()).toBe(state);
});

const lines = (text: string) => text.split("\n");

/**
 * Ways to damage a file with six changes, and the number of changes before the damage. A killed process cannot cause
 * such damage. Line 0 is the head, and line n is the n-th change.
 */
const DAMAGES: Readonly<Record<string, readonly [intact: number, damage: (text: string) => string]>> = {
  "one byte of the last change": [5, (text) => text.replace('"revision":5', '"revision":6')],
  "one byte in each of the last three changes": [3, (text) => text.replace(/"revision":[345]/g, '"revision":9')],
  "zeros over the last three changes": [
    3,
    (text) => `${head(text, 4)}${"\0".repeat(text.length - head(text, 4).length)}`,
  ],
  "zeros over the last three changes, but not their line breaks": [3, (text) => head(text, 4) + text.slice(head(text, 4).length).replace(/./g, "\0")], // prettier-ignore
  "zeros after the last change": [6, (text) => `${text}${"\0".repeat(4096)}`],
  "CRLF after the last three changes": [3, (text) => head(text, 4) + text.slice(head(text, 4).length).replaceAll("\n", "\r\n")], // prettier-ignore
  "a change is missing": [2, (text) => lines(text).toSpliced(3, 1).join("\n")],
  "a change is there twice": [
    3,
    (text) =>
      lines(text)
        .toSpliced(3, 0, lines(text)[3] ?? "")
        .join("\n"),
  ],
  "two changes are swapped": [2, (text) => lines(text).toSpliced(3, 2, lines(text)[4] ?? "", lines(text)[3] ?? "").join("\n")], // prettier-ignore
  "an empty line": [2, (text) => lines(text).toSpliced(3, 0, "").join("\n")],
  "half a change with a line break": [2, (text) => lines(text).with(3, "0123456789abcdef [[").join("\n")],
  "a complete line of other text after the last change": [6, (text) => `${text}{"x":1}\n`],
  "other text without a line break after the last change": [6, (text) => `${text}garbage`],
};

/** The first `count` lines of a text. */
const head = (text: string, count: number) => `${lines(text).slice(0, count).join("\n")}\n`;

/** Writes the state, and a code package that no function uses. Expects the refusal. Both files must stay unchanged. */
function expectRefused(text: string, refusal: string): void {
  fs.writeFileSync(stateFile(), text);
  const zip = join(folder, "code", `${"a".repeat(64)}.zip`);
  fs.writeFileSync(zip, "code of a lost function");
  expect(() => found()).toThrow(refusal);
  expect(fs.readFileSync(stateFile(), "utf8")).toBe(text);
  expect(fs.existsSync(zip)).toBe(true);
}

it.each(Object.entries(DAMAGES))(
  "a damaged file (%s) is refused with the byte of the damage; nothing is removed; cut at this byte, the file has the earlier changes",
  (_name, [intact, damage]) => {
    const states = history([0, 1, 2, 3, 4, 5].map((value) => [0, 0, value]));
    const text = damage(fs.readFileSync(stateFile(), "utf8"));
    const at = states[intact]?.size ?? 0;
    expectRefused(text, `damaged at byte ${at}: the ${Buffer.byteLength(text) - at} bytes from there`);
    expect(() => found()).toThrow(`truncate -s ${at} '${stateFile()}'`);
    fs.truncateSync(stateFile(), at);
    expect(found()).toBe(states[intact]?.state);
  },
);

it.each<[name: string, damage: (text: string) => string]>([
  ["all lines end in CRLF", (text) => text.replaceAll("\n", "\r\n")],
  ["a byte order mark", (text) => `\ufeff${text}`],
  ["another number of changes", (text) => text.replace('"records":0', '"records": 0')],
  ["no first line", (text) => lines(text).slice(1).join("\n")],
  ["zeros", (text) => "\0".repeat(text.length)],
  ["half a first line", (text) => text.slice(0, 10)],
  ["nothing", () => ""],
])("a file with a damaged first line (%s) is refused, and nothing is removed", (_name, damage) => {
  history([0, 1, 2].map((value) => [0, 0, value]));
  expectRefused(damage(fs.readFileSync(stateFile(), "utf8")), "is damaged at byte 0; restore the folder from a copy");
});

it("a folder that has code but no state file is refused, and its code stays", () => {
  new Store(folder).close();
  fs.rmSync(stateFile());
  const zip = join(folder, "code", `${"a".repeat(64)}.zip`);
  fs.writeFileSync(zip, "code");
  expect(() => found()).toThrow(`${stateFile()} is missing, but ${join(folder, "code")} has 1 code packages`);
  expect(fs.existsSync(zip)).toBe(true);
});

it("files in the data folder that no emulator wrote are not changed", () => {
  const own = ["notes.tmp", join("code", "main.py"), join("code", "f00.zip"), join("code", "lib", "a.py")];
  fs.mkdirSync(join(folder, "code", "lib"), { recursive: true });
  for (const name of own) fs.writeFileSync(join(folder, name), "mine");
  new Store(folder).close();
  for (const name of own) expect(fs.readFileSync(join(folder, name), "utf8")).toBe("mine");
});

/** A function whose record is larger by this number of bytes. */
const padded = (functionName: string, bytes: number) =>
  ({ functionName, versions: new Map(), pad: "x".repeat(bytes) }) as never;

function put(store: Store, name: string, bytes: number): void {
  store.functions.set(name, padded(name, bytes));
  store.save(padded(name, bytes));
}

it("a journal that is too large is rewritten with the same content, and no other file stays", () => {
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
  // The rewritten part of a file was written at once, so a missing end is damage and not an interrupted write.
  fs.truncateSync(stateFile(), 200);
  expect(() => found()).toThrow(/damaged at byte \d+; use another folder/);
});

it("a change takes the same time with ten objects and with ten thousand", () => {
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

it("an unfinished rewrite of a killed process is removed", () => {
  new Store(folder).close();
  fs.writeFileSync(`${stateFile()}.12345678.tmp`, "half");
  found();
  expect(fs.readdirSync(folder).sort()).toEqual(["code", "state.json"]);
});

/** A line of format 4: its checksum covers only its own record. */
const lineOfFormat4 = (record: string) =>
  `${createHash("sha256").update(record).digest("hex").slice(0, 16)} ${record}\n`;

it("the earlier format is read and rewritten", () => {
  const records = [
    '[[["functions","f"],{"functionName":"f","versions":{"$map":[]}}],[["functions","f","versions","1"],{"config":{"a":1}}]]',
    '[[["ports","domains"],8123]]',
  ];
  fs.writeFileSync(stateFile(), `{"format":4,"records":1}\n${records.map(lineOfFormat4).join("")}`);
  const functions = new Map([["f", { functionName: "f", versions: new Map([["1", { config: { a: 1 } }]]) }]]);
  const wanted = stateText({ functions, layers: new Map(), customDomains: new Map(), domainPort: 8123 });
  expect(found()).toBe(wanted);
  expect(lines(fs.readFileSync(stateFile(), "utf8"))[0]).toBe('{"format":5,"records":2}');
  expect(found()).toBe(wanted);
});

it("an older format is refused with its number", () => {
  fs.writeFileSync(stateFile(), '{"format":3,"functions":{"$map":[]}}');
  expect(() => found()).toThrow("has format 3, but this emulator reads formats 4 and 5; use another folder");
});

/** Runs Node.js with a limit for the size of a file, in KB. A write above the limit fails as on a full disk. */
function limited(kilobytes: number, ...args: string[]) {
  // POSIX defines the unit of `ulimit -f` as 512 bytes. bash uses 1024 only outside of its POSIX mode.
  const script = `ulimit -f ${kilobytes * 2} && exec "$0" "$@"`;
  return spawn("/bin/sh", ["-c", script, process.execPath, ...args], { stdio: ["ignore", "pipe", "inherit"] });
}

/** A script that fills the disk and then tries one change of each kind. Each change must be refused and leave memory unchanged. */
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

it("on a full disc a change is refused and has no effect in memory", async () => {
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
  // The process ended without closing the store. So the data on disk must equal the data in memory.
  const { functions, layers, domainPort } = reopened();
  const sorted = (things: Map<string, unknown>) => [...things].sort(([a], [b]) => (a < b ? -1 : 1));
  expect(stateText([sorted(functions), sorted(layers), domainPort])).toBe(inMemory);
});

function reopened(): Store {
  const store = new Store(folder);
  store.close();
  return store;
}

it("on a full disc the API refuses changes with the reason, reads work, and a restart has the confirmed changes", async () => {
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

/** Creates functions until the emulator refuses one. */
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

it("after a write that failed half-way and a shorter change, nothing of the failed write is in the file", async () => {
  const child = limited(8, "-e", SHORTER, join(ROOT, "dist", "emulator", "state", "store.js"), folder);
  await once(child, "close");
  const text = fs.readFileSync(stateFile(), "utf8");
  expect(text).not.toContain("xxxx");
  expect(text.endsWith("\n")).toBe(true);
  expect([...reopened().functions.keys()]).toEqual(["small"]);
});

/** A script that tries a change larger than the limit, then makes a small change. The process ends without closing the store. */
const SHORTER = `
  const { Store } = require(process.argv[1]);
  const store = new Store(process.argv[2]);
  const put = (functionName, pad) => {
    const entry = { functionName, pad, versions: new Map() };
    store.functions.set(functionName, entry);
    try { store.save(entry); } catch {}
  };
  put("large", "x".repeat(20000));
  put("small", "");`;
