/**
 * The launcher: the process between the emulator and the user's code.
 *
 * The launcher is text and not a module, because it must run as a file in the work folder, whatever loader the emulator
 * uses. The launcher starts twice: as `detach` it starts itself again and ends. The emulator is then no longer a parent
 * of the launcher, and the user's code cannot find the emulator through its parent processes. The launcher exchanges
 * JSON lines on descriptor 3. When this descriptor closes, for whatever reason, the launcher ends all processes that it
 * finds and removes the work folder.
 */
export const LAUNCHER_SOURCE = String.raw`"use strict";
const { spawn, execFileSync } = require("node:child_process");
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");

const MARK = "FC_EMULATOR_INSTANCE=";
const MEMORY_MS = 250;
const [, , mode, prefix, workFolder] = process.argv;

if (mode === "detach") {
  spawn(process.execPath, [__filename, "serve", prefix, workFolder], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", 3],
  }).unref();
} else if (mode === "sweep") {
  sweep(prefix, workFolder, []);
} else {
  serve();
}

function serve() {
  const instances = new Map();
  const channel = new net.Socket({ fd: 3, readable: true, writable: true });
  const say = (message) => channel.write(JSON.stringify(message) + "\n");

  const handlers = {
    start({ id, command, args, cwd, env, memoryMb }) {
      const child = spawn(command, args, {
        cwd,
        env: { ...env, FC_EMULATOR_INSTANCE: prefix + id },
        detached: true,
        stdio: ["ignore", "pipe", "pipe", "pipe"],
      });
      const instance = { child, folder: path.dirname(cwd), memoryMb, usedMb: 0 };
      instances.set(id, instance);
      child.on("error", (error) => say({ op: "exit", id, error: error.code || error.message }));
      if (child.pid === undefined) return;
      const pipe = child.stdio[3];
      pipe.on("error", () => {});
      let size = 0;
      const read = lineReader((line) => say({ op: "line", id, line }));
      pipe.setEncoding("utf8");
      pipe.on("data", (text) => {
        const newest = text.length - 1 - text.lastIndexOf("\n");
        size = newest < text.length ? newest : size + text.length;
        if (size > 32 * 1024 * 1024) return end(id);
        read(text);
      });
      for (const stream of ["stdout", "stderr"]) {
        child[stream].on("data", (data) => {
          const drained = say({ op: "out", id, stream, data: data.toString("base64") });
          if (drained) return;
          child[stream].pause();
          channel.once("drain", () => child[stream].resume());
        });
      }
      child.on("exit", (code, signal) => say({ op: "exit", id, code, signal }));
    },
    send({ id, line }) {
      const instance = instances.get(id);
      if (instance) instance.child.stdio[3].write(line + "\n");
    },
    sync({ id }) {
      const instance = instances.get(id);
      // The last measurement is recent enough. A new measurement for each request would take longer than the request.
      if (instance && instance.usedMb === 0) instance.usedMb = memoryOf([instance])[0];
      // All output that was in the pipes when this message came is read before the second turn of the event loop.
      setImmediate(() => setImmediate(() => say({ op: "synced", id, memoryMb: instance ? instance.usedMb : 0 })));
    },
    stop({ id }) {
      end(id);
      say({ op: "stopped", id });
    },
  };

  // Measures the memory of all instances, and kills each instance above its limit.
  setInterval(() => {
    const all = [...instances].filter(([, instance]) => instance.child.pid !== undefined && instance.memoryMb > 0);
    if (all.length === 0) return;
    const used = memoryOf(all.map(([, instance]) => instance));
    all.forEach(([id, instance], index) => {
      instance.usedMb = used[index];
      if (used[index] <= instance.memoryMb) return;
      say({ op: "exit", id, error: "memory limit of " + instance.memoryMb + " MB exceeded" });
      sweep(prefix + id + "\0", instance.folder, [instance.child.pid]);
    });
  }, MEMORY_MS).unref();

  function end(id) {
    const instance = instances.get(id);
    if (!instance) return;
    instances.delete(id);
    sweep(prefix + id + "\0", instance.folder, [instance.child.pid]);
    fs.rmSync(instance.folder, { recursive: true, force: true });
  }

  function endAll() {
    const pids = [...instances.values()].map((instance) => instance.child.pid);
    sweep(prefix, workFolder, pids);
    fs.rmSync(workFolder, { recursive: true, force: true });
    process.exit(0);
  }

  channel.setEncoding("utf8");
  channel.on("data", lineReader((line) => {
    const message = JSON.parse(line);
    handlers[message.op](message);
  }));
  channel.on("error", endAll);
  channel.on("close", endAll);
  channel.on("end", endAll);
  say({ op: "ready" });
}

// Resident memory of the process trees of instances, MB. Pages that processes share count for each of them.
function memoryOf(instances) {
  const all = process.platform === "linux" ? sizesLinux() : sizesOther();
  return instances.map(({ child }) => {
    const tree = new Set(all.filter((one) => one.pgid === child.pid).map((one) => one.pid));
    for (let before = -1; before !== tree.size; ) {
      before = tree.size;
      for (const one of all) if (tree.has(one.ppid)) tree.add(one.pid);
    }
    return all.reduce((sum, one) => (tree.has(one.pid) ? sum + one.kb : sum), 0) / 1024;
  });
}

function sizesLinux() {
  return fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = fs.readFileSync("/proc/" + name + "/stat", "latin1");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [{ pid: Number(name), ppid: Number(fields[1]), pgid: Number(fields[2]), kb: Number(fields[21]) * pageKb() }];
    } catch {
      return [];
    }
  });
}

let pageSize;
function pageKb() {
  if (pageSize === undefined) {
    try {
      pageSize = Number(execFileSync("getconf", ["PAGESIZE"])) / 1024;
    } catch {
      pageSize = 4;
    }
  }
  return pageSize;
}

function sizesOther() {
  const text = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid=,rss="], { encoding: "utf8" });
  return text.split("\n").flatMap((line) => {
    const [pid, ppid, pgid, kb] = line.trim().split(/\s+/).map(Number);
    return kb === undefined ? [] : [{ pid, ppid, pgid, kb }];
  });
}

// Kills the given process groups, and all processes that have the mark, work in the folder, or descend from such a
// process. Repeats until no process is found, because a process can fork between search and kill.
function sweep(mark, folder, pids) {
  for (const pid of pids) if (pid) kill(-pid);
  for (let round = 0; round < 20; round++) {
    const found = findProcesses(mark, folder, new Set(pids));
    if (found.length === 0) return;
    for (const pid of found) kill(pid);
  }
}

function kill(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch {}
}

function findProcesses(mark, folder, roots) {
  const all = process.platform === "linux" ? listLinux(mark, folder) : listOther(mark);
  const found = new Set(all.filter((one) => one.marked || roots.has(one.pgid)).map((one) => one.pid));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.ppid)) found.add(one.pid);
  }
  found.delete(process.pid);
  return [...found];
}

function listLinux(mark, folder) {
  const processes = [];
  for (const name of fs.readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const stat = fs.readFileSync("/proc/" + name + "/stat", "utf8");
      const [state, ppid, pgid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue;
      processes.push({
        pid: Number(name),
        ppid: Number(ppid),
        pgid: Number(pgid),
        marked: hasMark(name, mark) || worksIn(name, folder),
      });
    } catch {}
  }
  return processes;
}

function hasMark(pid, mark) {
  try {
    return ("\0" + fs.readFileSync("/proc/" + pid + "/environ", "latin1")).includes("\0" + MARK + mark);
  } catch {
    return false;
  }
}

function worksIn(pid, folder) {
  try {
    return (fs.readlinkSync("/proc/" + pid + "/cwd") + "/").startsWith(folder + "/");
  } catch {
    return false;
  }
}

/** Calls take with each complete line. Each part of an unfinished line is searched only once, so long lines stay cheap. */
function lineReader(take) {
  let parts = [];
  return (text) => {
    const lines = text.split("\n");
    const rest = lines.pop();
    if (lines.length > 0) {
      lines[0] = parts.join("") + lines[0];
      parts = [];
    }
    parts.push(rest);
    for (const line of lines) take(line);
  };
}

function listOther(mark) {
  const text = execFileSync("ps", ["-A", "-E", "-ww", "-o", "pid=,ppid=,pgid=,command="], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const wanted = MARK + mark.replace("\0", "");
  return text.split("\n").flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s(.*)$/.exec(line);
    if (!match || Number(match[1]) === process.pid) return [];
    const marked = mark.endsWith("\0") ? (match[4] + " ").includes(wanted + " ") : match[4].includes(wanted);
    return [{ pid: Number(match[1]), ppid: Number(match[2]), pgid: Number(match[3]), marked }];
  });
}
`;
