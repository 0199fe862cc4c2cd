/** Measures the processes of one `pulumi up` by role: peak memory and processor time, from Linux's /proc. */
import { existsSync, readFileSync, readdirSync } from "node:fs";

/** Roles of the processes of a run. `other` are short helpers such as `node --version`. */
export type Role = "cli" | "host" | "program" | "provider" | "other";

/** The usage of one process: the kernel's high-water mark of memory, and processor time so far. */
export interface Usage {
  readonly peakBytes: number;
  readonly cpuMs: number;
}

/** Usage by role: memory of the largest process of the role, processor time of all of them. */
export type Usages = Readonly<Record<Role, Usage>>;

/** A process at one moment, from /proc. */
export interface Process extends Usage {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

// Linux counts processor time in hundredths of a second on every platform that Node.js runs on.
const MS_PER_TICK = 10;

/** True if processes can be observed. */
export const CAN_MEASURE = existsSync("/proc/self/status");

/** Role of a process, found by its command line. */
export function roleOf(command: string): Role {
  if (/^\S*node \S*\/(cmd\/dynamic-provider|pulumi-resource-alicloud-fc )/.test(command)) return "provider";
  if (/^\S*node .*\/pulumi\/cmd\/run/.test(command)) return "program";
  if (command.includes("pulumi-language-nodejs")) return "host";
  return "other";
}

/** Parent and processor time, from /proc/<pid>/stat. The name in parentheses may contain any characters. */
export function parseStat(stat: string): { parent: number; cpuMs: number } {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const number = (index: number) => Number(fields[index] ?? 0);
  return { parent: number(1), cpuMs: (number(11) + number(12)) * MS_PER_TICK };
}

/** Highest resident memory so far, from /proc/<pid>/status; 0 for a process that has ended. */
export function parsePeak(status: string): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
}

/** Sums up memory and processor time of processes by their role. */
export function byRole(processes: Iterable<Process>, root: number): Usages {
  const usages: Record<Role, Usage> = { cli: NONE, host: NONE, program: NONE, provider: NONE, other: NONE };
  for (const { pid, command, peakBytes, cpuMs } of processes) {
    const role = pid === root ? "cli" : roleOf(command);
    const so = usages[role];
    usages[role] = { peakBytes: Math.max(so.peakBytes, peakBytes), cpuMs: so.cpuMs + cpuMs };
  }
  return usages;
}

const NONE: Usage = { peakBytes: 0, cpuMs: 0 };

/** Observes a process and all its descendants until it is stopped. */
export class Watch {
  private readonly seen = new Map<number, Process>();
  private readonly strangers = new Set<number>();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly root: number,
    everyMs = 50,
  ) {
    this.timer = setInterval(() => this.look(), CAN_MEASURE ? everyMs : 2 ** 30);
  }

  /** Ends the observation. Undefined if there is no /proc. */
  stop(): Usages | undefined {
    clearInterval(this.timer);
    return CAN_MEASURE ? byRole(this.seen.values(), this.root) : undefined;
  }

  private look(): void {
    const pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
    for (const pid of pids.sort((a, b) => a - b)) {
      if (this.strangers.has(pid)) continue;
      const found = observe(pid);
      if (found === undefined) continue;
      const before = this.seen.get(pid);
      const ours = before !== undefined || pid === this.root || this.seen.has(found.parent);
      if (!ours) this.strangers.add(pid);
      // A process that has just ended has neither a command line nor memory in /proc, so the last values are kept.
      else if (before === undefined || found.command !== "") this.seen.set(pid, found);
    }
  }
}

function observe(pid: number): Process | undefined {
  try {
    const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, "utf8");
    const command = read("cmdline").replaceAll("\0", " ");
    return { pid, command, ...parseStat(read("stat")), peakBytes: parsePeak(read("status")) };
  } catch {
    return undefined;
  }
}
