/** Checks the settings of `startEmulator` before a port or file is opened. The error names the wrong setting. */
import { type Check, flag } from "./checks";
import type { StartOptions, StartSettings } from "./options";
import { SWITCH_NAMES } from "./switches";

const MOST = Number.MAX_SAFE_INTEGER;

const port = whole("from 0 to 65535", 0, 65_535);
const count = whole("0 or more", 0, MOST);

const some = whole("1 or more", 1, MOST);

const name: Check = (value) =>
  typeof value === "string" && value !== "" ? undefined : "must be a text that is not empty";

/** Checks a setting in seconds that may be 0. */
const seconds: Check = (value) =>
  isFiniteNumber(value) && value >= 0 ? undefined : "must be a number of seconds, 0 or more";

/** Checks a setting in seconds that must be more than 0. */
const someSeconds: Check = (value) =>
  isFiniteNumber(value) && value > 0 ? undefined : "must be a number of seconds above 0";

const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/** The check of each setting. A setting that is a function, or that other code checks, has no check in this table. */
const CHECKS: Readonly<Record<keyof StartSettings, Check | undefined>> = {
  ...{
    listen: undefined,
    callingPages: undefined,
    now: undefined,
    random: undefined,
    warn: undefined,
    invoke: undefined,
  },
  ...{ port, domainPort: port, page: port, admin: port },
  ...{ dataDir: name, ossDir: name, profile: name, region: name },
  unsafeListen: flag,
  seed: whole("of any size", -MOST, MOST),
  ...{ pendingReads: count, logRows: count, recordCharacters: some },
  ...{ provisionSeconds: seconds, requestSeconds: someSeconds },
};

const INVOKE_CHECKS: Readonly<Record<string, Check>> = {
  idleSeconds: seconds,
  maxInstances: some,
  startSeconds: someSeconds,
};

const FUNCTIONS = ["now", "random", "warn"] as const;

/** Throws for an option that does not exist, or whose value is not allowed. Switches are checked by `resolveSwitches`. */
export function checkSettings(start: StartOptions): void {
  const { invoke } = start;
  checkEach("", start, { ...CHECKS, ...Object.fromEntries(SWITCH_NAMES.map((each) => [each, undefined])) });
  for (const each of FUNCTIONS) {
    if (start[each] !== undefined && typeof start[each] !== "function")
      throw new Error(`option ${each} must be a function`);
  }
  if (invoke === undefined) return;
  if (typeof invoke !== "object" || invoke === null) throw new Error("option invoke must be an object");
  checkEach("invoke.", invoke, INVOKE_CHECKS);
}

function checkEach(prefix: string, given: object, checks: Readonly<Record<string, Check | undefined>>): void {
  for (const [option, value] of Object.entries(given)) {
    if (!Object.hasOwn(checks, option)) {
      throw new Error(`there is no option '${prefix}${option}'; allowed: ${Object.keys(checks).join(", ")}`);
    }
    const problem = value === undefined ? undefined : checks[option]?.(value as never);
    if (problem !== undefined) throw new Error(`option ${prefix}${option} ${problem}, got ${shown(value)}`);
  }
}

function whole(range: string, min: number, max: number): Check {
  return (value) =>
    Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max
      ? undefined
      : `must be a whole number, ${range}`;
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));
