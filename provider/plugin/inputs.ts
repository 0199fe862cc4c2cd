/**
 * Converts the arguments of a program in any language to the inputs of `check`. In TypeScript programs the resource
 * classes make this conversion.
 */
import { CodeError, hashCode, hashSource, sourceOfMarker } from "../code";
import { SIGNATURE_KEY } from "../core/signatures";
import { isUnknown, UNKNOWN } from "../core/unknown";
import type { Failure } from "../core/validate";
import { isSecretByItself } from "../resources/secrets";
import type { Kind } from "../resources/tokens";

/** Settings of a provider of this package; each is optional. */
export interface Settings {
  readonly region?: string;
  readonly accountId?: string;
  readonly endpoint?: string;
  readonly profile?: string;
}

/** Data that determine the inputs, besides the program's arguments. */
export interface Surroundings {
  readonly urn: string;
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The program's folder, at which relative paths start. */
  readonly base: string;
  /** Names of the arguments that are secrets. */
  readonly secrets: readonly string[];
  /** The account of the credentials. */
  readonly callerAccount: (region: string, connection: Pick<Settings, "endpoint" | "profile">) => Promise<string>;
}

type Props = Readonly<Record<string, unknown>>;

/** Members of the argument `function` that become inputs of a resource. */
const OF_FUNCTION: Readonly<Record<Kind, readonly string[]>> = {
  Function: [],
  Version: ["functionName", "fingerprint", "environmentFingerprint", "revision", "content"],
  Alias: ["functionName"],
  Release: ["functionName"],
  HttpTrigger: ["functionName"],
};
/** Members of the argument `version` that become inputs of a release. */
const OF_VERSION = ["versionId", "fingerprint", "environmentFingerprint", "revision"];

/**
 * The inputs of a resource. Inside `CanaryRelease`, a resource class has computed some of the inputs already, and these
 * stay unchanged.
 */
export async function inputsOf(kind: Kind, given: Props, around: Surroundings): Promise<Record<string, unknown>> {
  const { function: like, version, endpoint: _endpoint, profile: _profile, ...rest } = given;
  const place = await placeOf(given, membersOf(like, ["region", "accountId"]), around);
  const secretInputs = around.secrets.filter((name) => !isSecretByItself(name));
  return {
    ...rest,
    ...place,
    ...(like === undefined ? {} : membersOf(like, OF_FUNCTION[kind])),
    ...(kind === "Release" && version !== undefined ? membersOf(version, OF_VERSION) : {}),
    ...(kind === "Function" && rest["code"] !== undefined ? { code: await hashed(rest["code"], around.base) } : {}),
    ...(secretInputs.length === 0 ? {} : { secretInputs }),
    resourceUrn: around.urn,
  };
}

/** Describes, for messages, the value that a program must pass as the argument `function` or `version`. */
const MEMBERS_OF = {
  function: (kind: Kind) => `{ ${(kind === "Version" ? OF_FUNCTION.Version : OF_FUNCTION.Alias).join(", ")} }`,
  version: () => `{ ${OF_VERSION.join(", ")} }`,
};

/**
 * Returns why the arguments `function` or `version` cannot be used: the program passed a name or a whole resource. A
 * reference to a resource has none of its members.
 */
export function wholeFailures(kind: Kind, given: Props): Failure[] {
  const whole = (property: "function" | "version"): Failure[] => {
    const value = given[property];
    if (value === undefined || value === null || isUnknown(value)) return [];
    const isReference = typeof value === "object" && SIGNATURE_KEY in value;
    if (typeof value === "object" && !Array.isArray(value) && !isReference) return [];
    const got = isReference ? "a resource" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
    const allowed = `the members of one, ${MEMBERS_OF[property](kind)}`;
    return [{ property, reason: `${property}: got ${got}; allowed: ${allowed}` }];
  };
  return [...whole("function"), ...(kind === "Release" ? whole("version") : [])];
}

/** The form of a fingerprint that a `Function` computes. A program may set a fingerprint of another form. */
const OURS = /^f\d+:/;

