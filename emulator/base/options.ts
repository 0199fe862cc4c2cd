/** Options of an emulator and their defaults. */
import * as fs from "node:fs";

import { seededRandom } from "./draw";
import { checkedAddress, LOOPBACK } from "./loopback";
import { switchesOfProfile } from "./profile";
import { resolveSwitches, SWITCH_NAMES, type Switches } from "./switches";

/** How functions are run. */
export interface InvokeOptions {
  /** Seconds that an instance without requests stays warm. Default 60. */
  readonly idleSeconds?: number;
  /** Largest number of instances for each version of a function, 1 or more. Further invocations wait. Default 8. */
  readonly maxInstances?: number;
  /** Longest time in seconds until a custom runtime listens on its port. Default 120, as documented. */
  readonly startSeconds?: number;
}

/** Options of `startEmulator`: settings and switches. Each has a default. */
export type StartOptions = StartSettings & Partial<Switches>;

/** Web pages that may call functions: those of this machine, or all. */
export type CallingPages = "local" | "anywhere";

function checkedPages(pages: CallingPages): CallingPages {
  if (pages === "local" || pages === "anywhere") return pages;
  throw new Error(`callingPages is '${String(pages)}'; allowed: local, anywhere`);
}

function checkedOss(folder: string): string {
  if (fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new Error(
    `ossDir (--oss) is '${folder}', which is not a folder; allowed: a folder with files <bucket>/<object>`,
  );
}

/** Reports a warning by `process.emitWarning`, the default of `warn`. */
export function warnProcess(text: string): void {
  process.emitWarning(text, "FcEmulatorWarning");
}

/** Settings of an emulator that are not switches. */
export interface StartSettings {
  /**
   * IPv4 address of API, HTTP triggers and custom domains. An address that other machines may reach needs
   * `unsafeListen`. The web page and the test API always listen on 127.0.0.1. Default 127.0.0.1.
   */
  readonly listen?: string;
  /** True: allows `listen` to be an address that other machines may reach. Default false. */
  readonly unsafeListen?: boolean;
  /** Port of the API; 0 means any free port. Default 0. */
  readonly port?: number;
  /** Port of custom domains; 0 means any free port. Default: the port stored in the data folder, else any free port. */
  readonly domainPort?: number;
  /** Folder that keeps state, code and keys between runs. Default: nothing is kept. */
  readonly dataDir?: string;
  /** Region in ARNs and in the identity. Default: the region stored in the data folder, else `cn-hangzhou`. */
  readonly region?: string;
  /**
   * Clock for times of creation and change. Dates of signatures are always compared with the system's clock. Default:
   * the system's clock.
   */
  readonly now?: () => Date;
  /**
   * Returns the random number that chooses the version of a weighted alias, from 0 (inclusive) to 1 (exclusive).
   * Default: by `seed`, else `Math.random`.
   */
  readonly random?: () => number;
  /**
   * Seed for the random choice of versions, any whole number. With the same seed, the same order of requests gets the
   * same versions. Default none.
   */
  readonly seed?: number;
  /**
   * Number of GetFunction calls for LATEST that return state Pending after a create, or InProgress after an update.
   * Default 0.
   */
  readonly pendingReads?: number;
  /** Seconds by the emulator's clock until provisioned instances are ready. Default 0. */
  readonly provisionSeconds?: number;
  /** Folder with files `<bucket>/<object>` that are served as objects of OSS. Default: none, and code in OSS is refused. */
  readonly ossDir?: string;
  /** Number of rows that each logstore keeps in memory, the newest, 0 or more. Default 10000. */
  readonly logRows?: number;
  /**
   * Largest size of the record of requests in characters of JSON, 1 or more. If it is larger, the oldest requests are
   * dropped. Default 33554432 (32 Mi).
   */
  readonly recordCharacters?: number;
  /**
   * Web pages whose scripts may call HTTP triggers and custom domains: `local` means pages of this machine, `anywhere`
   * all pages. A page of any site can reach the loopback address of its visitor. Default "local".
   */
  readonly callingPages?: CallingPages;
  /** Receives warnings, each a sentence for the user. Default: `process.emitWarning`. */
  readonly warn?: (text: string) => void;
  /** Port on 127.0.0.1 of the web page that shows aliases and their live split; 0 means any free port. Default: no page. */
  readonly page?: number;
  /** Longest time in seconds for sending a request, above 0. Headers must arrive within 10 seconds. Default 300. */
  readonly requestSeconds?: number;
  /** Port on 127.0.0.1 of the test API; 0 means any free port. Default: no test API. */
  readonly admin?: number;
  /**
   * File written by `fc-emulator learn`, with values of switches. A switch that is set as an option takes precedence.
   * Default none.
   */
  readonly profile?: string;
  /** How functions are run. */
  readonly invoke?: InvokeOptions;
}

/**
 * The options with all defaults filled in. The options are mutable, so that a test can change a behaviour while the
 * emulator runs.
 */
export type EmulatorOptions = Settings & Switches;

/** The settings with all defaults filled in. */
export interface Settings {
  /** See {@link StartSettings.listen}; does not change while the emulator runs. */
  readonly listen: string;
  /** Clock for times of creation and change. */
  now: () => Date;
  /** Returns the random number that chooses the version of a weighted alias, from 0 (inclusive) to 1 (exclusive). */
  random: () => number;
  /** See {@link StartSettings.requestSeconds}. A change applies to ports that are opened later. */
  requestSeconds: number;
  /** See {@link StartSettings.pendingReads}. */
  pendingReads: number;
  /** See {@link StartSettings.provisionSeconds}. */
  provisionSeconds: number;
  /** See {@link StartSettings.ossDir}. */
  ossDir: string | undefined;
  /** See {@link StartOptions.logRows}. */
  logRows: number;
  /** See {@link StartSettings.recordCharacters}; does not change after the start. */
  readonly recordCharacters: number;
  /** See {@link StartSettings.callingPages}. */
  callingPages: CallingPages;
  /** See {@link StartSettings.warn}. */
  warn: (text: string) => void;
  /** See {@link InvokeOptions.idleSeconds}. */
  idleSeconds: number;
  /** See {@link InvokeOptions.maxInstances}. */
  maxInstances: number;
  /** See {@link InvokeOptions.startSeconds}. */
  startSeconds: number;
}

/** Fills in the defaults. */
export function resolveOptions(start: StartOptions): EmulatorOptions {
  const given = Object.fromEntries(
    SWITCH_NAMES.flatMap((name) => (start[name] === undefined ? [] : [[name, start[name]]])),
  ) as Partial<Switches>;
  const learned = start.profile === undefined ? {} : switchesOfProfile(start.profile);
  return {
    ...resolveSwitches({ ...learned, ...given }),
    listen: checkedAddress(start.listen ?? LOOPBACK, start.unsafeListen === true),
    now: start.now ?? (() => new Date()),
    random: start.random ?? (start.seed === undefined ? Math.random : seededRandom(start.seed)),
    requestSeconds: start.requestSeconds ?? 300,
    pendingReads: start.pendingReads ?? 0,
    provisionSeconds: start.provisionSeconds ?? 0,
    ossDir: start.ossDir === undefined ? undefined : checkedOss(start.ossDir),
    logRows: start.logRows ?? 10_000,
    recordCharacters: start.recordCharacters ?? 32 * 1024 * 1024,
    callingPages: checkedPages(start.callingPages ?? "local"),
    warn: start.warn ?? warnProcess,
    idleSeconds: start.invoke?.idleSeconds ?? 60,
    maxInstances: start.invoke?.maxInstances ?? 8,
    startSeconds: start.invoke?.startSeconds ?? 120,
  };
}
