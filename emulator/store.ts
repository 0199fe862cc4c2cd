/**
 * State of the emulator, in memory and, with a data folder, on disk.
 *
 * Every save writes a temporary file and renames it, so a killed process leaves the old state or the new one.
 */
import { createHash, randomBytes, randomInt } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";

import { crc64 } from "./crc64";
import { parseState, stateText } from "./json";
import type { CodePackage, StoredCustomDomain, StoredFunction, StoredLayer } from "./model";

/** Keys, account and region an emulator answers to. All made up; the prefixes keep them from passing for real ones. */
export interface Identity {
  /** 16 digits beginning `0000`. */
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly region: string;
}

/** Format of the files in a data folder; a folder written by another format is refused. */
const FORMAT = 3;

/** Everything that is kept; Maps at any depth survive. */
interface State {
  readonly functions: Map<string, StoredFunction>;
  readonly layers: Map<string, StoredLayer>;
  readonly customDomains: Map<string, StoredCustomDomain>;
  domainPort: number;
}

function emptyState(): State {
  return { customDomains: new Map(), domainPort: 0, functions: new Map(), layers: new Map() };
}

/** Functions and their code. Edit `functions` to change things out of band; call `save()` after if it must last. */
export class Store {
  #state = emptyState();
  readonly #folder: string | undefined;
  readonly #packages = new Map<string, Buffer>();
  /** Of a copy: where the bytes of its packages are. */
  #original: Store | undefined;

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

  /** Port custom domains are served on; 0 before the first start. */
  get domainPort(): number {
    return this.#state.domainPort;
  }

  /** Takes effect at the next start. */
  set domainPort(port: number) {
    this.#state.domainPort = port;
  }

  /** Functions by name. */
  get functions(): Map<string, StoredFunction> {
    return this.#state.functions;
  }

  /** Layers by name. */
  get layers(): Map<string, StoredLayer> {
    return this.#state.layers;
  }

  /** Keeps the zip and returns its address. Equal bytes are kept once. */
  putPackage(zip: Buffer): CodePackage {
    const sha256 = createHash("sha256").update(zip).digest("hex");
    if (this.#folder === undefined) {
      this.#packages.set(sha256, zip);
    } else {
      const file = packageFile(this.#folder, sha256);
      if (!fs.existsSync(file)) writeAtomically(file, zip);
    }
    return { sha256, checksum: crc64(zip), size: zip.length };
  }

  /** Bytes of a kept zip. */
  readPackage(code: CodePackage): Buffer {
    if (this.#original !== undefined) return this.#original.readPackage(code);
    if (this.#folder !== undefined) return fs.readFileSync(packageFile(this.#folder, code.sha256));
    const zip = this.#packages.get(code.sha256);
    if (zip === undefined) throw new Error(`no code package ${code.sha256} in the store`);
    return zip;
  }

  /** Writes everything to the data folder; without one does nothing. */
  save(): void {
    if (this.#folder === undefined) return;
    writeAtomically(stateFile(this.#folder), stateText({ format: FORMAT, ...this.#state }));
  }

  /** What it holds now, apart from what comes later. Changes of the copy go nowhere. */
  copy(): Store {
    const copy = new Store();
    copy.#state = structuredClone(this.#state);
    copy.#original = this;
    return copy;
  }

  /** Gives the data folder free for another emulator. */
  close(): void {
    if (this.#folder === undefined) return;
    openFolders.delete(path.resolve(this.#folder));
    fs.rmSync(lockFile(this.#folder), { force: true });
  }

  #load(folder: string): void {
    this.#state = { ...emptyState(), ...readState(folder) };
    this.#dropUnusedPackages(folder);
  }

  /** A crash between writing a zip and the state that names it leaves the zip behind. */
  #dropUnusedPackages(folder: string): void {
    const snapshots = [...this.functions.values()].flatMap((entry) => [entry, ...entry.versions.values()]);
    const layers = [...this.layers.values()].flatMap((layer) => [...layer.versions.values()]);
    const packages = [
      ...[...snapshots, ...layers].map(({ code }) => code),
      ...snapshots.flatMap(({ layerPackages = {} }) => Object.values(layerPackages)),
    ];
    const used = new Set(packages.map((code) => `${code?.sha256}.zip`));
    for (const name of fs.readdirSync(path.join(folder, "code"))) {
      if (!used.has(name)) fs.rmSync(path.join(folder, "code", name), { force: true });
    }
  }
}

/** Identity kept in the data folder, made on first use; without a folder a new one each time. */
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

/** Writes beside the target and renames; the file is for its owner only. */
function writeAtomically(file: string, data: string | Buffer): void {
  const temporary = `${file}.${randomBytes(4).toString("hex")}.tmp`;
  const handle = fs.openSync(temporary, "wx", 0o600);
  try {
    fs.writeFileSync(handle, data);
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
  fs.renameSync(temporary, file);
}

/** Data folders open in this process: a lock file with our own id but not in here was left by a dead process. */
const openFolders = new Set<string>();

/** Two emulators on one folder would overwrite each other's state, so the second is refused. */
function lockFolder(folder: string): void {
  const file = lockFile(folder);
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const owner = Number(fs.readFileSync(file, "utf8"));
    if (owner === process.pid ? openFolders.has(path.resolve(folder)) : isAlive(owner)) {
      throw new Error(`the data folder ${folder} is in use by the emulator with process id ${owner}`, { cause: error });
    }
    fs.writeFileSync(file, String(process.pid), { mode: 0o600 });
  }
  openFolders.add(path.resolve(folder));
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

function readState(folder: string): Partial<State> {
  const file = stateFile(folder);
  if (!fs.existsSync(file)) return {};
  const { format, ...state } = readJson<Partial<State> & { readonly format: number }>(file);
  if (format !== FORMAT) {
    throw new Error(`${file} has format ${format}, this emulator reads format ${FORMAT}; use another folder`);
  }
  return state;
}

function readJson<T>(file: string): T {
  try {
    return parseState(fs.readFileSync(file, "utf8")) as T;
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
