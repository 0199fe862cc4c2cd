/** Decisions about a function: what is a valid one, what changed, what to send. Pure. */
import { canonical, digest, equal } from "./canonical";
import {
  CHANGED,
  type Checked,
  type CommonInputs,
  type Diff,
  checkCommon,
  defaultedOf,
  identityChanges,
  strangers,
} from "./common";
import {
  CONFIG_FIELDS,
  type ConfigField,
  FUNCTION_FIELDS,
  FROZEN_FIELDS,
  type FunctionField,
  emptyValue,
  isBlank,
  isFrozen,
  isFunctionField,
  normalise,
  satisfies,
} from "./fields";
import { FUNCTION_RULES } from "./functionRules";
import type { CustomContainerConfig, FunctionBody, LogConfig, ObservedFunction, OptionalSettings } from "./model";
import { OWNER_TAG } from "./owner";
import { functionArn, refusedMove } from "./place";
import { UNKNOWN, containsUnknown, isUnknown } from "./unknown";
import {
  type Failure,
  type Rule,
  anything,
  check,
  line,
  object,
  required,
  show,
  text,
  unseenCharacter,
} from "./validate";

/** Code on the program's disk, as it stands in the inputs. */
export interface LocalCode {
  /** As the user wrote it. */
  readonly path: string;
  /** Kind, scheme and SHA-256, such as `t1:4af…`; made by the resource class. */
  readonly hash: string;
  /** Why the code could not be read, instead of a hash; refused by `check`. */
  readonly problem?: string;
}

/** Code as an asset or archive of Pulumi, as it stands in the inputs. */
export interface AssetCode {
  /** As the engine hands it over. In `diff` and in state read back it lacks its content: only the hash is compared. */
  readonly asset: object;
  /** As for {@link LocalCode}: the same files give the same hash. */
  readonly hash: string;
  /** Why the code could not be read, instead of a hash; refused by `check`. */
  readonly problem?: string;
}

/** Code in an OSS object of the function's region. */
export interface OssCode {
  readonly ossBucketName: string;
  readonly ossObjectName: string;
  /** CRC-64 of the object, decimal. With it a new object under the same name is a change, and the service verifies it. */
  readonly checksum?: string;
  /** Computed: bucket, object and checksum. */
  readonly hash: string;
}

/** Code as it stands in the inputs. */
export type CodeInput = LocalCode | AssetCode | OssCode;

/** True for code in OSS. */
export function isOssCode(code: object): code is OssCode {
  return "ossBucketName" in code;
}

/** The checked inputs of a function. */
export interface FunctionInputs extends CommonInputs, Readonly<OptionalSettings> {
  readonly functionName: string;
  readonly runtime: string;
  readonly handler: string;
  /** Absent for a container image. */
  readonly code?: CodeInput;
  readonly memorySize: number;
  readonly cpu: number;
  readonly diskSize: number;
  readonly timeout: number;
  readonly instanceConcurrency: number;
  readonly environmentVariables?: Readonly<Record<string, string>>;
  readonly layers?: readonly string[];
  readonly role?: string;
  readonly logConfig?: LogConfig;
  readonly description?: string;
  readonly resourceGroupId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly replaceFunction?: boolean;
  /** Computed: see {@link functionArn}. */
  readonly functionArn: string;
  /** Computed: what a version would freeze, without the values of environment variables. */
  readonly fingerprint: string;
  /** Computed: hash of the values of environment variables and of JuiceFS settings; a secret where they are. */
  readonly environmentFingerprint: string;
  /** Computed: counts the changes of what a version freezes, from 1. */
  readonly revision: number;
}

/** What stands in state beside the inputs. */
export interface FunctionOutputs extends FunctionInputs {
  readonly functionId: string;
  readonly codeChecksum: string;
  readonly codeSize: number;
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /** Hash of everything frozen as the service answers it; a secret where values in it are secrets or {@link unseenValues}. */
  readonly content: string;
  /** True where the service has values of environment, file systems or registry that the program did not write. Never stored. */
  readonly unseenValues?: boolean;
  /** See {@link observedRest}. */
  readonly observed: Readonly<Record<string, unknown>>;
}

