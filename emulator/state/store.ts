/**
 * State of the emulator, in memory and, with a data folder, on disk.
 *
 * Every save appends one record to a journal, so a killed process leaves either the old or the new state
 * (docs/decisions/0021-state-of-the-emulator.md).
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { crc64 } from "../base/crc64";
import { changeNotKept } from "../base/errors";
import { explained, openFolder } from "./folder";
import { type Content, FORMAT, isTemporaryOf, Journal, readJournal, writeAtomically } from "./journal";
import { parseState } from "../base/json";
import type { CodePackage, StoredCustomDomain, StoredFunction, StoredLayer, StoredThing } from "./model";
import {
  applyRecord,
  changesBetween,
  itemParts,
  type Part,
  type Parts,
  type Path,
  partsAt,
  partsOf,
  recordOf,
  restore,
  restoreItem,
} from "./parts";

/** Keys, account and region of an emulator. The values are invented, and their prefixes distinguish them from real ones. */
export interface Identity {
  /** Account id: 16 digits that begin with `0000`. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
}

/** The whole state: objects by name, with Maps at any depth. */
type State = {
  readonly functions: Map<string, StoredFunction>;
  readonly layers: Map<string, StoredLayer>;
  readonly customDomains: Map<string, StoredCustomDomain>;
  /** Ports that stay the same after a restart, by their use. */
  readonly ports: Map<string, number>;
};

/** Table and name of an object. */
type Key = readonly [table: keyof State, name: string];

/** State of an object in the journal. */
interface Kept {
  readonly key: Key;
  readonly parts: Map<string, Part>;
}

const NOTHING: Parts = new Map();

/** Size of new packages, in bytes, after which unused packages are removed. */
const FREED_AFTER_BYTES = 16 * 1024 * 1024;

const DOMAINS = "domains";

function emptyState(): State {
  return { customDomains: new Map(), functions: new Map(), layers: new Map(), ports: new Map() };
}

/** Functions, layers and domains, and their code. Tests may change them directly, and call `save()` to keep the change. */
export class Store {
  #state = emptyState();
  #folder: string | undefined;
  readonly #packages = new Map<string, Buffer>();
  /** Number of running users of each package. */
  readonly #held = new Map<string, number>();
  /** Number of bytes added since unused packages were last removed. */
  #putBytes = 0;
  /** In a copy: the store that has the bytes of the packages. */
  #original: Store | undefined;
  #journal: Journal | undefined;
  /** Allows other emulators to use the data folder. */
  #release: () => void = () => undefined;
  /** State in the journal, by key as text. */
  readonly #kept = new Map<string, Kept>();

  /**
   * With a folder, reads the state in it. Throws an Error with instructions if the folder cannot be used, or if its
   * state or code is damaged; nothing in the folder is removed then. `warn` receives a sentence about a cut line.
   */
  constructor(given?: string, warn: (text: string) => void = () => undefined) {
    if (given === undefined) return;
    const { folder, release } = openFolder(given);
    this.#folder = folder;
    this.#release = release;
    try {
      this.#load(folder, warn);
    } catch (error) {
      this.close();
      throw explained(given, error);
    }
  }

  /** Custom domains by name. */
  get customDomains(): Map<string, StoredCustomDomain> {
    return this.#state.customDomains;
  }

  /** Port of custom domains; 0 before the first start. */
  get domainPort(): number {
    return this.#state.ports.get(DOMAINS) ?? 0;
  }

  /** Stores the port of custom domains for the next start. */
  set domainPort(port: number) {
    this.#state.ports.set(DOMAINS, port);
  }

  /** Functions by name. */
  get functions(): Map<string, StoredFunction> {
    return this.#state.functions;
  }

  /** Layers by name. */
  get layers(): Map<string, StoredLayer> {
    return this.#state.layers;
  }

