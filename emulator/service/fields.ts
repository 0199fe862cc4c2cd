/**
 * The configuration fields of a function: allowed values, and defaults of the service. Pure. A field that is not in
 * this table is refused as not emulated, so that a new field of the API is not ignored silently.
 */
import { anyText, type FieldCheck, flag, integer, multipleOf, number, oneOf, textUpTo } from "../base/checks";
import { invalidArgument, notImplemented, wrongField } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import { NESTED } from "./nested";

interface FieldRule {
  readonly check: FieldCheck;
  /** Default if the create request does not have the field; absent if there is no default. */
  readonly fill?: Json;
}

/** Runtime of container images. */
export const CONTAINER = "custom-container";

/**
 * Runtimes of the service. Functions can be created with each of them. Functions with a runtime of a supported
 * language, or with a custom runtime, also run.
 */
const RUNTIMES = [
  ...["nodejs8", "nodejs10", "nodejs12", "nodejs14", "nodejs16", "nodejs18", "nodejs20"],
  ...["python3", "python3.9", "python3.10", "python3.12"],
  ...["java8", "java11", "php7.2", "go1", "dotnetcore3.1"],
  ...["custom", "custom.debian10", "custom.debian11", "custom.debian12", CONTAINER],
];

/** Runtimes in documents and reports of users that the SDK does not list. */
const UNLISTED_RUNTIMES = ["python2.7", "nodejs4.4", "nodejs6", "dotnetcore2.1"];

/**
 * Throws for a runtime in `UNLISTED_RUNTIMES`. The error is that for requests that the emulator does not support,
 * because the service may accept the runtime.
 */
function refuseUnlisted(operation: string, runtime: Json): void {
  if (typeof runtime !== "string" || !UNLISTED_RUNTIMES.includes(runtime)) return;
  throw notImplemented(operation, `the runtime '${runtime}' is not known here: the SDK does not list it`);
}

/** Largest size of the names and values of all environment variables, in bytes. */
const MAX_ENVIRONMENT_BYTES = 4096;

const NAME = /^[_a-zA-Z][-_a-zA-Z0-9]*$/;
const VARIABLE = /^[a-zA-Z][_a-zA-Z0-9]*$/;

const FIELDS: Readonly<Record<string, FieldRule>> = {
  runtime: { check: oneOf(RUNTIMES) },
  handler: { check: (value) => anyText(value) ?? (value === "" ? "is required but not provided" : undefined) },
  description: { check: textUpTo(256), fill: "" },
  cpu: { check: (value) => number(0.05, 16)(value) ?? multipleOf(0.05)(value) },
  memorySize: { check: (value) => integer(128, 32768)(value) ?? multipleOf(64)(value), fill: 512 },
  diskSize: { check: oneOf([512, 10240]), fill: 512 },
  timeout: { check: integer(1, 86400), fill: 3 },
  instanceConcurrency: { check: integer(1, 200), fill: 1 },
  environmentVariables: { check: environment, fill: {} },
  layers: { check: layers, fill: [] },
  role: { check: anyText, fill: "" },
  internetAccess: { check: flag, fill: true },
  disableOndemand: { check: flag, fill: false },
  enableLongLiving: { check: flag },
  disableInjectCredentials: { check: anyText },
  sessionAffinity: { check: anyText, fill: "NONE" },
  sessionAffinityConfig: { check: anyText },
  instanceIsolationMode: { check: oneOf(["SHARE", "SESSION_EXCLUSIVE", "REQUEST_EXCLUSIVE"]), fill: "SHARE" },
  idleTimeout: { check: (value) => (typeof value === "number" ? undefined : "must be a number") },
  customContainerConfig: { check: NESTED.CustomContainerConfig },
  customRuntimeConfig: { check: NESTED.CustomRuntimeConfig },
  instanceLifecycleConfig: { check: NESTED.InstanceLifecycleConfig },
  customDNS: { check: NESTED.CustomDNS },
  tracingConfig: { check: NESTED.TracingConfig },
  gpuConfig: { check: NESTED.GPUConfig },
  juiceFsConfig: { check: NESTED.JuiceFsConfig },
  polarFsConfig: { check: NESTED.PolarFsConfig },
  logConfig: {
    check: NESTED.LogConfig,
    fill: {
      project: "",
      logstore: "",
      enableRequestMetrics: false,
      enableInstanceMetrics: false,
      logBeginRule: "None",
    },
  },
  nasConfig: { check: NESTED.NASConfig, fill: { userId: 0, groupId: 0, mountPoints: [] } },
  ossMountConfig: { check: NESTED.OSSMountConfig, fill: { mountPoints: [] } },
  vpcConfig: { check: NESTED.VPCConfig, fill: { vpcId: "", vSwitchIds: [], securityGroupId: "" } },
};

/** Request fields that are not configuration; other code reads them. */
const CREATE_ONLY = ["functionName", "resourceGroupId", "tags", "code"];
const UPDATE_EXTRA = ["code"];

/** Names of all fields of a create request. */
export const CREATE_FIELDS: readonly string[] = [...Object.keys(FIELDS), ...CREATE_ONLY];

/** Names of all fields of an update request. */
export const UPDATE_FIELDS: readonly string[] = [...Object.keys(FIELDS), ...UPDATE_EXTRA];

