/** Writes the file for `pulumi import -f` and the program for a live function. Pure. */
import { inspect } from "node:util";
import { aliasOutputs, aliasOwner, checkAlias, observedSplit } from "../core/alias";
import type { AliasInputs } from "../core/alias";
import type { Checked } from "../core/common";
import { type SettingName, emptyValue, isSettingName, normalise } from "../core/function";
import {
  type FunctionInputs,
  SECRET_SETTINGS,
  type LocalCode,
  checkFunction,
  functionOutputs,
  observedFields,
  observedTags,
} from "../core/function";
import { equal } from "../core/canonical";
import type { ObservedAlias, ObservedFunction, ObservedVersion } from "../core/model";
import { OWNER_TAG, ownerIdIn, splitMark } from "../core/owner";
import { sanitiseOutputs } from "../core/outputs";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "../core/signatures";
import { resourceId } from "../core/place";
import { type VersionInputs, checkVersion, versionOutputs } from "../core/version";
import { formatShare } from "../core/weights";
import { type Kind, providerText, typeToken } from "../resources/tokens";

/** The objects to import, and the names of their resources. */
export interface Target {
  readonly region: string;
  readonly accountId: string;
  readonly functionName: string;
  readonly project: string;
  readonly stack: string;
  /** Name of the resources. */
  readonly name: string;
}

/** The live objects. */
export interface Live {
  readonly observed: ObservedFunction;
  /** The newest version whose content equals that of LATEST. */
  readonly version: ObservedVersion | undefined;
  readonly aliases: readonly ObservedAlias[];
  /** The live code; absent for a container image. */
  readonly code?: LocalCode;
  /** True if the folder of the program's code differs from the live code. */
  readonly codeDiffers: boolean;
}

/** One entry of the import file. Source: Pulumi `pkg/importer` (ImportFile). */
interface Entry {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: object;
  readonly outputs: object;
}

/** The import file, the program, and notes for the user. */
export interface Description {
  readonly file: { readonly resources: readonly Entry[] };
  readonly program: string;
  readonly notes: readonly string[];
  /** Settings whose values the program reads from stack config. */
  readonly secrets: readonly SecretSetting[];
}

/** A setting of the function that may be secret, and the config key from which the program reads it. */
export interface SecretSetting {
  readonly setting: string;
  readonly key: string;
}

/** Describes a live function. Throws if the function belongs to another stack, or cannot be expressed as a resource. */
export function describe(target: Target, live: Live): Description {
  const fn = functionEntry(target, live);
  const version = live.version === undefined ? undefined : versionEntry(target, fn, live.version);
  const free = live.aliases.filter((alias) => aliasOwner(alias) === undefined);
  const ours = free.filter((alias) => Object.keys(alias.additionalVersionWeight ?? {}).length <= 1);
  const aliases = ours.map((alias) => aliasEntry(target, alias, live.version));
  const notes = [
    ...(live.codeDiffers ? ["The code folder differs from what is live: the next preview shows the change."] : []),
    ...(version === undefined ? ["No version holds what LATEST holds: the next pulumi up publishes one."] : []),
    ...free
      .filter((alias) => !ours.includes(alias))
      .map(({ aliasName = "?" }) => `Alias ${aliasName} is left out: it has more than one additional version.`),
    ...aliases.flatMap(({ note }) => note ?? []),
    ...live.aliases
      .filter((alias) => !free.includes(alias))
      .map((alias) => `Alias ${alias.aliasName ?? "?"} is left out: it has an owner (${aliasOwner(alias) ?? "?"}).`),
  ];
  const entries = [fn.entry, ...(version === undefined ? [] : [version]), ...aliases.map(({ entry }) => entry)];
  const program = [...fn.text, versionText(target, live.version), ...aliases.map(({ text }) => text)].join("\n");
  return { file: { resources: entries }, program, notes, secrets: fn.secrets };
}

