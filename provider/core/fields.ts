/**
 * Every field of CreateFunctionInput: whether a version freezes it, and how we treat it. Pure.
 * A test compares the table with the SDK's model, so that a field the service grows is noticed.
 */

import { equal } from "./canonical";

/** How one field of CreateFunctionInput behaves. */
export interface FieldRule {
  /** True when publishing freezes it into the version. Source: "Manage versions" of Function Compute 3.0. */
  readonly frozen: boolean;
  /** `config`: sent as given by create and update; `own`: has a flow of its own. */
  readonly flow: "config" | "own";
  /** The value that means "nothing set", sent to remove a setting. */
  readonly empty?: string | number | boolean | object;
  /**
   * What a setting that is left out means. `empty`: the empty value, restored when changed by hand. `unmanaged`: whatever
   * the service has, since its defaults are not known for sure; the empty value is sent only where a program had set one.
   */
  readonly absent?: "empty" | "unmanaged";
}

const required = { frozen: true, flow: "config" } as const;
const emptied = <E extends object | string>(empty: E) =>
  ({ frozen: true, flow: "config", empty, absent: "empty" }) as const;
const unmanaged = <E extends object | string | number | boolean>(empty: E) =>
  ({ frozen: true, flow: "config", empty, absent: "unmanaged" }) as const;

/**
 * The table. Unknown fields count as frozen: a superfluous publish is refused by the service, a missing one ships nothing.
 * Empty values: what fc3 sends to remove a setting (`src/default/resources.ts`), or the documented default.
 */
export const FUNCTION_FIELDS = {
  functionName: { frozen: false, flow: "own" },
  code: { frozen: true, flow: "own" },
  tags: { frozen: false, flow: "own" },
  resourceGroupId: { frozen: false, flow: "own" },
  runtime: required,
  handler: required,
  memorySize: required,
  cpu: required,
  diskSize: required,
  timeout: required,
  instanceConcurrency: required,
  environmentVariables: emptied({}),
  layers: emptied([]),
  role: emptied(""),
  logConfig: emptied({
    project: "",
    logstore: "",
    enableRequestMetrics: false,
    enableInstanceMetrics: false,
    logBeginRule: "None",
  }),
  description: { frozen: false, flow: "config", empty: "", absent: "empty" },
  customContainerConfig: required,
  customDNS: unmanaged({ nameServers: [], searches: [], dnsOptions: [] }),
  customRuntimeConfig: unmanaged({}),
  disableInjectCredentials: unmanaged(""),
  disableOndemand: unmanaged(false),
  enableLongLiving: unmanaged(false),
  gpuConfig: unmanaged({}),
  idleTimeout: unmanaged(-1),
  instanceIsolationMode: unmanaged("SHARE"),
  instanceLifecycleConfig: unmanaged({}),
  internetAccess: unmanaged(true),
  juiceFsConfig: unmanaged({ mountPoints: [] }),
  nasConfig: unmanaged({ userId: 0, groupId: 0, mountPoints: [] }),
  ossMountConfig: unmanaged({ mountPoints: [] }),
  polarFsConfig: unmanaged({ mountPoints: [] }),
  sessionAffinity: unmanaged("NONE"),
  sessionAffinityConfig: unmanaged(""),
  tracingConfig: unmanaged({}),
  vpcConfig: unmanaged({ vpcId: "", vSwitchIds: [], securityGroupId: "" }),
} as const satisfies Record<string, FieldRule>;

/** Name of a field of CreateFunctionInput. */
export type FunctionField = keyof typeof FUNCTION_FIELDS;
/** Fields sent as given. */
export type ConfigField = {
  [K in FunctionField]: (typeof FUNCTION_FIELDS)[K] extends { flow: "config" } ? K : never;
}[FunctionField];

const RULES: Readonly<Record<FunctionField, FieldRule>> = FUNCTION_FIELDS;
const names = Object.keys(RULES) as FunctionField[];

/** The fields sent as given, in the table's order. */
export const CONFIG_FIELDS = names.filter((name) => RULES[name].flow === "config") as ConfigField[];

/** The fields a version freezes, code aside. */
export const FROZEN_FIELDS = names.filter((name) => RULES[name].frozen && name !== "code");

/** True for a name in the table. */
export function isFunctionField(name: string): name is FunctionField {
  return Object.hasOwn(RULES, name);
}

/** True when the field is frozen into a version. */
export function isFrozen(field: FunctionField): boolean {
  return RULES[field].frozen;
}

/** The value that removes a setting; undefined for fields that always have one. */
export function emptyValue(field: FunctionField): unknown {
  return RULES[field].empty;
}

/**
 * One form for what the user wants and what the service answers: layers as ARNs, absent as the empty value where that is
 * what absence means, members the service fills in a log configuration as their documented defaults.
 */
export function normalise(field: FunctionField, value: unknown): unknown {
  const { empty, absent } = RULES[field];
  if (value === null || value === undefined) return absent === "empty" ? empty : undefined;
  if (field === "layers" && Array.isArray(value)) {
    return value.map((layer: unknown) =>
      typeof layer === "object" && layer !== null && "arn" in layer ? layer.arn : layer,
    );
  }
  if (field === "logConfig" && typeof value === "object") {
    const set = Object.entries(value).filter(([key, v]) => v !== null && v !== undefined && key in (empty as object));
    return { ...(empty as object), ...Object.fromEntries(set) };
  }
  if (field === "customContainerConfig" && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).filter(([key]) => !ANSWERED.has(key)));
  }
  return value;
}

/** Members of `customContainerConfig` that only answers have, and that change by themselves. */
const ANSWERED: ReadonlySet<string> = new Set(["accelerationInfo", "resolvedImageUri"]);

/** Maps whose every key is the user's: a key more is a difference. */
const EXACT: ReadonlySet<FunctionField> = new Set(["environmentVariables"]);

/** True when the service has what is wanted; members of an object the user does not name are the service's to fill. */
export function satisfies(field: FunctionField, wanted: unknown, observed: unknown): boolean {
  const [left, right] = [normalise(field, wanted), normalise(field, observed)];
  return EXACT.has(field) ? equal(left, right) : covers(left, right) || (isBlank(left) && isBlank(right));
}

function covers(wanted: unknown, observed: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(observed) || observed.length !== wanted.length) return false;
    return wanted.every((item, i) => covers(item, observed[i]));
  }
  if (typeof wanted === "object" && wanted !== null) {
    const has = (observed ?? {}) as Record<string, unknown>;
    return Object.entries(wanted).every(
      ([key, value]) => covers(value, has[key]) || (isBlank(value) && isBlank(has[key])),
    );
  }
  return equal(wanted, observed);
}

/** The service answers unset settings now as absent, now as objects of empty values. */
export function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.values(value).every((member) => member === 0 || isBlank(member));
}
