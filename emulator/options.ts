/** Options of an emulator and their defaults. */

/** How states of a function settle after it is created or updated. */
export interface SettleOptions {
  /**
   * `absent`: no `state` and `lastUpdateStatus` in answers, as seen for zip functions. `active`: both present.
   * While reads are pending both are present in either case. Default `absent`.
   */
  readonly stateFields?: "absent" | "active";
  /** GetFunction reads of LATEST that still say Pending (after create) or InProgress (after update). Default 0. */
  readonly pendingReads?: number;
}

/** How functions are run. */
export interface InvokeOptions {
  /** Seconds an instance stays warm without work. Default 60. */
  readonly idleSeconds?: number;
  /** Instances per function and version, 1 or more; further invocations wait for one. Default 8. */
  readonly maxInstances?: number;
}

/** What `startEmulator` takes. Everything has a default. */
export interface StartOptions extends SettleOptions {
  /** Port on 127.0.0.1; 0 = any free one. Default 0. */
  readonly port?: number;
  /** Folder that keeps state, code and keys over restarts. Default: nothing is kept. */
  readonly dataDir?: string;
  /** Region in ARNs and in the identity. Default: that of the data folder, else `cn-hangzhou`. */
  readonly region?: string;
  /** Clock of created and modified times. Signatures are always checked by the wall clock. Default: now. */
  readonly now?: () => Date;
  /** Draws the version behind a weighted alias, 0 inclusive to 1 exclusive. Default `Math.random`. */
  readonly random?: () => number;
  /** Settling of states; the same two fields directly in the options mean the same. */
  readonly settle?: SettleOptions;
  /**
   * What a publish needs. `content`: code or configuration differ from the last publish. `revision`: any
   * UpdateFunction since the last publish. `off`: nothing. Default `content`.
   */
  readonly publishGuard?: "content" | "revision" | "off";
  /** Whether an alias may point at LATEST. Default `refuse`. */
  readonly aliasToLatest?: "refuse" | "allow";
  /** Folder whose `<bucket>/<object>` stands for OSS. Default none: code in OSS is refused. */
  readonly ossDir?: string;
  /** Newest rows each logstore keeps, 0 or more; they do not outlive the process. Default 10000. */
  readonly logRows?: number;
  /** Running of functions. */
  readonly invoke?: InvokeOptions;
}

/** The options with every default in place. Mutable on purpose: a test may switch behaviour half-way. */
export interface EmulatorOptions {
  /** Clock of created and modified times. */
  now: () => Date;
  /** Draws the version behind a weighted alias, 0 inclusive to 1 exclusive. */
  random: () => number;
  /** See {@link SettleOptions.stateFields}. */
  stateFields: "absent" | "active";
  /** See {@link SettleOptions.pendingReads}. */
  pendingReads: number;
  /** See {@link StartOptions.publishGuard}. */
  publishGuard: "content" | "revision" | "off";
  /** See {@link StartOptions.aliasToLatest}. */
  aliasToLatest: "refuse" | "allow";
  /** See {@link StartOptions.ossDir}. */
  ossDir: string | undefined;
  /** See {@link StartOptions.logRows}. */
  logRows: number;
  /** See {@link InvokeOptions.idleSeconds}. */
  idleSeconds: number;
  /** See {@link InvokeOptions.maxInstances}. */
  maxInstances: number;
}

/** Fills in the defaults. */
export function resolveOptions(start: StartOptions): EmulatorOptions {
  return {
    now: start.now ?? (() => new Date()),
    random: start.random ?? Math.random,
    stateFields: start.settle?.stateFields ?? start.stateFields ?? "absent",
    pendingReads: start.settle?.pendingReads ?? start.pendingReads ?? 0,
    publishGuard: start.publishGuard ?? "content",
    aliasToLatest: start.aliasToLatest ?? "refuse",
    ossDir: start.ossDir,
    logRows: start.logRows ?? 10_000,
    idleSeconds: start.invoke?.idleSeconds ?? 60,
    maxInstances: start.invoke?.maxInstances ?? 8,
  };
}
