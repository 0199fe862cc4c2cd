/**
 * The entry the provider text in every state file requires by name. Stays for ever, under this path and with these
 * exports. Loading it is cheap: the SDK is loaded by the first call that talks to the cloud.
 */
import { checkAlias, diffAlias, describeFirstAlias } from "./core/alias";
import type { Plain } from "./core/canonical";
import { type Checked, type Diff, withoutSecrets } from "./core/common";
import { SECRET_SETTINGS, checkFunction, diffFunction } from "./core/function";
import { sanitiseOutputs, secret } from "./core/outputs";
import { restored, stored, storedInputs } from "./core/stored";
import { isUnknown } from "./core/unknown";
import { checkRelease, describeFirst, diffRelease } from "./core/release";
import type { Announcement } from "./core/announcement";
import { rememberSecrets, shown, redactedFor } from "./engine/secrets";
import { checkHttpTrigger, diffHttpTrigger } from "./core/trigger";
import type { Failure } from "./core/validate";
import { checkVersion, diffVersion } from "./core/version";
import type { Report } from "./reconcile/session";
import type { CloudCalls } from "./runtime";

type Props = Record<string, unknown>;

/** The methods Pulumi's dynamic-provider server calls. */
export interface DynamicProvider {
  check(olds: Props, news: Props): Promise<Checked>;
  diff(id: string, olds: Props, news: Props): Promise<Diff>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  update(id: string, olds: Props, news: Props): Promise<{ outs: Props }>;
  read(id: string, props: Props): Promise<{ id?: string; props?: Props; inputs?: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

interface Resource<I, O extends I> {
  check(olds: Partial<I>, news: Partial<I>): Checked;
  /** `now`: seconds since 1970. */
  diff(olds: O, news: I, now: number): Diff & { readonly announcement?: Announcement };
  /** What the first run will do: on create the engine calls `check` alone. */
  first?(inputs: I): Announcement;
  cloud(): CloudCalls<I, O>;
  /** Members that are no inputs. Stored outputs have them, the inputs of a `get` do not. */
  outputOnly: readonly string[];
}

const runtime = () => require("./runtime") as typeof import("./runtime"); // eslint-disable-line @typescript-eslint/no-require-imports -- on the first call that needs it

const PROVIDER_KEY = "__provider";
/**
 * Ids of the objects that this run made, changed or found unchanged. A replacement may have the name of what it replaces: it takes
 * the object over, and the deletion of the replaced resource that follows must not delete it. A read begins a run, so it removes
 * the id.
 */
const current = new Set<string>();
/**
 * Derived from values that may be secrets, under names of their own: the engine would store them as plain text. Each is a secret
 * where what it is made of is one. A hash of what is none gives nothing away, and each secret is encrypted anew at every write of the
 * state.
 */
const DERIVED: Readonly<Record<string, (members: Props) => boolean>> = {
  environmentFingerprint: isMadeOfSecrets,
  content: (members) => isMadeOfSecrets(members) || members["unseenValues"] === true,
  // Of all versions that are remembered, also of those whose values were secrets then.
  environments: ({ environments }) => /[0-9a-f]{8}/.test(String(environments)),
};
/** What a hash of values is where there are none. */
const NO_VALUES = "none";

/** True where the program gave a value as a secret that a fingerprint is made of. */
function isMadeOfSecrets({ secretInputs }: Props): boolean {
  return Array.isArray(secretInputs) && secretInputs.some((name) => SECRET_SETTINGS.has(String(name)));
}

/** `pulumi-nodejs:dynamic/alicloud-fc:Function` */
export const Function: DynamicProvider = dynamicProvider({
  check: checkFunction,
  diff: diffFunction,
  cloud: () => runtime().functionCalls,
  outputOnly: ["functionId", "codeChecksum", "codeSize", "createdTime", "lastModifiedTime", "content", "observed"],
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Version` */
export const Version: DynamicProvider = dynamicProvider({
  check: checkVersion,
  diff: diffVersion,
  cloud: () => runtime().versionCalls,
  outputOnly: ["published", "versionId", "previousVersionId", "createdTime"],
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Alias` */
export const Alias: DynamicProvider = dynamicProvider({
  check: checkAlias,
  diff: diffAlias,
  first: describeFirstAlias,
  cloud: () => runtime().aliasCalls,
  outputOnly: ["split", "mainVersionId", "missingVersions", "createdTime", "lastModifiedTime"],
});

/** `pulumi-nodejs:dynamic/alicloud-fc:HttpTrigger` */
export const HttpTrigger: DynamicProvider = dynamicProvider({
  check: checkHttpTrigger,
  diff: diffHttpTrigger,
  cloud: () => runtime().httpTriggerCalls,
  outputOnly: ["triggerId", "url", "intranetUrl", "createdTime", "lastModifiedTime"],
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Release` */
export const Release: DynamicProvider = dynamicProvider({
  check: checkRelease,
  diff: diffRelease,
  first: describeFirst,
  cloud: () => runtime().releaseCalls,
  outputOnly: [
    ...["memory", "environments", "split", "live", "stable", "previousStable", "candidate", "effectiveWeight"],
    ...[
      "phase",
      "step",
      "rejected",
      "keptVersions",
      "formerAliases",
      "judging",
      "history",
      "createdTime",
      "lastModifiedTime",
    ],
  ],
});

/** Shows on the resource's own line what a run will do. */
function announce(urn: unknown, announcement: Announcement | undefined): void {
  if (announcement === undefined) return;
  const { sentence, warnings, failure } = announcement;
  const report = reporter();
  if (sentence !== undefined) report.info(String(urn), sentence);
  for (const warning of warnings) report.warning(String(urn), warning);
  if (failure !== undefined) report.warning(String(urn), `this run fails: ${failure}`);
}

/** The engine's log, loaded by the first message. */
function reporter(): Report {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- nothing else pays for it
  return (require("./engine/log") as typeof import("./engine/log")).engineReport();
}

function dynamicProvider<I extends object, O extends I>(resource: Resource<I, O>): DynamicProvider {
  // The engine hands over plain data; `check` and `diff` are total on whatever stands in it.
  const as = <T>(props: Props): T => props as T;
  return {
    check: (olds, news) =>
      withoutLeaks([olds, news], () => {
        const args = restored(withoutNulls(news));
        const { inputs, failures } = resource.check(as(restored(withoutNulls(olds))), as(args));
        const first = Object.keys(olds).every((key) => key === PROVIDER_KEY);
        if (first && failures.length === 0) announce(inputs["resourceUrn"], resource.first?.(as(inputs)));
        // Every reason names its property and value. With the property the engine would also print the value, unredacted.
        return {
          inputs: storedInputs(outgoing(inputs)),
          failures: firstOfEach(withoutSecrets(args, failures)).map(({ reason }) => ({
            property: "",
            reason: redactedFor(args, reason),
          })),
        };
      }),
    diff: (id, before, after) =>
      withoutLeaks([before, after], () => {
        const [olds, news] = [restored(before), restored(after)];
        const { announcement, ...result } = resource.diff(as(olds), as(news), Date.now() / 1000);
        announce(news["resourceUrn"], announcement);
        if (result.changes === false) current.add(id);
        return result;
      }),
    create: (given) =>
      withoutLeaks([given], async () => {
        const [cloud, inputs] = [resource.cloud(), restored(given)];
        const id = cloud.id(as(inputs));
        const outs = await keptWhenUnfinished(id, inputs, () => cloud.create(as(inputs)));
        current.add(id);
        return { id, outs };
      }),
    update: (id, before, after) =>
      withoutLeaks([before, after], async () => {
        const [olds, news] = [restored(before), restored(after)];
        current.add(id);
        return { outs: await keptWhenUnfinished(id, news, () => resource.cloud().update(as(olds), as(news))) };
      }),
    read: (id, given) =>
      withoutLeaks([given], async () => {
        const props = restored(given);
        // A read is not checked beforehand.
        if (typeof props["problem"] === "string") throw new Error(props["problem"]);
        current.delete(id);
        const found = await resource.cloud().read(as(props));
        const stored = resource.outputOnly[0] !== undefined && resource.outputOnly[0] in props;
        if (found !== undefined) return readResult(id, props, found, stored ? resource.outputOnly : undefined);
        if (stored) return { id: "" };
        throw new Error(`${id} does not exist`);
      }),
    delete: (id, given) =>
      withoutLeaks([given], async () => {
        const props = restored(given);
        if (!current.has(id)) return await resource.cloud().delete(as(props));
        runtime().warn(
          String(props["resourceUrn"]),
          `${id} is kept: its replacement has the same name and took it over; deleteBeforeReplace: true makes it anew`,
        );
      }),
  };
}

/** The first reason for each property: what is missing has no wrong form as well. */
function firstOfEach(failures: readonly Failure[]): Failure[] {
  return failures.filter(({ property }, i) => failures.findIndex((other) => other.property === property) === i);
}

/** Members without those that are null: null means the same as leaving a member out, at any depth. */
function withoutNulls(props: Props): Props {
  const members = Object.entries(props).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(members.map(([key, value]) => [key, withoutNullsInside(value)]));
}

function withoutNullsInside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNullsInside);
  return isMap(value) ? withoutNulls(value) : value;
}

function isMap(value: unknown): value is Props {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a read answers: on refresh of an object in state (`outputOnly` given), or on `get`. */
function readResult(
  id: string,
  props: Props,
  found: { outputs: object; inputs: object },
  outputOnly?: readonly string[],
) {
  const inputs = { ...props, ...found.inputs };
  const kept = Object.entries(inputs).filter(([key]) => outputOnly?.includes(key) !== true);
  const seen = Object.keys(outputOnly === undefined ? found.outputs : found.inputs).filter((key) =>
    SECRET_SETTINGS.has(key),
  );
  return {
    id,
    props: withSecrets(outgoing(found.outputs), seen),
    inputs: withSecrets(storedInputs(outgoing(Object.fromEntries(kept))), seen),
  };
}

/** Values that no program gave and that may be secrets are secrets. */
function withSecrets(members: Props, names: readonly string[]): Props {
  const secrets = names.filter((name) => members[name] !== undefined);
  return { ...members, ...Object.fromEntries(secrets.map((name) => [name, secret(members[name] as Plain)])) };
}

/** What is returned to the engine: plain data that it can store, with derived secrets marked. */
function outgoing(members: object): Props {
  const plain: Props = sanitiseOutputs(stored({ ...members }));
  rememberSecrets(plain);
  delete plain[PROVIDER_KEY];
  for (const [key, isSecret] of Object.entries(DERIVED)) {
    const value = plain[key];
    if (typeof value !== "string" || value === NO_VALUES || isUnknown(value) || !isSecret(plain)) continue;
    plain[key] = secret(value);
  }
  delete plain["unseenValues"];
  return plain;
}

/** Runs a create or update; an object that exists but is not finished is kept in state with the reason. */
async function keptWhenUnfinished(id: string, inputs: Props, run: () => Promise<object>): Promise<Props> {
  try {
    return outgoing(await run());
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Unfinished" || !("outputs" in error)) throw error;
    // The server does not add the provider text on this path; without it no later call would work.
    const properties = { ...outgoing(error.outputs as object), [PROVIDER_KEY]: inputs[PROVIDER_KEY] };
    throw Object.assign(new Error(error.message), { id, properties, reasons: [error.message] });
  }
}

/**
 * Runs a call on a resource with these members. Whatever is thrown leaves as an Error without the secrets among them, and
 * without a stack: the server prints the stack of some on the user's screen.
 */
async function withoutLeaks<T>(members: readonly Props[], run: () => T | Promise<T>): Promise<T> {
  try {
    members.forEach(rememberSecrets);
    return await run();
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    const { id, properties, reasons } = error as { id?: string; properties?: Props; reasons?: string[] };
    const clean = new Error(shown(error.message));
    if (properties !== undefined) Object.assign(clean, { id, properties, reasons: reasons?.map(shown) });
    clean.stack = "";
    throw clean;
  }
}
