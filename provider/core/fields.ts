/**
 * Every field of CreateFunctionInput: whether a version freezes it, and how we treat it. Pure.
 * A test compares the table with the SDK's model, so that a field the service grows is noticed.
 */

/** How one field of CreateFunctionInput behaves. */
export interface FieldRule {
  /** True when publishing freezes it into the version. Source: "Manage versions" of Function Compute 3.0. */
  readonly frozen: boolean;
  /** `config`: sent as given by create and update; `own`: has a flow of its own; `later`: not offered yet. */
  readonly flow: "config" | "own" | "later";
  /** The value that means "nothing set", sent to remove a setting and equal to the field being absent. */
  readonly empty?: string | object;
}

const LATER: FieldRule = { frozen: true, flow: "later" };

/** The table. Unknown fields count as frozen: a superfluous publish is refused by the service, a missing one ships nothing. */
export const FUNCTION_FIELDS = {
  functionName: { frozen: false, flow: "own" },
  code: { frozen: true, flow: "own" },
  tags: { frozen: false, flow: "own" },
  runtime: { frozen: true, flow: "config" },
  handler: { frozen: true, flow: "config" },
  memorySize: { frozen: true, flow: "config" },
  cpu: { frozen: true, flow: "config" },
  diskSize: { frozen: true, flow: "config" },
  timeout: { frozen: true, flow: "config" },
  instanceConcurrency: { frozen: true, flow: "config" },
  environmentVariables: { frozen: true, flow: "config", empty: {} },
  layers: { frozen: true, flow: "config", empty: [] },
  role: { frozen: true, flow: "config", empty: "" },
  logConfig: {
    frozen: true,
    flow: "config",
    empty: {
      project: "",
      logstore: "",
      enableRequestMetrics: false,
      enableInstanceMetrics: false,
      logBeginRule: "None",
    },
  },
  description: { frozen: false, flow: "config", empty: "" },
  customContainerConfig: LATER,
  customDNS: LATER,
  customRuntimeConfig: LATER,
  disableInjectCredentials: LATER,
  disableOndemand: LATER,
  enableLongLiving: LATER,
  gpuConfig: LATER,
  idleTimeout: LATER,
  instanceIsolationMode: LATER,
  instanceLifecycleConfig: LATER,
  internetAccess: LATER,
  juiceFsConfig: LATER,
  nasConfig: LATER,
  ossMountConfig: LATER,
  polarFsConfig: LATER,
  resourceGroupId: { frozen: false, flow: "later" },
  sessionAffinity: LATER,
  sessionAffinityConfig: LATER,
  tracingConfig: LATER,
  vpcConfig: LATER,
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

/** True when the field is frozen into a version. */
export function isFrozen(field: FunctionField): boolean {
  return RULES[field].frozen;
}

/** The value that removes a setting; undefined for fields that always have one. */
export function emptyValue(field: FunctionField): unknown {
  return RULES[field].empty;
}

/**
 * One form for what the user wants and what the service answers: layers as ARNs, absent as the empty value,
 * members the service fills in a log configuration as their documented defaults.
 */
export function normalise(field: FunctionField, value: unknown): unknown {
  const empty = emptyValue(field);
  if (value === null || value === undefined) return empty;
  if (field === "layers" && Array.isArray(value)) {
    return value.map((layer: unknown) =>
      typeof layer === "object" && layer !== null && "arn" in layer ? layer.arn : layer,
    );
  }
  if (field === "logConfig" && typeof value === "object") {
    const set = Object.entries(value).filter(([key, v]) => v !== null && v !== undefined && key in (empty as object));
    return { ...(empty as object), ...Object.fromEntries(set) };
  }
  return value;
}