/** The runtime of container images. */
const CONTAINER = "custom-container";
const ENVIRONMENT_KEY = /^[A-Za-z][A-Za-z0-9_]*$/;
/** All environment variables of a function together. Source: quotas of Function Compute 3.0. */
const ENVIRONMENT_BYTES = 4096;
/** Tags on one function, ours included. */
const MAX_TAGS = 20;

const MEMBERS = [
  ...Object.keys(FUNCTION_FIELDS),
  ...["replaceFunction", "functionArn", "fingerprint", "environmentFingerprint", "revision"],
];

const TAG_VALUE = text(/^/, 128, "text of at most 128 characters");

/** Checks inputs, fills defaults, and computes what previews need: ARN and fingerprints. */
export function checkFunction(olds: Partial<FunctionInputs>, news: Partial<FunctionInputs>): Checked {
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("functionName", news.functionName, "names are never made up"),
    ...required("runtime", news.runtime, "such as nodejs20"),
    ...required("handler", news.handler, "such as index.handler"),
    ...Object.entries(FUNCTION_RULES).flatMap(([field, rule]) =>
      check(field, news[field as keyof FunctionInputs], rule),
    ),
    ...checkSource(news),
    ...checkEnvironment(news.environmentVariables),
    ...checkTags(news.tags),
    ...strangers(news, MEMBERS),
  );
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const filled = {
    ...{ ...news, ...defaults(news), ...hashedCode(news.code), owner },
    ...defaultedOf(news, Object.keys(defaults(news))),
  } as FunctionInputs;
  failures.push(...checkRatio(filled));
  const inputs = {
    ...filled,
    functionArn: functionArn(filled, filled.functionName),
    fingerprint: fingerprintOf(filled),
    environmentFingerprint: secretFingerprintOf(filled),
  };
  return { inputs: { ...inputs, revision: nextRevision(olds, inputs) }, failures };
}

/** One more than before when the content differs; a preview knows it before anything is sent. */
function nextRevision(
  olds: Partial<FunctionInputs>,
  news: Pick<FunctionInputs, "fingerprint" | "environmentFingerprint">,
): unknown {
  const parts = (of: Partial<FunctionInputs>) => [of.fingerprint, of.environmentFingerprint];
  if (olds.fingerprint === undefined) return 1;
  if (equal(parts(olds), parts(news))) return olds.revision ?? 1;
  return containsUnknown(parts(news)) || isUnknown(olds.revision) ? UNKNOWN : (olds.revision ?? 1) + 1;
}

const OSS_CODE = object(
  {
    ossBucketName: text(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, 63, "the name of an OSS bucket"),
    ossObjectName: line(1023, "the name of an OSS object"),
    checksum: text(/^\d{1,20}$/, 20, "the CRC-64 of the object as a decimal number in text"),
    hash: line(128),
  },
  "ossBucketName",
  "ossObjectName",
);

/** As the resource class makes it. */
const LOCAL_CODE = object({ path: line(4096), hash: line(128), problem: line(4096) }, "path", "hash");

/** Code, or with the runtime for it a container image; never both. */
function checkSource({ runtime, code, customContainerConfig }: Partial<FunctionInputs>): Failure[] {
  const fail = (property: string, reason: string) => [{ property, reason: `${property}: ${reason}` }];
  if (isUnknown(runtime)) return code === undefined ? [] : checkCode(code);
  if (runtime !== CONTAINER) {
    return customContainerConfig === undefined
      ? [...required("code", code, "give a folder, a file, a .zip, an archive, or an OSS object"), ...checkCode(code)]
      : fail("customContainerConfig", `a container image needs runtime: "${CONTAINER}"; got ${show(runtime)}`);
  }
  if (code !== undefined) return fail("code", `not allowed with runtime "${CONTAINER}": the image is the code`);
  return required("customContainerConfig", customContainerConfig, "give { image }");
}