/** Value of a {@link SecretSetting} in an import file, as JSON in ASCII, which a shell pipe does not change. */
export function secretValue(file: unknown, setting: string): string {
  const { resources = [] } = (file ?? {}) as { resources?: { type?: string; inputs?: Record<string, unknown> }[] };
  const inputs = resources.find(({ type }) => type === typeToken("Function"))?.inputs ?? {};
  const [member = "", ...inner] = setting.split(".");
  const { plaintext } = (inputs[member] ?? {}) as { plaintext?: string };
  const whole: unknown = plaintext === undefined ? undefined : JSON.parse(plaintext);
  const value = inner.reduce((outer, name) => (outer as Record<string, unknown> | undefined)?.[name], whole);
  if (value === undefined) throw new Error(`the file holds no secret setting ${setting} of a function`);
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function newsOf({ region, accountId, project, stack, functionName }: Target, kind: Kind, name: string) {
  const resourceUrn = `urn:pulumi:${stack}::${project}::${typeToken(kind)}::${name}`;
  return { region, accountId, functionName, resourceUrn };
}

function valid<T>(what: string, { inputs, failures }: Checked): T {
  if (failures.length === 0) return inputs as T;
  throw new Error(
    `${what} cannot be expressed as a resource:\n${failures.map(({ reason }) => `- ${reason}`).join("\n")}`,
  );
}

/** Members whose values are written to the file as secrets. */
const SECRET: ReadonlySet<string> = new Set([...SECRET_SETTINGS, "environmentFingerprint", "content"]);

/**
 * Converts the members of a resource to the form of an import file. Secrets get the same form as in state. Source:
 * Pulumi `sdk/go/common/apitype` (SecretV1).
 */
function plain(kind: Kind, members: object): object {
  const secret = (value: unknown) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, plaintext: JSON.stringify(value) });
  const props = Object.entries(sanitiseOutputs(members)).map(([key, value]): [string, unknown] => [
    key,
    SECRET.has(key) ? secret(value) : value,
  ]);
  return { ...(Object.fromEntries(props) as object), __provider: providerText(kind) };
}

function functionEntry(target: Target, { observed, code }: Live) {
  const owner = observedTags(observed)[OWNER_TAG];
  const fields = settingsOf(observed);
  const news = { ...newsOf(target, "Function", target.name), ...fields, ...(code === undefined ? {} : { code }) };
  const inputs = valid<FunctionInputs>(`function ${target.functionName}`, checkFunction({}, news));
  if (owner !== undefined && ownerIdIn(owner) !== ownerIdIn(inputs.owner)) {
    throw new Error(
      `function ${target.functionName} belongs to ${owner.replace(/^[0-9a-f]{12}:/, "")}. Remove it there, with ` +
        `retainOnDelete: true, and take the tag ${OWNER_TAG} off it`,
    );
  }
  const outputs = functionOutputs(inputs, observed);
  const entry: Entry = {
    type: typeToken("Function"),
    name: target.name,
    id: resourceId(target, target.functionName),
    inputs: plain("Function", inputs),
    outputs: plain("Function", outputs),
  };
  return { entry, outputs, ...functionText(target, fields, code) };
}

/**
 * The settings that the program must set: those whose live value differs from the value of a setting that a program
 * leaves out.
 */
function settingsOf(observed: ObservedFunction): Record<string, unknown> {
  const set = Object.entries(observedFields(observed)).filter(
    ([name, value]) => !isSettingName(name) || !equal(normalise(name, value), normalisedEmpty(name)),
  );
  const group = observed.resourceGroupId === undefined ? {} : { resourceGroupId: observed.resourceGroupId };
  const { tags = {}, ...fields } = Object.fromEntries(set);
  return { ...fields, ...group, ...(Object.keys(tags as object).length === 0 ? {} : { tags }) };
}

function normalisedEmpty(name: SettingName): unknown {
  return normalise(name, emptyValue(name));
}

function versionEntry(target: Target, fn: ReturnType<typeof functionEntry>, version: ObservedVersion): Entry {
  const { fingerprint, environmentFingerprint, revision, content } = fn.outputs;
  const { text: description } = splitMark(version.description);
  const news = {
    ...newsOf(target, "Version", target.name),
    ...{ fingerprint, environmentFingerprint, revision, content },
    ...(description === "" ? {} : { description }),
  };
  const inputs = valid<VersionInputs>(`version ${version.versionId}`, checkVersion({}, news));
  return {
    type: typeToken("Version"),
    name: target.name,
    id: resourceId(target, target.functionName, `versions:${target.name}`),
    inputs: plain("Version", inputs),
    outputs: plain("Version", versionOutputs(inputs, version, {})),
  };
}