/**
 * Returns why the arguments `function` or `version` are refused. In TypeScript the class copies every member. In other
 * languages the program lists the members, and `revision`, which changes with environment values, may be missing.
 */
export function takenApartFailures(kind: Kind, { function: like, version }: Props): Failure[] {
  const from = (property: string, value: unknown): Failure[] => {
    const { fingerprint, environmentFingerprint, revision } = membersOf(value, OF_FUNCTION.Version);
    const complete = environmentFingerprint !== undefined || revision !== undefined;
    if (complete || typeof fingerprint !== "string" || !OURS.test(fingerprint)) return [];
    const reason =
      `${property}.revision: required beside fingerprint; give the revision of the same resource. A fingerprint leaves ` +
      `environment values out, and a change of them alone would go unseen`;
    return [{ property, reason }];
  };
  return [
    ...(kind === "Version" ? from("function", like) : []),
    ...(kind === "Release" ? from("version", version) : []),
  ];
}

/** The members with these names. Each is unknown if the value itself is unknown. */
function membersOf(value: unknown, names: readonly string[]): Record<string, unknown> {
  const member = (name: string) => (isUnknown(value) ? UNKNOWN : (value as Props | undefined)?.[name]);
  return Object.fromEntries(names.map((name) => [name, member(name)] as const).filter(([, known]) => known != null));
}

/**
 * The place, from the first of these sources: arguments, the function, the provider's settings, the environment, the
 * account of the credentials.
 */
async function placeOf(given: Props, like: Props, { settings, env, callerAccount }: Surroundings): Promise<Props> {
  const endpoint = given["endpoint"] ?? settings.endpoint;
  const profile = given["profile"] ?? settings.profile;
  const region = given["region"] ?? like["region"] ?? settings.region ?? first(env, "REGION");
  const known = given["accountId"] ?? like["accountId"] ?? settings.accountId ?? first(env, "ACCOUNT_ID");
  const asked =
    known === undefined ? await account(region, { endpoint, profile }, callerAccount) : { accountId: known };
  const connection = endpoint === undefined && profile === undefined ? {} : { connection: { endpoint, profile } };
  return { region: region ?? "", ...asked, ...connection };
}

function first(env: Surroundings["env"], name: string): string | undefined {
  return env[`ALIBABA_CLOUD_${name}`] || env[`ALICLOUD_${name}`] || undefined;
}

async function account(
  region: unknown,
  connection: { readonly endpoint: unknown; readonly profile: unknown },
  ask: Surroundings["callerAccount"],
): Promise<Props> {
  if ([region, connection.endpoint, connection.profile].some(isUnknown)) return { accountId: UNKNOWN };
  // Without a region STS cannot be called. `check` then refuses both region and account.
  if (typeof region !== "string" || region === "") return { accountId: "" };
  try {
    return { accountId: await ask(region, texts(connection)) };
  } catch (error) {
    return { accountId: "", problem: error instanceof Error ? error.message : String(error) };
  }
}

/** The members whose values are text. `check` refuses members with other values and names these members. */
function texts(members: object): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, string] => typeof member[1] === "string"),
  );
}

/** Code with its hash, or with the problem that `check` reports for the property. */
async function hashed(code: unknown, base: string): Promise<unknown> {
  if (isUnknown(code) || code === "") return code;
  if (typeof code === "string") return await withHash({ path: code }, () => hashCode(code, base));
  if (!isMarker(code)) return code;
  return await withHash({ asset: code }, () => hashSource(sourceOfMarker(code), base));
}

async function withHash(code: object, hash: () => string | Promise<string>): Promise<object> {
  try {
    return { ...code, hash: await hash() };
  } catch (error) {
    if (error instanceof CodeError) return { ...code, hash: "", problem: error.message };
    throw error;
  }
}

/** True for assets and archives, which have a signature. Hashed code and objects in OSS have no signature. */
function isMarker(code: unknown): boolean {
  return typeof code === "object" && code !== null && SIGNATURE_KEY in code;
}