/** As the resource class makes it. */
const ASSET_CODE = object({ asset: anything, hash: line(128), problem: line(4096) }, "asset", "hash");

function checkCode(code: CodeInput | undefined): Failure[] {
  if (code === undefined || isUnknown(code)) return [];
  const { problem } = code as Partial<LocalCode>;
  if (typeof problem === "string" && !isUnknown(problem)) return [{ property: "code", reason: `code: ${problem}` }];
  return check("code", code, codeRule(code));
}

function codeRule(code: unknown): Rule {
  if (typeof code !== "object" || code === null || Array.isArray(code))
    return (value) => `got ${show(value)}; allowed: a path, an asset or archive, or { ossBucketName, ossObjectName }`;
  return isOssCode(code) ? OSS_CODE : "asset" in code ? ASSET_CODE : LOCAL_CODE;
}

/** Code with what is computed of it: an OSS object is told by its name, and by its checksum where one is given. */
function hashedCode(code: CodeInput | undefined): { code?: CodeInput } {
  if (code === undefined) return {};
  if (isUnknown(code) || !isOssCode(code)) return { code };
  const { ossBucketName, ossObjectName, checksum } = code;
  const parts = [ossBucketName, ossObjectName, checksum];
  return { code: { ...code, hash: containsUnknown(parts) ? UNKNOWN : `o1:${digest(parts).slice(0, 32)}` } };
}

function checkEnvironment(variables: unknown): Failure[] {
  if (variables === undefined || isUnknown(variables)) return [];
  const fail = (path: string, reason: string) => [{ property: path, reason: `${path}: ${reason}` }];
  if (typeof variables !== "object" || variables === null || Array.isArray(variables)) {
    return fail("environmentVariables", "allowed: a map from name to text");
  }
  const entries = Object.entries(variables as Record<string, unknown>);
  const failures = entries.flatMap(([key, value]) => {
    const path = `environmentVariables.${key}`;
    if (!ENVIRONMENT_KEY.test(key)) return fail(path, "allowed names: a letter, then letters, digits or _");
    if (key.startsWith("FC_")) return fail(path, "names that start with FC_ belong to the service");
    // The value is left out of the message: it may be a secret.
    if (typeof value !== "string" || value === "") return fail(path, "allowed values: text that is not empty");
    const unseen = isUnknown(value) ? undefined : unseenCharacter(value);
    return unseen === undefined ? [] : fail(path, unseen);
  });
  const bytes = entries.reduce((sum, [key, value]) => sum + Buffer.byteLength(`${key}${String(value)}`), 0);
  if (bytes > ENVIRONMENT_BYTES && !containsUnknown(variables)) {
    failures.push(...fail("environmentVariables", `got ${bytes} bytes; allowed: ${ENVIRONMENT_BYTES} bytes in all`));
  }
  return failures;
}

function checkTags(tags: unknown): Failure[] {
  if (tags === undefined || isUnknown(tags)) return [];
  const fail = (path: string, reason: string) => [{ property: path, reason: `${path}: ${reason}` }];
  if (typeof tags !== "object" || tags === null || Array.isArray(tags)) {
    return fail("tags", `got ${show(tags)}; allowed: a map from name to text`);
  }
  const entries = Object.entries(tags as Record<string, unknown>);
  if (entries.length >= MAX_TAGS) {
    return fail("tags", `got ${entries.length}; allowed: at most ${MAX_TAGS - 1} (one more marks the owner)`);
  }
  return entries.flatMap(([key, value]) => {
    const path = `tags.${key}`;
    if (key === OWNER_TAG) return fail(path, "this tag marks the owner; choose another name");
    if (key === "" || key.length > 128) {
      return fail(path, `got a name of ${key.length} characters; allowed: 1 to 128`);
    }
    return check(path, value, TAG_VALUE);
  });
}

function roundUp(value: number, step: number): number {
  // Two decimals are enough for steps of 0.05 and keep 0.35 from becoming 0.35000000000000003.
  return Number((Math.ceil(value / step - 1e-9) * step).toFixed(2));
}

