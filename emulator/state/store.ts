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
import { Journal, TEMPORARY, writeAtomically } from "./journal";
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

/** Keys, account and region of an emulator. They are invented, and their prefixes distinguish them from real ones. */
export interface Identity {
  /** 16 digits beginning `0000`. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
}

/** Format of the state file. */
const FORMAT = 4;

/** The previous format, one JSON value. It is read and converted. Other formats are refused. */
const FORMAT_BEFORE = 3;

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

/** Size of new packages, in bytes, after which unused ones are removed. */
const FREED_AFTER_BYTES = 16 * 1024 * 1024;

const DOMAINS = "domains";

function emptyState(): State {
  return { customDomains: new Map(), functions: new Map(), layers: new Map(), ports: new Map() };
}

/**
 * Functions, layers and domains, and their code. Tests may change them directly, and call `save()` to keep the change.
 */
export class Store {
  #state = emptyState();
  readonly #folder: string | undefined;
  readonly #packages = new Map<string, Buffer>();
  /** Number of running users of each package. */
  readonly #held = new Map<string, number>();
  /** Bytes added since unused packages were removed last. */
  #putBytes = 0;
  /** In a copy: the store that has the bytes of its packages. */
  #original: Store | undefined;
  #journal: Journal | undefined;
  /** State in the journal, by key as text. */
  readonly #kept = new Map<string, Kept>();

  constructor(folder?: string) {
    this.#folder = folder;
    if (folder === undefined) return;
    fs.mkdirSync(path.join(folder, "code"), { recursive: true, mode: 0o700 });
    lockFolder(folder);
    try {
      this.#load(folder);
    } catch (error) {
      this.close();
      throw error;
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

  /** Takes effect at the next start. */
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

  /** Keeps a zip. Equal zips are kept once, and unused ones are removed from time to time. */
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

  /** Keeps packages while they are in use. The returned function ends that. */
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
      if (!used.has(path.basename(file, ".zip"))) fs.rmSync(path.join(folder, file), { force: true });
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
   * Throws `EmulatorChangeNotKept` when the folder cannot be written; the objects are then as they were at the last
   * save.
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
   * Saves one item below an object, such as a task, or its removal. The time depends on the item only. The item must
   * not have Maps.
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

  /** A copy of the present state. Changes of the copy are not saved. */
  copy(): Store {
    const copy = new Store();
    copy.#state = structuredClone(this.#state);
    copy.#original = this;
    return copy;
  }

  /** Releases the data folder, so that another emulator can use it. */
  close(): void {
    if (this.#folder === undefined) return;
    this.#journal?.close();
    this.#journal = undefined;
    openFolders.delete(path.resolve(this.#folder));
    fs.rmSync(lockFile(this.#folder), { force: true });
  }

  #load(folder: string): void {
    for (const name of fs.readdirSync(folder)) {
      if (name.endsWith(TEMPORARY)) fs.rmSync(path.join(folder, name), { force: true });
    }
    const file = stateFile(folder);
    const first = fs.existsSync(file) ? readHead(file) : undefined;
    if (first?.format === FORMAT) {
      const { journal, records } = Journal.open(file, FORMAT);
      this.#journal = journal;
      for (const record of records) applyRecord(this.#state, record);
    } else if (first !== undefined) {
      this.#state = fromBefore(first.state);
    }
    for (const key of this.#allKeys()) this.#setKept({ key, parts: this.#partsNow(key) });
    this.#journal ??= Journal.create(file, FORMAT, this.#records());
    // A crash between the writes of a zip and of its function leaves an unused zip.
    this.freePackages();
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
      // The change is kept; the longer file goes on.
    }
  }

  #usedPackages(): Set<string> {
    const snapshots = [...this.functions.values()].flatMap((entry) => [entry, ...entry.versions.values()]);
    const layers = [...this.layers.values()].flatMap((layer) => [...layer.versions.values()]);
    const packages = [
      ...[...snapshots, ...layers].map(({ code }) => code),
      ...snapshots.flatMap(({ layerPackages = {} }) => Object.values(layerPackages)),
    ];
    return new Set([...packages.flatMap((code) => (code === undefined ? [] : [code.sha256])), ...this.#held.keys()]);
  }
}

/** The identity in the data folder, made on first use. Without a folder, a new identity each time. */
export function loadIdentity(folder: string | undefined, region: string | undefined): Identity {
  const file = folder === undefined ? undefined : path.join(folder, "identity.json");
  if (file !== undefined && fs.existsSync(file)) {
    const saved = readJson<Identity>(file);
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

/**
 * Data folders that are open in this process. A lock file with this process's id for another folder is from an earlier
 * process that had the same id.
 */
const openFolders = new Set<string>();

/** Two emulators on one folder would overwrite each other's state, so the second is refused. */
function lockFolder(folder: string): void {
  const file = lockFile(folder);
  const own = `${process.pid} ${startOf(process.pid) ?? ""}`.trim();
  try {
    fs.writeFileSync(file, own, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const [id = "", start] = fs.readFileSync(file, "utf8").split(" ");
    const owner = Number(id);
    // The system reuses the ids of ended processes; the time of start distinguishes them.
    const isSame = start === undefined || start === (startOf(owner) ?? start);
    if (owner === process.pid ? openFolders.has(path.resolve(folder)) : isAlive(owner) && isSame) {
      const remedy = `close it, use another folder, or, if process ${owner} is no emulator, remove ${file}`;
      throw new Error(`the data folder ${folder} is in use by the emulator with process id ${owner}; ${remedy}`, {
        cause: error,
      });
    }
    fs.writeFileSync(file, own, { mode: 0o600 });
  }
  openFolders.add(path.resolve(folder));
}

/** Start time of a process in the system's unit; undefined on systems without `/proc`. */
function startOf(pid: number): string | undefined {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
    // The program's name, in brackets, may contain any character. The start time is the 20th field after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
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

/** The first line of the state file; in the previous format that is the whole file. Throws for an unknown format. */
function readHead(file: string): { readonly format: number; readonly state: StateBefore } {
  const { format, ...state } = readJson<Partial<StateBefore> & { readonly format: number }>(file, firstLine);
  if (format !== FORMAT && format !== FORMAT_BEFORE) {
    throw new Error(
      `${file} has format ${format}, this emulator reads formats ${FORMAT_BEFORE} and ${FORMAT}; use another folder`,
    );
  }
  return { format, state };
}

/** State in the previous format. */
type StateBefore = Partial<Omit<State, "ports"> & { readonly domainPort: number }>;

function fromBefore({ domainPort = 0, ...tables }: StateBefore): State {
  return { ...emptyState(), ...tables, ports: new Map([[DOMAINS, domainPort]]) };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function readJson<T>(file: string, part = (text: string) => text): T {
  try {
    return parseState(part(fs.readFileSync(file, "utf8"))) as T;
  } catch (error) {
    throw new Error(`${file} is damaged; remove it or use another folder`, { cause: error });
  }
}

function stateFile(folder: string): string {
  return path.join(folder, "state.json");
}

function lockFile(folder: string): string {
  return path.join(folder, "lock");
}

function packageFile(folder: string, sha256: string): string {
  return path.join(folder, "code", `${sha256}.zip`);
}