/**
 * The entry of an alias. The entry has a canary and no main version, whatever the split. The main version then stays
 * until the weight is 100. If the program set a main version, the next code would get all traffic at once, or a weight
 * of 100 would be refused.
 */
function aliasEntry(target: Target, alias: ObservedAlias, version: ObservedVersion | undefined) {
  const { aliasName = "" } = alias;
  const { main, canary } = observedSplit(alias);
  const name = `${target.name}-${aliasName}`;
  const tried = canary?.versionId ?? version?.versionId ?? main;
  const weight = canary === undefined ? 0 : formatShare(canary.share);
  const follows = canary === undefined || tried === version?.versionId;
  const own = { aliasName, ...(alias.description ? { description: alias.description } : {}) };
  const news = { ...newsOf(target, "Alias", name), ...own, canary: { versionId: tried, weight } };
  const inputs = valid<AliasInputs>(`alias ${aliasName}`, checkAlias({}, news));
  const entry: Entry = {
    type: typeToken("Alias"),
    name,
    id: resourceId(target, target.functionName, aliasName),
    inputs: plain("Alias", inputs),
    outputs: plain("Alias", aliasOutputs(inputs, alias)),
  };
  const versionId = follows ? new Expression("version.versionId") : tried;
  const args = { function: new Expression("fn"), ...own, canary: { versionId, weight } };
  const note =
    `Alias ${aliasName}: its canary is version ${tried}, which is not what LATEST holds, so the program names it by number. ` +
    `Write version.versionId in its place to release what LATEST holds.`;
  return {
    entry,
    text: `new fc.Alias(${JSON.stringify(name)}, ${literal(args)});`,
    note: follows ? undefined : note,
  };
}

/** A part of a literal in the generated program that is printed as code and not as quoted text. */
class Expression {
  constructor(private readonly code: string) {}

  [inspect.custom](): string {
    return this.code;
  }
}

function literal(value: unknown): string {
  return inspect(value, { depth: null, breakLength: 100, maxArrayLength: null, maxStringLength: null });
}

/**
 * The `Function` of the program. Settings that may contain secrets are read from stack config, each setting as a whole
 * under its own config key.
 */
function functionText(target: Target, fields: Record<string, unknown>, code: LocalCode | undefined) {
  const { environmentVariables, juiceFsConfig, customContainerConfig, ...rest } = fields;
  const secrets: SecretSetting[] = [];
  const fromConfig = (setting: string) => {
    const key = `${target.name}-${setting.split(".").at(-1) ?? setting}`.replace(/[^\w.-]/g, "-");
    secrets.push({ setting, key });
    return new Expression(`config.requireSecretObject(${JSON.stringify(key)})`);
  };
  const container = customContainerConfig as { registryConfig?: object } | undefined;
  const registry =
    container?.registryConfig === undefined
      ? {}
      : { registryConfig: fromConfig("customContainerConfig.registryConfig") };
  const args = {
    functionName: target.functionName,
    ...rest,
    ...(container === undefined ? {} : { customContainerConfig: { ...container, ...registry } }),
    ...(juiceFsConfig === undefined ? {} : { juiceFsConfig: fromConfig("juiceFsConfig") }),
    ...(environmentVariables === undefined ? {} : { environmentVariables: fromConfig("environmentVariables") }),
    ...(code === undefined ? {} : { code: code.path }),
  };
  const text = [
    ...(secrets.length > 0 ? [`import * as pulumi from "@pulumi/pulumi";`] : []),
    `import * as fc from "pulumi-alicloud-fc";`,
    "",
    ...(secrets.length > 0 ? ["const config = new pulumi.Config();"] : []),
    `const fn = new fc.Function(${JSON.stringify(target.name)}, ${literal(args)});`,
  ];
  return { text, secrets };
}

function versionText({ name }: Target, version: ObservedVersion | undefined): string {
  const { text: description } = splitMark(version?.description);
  const args = { function: new Expression("fn"), ...(description === "" ? {} : { description }) };
  return `const version = new fc.Version(${JSON.stringify(name)}, ${literal(args)});`;
}
