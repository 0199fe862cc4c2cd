/** The data folder: it is made, and locked against a second emulator. */
import * as fs from "node:fs";
import * as path from "node:path";

/** A locked data folder. */
export interface OpenFolder {
  /** Absolute path without links. */
  readonly folder: string;
  /** Allows other emulators to use the folder. May be called twice. */
  readonly release: () => void;
}

/**
 * Makes the data folder and its folder `code` if they do not exist, and locks the folder. Throws an Error with
 * instructions if the system refuses, or if another emulator uses the folder.
 */
export function openFolder(given: string): OpenFolder {
  try {
    makeFolder(path.resolve(given));
    makeFolder(path.resolve(given, "code"));
    // Links are resolved, so that one folder has one name, and the process may change its working folder.
    const folder = fs.realpathSync(given);
    lockFolder(folder);
    return { folder, release: () => release(folder) };
  } catch (error) {
    throw explained(given, error);
  }
}

/** An error of the system with the name of the data folder and a remedy; any other error as it is. */
export function explained(folder: string, error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).syscall === undefined) return error;
  const remedy = "use a folder that exists or can be created, and in which you may write";
  return new Error(`the data folder ${folder} cannot be used: ${(error as Error).message}; ${remedy}`, {
    cause: error,
  });
}

/**
 * Makes a folder and those above it. The `recursive` option of Node.js does not return where the system refuses a new
 * folder with ENOENT, as in `/proc`.
 */
function makeFolder(folder: string): void {
  const found = fs.statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  if (found === undefined) makeFolder(path.dirname(folder));
  fs.mkdirSync(folder, { mode: 0o700 });
}

function release(folder: string): void {
  if (openFolders.delete(folder)) fs.rmSync(lockFile(folder), { force: true });
}

/**
 * Data folders that are open in this process. If the lock file of another folder has this process's id, it was written
 * by an earlier process with the same id.
 */
const openFolders = new Set<string>();

/** Two emulators with one folder would overwrite each other's state, so the second is refused. */
function lockFolder(folder: string): void {
  const file = lockFile(folder);
  if (fs.statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new Error(`${file} is not a file, but the emulator locks the data folder with it; use another folder`);
  }
  const own = `${process.pid} ${startOf(process.pid) ?? ""}`.trim();
  try {
    fs.writeFileSync(file, own, { flag: "wx", mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const [id = "", start] = fs.readFileSync(file, "utf8").split(" ");
    const owner = Number(id);
    // The system reuses the ids of ended processes; the start time distinguishes them.
    const isSame = start === undefined || start === (startOf(owner) ?? start);
    if (owner === process.pid ? openFolders.has(folder) : isAlive(owner) && isSame) {
      const remedy = `close that emulator, use another folder, or, if process ${owner} is not an emulator, remove ${file}`;
      throw new Error(`the data folder ${folder} is in use by the emulator with process id ${owner}; ${remedy}`, {
        cause: error,
      });
    }
    fs.writeFileSync(file, own, { mode: 0o600 });
  }
  openFolders.add(folder);
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

function lockFile(folder: string): string {
  return path.join(folder, "lock");
}