/**
 * Defaults for what the service needs and a program may leave out: 512 MB with 0.35 vCPU, 512 MB disk, 3 s, one
 * request per instance. Only one of memory and CPU given: the other follows, within 1 to 4 GB per vCPU.
 * They are filled here, not left to the service, so that removing a setting restores the default.
 */
function defaults(news: Partial<FunctionInputs>): Partial<Record<string, unknown>> {
  const { memorySize, cpu } = sizes(news.memorySize, news.cpu);
  return {
    memorySize,
    cpu,
    diskSize: news.diskSize ?? 512,
    timeout: news.timeout ?? 3,
    instanceConcurrency: news.instanceConcurrency ?? 1,
  };
}

function sizes(memorySize: number | undefined, cpu: number | undefined): { memorySize: unknown; cpu: unknown } {
  if (memorySize !== undefined && cpu !== undefined) return { memorySize, cpu };
  if (isUnknown(memorySize) || isUnknown(cpu)) return { memorySize: memorySize ?? UNKNOWN, cpu: cpu ?? UNKNOWN };
  if (memorySize !== undefined) return { memorySize, cpu: Math.min(16, roundUp(memorySize / 1024 / 1.5, 0.05)) };
  if (cpu === undefined || withinRatio(512, cpu)) return { memorySize: 512, cpu: cpu ?? 0.35 };
  return { memorySize: Math.min(32_768, roundUp(cpu * 2 * 1024, 64)), cpu };
}

function withinRatio(memorySize: number, cpu: number): boolean {
  const gigabytesPerCpu = memorySize / 1024 / cpu;
  return gigabytesPerCpu >= 1 - 1e-9 && gigabytesPerCpu <= 4 + 1e-9;
}

function checkRatio({ memorySize, cpu }: FunctionInputs): Failure[] {
  if (isUnknown(memorySize) || isUnknown(cpu) || withinRatio(memorySize, cpu)) return [];
  const reason = `cpu: got ${cpu} vCPU with ${memorySize} MB; allowed: 1 to 4 GB of memory for each vCPU`;
  return [{ property: "cpu", reason }];
}

/** Fields whose values are left to the secret fingerprint. */
const SECRET: ReadonlySet<ConfigField> = new Set(["environmentVariables", "juiceFsConfig"]);

/**
 * `f1:` and 32 hex digits over what a version freezes: code, configuration, names of environment variables.
 * Settings at their empty value are left out, so that a field offered later changes no fingerprint.
 */
function fingerprintOf(inputs: FunctionInputs): string {
  const { environmentVariables, ...rest } = inputs;
  const parts: Record<string, unknown> = isBlank(inputs.code) ? {} : { code: hashOf(inputs.code) };
  for (const field of CONFIG_FIELDS) {
    if (!isFrozen(field) || SECRET.has(field)) continue;
    const value = publicPart(field, normalise(field, rest[field as keyof typeof rest]));
    if (!isBlank(value) && !equal(value, emptyValue(field))) parts[field] = value;
  }
  if (isUnknown(environmentVariables)) return UNKNOWN;
  const keys = Object.keys(environmentVariables ?? {}).sort();
  if (keys.length > 0) parts["environment"] = keys;
  return containsUnknown(parts) ? UNKNOWN : `f1:${digest(parts).slice(0, 32)}`;
}

/** What is told apart by the public fingerprint: a registry's password is left to the secret one. */
function publicPart(field: ConfigField, value: unknown): unknown {
  if (field !== "customContainerConfig" || typeof value !== "object" || value === null) return value;
  const { registryConfig: _secret, ...rest } = value as CustomContainerConfig;
  return rest;
}

/** The hash of code, or the marker where the code is not known yet. */
function hashOf(code: CodeInput | undefined): string | undefined {
  return code === undefined || isUnknown(code) ? (code as string | undefined) : code.hash;
}

/**
 * Hash of the values that may be secrets: environment variables, JuiceFS and registry settings; `none` without any. Guesses can be
 * tried against it: keep it secret.
 */