  /** Stores a zip. Equal zips are stored once, and unused ones are removed from time to time. */
  putPackage(zip: Buffer): CodePackage {
    this.#putBytes += zip.length;
    if (this.#putBytes > FREED_AFTER_BYTES) this.freePackages();
    const sha256 = createHash("sha256").update(zip).digest("hex");
    if (this.#folder === undefined) {
      this.#packages.set(sha256, zip);
    } else {
      const file = packageFile(this.#folder, sha256);
      if (!fs.existsSync(file)) keep(() => writeAtomically(file, zip));
    }
    return { sha256, checksum: crc64(zip), size: zip.length };
  }

  /** Keeps packages while they are in use. The returned function ends the use. */
  hold(...packages: readonly CodePackage[]): () => void {
    const names = packages.map(({ sha256 }) => sha256);
    for (const name of names) this.#held.set(name, (this.#held.get(name) ?? 0) + 1);
    return () => {
      for (const name of names) {
        const left = (this.#held.get(name) ?? 0) - 1;
        if (left > 0) this.#held.set(name, left);
        else this.#held.delete(name);
      }
    };
  }

  /** Removes packages that no function, version or layer has and that are not in use. */
  freePackages(): void {
    this.#putBytes = 0;
    const used = this.#usedPackages();
    for (const name of this.#packages.keys()) if (!used.has(name)) this.#packages.delete(name);
    if (this.#folder === undefined) return;
    const folder = path.join(this.#folder, "code");
    for (const file of fs.readdirSync(folder)) {
      const sha256 = packageIn(file);
      const isUnused = sha256 !== undefined && (file !== `${sha256}.zip` || !used.has(sha256));
      if (isUnused) fs.rmSync(path.join(folder, file), { force: true });
    }
  }

  /** Whether a package is kept. */
  hasPackage(sha256: string): boolean {
    return this.#folder === undefined ? this.#packages.has(sha256) : fs.existsSync(packageFile(this.#folder, sha256));
  }

  /** Bytes of a kept zip. */
  readPackage(code: CodePackage): Buffer {
    if (this.#original !== undefined) return this.#original.readPackage(code);
    if (this.#folder !== undefined) return fs.readFileSync(packageFile(this.#folder, code.sha256));
    const zip = this.#packages.get(code.sha256);
    if (zip === undefined) throw new Error(`no code package ${code.sha256} in the store`);
    return zip;
  }

  /**
   * Saves these objects in the data folder, all of them or none; without arguments, all objects. Does nothing without a
   * folder.
   *
   * Throws `EmulatorChangeNotKept` if the folder cannot be written; the objects are then as they were at the last save.
   */
  save(...things: readonly StoredThing[]): void {
    const journal = this.#journal;
    if (journal === undefined) return;
    const keys = things.length === 0 ? this.#allKeys() : things.map(keyOf);
    const found = keys.map((key) => ({ key, parts: this.#partsNow(key) }));
    const changes = found.flatMap(({ key, parts }) => changesBetween(this.#keptParts(key), parts));
    try {
      if (changes.length > 0) keep(() => journal.append(recordOf(changes)));
    } catch (error) {
      for (const key of keys) this.#restore(key);
      throw error;
    }
    for (const each of found) this.#setKept(each);
    if (journal.isLong) this.#rewrite(journal);
  }

  /**
   * Saves one item of an object, such as a task, or its removal. The time depends only on the item. The item must not
   * have Maps.
   *
   * Throws `EmulatorChangeNotKept` like `save`; the item is then as it was at the last save.
   */
  saveItem(thing: StoredThing, field: string, key: string): void {
    const [table, name] = keyOf(thing);
    const kept = this.#kept.get(String([table, name]));
    const journal = this.#journal;
    if (journal === undefined) return;
    if (kept === undefined || this.#state[table].get(name) !== thing) return this.save(thing);
    const path: Path = [table, name, field, key];
    const before = partsAt(path, kept.parts);
    const after = itemParts(this.#state, path);
    const changes = changesBetween(before, after);
    try {
      if (changes.length > 0) keep(() => journal.append(recordOf(changes)));
    } catch (error) {
      restoreItem(this.#state, path, before);
      throw error;
    }
    for (const place of before.keys()) kept.parts.delete(place);
    for (const [place, part] of after) kept.parts.set(place, part);
    if (journal.isLong) this.#rewrite(journal);
  }

  /** A copy of the current state. Changes of the copy are not saved. */
  copy(): Store {
    const copy = new Store();
    copy.#state = structuredClone(this.#state);
    copy.#original = this;
    return copy;
  }

  /** Releases the data folder, so that another emulator can use it. */
  close(): void {
    this.#journal?.close();
    this.#journal = undefined;
    this.#release();
  }

  #load(folder: string, warn: (text: string) => void): void {
    const file = stateFile(folder);
    const content = readContent(folder);
    for (const record of content?.records ?? []) this.#apply(file, record);
    for (const key of this.#allKeys()) this.#setKept({ key, parts: this.#partsNow(key) });
    this.#checkPackages(folder);
    // Everything is read, so files may be changed and removed from here on.
    if (content !== undefined && content.incompleteBytes > 0) {
      warn(
        `${file} ended with ${content.incompleteBytes} bytes of a change that was not completely written, ` +
          "for example because the emulator was killed. The bytes were removed; all earlier changes are there",
      );
    }
    this.#journal = content?.format === FORMAT ? Journal.open(file, content) : Journal.create(file, this.#records());
    for (const name of fs.readdirSync(folder)) {
      if (["state.json", "identity.json"].some((each) => isTemporaryOf(name, each))) fs.rmSync(path.join(folder, name));
    }
    // A crash between writing a zip and writing its function leaves an unused zip.
    this.freePackages();
  }

  #apply(file: string, record: string): void {
    try {
      applyRecord(this.#state, record);
    } catch (error) {
      throw damaged(file, error);
    }
  }

  /** Throws if a package is missing or has another size than it had. */
  #checkPackages(folder: string): void {
    const bad = this.#packagesOf().filter(({ code }) => sizeOf(packageFile(folder, code.sha256)) !== code.size);
    const [first] = bad;
    if (first === undefined) return;
    throw new Error(
      `the code of ${first.owner} is missing or damaged: ${packageFile(folder, first.code.sha256)} should be a file of ` +
        `${first.code.size} bytes (${bad.length} such packages). Restore the folder from a copy, or use another folder`,
    );
  }

  /** Keys of all objects now and at the last save. */
  #allKeys(): Key[] {
    const tables = Object.entries(this.#state) as [keyof State, Map<string, unknown>][];
    const gone = [...this.#kept.values()]
      .map(({ key }) => key)
      .filter(([table, name]) => !this.#state[table].has(name));
    return [...gone, ...tables.flatMap(([table, things]) => [...things.keys()].map((name): Key => [table, name]))];
  }

  #partsNow([table, name]: Key): Map<string, Part> {
    return partsOf(table, name, this.#state[table].get(name));
  }

  #keptParts(key: Key): Parts {
    return this.#kept.get(String(key))?.parts ?? NOTHING;
  }

  #setKept(kept: Kept): void {
    if (kept.parts.size === 0) this.#kept.delete(String(kept.key));
    else this.#kept.set(String(kept.key), kept);
  }

  /** Restores an object to its last save. */
  #restore(key: Key): void {
    const [table, name] = key;
    const parts = this.#keptParts(key);
    if (parts.size === 0) this.#state[table].delete(name);
    else restore(this.#state, parts);
  }

  #records(): string[] {
    return [...this.#kept.values()].map(({ parts }) => recordOf(changesBetween(NOTHING, parts)));
  }

  #rewrite(journal: Journal): void {
    try {
      journal.rewrite(this.#records());
    } catch {
      // The change is saved, so a failed rewrite is not an error; the longer file stays in use.
    }
  }

  /** Every package of a function, version or layer, and what it belongs to. */
  #packagesOf(): { readonly owner: string; readonly code: CodePackage }[] {
    const snapshots = [...this.functions.values()].flatMap((entry) =>
      [entry, ...entry.versions.values()].map((snapshot) => ({ owner: `function '${entry.functionName}'`, snapshot })),
    );
    const ofFunctions = snapshots.flatMap(({ owner, snapshot: { code, layerPackages = {} } }) =>
      [code, ...Object.values(layerPackages)].map((each) => ({ owner, code: each })),
    );
    const ofLayers = [...this.layers.values()].flatMap(({ layerName, versions }) =>
      [...versions.values()].map(({ code }) => ({ owner: `layer '${layerName}'`, code })),
    );
    return [...ofFunctions, ...ofLayers].flatMap(({ owner, code }) => (code === undefined ? [] : [{ owner, code }]));
  }

  #usedPackages(): Set<string> {
    return new Set([...this.#packagesOf().map(({ code }) => code.sha256), ...this.#held.keys()]);
  }
}

/** The identity in the data folder, which is created on first use. Without a folder, a new identity each time. */
export function loadIdentity(folder: string | undefined, region: string | undefined): Identity {
  const file = folder === undefined ? undefined : path.join(folder, "identity.json");
  if (file !== undefined && fs.existsSync(file)) {
    const saved = readJson<Identity | null>(file);
    if (!isIdentity(saved)) throw damaged(file);
    return { ...saved, region: region ?? saved.region };
  }
  const identity: Identity = {
    accountId: `0000${String(randomInt(1e12)).padStart(12, "0")}`,
    accessKeyId: `fcemu-${randomBytes(10).toString("hex")}`,
    accessKeySecret: `fcemu-${randomBytes(24).toString("hex")}`,
    region: region ?? "cn-hangzhou",
  };
  if (file !== undefined) writeAtomically(file, JSON.stringify(identity));
  return identity;
}

function keyOf(thing: StoredThing): Key {
  if ("functionName" in thing) return ["functions", thing.functionName];
  return "layerName" in thing ? ["layers", thing.layerName] : ["customDomains", thing.domainName];
}

/** Runs a write. An error of the system becomes the answer to the request. */
function keep(write: () => void): void {
  try {
    write();
  } catch (error) {
    throw changeNotKept((error as Error).message);
  }
}

function readJson<T>(file: string): T {
  try {
    return parseState(fs.readFileSync(file, "utf8")) as T;
  } catch (error) {
    throw damaged(file, error);
  }
}

function damaged(file: string, cause?: unknown): Error {
  return new Error(`${file} is damaged; remove it or use another folder`, { cause });
}

function isIdentity(saved: Identity | null): saved is Identity {
  const names = ["accountId", "accessKeyId", "accessKeySecret", "region"] as const;
  return saved !== null && names.every((name) => typeof saved[name] === "string" && saved[name] !== "");
}

function stateFile(folder: string): string {
  return path.join(folder, "state.json");
}

/** Content of the state file; undefined if there is none yet. Throws if there is code without a state. */
function readContent(folder: string): Content | undefined {
  const file = stateFile(folder);
  if (sizeOf(file) !== undefined) return readJournal(file);
  if (fs.existsSync(file))
    throw new Error(`${file} is not a file, but the emulator keeps its state there; use another folder`);
  const code = path.join(folder, "code");
  const packages = fs.readdirSync(code).filter((name) => packageIn(name) !== undefined);
  if (packages.length === 0) return undefined;
  throw new Error(
    `${file} is missing, but ${code} has ${packages.length} code packages. ` +
      "Restore the file from a copy, or use another folder",
  );
}

/** SHA-256 in the name of a package's file, or of a file that was to become one; undefined for any other name. */
function packageIn(name: string): string | undefined {
  const [sha256 = ""] = name.split(".");
  const file = `${sha256}.zip`;
  return /^[0-9a-f]{64}$/.test(sha256) && (name === file || isTemporaryOf(name, file)) ? sha256 : undefined;
}

/** Size of a file in bytes; undefined if there is no such file. */
function sizeOf(file: string): number | undefined {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.size : undefined;
}

function packageFile(folder: string, sha256: string): string {
  return path.join(folder, "code", `${sha256}.zip`);
}