/** The configuration of a create request, with the service's defaults. Throws for a refused value. */
export function newConfig(operation: string, request: JsonObject): JsonObject {
  const given = checkedFields(operation, request, CREATE_FIELDS);
  for (const name of ["runtime", "handler"]) {
    if (!Object.hasOwn(given, name)) throw invalidArgument(`${name} is required but not provided`);
  }
  const filled = Object.fromEntries(
    Object.entries(FIELDS).flatMap(([name, rule]): [string, Json][] =>
      rule.fill === undefined ? [] : [[name, structuredClone(rule.fill)]],
    ),
  );
  const config: JsonObject = { ...filled, ...given };
  if (!Object.hasOwn(config, "cpu")) return { ...config, cpu: derivedCpu(Number(config["memorySize"])) };
  checkRatio(config);
  return config;
}

/**
 * The configuration after an update request: fields in the request replace the stored ones, others stay. Throws for a
 * refused value.
 */
export function updatedConfig(operation: string, current: JsonObject, request: JsonObject): JsonObject {
  const config = overlaid(operation, current, request);
  if (["cpu", "memorySize"].some((name) => config[name] !== current[name])) checkRatio(config);
  return config;
}

function overlaid(operation: string, current: JsonObject, request: JsonObject): JsonObject {
  return { ...current, ...checkedFields(operation, request, UPDATE_FIELDS) };
}

/** Checks a name of up to `max` characters. `property` is its name in the request. */
export function checkName(property: string, value: Json | undefined, max: number): string {
  if (typeof value === "string" && value.length <= max && NAME.test(value)) return value;
  const allowed = `${NAME.source}, 1 to ${max} characters`;
  throw invalidArgument(`${property} doesn't match expected format (allowed: ${allowed}, actual: '${textOf(value)}')`);
}

/** Checks the name of a new alias, which must not be LATEST. */
export function checkAliasName(value: Json | undefined): string {
  const name = checkName("aliasName", value, 128);
  if (name === "LATEST") throw invalidArgument("aliasName must not be LATEST");
  return name;
}

/** Checks an optional list of runtimes; absent or null means none. */
export function checkRuntimes(operation: string, value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidArgument("compatibleRuntime must be an array");
  return value.map((item) => {
    refuseUnlisted(operation, item);
    const problem = oneOf(RUNTIMES)(item);
    if (problem !== undefined) throw invalidArgument(`compatibleRuntime ${problem}`);
    return textOf(item);
  });
}

/** The ARNs of a configuration's layers, in their order. */
export function layerArns(config: JsonObject): string[] {
  const arns = field(config, "layers");
  return Array.isArray(arns) ? arns.map(textOf) : [];
}

/** Checks an optional description; absent or null means `""`. */
export function checkDescription(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  const problem = textUpTo(256)(value);
  if (problem !== undefined) throw invalidArgument(`description ${problem}`);
  return value as string;
}

function checkedFields(operation: string, request: JsonObject, known: readonly string[]): JsonObject {
  const given: JsonObject = {};
  for (const [name, value] of Object.entries(request)) {
    if (!known.includes(name)) throw notImplemented(operation, `the field '${name}' is not known`);
    const rule = FIELDS[name];
    if (rule === undefined || value === null) continue;
    if (name === "runtime") refuseUnlisted(operation, value);
    const problem = rule.check(value);
    if (problem !== undefined) throw wrongField(operation, name, problem);
    given[name] = value;
  }
  return given;
}

/** Default CPU: one core per GB, in steps of 0.05, within the documented ratio of cores to GB (1:1 to 1:4). */
function derivedCpu(memorySize: number): number {
  const steps = Math.floor(memorySize / 1024 / 0.05 + 1e-9);
  return Math.min(16, Math.max(1, steps) / 20);
}

/** Checks CPU and memory together, also when a request changes only one of them. */
function checkRatio(config: JsonObject): void {
  const [cpu, memorySize] = [Number(config["cpu"]), Number(config["memorySize"])];
  const ratio = memorySize / 1024 / cpu;
  if (ratio < 1 - 1e-9 || ratio > 4 + 1e-9) {
    throw invalidArgument(`cpu ${cpu} and memorySize ${memorySize} must have a ratio of cores to GB from 1:1 to 1:4`);
  }
}

function environment(value: Json): string | undefined {
  if (!isObject(value)) return "must be an object";
  let bytes = 0;
  for (const [name, text] of Object.entries(value)) {
    if (!VARIABLE.test(name)) return `has a name that doesn't match ${VARIABLE.source}: '${name}'`;
    if (name.startsWith("FC_")) return `has a name with the reserved prefix FC_: '${name}'`;
    if (typeof text !== "string") return `has a value that is not a string: '${name}'`;
    bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
  }
  return bytes > MAX_ENVIRONMENT_BYTES ? `is larger than ${MAX_ENVIRONMENT_BYTES} bytes` : undefined;
}

function layers(value: Json): string | undefined {
  if (!Array.isArray(value) || value.some((item) => typeof item !== "string")) return "must be an array of ARNs";
  return value.length > 5 ? "may have at most 5 entries" : undefined;
}
