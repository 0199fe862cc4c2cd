/**
 * The module that the provider text in every state file loads by name. The path and the exports of this module never
 * change. Loading this module is fast, because the SDK is loaded only by the first call that needs the service.
 */
import { checkAlias, diffAlias, describeFirstAlias } from "./core/alias";
import type { Plain } from "./core/canonical";
import { CHANGED, type Checked, type Diff, withoutSecrets } from "./core/common";
import { SECRET_SETTINGS, checkFunction, diffFunction } from "./core/function";
import {
  ALIAS_OUTPUTS,
  FUNCTION_OUTPUTS,
  HTTP_TRIGGER_OUTPUTS,
  RELEASE_INTERNAL,
  RELEASE_OUTPUTS,
  VERSION_OUTPUTS,
} from "./core/outputOnly";
import { sanitiseOutputs, secret } from "./core/outputs";
import { restored, stored, storedOutputs } from "./core/stored";
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

/** The methods that Pulumi's dynamic-provider server calls. */
export interface DynamicProvider {
  check(olds: Props, news: Props): Promise<Checked>;
  diff(id: string, olds: Props, news: Props): Promise<Diff>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  update(id: string, olds: Props, news: Props): Promise<{ outs: Props }>;
  read(id: string, props: Props): Promise<{ id?: string; props?: Props; inputs?: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

/** A diff, and what the preview prints about this diff. */
type Announced = Diff & { readonly announcement?: Announcement };

interface Resource<I, O extends I> {
  readonly kind: string;
  check(olds: Partial<I>, news: Partial<I>): Checked;
  /** `now`: seconds since 1970. */
  diff(olds: O, news: I, now: number): Announced;
  /** The notice of the first run. The notice is made by `check`, because the engine calls nothing else before a create. */
  first?(inputs: I): Announcement;
  /** True for a resource that decides traffic: if this run deletes and creates it, it continues from the deleted object. */
  readonly continues?: true;
  cloud(): CloudCalls<I, O>;
  /** Outputs that are not inputs. State has them, but the inputs of a `get` do not. */
  outputOnly: readonly string[];
}

const runtime = () => require("./runtime") as typeof import("./runtime"); // eslint-disable-line @typescript-eslint/no-require-imports -- on the first call that needs it

const PROVIDER_KEY = "__provider";
/**
 * Ids of the objects that this run created, changed or found unchanged. A replacement may have the same name as the
 * replaced resource and take over its object. The later deletion of the replaced resource must not delete this object.
 * A read begins a run, so it removes the id.
 */
const current = new Set<string>();
/**
 * Ids of the objects that this run deleted, with their outputs. The check of a resource that is replaced comes before the
 * deletion, so a check after it begins another run, and removes the id.
 */
const deleted = new Map<string, Props>();
/**
 * URNs of resources that were checked and not read since, so that the next `diff` plans a run. Other calls of `diff` print no
 * notice: after a read the engine shows changes from outside, and before a deletion it looks for dependent resources.
 */
const planned = new Set<unknown>();
/**
 * Outputs that are computed from values that may be secrets. The engine does not know this, and would store them as
 * plain text. Each is marked as a secret only if one of its values is a secret: every secret is encrypted again at each
 * write of the state, which costs time.
 */
const DERIVED: Readonly<Record<string, (members: Props) => boolean>> = {
  environmentFingerprint: isMadeOfSecrets,
  content: (members) => isMadeOfSecrets(members) || members["unseenValues"] === true,
  // This hash covers all remembered versions, including those whose values were secrets at their time.
  environments: ({ environments }) => /[0-9a-f]{8}/.test(String(environments)),
};
/** The hash that is used if there are no values. */
const NO_VALUES = "none";

/** True if the program marked a value as a secret that goes into a fingerprint. */
function isMadeOfSecrets({ secretInputs }: Props): boolean {
  return Array.isArray(secretInputs) && secretInputs.some((name) => SECRET_SETTINGS.has(String(name)));
}

/** `pulumi-nodejs:dynamic/alicloud-fc:Function` */
export const Function: DynamicProvider = dynamicProvider({
  kind: "Function",
  check: checkFunction,
  diff: diffFunction,
  cloud: () => runtime().functionCalls,
  outputOnly: Object.keys(FUNCTION_OUTPUTS),
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Version` */
export const Version: DynamicProvider = dynamicProvider({
  kind: "Version",
  check: checkVersion,
  diff: diffVersion,
  cloud: () => runtime().versionCalls,
  outputOnly: Object.keys(VERSION_OUTPUTS),
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Alias` */
export const Alias: DynamicProvider = dynamicProvider({
  kind: "Alias",
  check: checkAlias,
  diff: diffAlias,
  first: describeFirstAlias,
  continues: true,
  cloud: () => runtime().aliasCalls,
  outputOnly: Object.keys(ALIAS_OUTPUTS),
});

/** `pulumi-nodejs:dynamic/alicloud-fc:HttpTrigger` */
export const HttpTrigger: DynamicProvider = dynamicProvider({
  kind: "HttpTrigger",
  check: checkHttpTrigger,
  diff: diffHttpTrigger,
  cloud: () => runtime().httpTriggerCalls,
  outputOnly: Object.keys(HTTP_TRIGGER_OUTPUTS),
});

/** `pulumi-nodejs:dynamic/alicloud-fc:Release` */
export const Release: DynamicProvider = dynamicProvider({
  kind: "Release",
  check: checkRelease,
  diff: diffRelease,
  first: describeFirst,
  continues: true,
  cloud: () => runtime().releaseCalls,
  outputOnly: Object.keys({ ...RELEASE_OUTPUTS, ...RELEASE_INTERNAL }),
});

/**
 * The outputs of the object that this run deleted to replace it (option `deleteBeforeReplace`); undefined if it deleted
 * none. After the deletion of the whole function there is nothing to continue: its version numbers start again.
 */
function replacedBy(id: string, inputs: Props): Props | undefined {
  const former = deleted.get(id);
  const [functionId = ""] = id.split("/");
  return former?.["resourceUrn"] === inputs["resourceUrn"] && !deleted.has(functionId) ? former : undefined;
}

function forgetDeleted(resourceUrn: unknown): void {
  for (const [id, former] of deleted) if (former["resourceUrn"] === resourceUrn) deleted.delete(id);
}

/** Prints the notice and warnings of a run on the resource's line. */
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
  const { kind } = resource;
  // The engine passes plain data. `check` and `diff` accept any content of it without failing.
  const as = <T>(props: Props): T => props as T;
  return {
    check: (olds, news) =>
      withoutLeaks([olds, news], () => {
        const args = restored(withoutNulls(news));
        const { inputs, failures } = resource.check(as(restored(withoutNulls(olds))), as(args));
        planned.add(args["resourceUrn"]);
        forgetDeleted(args["resourceUrn"]);
        const first = Object.keys(olds).every((key) => key === PROVIDER_KEY);
        if (first && failures.length === 0) announce(inputs["resourceUrn"], resource.first?.(as(inputs)));
        // The property is left out: with it, the engine would print the value, also of a secret. Every reason contains
        // the name of its property.
        return {
          inputs: outgoing(stored({ ...inputs })),
          failures: firstOfEach(withoutSecrets(args, failures)).map(({ reason }) => ({
            property: "",
            reason: redactedFor(args, reason),
          })),
        };
      }),
    diff: (id, before, after) =>
      withoutLeaks([before, after], () => {
        const [olds, news] = [restored(before, id), restored(after)];
        const plans = planned.has(news["resourceUrn"]);
        const diff = () => resource.diff(as(olds), as(news), Date.now() / 1000);
        const { announcement, ...result } = plans ? diff() : comparison(diff);
        if (plans) announce(news["resourceUrn"], announcement);
        if (result.changes === false && plans) current.add(id);
        return result;
      }),
    create: (given) =>
      withoutLeaks([given], async () => {
        const [cloud, inputs] = [resource.cloud(), restored(given)];
        const id = cloud.id(as(inputs));
        const replaced = resource.continues === true ? replacedBy(id, inputs) : undefined;
        const outs = await keptWhenUnfinished(kind, id, inputs, () =>
          replaced === undefined ? cloud.create(as(inputs)) : cloud.update(as(replaced), as(inputs)),
        );
        current.add(id);
        return { id, outs };
      }),
    update: (id, before, after) =>
      withoutLeaks([before, after], async () => {
        const [olds, news] = [restored(before, id), restored(after)];
        current.add(id);
        return { outs: await keptWhenUnfinished(kind, id, news, () => resource.cloud().update(as(olds), as(news))) };
      }),
    read: (id, given) =>
      withoutLeaks([given], async () => {
        const props = restored(given, id);
        // The engine does not call `check` before a read.
        if (typeof props["problem"] === "string") throw new Error(props["problem"]);
        current.delete(id);
        planned.delete(props["resourceUrn"]);
        const found = await resource.cloud().read(as(props));
        const known = resource.outputOnly[0] !== undefined && resource.outputOnly[0] in props;
        if (found !== undefined) return readResult(kind, id, props, found, known ? resource.outputOnly : undefined);
        if (known) return { id: "" };
        throw new Error(`${id} does not exist`);
      }),
    delete: (id, given) =>
      withoutLeaks([given], async () => {
        const props = restored(given, id);
        if (!current.has(id)) {
          await resource.cloud().delete(as(props));
          deleted.set(id, props);
          return;
        }
        runtime().warn(
          String(props["resourceUrn"]),
          `${id} is kept: its replacement has the same name and took it over; deleteBeforeReplace: true creates it again`,
        );
      }),
  };
}

/**
 * A diff that plans no run, such as the one inside a refresh: the engine compares the refreshed outputs with the inputs in state, and
 * deploys nothing. So a change that a run would refuse is reported like any other change.
 */
function comparison(diff: () => Announced): Announced {
  try {
    return diff();
  } catch {
    return CHANGED;
  }
}

/** The first failure for each property, so that a missing value has only one message. */
function firstOfEach(failures: readonly Failure[]): Failure[] {
  return failures.filter(({ property }, i) => failures.findIndex((other) => other.property === property) === i);
}

/** The members without null values at any depth, because null means the same as leaving a member out. */
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

/** The answer to a read: to the refresh of an object in state (`outputOnly` is set), or to a `get`. */
function readResult(
  kind: string,
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
    props: withSecrets(outgoing(storedOutputs(kind, { ...found.outputs })), seen),
    inputs: withSecrets(outgoing(stored(Object.fromEntries(kept))), seen),
  };
}

/** Marks the named members as secrets, because their values may be secrets and were not set by the program. */
function withSecrets(members: Props, names: readonly string[]): Props {
  const secrets = names.filter((name) => members[name] !== undefined);
  return { ...members, ...Object.fromEntries(secrets.map((name) => [name, secret(members[name] as Plain)])) };
}

/** Members in the form of the engine: plain data that it can store, with computed secrets marked. */
function outgoing(members: Props): Props {
  const plain: Props = sanitiseOutputs(members);
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

/** Runs a create or update. An object that exists but is unfinished is stored in state, with the reason. */
async function keptWhenUnfinished(kind: string, id: string, inputs: Props, run: () => Promise<object>): Promise<Props> {
  const outs = (outputs: object) => outgoing(storedOutputs(kind, { ...outputs }));
  try {
    return outs(await run());
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "Unfinished" || !("outputs" in error)) throw error;
    // If a create or an update fails after the object was changed, the engine stores this partial state. Pulumi does not
    // add the text of the provider (`__provider`) to a partial state, and without this text no later call would work.
    const properties = { ...outs(error.outputs as object), [PROVIDER_KEY]: inputs[PROVIDER_KEY] };
    throw Object.assign(new Error(error.message), { id, properties, reasons: [error.message] });
  }
}

/**
 * Runs a call on a resource with these members. Every failure is thrown as an Error without secrets of the resource,
 * and without a stack, which the server would print for some errors.
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
