/** Checks the inputs of a function, fills in defaults, and computes what previews need. Pure. */
import { digest, equal } from "../canonical";
import { type Checked, checkCommon, defaultedOf, unknownProperties } from "../common";
import { OWNER_TAG } from "../owner";
import { functionArn } from "../place";
import { UNKNOWN, containsUnknown, isUnknown } from "../unknown";
import {
  type Failure,
  type Rule,
  anything,
  boolean,
  check,
  line,
  object,
  required,
  show,
  text,
  unseenCharacter,
} from "../validate";
import { fingerprintOf, secretFingerprintOf } from "./fingerprint";
import { type CodeInput, type FunctionInputs, type LocalCode, isOssCode } from "./inputs";
import { FUNCTION_SETTINGS, SETTING_NAMES, type Setting } from "./settings";

/** The runtime name for container images. */
export const CONTAINER_RUNTIME = "custom-container";
const ENVIRONMENT_KEY = /^[A-Za-z][A-Za-z0-9_]*$/;
/** Largest size of all environment variables together, in bytes. Source: quotas of Function Compute 3.0. */
const ENVIRONMENT_BYTES = 4096;
/** Largest number of tags of one function, including the owner's tag. */
const MAX_TAGS = 20;

const MEMBERS = [
  ...SETTING_NAMES,
  ...["replaceFunction", "functionArn", "fingerprint", "environmentFingerprint", "revision"],
];

const TAG_VALUE = text(/^/, 128, "text of at most 128 characters");

/** Checks the inputs, fills in defaults, and computes what previews need: ARN, fingerprints and revision. */
export function checkFunction(olds: Partial<FunctionInputs>, news: Partial<FunctionInputs>): Checked {
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("functionName", news.functionName, "the package does not generate names"),
    ...required("runtime", news.runtime, "such as nodejs20"),
    ...required("handler", news.handler, "such as index.handler"),
    ...SETTING_NAMES.flatMap((name) => check(name, news[name], FUNCTION_SETTINGS[name].rule)),
    ...check("replaceFunction", news.replaceFunction, boolean),
    ...checkSource(news),
    ...checkEnvironment(news.environmentVariables),
    ...checkTags(news.tags),
    ...unknownProperties(news, MEMBERS),
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

/** The revision: one higher than before if the content differs. A preview can compute it. */
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

/** Rule of a code path with its hash, in the form in which the resource class passes them. */
const LOCAL_CODE = object({ path: line(4096), hash: line(128), problem: line(4096) }, "path", "hash");

/** Checks that the inputs have either code or, with the runtime of containers, an image. */
function checkSource({ runtime, code, customContainerConfig }: Partial<FunctionInputs>): Failure[] {
  const fail = (property: string, reason: string) => [{ property, reason: `${property}: ${reason}` }];
  if (isUnknown(runtime)) return checkCode(code);
  if (runtime !== CONTAINER_RUNTIME) {
    return customContainerConfig === undefined
      ? [...required("code", code, "give a folder, a file, a .zip, an archive, or an OSS object"), ...checkCode(code)]
      : fail("customContainerConfig", `a container image needs runtime: "${CONTAINER_RUNTIME}"; got ${show(runtime)}`);
  }
  if (code !== undefined) return fail("code", `not allowed with runtime "${CONTAINER_RUNTIME}": the image is the code`);
  return required("customContainerConfig", customContainerConfig, "give { image }");
}

/** Rule of an asset with its hash, in the form in which the resource class passes them. */
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

/**
 * Adds the hash to code that has none yet. The hash of an OSS object covers bucket, name and, if there is one, the
 * checksum.
 */
function hashedCode(code: CodeInput | undefined): { code?: CodeInput } {
  if (code === undefined || isUnknown(code) || !isOssCode(code)) return {};
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
    // The message does not contain the value, because it may be a secret.
    if (typeof value !== "string" || value === "") return fail(path, "allowed values: text that is not empty");
    const unseen = isUnknown(value) ? undefined : unseenCharacter(value);
    return unseen === undefined ? [] : fail(path, unseen);
  });
  const texts = entries.flat().filter((part) => typeof part === "string");
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
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
    return fail("tags", `got ${entries.length}; allowed: at most ${MAX_TAGS - 1} (one more tag names the owner)`);
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
  // Two decimals are enough for steps of 0.05, and 0.35 does not become 0.35000000000000003.
  return Number((Math.ceil(value / step - 1e-9) * step).toFixed(2));
}

/**
 * Defaults of settings that the service requires and a program may leave out. The defaults are sent explicitly, so that
 * removing a setting from the program restores the default. Memory and CPU depend on each other: see {@link sizes}.
 */
function defaults(news: Partial<FunctionInputs>): Partial<Record<string, unknown>> {
  const rest = SETTING_NAMES.flatMap((name): [string, unknown][] => {
    const { fallback }: Setting<unknown> = FUNCTION_SETTINGS[name];
    return fallback === undefined ? [] : [[name, news[name] ?? fallback]];
  });
  return { ...sizes(news.memorySize, news.cpu), ...Object.fromEntries(rest) };
}

/**
 * Memory in MB and CPU in vCPU. Default: 512 MB with 0.35 vCPU. If the program sets only one of them, the other is
 * computed so that there are 1 to 4 GB for each vCPU.
 */
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
