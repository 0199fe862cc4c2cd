/**
 * Behaviours of the service that are not confirmed. Each of them is a switch with a name and its plausible values. A
 * client that works with every value does not depend on a guess.
 */

/** One unconfirmed behaviour. */
export interface Switch {
  /** All values of the switch. */
  readonly values: readonly string[];
  /** The value with the most evidence. */
  readonly default: string;
  /** What the switch determines, in one sentence. */
  readonly decides: string;
  /** Documentation of the default; absent if there is none. */
  readonly documented?: string;
}

const TABLE = {
  publishGuard: {
    values: ["content", "revision", "off"],
    default: "content",
    decides:
      "what a publish needs: other content than the last published version, any update since the last publish, or nothing",
  },
  publishErrorStatus: {
    values: ["400", "409"],
    default: "400",
    decides: "HTTP status of VersionPublishError",
  },
  publishErrorHeader: {
    values: ["ignored", "obeyed"],
    default: "ignored",
    decides:
      "whether `x-fc-ignore-version-publish-error: true` makes a publish without change answer the newest version",
  },
  refusedPublish: {
    values: ["keeps", "burns"],
    default: "keeps",
    decides: "whether a refused publish keeps the next version number or uses it up",
  },
  aliasToLatest: {
    values: ["refuse", "allow"],
    default: "refuse",
    decides: "whether the main version of an alias may be LATEST",
  },
  aliasNoChange: {
    values: ["refuse400", "refuse409", "accept"],
    default: "refuse400",
    decides: "the answer to an alias update that changes nothing",
  },
  additionalVersions: {
    values: ["several", "one"],
    default: "several",
    decides: "how many additional versions an alias may have",
  },
  mainVersionWeight: {
    values: ["refuse", "allow"],
    default: "refuse",
    decides: "whether the weights of an alias may name its main version",
    documented: "error table of 2021-04-06, AdditionalVersionContainsMajorVersion",
  },
  weightPrecision: {
    values: ["kept", "thousandths", "refused"],
    default: "kept",
    decides: "whether a weight with more than three decimals is kept, rounded to three, or refused",
  },
  omittedWeights: {
    values: ["keep", "clear"],
    default: "keep",
    decides: "what an alias update without `additionalVersionWeight` does to the weights",
  },
  readAfterWrite: {
    values: ["current", "late"],
    default: "current",
    decides: "whether the first read after a change answers the new state, or still the old state",
  },
  deleteVersionInUse: {
    values: ["allow", "refuse"],
    default: "allow",
    decides: "whether a version that an alias names can be deleted",
    documented: "the console: deleting a version does not delete the aliases that name it",
  },
  deleteFunctionInUse: {
    values: ["cascade", "refuse"],
    default: "cascade",
    decides: "whether deleting a function with versions or aliases deletes these too, or is refused",
  },
  functionInUseStatus: {
    values: ["409", "400", "412"],
    default: "409",
    decides: "HTTP status of FunctionNotEmpty, ProvisionConfigExist and ResidentScalingConfigExists",
  },
  unknownQualifier: {
    values: ["form", "version", "alias"],
    default: "form",
    decides:
      "the error code for an unknown qualifier: depending on its form, always VersionNotFound, or always AliasNotFound",
  },
  aliasShows: {
    values: ["main", "additional"],
    default: "main",
    decides: "which version's configuration GetFunction answers for a weighted alias",
  },
  versionDescription: {
    values: ["version", "function"],
    default: "version",
    decides:
      "which `description` GetFunction answers for a version: its own, or the function's at the time of the publish",
  },
  stateFields: {
    values: ["absent", "active"],
    default: "absent",
    decides: "whether GetFunction answers `state` and `lastUpdateStatus` for a function that is ready",
  },
  latestVersionId: {
    values: ["LATEST", "empty"],
    default: "LATEST",
    decides: "the version id that code running as LATEST sees",
    documented: "Context, documentation of Node.js and Python",
  },
  asyncDraw: {
    values: ["accepted", "attempt"],
    default: "accepted",
    decides:
      "whether the version for an asynchronous event is chosen once when the event is accepted, or again at each attempt",
  },
  largestEventAge: {
    values: ["604800", "2592000"],
    default: "604800",
    decides: "the largest allowed `maxAsyncEventAgeInSeconds`, in seconds: 7 days or 30",
  },
  triggerCors: {
    values: ["allowed", "absent"],
    default: "allowed",
    decides: "whether an HTTP trigger without `corsConfig` lets web pages of every address read its answers",
    documented: "HTTP triggers, documentation of 3.0",
  },
  versionHeader: {
    values: ["version", "qualifier"],
    default: "version",
    decides: "the value of `x-fc-invocation-service-version` for a call through an alias",
  },
  codeCheck: {
    values: ["none", "unzip"],
    default: "none",
    decides: "whether an upload of code that is not a zip archive is refused",
  },
} as const satisfies Readonly<Record<string, Switch>>;

/** Name of a switch. */
export type SwitchName = keyof typeof TABLE;

/** Values for all switches. */
export type Switches = { -readonly [Name in SwitchName]: (typeof TABLE)[Name]["values"][number] };

/** Every switch by name. */
export const SWITCHES: Readonly<Record<SwitchName, Switch>> = TABLE;

/** Names of all switches, in the order of the table. */
export const SWITCH_NAMES = Object.keys(SWITCHES) as SwitchName[];

/** Returns the value of every switch: the given value, or else the default. Throws for an unknown name or value. */
export function resolveSwitches(given: Partial<Switches>): Switches {
  const defaults = Object.fromEntries(SWITCH_NAMES.map((name) => [name, SWITCHES[name].default])) as Switches;
  const checked = Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [checkedSwitch(name, value)],
  );
  return Object.assign(defaults, ...checked) as Switches;
}

/** Parses `name=value`. Throws for another form, and for an unknown name or value. */
export function parseSwitch(text: string): Partial<Switches> {
  const equals = text.indexOf("=");
  if (equals < 0) throw new Error(`a switch is set as name=value, got '${text}'`);
  return checkedSwitch(text.slice(0, equals), text.slice(equals + 1));
}

function checkedSwitch(name: string, value: string): Partial<Switches> {
  const known = SWITCH_NAMES.find((each) => each === name);
  if (known === undefined) throw new Error(`there is no switch '${name}'; allowed: ${SWITCH_NAMES.join(", ")}`);
  const { values } = SWITCHES[known];
  if (!values.includes(value)) throw new Error(`switch ${name} is '${value}'; allowed: ${values.join(", ")}`);
  return { [known]: value };
}
