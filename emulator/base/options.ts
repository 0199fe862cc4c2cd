/** Options of an emulator and their defaults. */
import { seededRandom } from "./draw";
import { checkedAddress, LOOPBACK } from "./loopback";
import { switchesOfProfile } from "./profile";
import { resolveSwitches, SWITCH_NAMES, type Switches } from "./switches";

/** How functions are run. */
export interface InvokeOptions {
  /** Seconds an instance stays warm without work. Default 60. */
  readonly idleSeconds?: number;
  /** Instances per function and version, 1 or more; further invocations wait for one. Default 8. */
  readonly maxInstances?: number;
  /** Seconds a custom runtime may take until it listens on its port. Default 120, as documented. */
  readonly startSeconds?: number;
}

/** What `startEmulator` takes: settings and switches. Everything has a default. */
export type StartOptions = StartSettings & Partial<Switches>;

/** Pages that may call functions, by where they come from. */
export type CallingPages = "local" | "anywhere";

function checkedPages(pages: CallingPages): CallingPages {
  if (pages === "local" || pages === "anywhere") return pages;
  throw new Error(`callingPages is '${String(pages)}'; allowed: local, anywhere`);
}

/** Settings of an emulator that are no switches. */
export interface StartSettings {
  /**
   * IPv4 address the API, HTTP triggers and custom domains listen on. Default 127.0.0.1; one that other machines may reach
   * needs `unsafeListen`. Page and test API are never reached from elsewhere.
   */
  readonly listen?: string;
  /** Says that other machines are meant to reach it. Default false. */
  readonly unsafeListen?: boolean;
  /** Port of the API; 0 = any free one. Default 0. */
  readonly port?: number;
  /** Port of custom domains; 0 = any free one. Default: that of the data folder, else any free one. */
  readonly domainPort?: number;
  /** Folder that keeps state, code and keys over restarts. Default: nothing is kept. */
  readonly dataDir?: string;
  /** Region in ARNs and in the identity. Default: that of the data folder, else `cn-hangzhou`. */
  readonly region?: string;
  /** Clock of created and modified times. Signatures are always checked by the wall clock. Default: now. */
  readonly now?: () => Date;
  /** Draws the version behind a weighted alias, 0 inclusive to 1 exclusive. Default: by `seed`, else `Math.random`. */
  readonly random?: () => number;
  /** Any whole number; the same seed draws the same versions, in the order of requests. Default none. */
  readonly seed?: number;
  /** GetFunction reads of LATEST that still say Pending (after create) or InProgress (after update). Default 0. */
  readonly pendingReads?: number;
  /** Seconds by the emulator's clock until instances that were asked for are there. Default 0. */
  readonly provisionSeconds?: number;
  /** Folder whose `<bucket>/<object>` stands for OSS. Default none: code in OSS is refused. */
  readonly ossDir?: string;
  /** Newest rows each logstore keeps, 0 or more; they do not outlive the process. Default 10000. */
  readonly logRows?: number;
  /** Characters of JSON the record of requests may take, 1 or more; the oldest leave beyond it. Default 33554432 (32 Mi). */
  readonly recordCharacters?: number;
  /**
   * Pages whose scripts may call HTTP triggers and custom domains: those from this machine, or those from `anywhere`. A page of any
   * site can reach the loopback address of whoever looks at it. Default "local".
   */
  readonly callingPages?: CallingPages;
  /** Takes a warning, one sentence for a person. Default: `process.emitWarning`. */
  readonly warn?: (text: string) => void;
  /** Port on 127.0.0.1 of the page that shows aliases and their live split; 0 = any free one. Default: no page. */
  readonly page?: number;
  /** Seconds a client may take to send a request, its headers at most 10 of them; above 0. Default 300. */
  readonly requestSeconds?: number;
  /** Port on 127.0.0.1 of the test API; 0 = any free one. Default: no test API. */
  readonly admin?: number;
  /**
   * File written by `fc-emulator learn`: the switches it decided have its values. A switch that is given as an option of its own wins.
   * Default none.
   */
  readonly profile?: string;
  /** Running of functions. */
  readonly invoke?: InvokeOptions;
}

/** The options with every default in place. Mutable on purpose: a test may switch behaviour half-way. */
export type EmulatorOptions = Settings & Switches;

/** The settings with every default in place. */
export interface Settings {
  /** See {@link StartSettings.listen}; never changes while it runs. */
  readonly listen: string;
  /** Clock of created and modified times. */
  now: () => Date;
  /** Draws the version behind a weighted alias, 0 inclusive to 1 exclusive. */
  random: () => number;
  /** See {@link StartSettings.requestSeconds}; takes effect on ports opened from then on. */
  requestSeconds: number;
  /** See {@link StartSettings.pendingReads}. */
  pendingReads: number;
  /** See {@link StartSettings.provisionSeconds}. */
  provisionSeconds: number;
  /** See {@link StartSettings.ossDir}. */
  ossDir: string | undefined;
  /** See {@link StartOptions.logRows}. */
  logRows: number;
  /** See {@link StartSettings.recordCharacters}; fixed at the start. */
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
    ossDir: start.ossDir,
    logRows: start.logRows ?? 10_000,
    recordCharacters: start.recordCharacters ?? 32 * 1024 * 1024,
    callingPages: checkedPages(start.callingPages ?? "local"),
    warn: start.warn ?? ((text) => process.emitWarning(text, "FcEmulatorWarning")),
    idleSeconds: start.invoke?.idleSeconds ?? 60,
    maxInstances: start.invoke?.maxInstances ?? 8,
    startSeconds: start.invoke?.startSeconds ?? 120,
  };
}