function secretFingerprintOf({ environmentVariables, juiceFsConfig, customContainerConfig }: FunctionInputs): string {
  const container = isUnknown(customContainerConfig) ? undefined : customContainerConfig;
  const parts = { environmentVariables, juiceFsConfig, registryConfig: container?.registryConfig };
  if (containsUnknown(parts)) return UNKNOWN;
  const set = Object.entries(parts).filter(([, value]) => !isBlank(value));
  return set.length === 0 ? "none" : digest(Object.fromEntries(set)).slice(0, 32);
}

/** Properties whose change makes another function. */
const IDENTITY = ["region", "accountId", "functionName"];

/** What changed between the stored outputs and the new inputs; throws for a change that is refused. */
export function diffFunction(olds: FunctionOutputs, news: FunctionInputs): Diff {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`function ${news.functionName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) return { replaces };
  if (needsReplacement(olds.runtime, news.runtime)) {
    if (news.replaceFunction !== true) throw new Error(replacementRefusal(olds, news));
    return { replaces: ["runtime"], deleteBeforeReplace: true };
  }
  return changedFields(olds, news).length > 0 ? CHANGED : { changes: false };
}

/** Built-in runtimes, custom ones and images: the service refuses to change one into another on update (licell, fc3). */
function needsReplacement(from: string, to: string): boolean {
  const kind = (runtime: string) =>
    runtime === CONTAINER ? "container" : runtime.startsWith("custom") ? "custom" : "builtin";
  return !isUnknown(to) && kind(from) !== kind(to);
}

function replacementRefusal(olds: FunctionOutputs, news: FunctionInputs): string {
  return (
    `function ${news.functionName}: runtime: ${olds.runtime} cannot become ${news.runtime} in place. The function would ` +
    `be deleted, with all its versions, aliases and their traffic, and made anew. Give the new one another ` +
    `functionName, or set replaceFunction: true to accept that`
  );
}

/** The user's fields that differ; `code` by its hash alone, so that a moved tree is no change. */
export function changedFields(olds: Partial<FunctionInputs>, news: FunctionInputs): FunctionField[] {
  const changed: FunctionField[] = CONFIG_FIELDS.filter(
    (field) => !equal(normalise(field, olds[field]), normalise(field, news[field])),
  );
  if (isUnknown(news.code) || hashOf(olds.code) !== hashOf(news.code)) changed.push("code");
  if (news.resourceGroupId !== undefined && olds.resourceGroupId !== news.resourceGroupId) {
    changed.push("resourceGroupId");
  }
  if (!equal(olds.tags ?? {}, news.tags ?? {})) changed.push("tags");
  return changed;
}

/** The body of CreateFunction without its code. Settings at their empty value are not sent. */
export function createBody(inputs: FunctionInputs): FunctionBody {
  const set = CONFIG_FIELDS.filter((field) => !equal(inputs[field] ?? null, null));
  const body: FunctionBody = { functionName: inputs.functionName };
  for (const field of set) assign(body, field, inputs[field]);
  if (inputs.resourceGroupId !== undefined) body.resourceGroupId = inputs.resourceGroupId;
  return { ...body, tags: Object.entries(wantedTags(inputs)).map(([key, value]) => ({ key, value })) };
}

/**
 * The fields of UpdateFunction that differ from what the service has, or that the program changed since `olds`.
 * Empty: nothing to send.
 */
export function updateBody(
  inputs: FunctionInputs,
  observed: ObservedFunction,
  olds: Partial<FunctionInputs> = {},
): FunctionBody {
  const body: FunctionBody = {};
  for (const field of CONFIG_FIELDS) {
    const wanted = wantedValue(field, inputs, olds);
    if (wanted === undefined) continue;
    // A member removed from an object does not show in what the service has: the object is sent whole.
    const changed = !equal(normalise(field, inputs[field]), normalise(field, olds[field])) && olds[field] !== undefined;
    const same = equal(wanted, normalise(field, observed[field]));
    if (!satisfies(field, wanted, observed[field]) || (changed && !same)) assign(body, field, wanted);
  }
  return body;
}

/** What a field should be; undefined where the program never said. */
function wantedValue(field: ConfigField, inputs: FunctionInputs, olds: Partial<FunctionInputs>): unknown {
  const value = normalise(field, inputs[field]);
  return value === undefined && olds[field] !== undefined ? emptyValue(field) : value;
}

function assign(body: FunctionBody, field: ConfigField, value: unknown): void {
  (body as Record<string, unknown>)[field] = value;
}

/** Tags a function should have: the user's and the owner's. */
export function wantedTags(inputs: FunctionInputs): Record<string, string> {
  return { ...inputs.tags, [OWNER_TAG]: inputs.owner };
}

/** Tags as the service answers them, as a map. */
export function observedTags(observed: ObservedFunction): Record<string, string> {
  const pairs = (observed.tags ?? []).map((tag): [string, string] => [tag.key ?? "", tag.value ?? ""]);
  return Object.fromEntries(pairs.filter(([key]) => key !== ""));
}

/** Tags to set and keys to remove. */
export function planTags(
  inputs: FunctionInputs,
  observed: ObservedFunction,
): { set: Record<string, string>; remove: string[] } {
  const wanted = wantedTags(inputs);
  const current = observedTags(observed);
  return {
    set: Object.fromEntries(Object.entries(wanted).filter(([key, value]) => current[key] !== value)),
    remove: Object.keys(current).filter((key) => !(key in wanted)),
  };
}

/**
 * Settings of a live function that a program that adopts it does not mention, and that an update would change: names alone,
 * values may be secrets.
 */
export function lostByAdoption(inputs: FunctionInputs, observed: ObservedFunction): string[] {
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  const untold = Object.keys(tags).filter((key) => !Object.hasOwn(inputs.tags ?? {}, key));
  return [
    ...CONFIG_FIELDS.flatMap((field) => lostOf(field, inputs, normalise(field, observed[field]))),
    ...untold.map((key) => `tags.${key}`),
  ];
}

function lostOf(field: ConfigField, inputs: FunctionInputs, live: unknown): string[] {
  const wanted = wantedValue(field, inputs, {});
  if (wanted === undefined || satisfies(field, wanted, live)) return [];
  const given: unknown = inputs[field];
  if (given === undefined || inputs.defaulted?.includes(field) === true) return [field];
  // What is written out as empty is mentioned.
  if (isBlank(given) || !isMembers(given) || !isMembers(live)) return [];
  const empty = emptyValue(field);
  const unset = (key: string, value: unknown) =>
    isBlank(value) || (isMembers(empty) && Object.hasOwn(empty, key) && equal(value, empty[key]));
  const members = Object.entries(live).filter(([key, value]) => !Object.hasOwn(given, key) && !unset(key, value));
  return members.map(([key]) => `${field}.${key}`);
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Hash of everything a version would freeze, as the service answers it; equal for LATEST and a version made of it. */
export function contentOf(observed: ObservedFunction): string {
  const parts: Record<string, unknown> = { codeChecksum: observed.codeChecksum };
  for (const field of FROZEN_FIELDS) {
    const value = normalise(field, observed[field]);
    if (!isBlank(value) && !equal(value, emptyValue(field))) parts[field] = value;
  }
  return `c1:${digest(parts).slice(0, 32)}`;
}

/**
 * True where the service has values that may be secrets and that are not those of the program: a hand or another tool wrote them,
 * and nobody said whether they are.
 */
export function hasUnseenValues(inputs: Partial<FunctionInputs>, observed: ObservedFunction): boolean {
  const given = (of: Partial<Record<string, unknown>>) => {
    const registry = (of["customContainerConfig"] as CustomContainerConfig | undefined)?.registryConfig;
    return [of["environmentVariables"], of["juiceFsConfig"], registry].map((value) => (isBlank(value) ? {} : value));
  };
  return !equal(given({ ...inputs }), given(observed));
}

/** Names of the fields in which two answers of the service differ, for an error message; values stay out of it. */
export function differingFields(a: ObservedFunction, b: ObservedFunction): string[] {
  const fields = FROZEN_FIELDS.filter((field) => {
    const [left, right] = [normalise(field, a[field]), normalise(field, b[field])];
    return !(isBlank(left) && isBlank(right)) && canonical(left) !== canonical(right);
  });
  return a.codeChecksum === b.codeChecksum ? fields : ["code", ...fields];
}

/** Why a function is not usable yet, or `failed`, or `ready`. Absent states mean ready. Source: fc3's wait rule. */
export function readiness(observed: ObservedFunction): { phase: "ready" | "waiting" | "failed"; detail: string } {
  const { state, lastUpdateStatus } = observed;
  const detail = [
    `state ${state ?? "absent"}`,
    observed.stateReasonCode ?? observed.stateReason,
    `lastUpdateStatus ${lastUpdateStatus ?? "absent"}`,
    observed.lastUpdateStatusReasonCode ?? observed.lastUpdateStatusReason,
  ];
  const phase =
    state === "Failed" || lastUpdateStatus === "Failed"
      ? "failed"
      : state === "Pending" || lastUpdateStatus === "InProgress"
        ? "waiting"
        : "ready";
  return { phase, detail: detail.filter((part) => part !== undefined && part !== "").join(", ") };
}

/** The fields the service has set, under their own names, for a function that is only read. */
export function observedFields(observed: ObservedFunction): Record<string, unknown> {
  const set = CONFIG_FIELDS.map((field): [string, unknown] => [field, normalise(field, observed[field])]);
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  return { ...Object.fromEntries(set.filter(([, value]) => !isBlank(value))), tags };
}

function isEmptyValue(name: string, value: unknown): boolean {
  return isFunctionField(name) && equal(normalise(name, value), emptyValue(name));
}

/** Outputs of their own, and what may hold secrets. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "functionName",
  "functionArn",
  "functionId",
  "code",
  "codeChecksum",
  "codeSize",
  "createdTime",
  "lastModifiedTime",
  "tags",
  "requestId",
  ...SECRET,
]);

/**
 * Everything else the service answers, under its own names: states, restrictions, and its values of settings that
 * the program leaves out, where they are no defaults. Never environment values or tokens.
 */
export function observedRest(inputs: FunctionInputs, observed: ObservedFunction): Record<string, unknown> {
  const image = observed["customContainerConfig"] as { resolvedImageUri?: string } | undefined;
  const rest = Object.entries(observed).filter(
    ([name, value]) =>
      !ELSEWHERE.has(name) &&
      inputs[name as keyof FunctionInputs] === undefined &&
      !isBlank(value) &&
      !isEmptyValue(name, value),
  );
  const resolved = isBlank(image?.resolvedImageUri) ? {} : { resolvedImageUri: image?.resolvedImageUri };
  return { ...Object.fromEntries(rest), ...resolved };
}

/**
 * The inputs as a refresh finds them: what the user manages, with the service's values where they differ.
 * Code changed by hand shows as a hash that no tree has.
 */
export function refreshedInputs(props: FunctionOutputs, observed: ObservedFunction): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  for (const field of CONFIG_FIELDS) {
    const managed = normalise(field, props[field]) !== undefined;
    if (managed && !satisfies(field, props[field], observed[field])) inputs[field] = normalise(field, observed[field]);
  }
  const { [OWNER_TAG]: _owner, ...tags } = observedTags(observed);
  if (!equal(tags, props.tags ?? {})) inputs["tags"] = tags;
  if (props.resourceGroupId !== undefined && observed.resourceGroupId !== props.resourceGroupId) {
    inputs["resourceGroupId"] = observed.resourceGroupId;
  }
  if (props.code !== undefined && (observed.codeChecksum ?? "") !== props.codeChecksum) {
    inputs["code"] = { ...props.code, hash: `drifted:${observed.codeChecksum ?? "none"}` };
  }
  return inputs;
}
