/**
 * Connects the engine's calls with `reconcile`, `client` and `code`. The provider process loads this module at the
 * first call that needs the service.
 */
import { alicloudApi } from "./client/alicloud";
import type { FcApi } from "./client/api";
import type { AlicloudOptions } from "./client/options";
import { systemClock } from "./client/retry";
import { EMULATOR_VARIABLE } from "./client/endpoints";
import { packCode, packSource, sourceOfMarker } from "./code";
import type { LogStore, RowSource } from "./core/analysis";
import type { AliasInputs, AliasOutputs } from "./core/alias";
import { aliasOutputs, aliasState, refreshedAliasInputs } from "./core/alias";
import type { CommonInputs } from "./core/common";
import type { AssetCode, FunctionInputs, FunctionOutputs, LocalCode } from "./core/function";
import { functionOutputs, hasUnseenValues, observedFields, refreshedInputs } from "./core/function";
import type { ObservedFunction } from "./core/model";
import { resourceNameOf, splitMark } from "./core/owner";
import { type Place, functionArn, resourceId } from "./core/place";
import type { ReleaseInputs, ReleaseOutputs } from "./core/release";
import { observedRelease, refreshedRelease } from "./core/release";
import type { HttpTriggerInputs, HttpTriggerOutputs } from "./core/trigger";
import { refreshedTrigger, triggerOutputs } from "./core/trigger";
import type { VersionInputs, VersionOutputs } from "./core/version";
import { publishes, versionOutputs } from "./core/version";
import { engineReport } from "./engine/log";
import { claimOf, deleteAlias, observeAlias, reconcileAlias } from "./reconcile/alias";
import { deleteFunction, functionClaim, reconcileFunction } from "./reconcile/function";
import { aliasIdentity, assertImportable, functionIdentity, onlyIfOwned, triggerIdentity } from "./reconcile/ownership";
import { Proven } from "./reconcile/proven";
import type { Session } from "./reconcile/session";
import { deleteRelease, reconcileRelease } from "./reconcile/release";
import { deleteTrigger, reconcileTrigger, triggerClaim } from "./reconcile/trigger";
import { deleteVersions, ownVersion, reconcileVersion, sharedVersions } from "./reconcile/version";

/** The result of a read: undefined, or the outputs and the inputs that would lead to them. */
export type Found<O> = { readonly outputs: O; readonly inputs: Readonly<Record<string, unknown>> } | undefined;

/** The calls of one kind of resource that need the service. */
export interface CloudCalls<I, O extends I> {
  id(inputs: I): string;
  create(inputs: I): Promise<O>;
  update(olds: O, news: I): Promise<O>;
  /** `props` contains the outputs in state, or only the inputs of a `get`. Returns undefined if the object does not exist. */
  read(props: O | I): Promise<Found<O>>;
  delete(props: O): Promise<void>;
}

const places = new Map<string, { readonly api: FcApi; readonly proven: Proven }>();

/**
 * Returns the session for a place and connection. The session lives as long as the process, so that all calls share the
 * confirmation of the account, sockets, and what the run has created or read back already.
 */
function sessionFor({ region, accountId, connection }: CommonInputs): Session {
  const options: AlicloudOptions = connection === undefined ? {} : { connection };
  const key = JSON.stringify([region, accountId, connection]);
  const place = places.get(key) ?? {
    api: alicloudApi({ region, accountId }, options),
    proven: new Proven(systemClock),
  };
  places.set(key, place);
  return { ...place, clock: systemClock, report, logs: logsAt({ region, accountId }, options) };
}

/** The SDK of the log service is loaded by the first read of rows. */
function logsAt(place: Place, options: AlicloudOptions): (store: LogStore) => RowSource {
  return (store) => async (query) => {
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- late
    const { alicloudLogs } = require("./client/logs") as typeof import("./client/logs");
    return await alicloudLogs(place, options, store)(query);
  };
}

const report = engineReport();

/** Prints a warning on a resource's own line. */
export function warn(urn: string, message: string): void {
  report.warning(urn, message);
}

/** The account of the credentials in the environment. */
export async function callerAccount(
  region: string,
  { profile, endpoint }: { readonly profile: string | undefined; readonly endpoint: string | undefined },
): Promise<string> {
  // The client needs an account id before the account is known. Neither of these two ids belongs to an account, and
  // only the first one counts as an emulator's.
  const accountId = process.env[EMULATOR_VARIABLE] ? "0000" : "1";
  const connection = { ...(profile && { profile }), ...(endpoint && { endpoint }) };
  return await alicloudApi({ region, accountId }, { connection }).callerAccount();
}

function pack(code: LocalCode | AssetCode) {
  const base = process.cwd();
  return "path" in code ? packCode(code.path, base) : packSource(sourceOfMarker(code.asset), base);
}

/** The calls for a function. */
export const functionCalls: CloudCalls<FunctionInputs, FunctionOutputs> = {
  id: (inputs) => resourceId(inputs, inputs.functionName),
  create: (inputs) => reconcileFunction(sessionFor(inputs), pack, inputs),
  update: (olds, news) => reconcileFunction(sessionFor(news), pack, news, olds),
  async read(props) {
    const session = sessionFor(props);
    // A refresh may be the start of another run in the same process, so what an earlier run has remembered about the
    // function is forgotten.
    session.proven?.forget(props.functionName);
    const observed = await session.api.getFunction(props.functionName);
    if (observed === undefined) return undefined;
    // Computed from the program's values, before live values replace them.
    const unseenValues = hasUnseenValues(props, observed);
    if (!("functionId" in props)) {
      return { outputs: { ...functionOutputs(fromLive(props, observed), observed), unseenValues }, inputs: {} };
    }
    const own = onlyIfOwned(session, functionClaim(props, props), observed, functionIdentity);
    if (own === undefined) return undefined;
    const live = refreshedInputs(props, own);
    return { outputs: { ...functionOutputs({ ...props, ...live }, own), unseenValues }, inputs: live };
  },
  delete: (props) => deleteFunction(sessionFor(props), props),
};

/** The members of a `get` of a function: the service's fields under their own names. */
function fromLive(props: FunctionInputs, observed: ObservedFunction): FunctionInputs {
  return { ...props, ...observedFields(observed), functionArn: functionArn(props, props.functionName), revision: 1 };
}

/** The calls for a `Version`. */
export const versionCalls: CloudCalls<VersionInputs, VersionOutputs> = {
  id: (inputs) => resourceId(inputs, inputs.functionName, `versions:${resourceNameOf(inputs.resourceUrn)}`),
  create: (inputs) => reconcileVersion(sessionFor(inputs), inputs),
  // An update happens only for a change that publishes, or after an unfinished run. In the second case the content is
  // compared as well.
  update: (olds, news) =>
    publishes(olds, news) || olds.versionId === undefined
      ? reconcileVersion(sessionFor(news), news, olds)
      : Promise.resolve({ ...olds, ...news }),
  async read(props) {
    const session = sessionFor(props);
    const versions = await sharedVersions(session.api, props.functionName);
    const wanted = (props as Partial<VersionOutputs>).versionId;
    const version = versions?.find(({ versionId }) => versionId === wanted);
    if (!("published" in props)) {
      if (version === undefined) return undefined;
      const outputs = versionOutputs(props, version, {});
      return { outputs: { ...outputs, description: splitMark(version.description).text }, inputs: {} };
    }
    if (ownVersion(session, props, version) === undefined) return undefined;
    const existing = new Set(versions?.map(({ versionId }) => versionId));
    return { outputs: { ...props, published: props.published.filter((id) => existing.has(id)) }, inputs: {} };
  },
  delete: (props) => deleteVersions(sessionFor(props), props),
};

/** The calls for a release. */
export const releaseCalls: CloudCalls<ReleaseInputs, ReleaseOutputs> = {
  id: (inputs) => resourceId(inputs, inputs.functionName, inputs.aliasName),
  create: (inputs) => reconcileRelease(sessionFor(inputs), inputs),
  update: (olds, news) => reconcileRelease(sessionFor(news), news, olds),
  async read(props) {
    const session = sessionFor(props);
    // Both steps use the same list of versions.
    const [found, versions] = await Promise.all([
      observeAlias(session, props),
      sharedVersions(session.api, props.functionName),
    ]);
    if (!("memory" in props))
      return found === undefined ? undefined : { outputs: observedRelease(props, found), inputs: {} };
    const alias = onlyIfOwned(session, claimOf(props, props), found, aliasIdentity);
    const orphan = alias === undefined && (await session.api.getFunction(props.functionName)) === undefined;
    if (orphan) return undefined;
    const existing = new Set(versions?.map(({ versionId }) => versionId));
    return { outputs: refreshedRelease(props, alias, (id) => existing.has(id)), inputs: {} };
  },
  delete: (props) => deleteRelease(sessionFor(props), props),
};

/** The calls for an alias. */
export const aliasCalls: CloudCalls<AliasInputs, AliasOutputs> = {
  id: (inputs) => resourceId(inputs, inputs.functionName, inputs.aliasName),
  create: (inputs) => reconcileAlias(sessionFor(inputs), inputs),
  update: (olds, news) => reconcileAlias(sessionFor(news), news, aliasState(olds)),
  async read(props) {
    const session = sessionFor(props);
    const found = await observeAlias(session, props);
    const stored = "split" in props;
    const alias = stored ? onlyIfOwned(session, claimOf(props, props), found, aliasIdentity) : found;
    if (alias === undefined) return undefined;
    const live = stored ? refreshedAliasInputs(props, alias) : { description: splitMark(alias.description).text };
    return { outputs: aliasOutputs({ ...props, ...live }, alias), inputs: live };
  },
  delete: (props) => deleteAlias(sessionFor(props), props),
};

/** The calls for an HTTP trigger. */
export const httpTriggerCalls: CloudCalls<HttpTriggerInputs, HttpTriggerOutputs> = {
  id: (inputs) => resourceId(inputs, inputs.functionName, `triggers:${inputs.triggerName}`),
  create: (inputs) => reconcileTrigger(sessionFor(inputs), inputs),
  update: (olds, news) => reconcileTrigger(sessionFor(news), news, olds),
  async read(props) {
    const session = sessionFor(props);
    const found = await session.api.getTrigger(props.functionName, props.triggerName);
    // State has these members, but the arguments of a `get` do not.
    const stored = "triggerId" in props || "createdTime" in props;
    const trigger = stored ? onlyIfOwned(session, triggerClaim(props, props), found, triggerIdentity) : found;
    if (trigger === undefined) return undefined;
    const live = refreshedTrigger(props, trigger);
    return { outputs: triggerOutputs({ ...props, ...live }, trigger), inputs: live };
  },
  delete: (props) => deleteTrigger(sessionFor(props), props),
};

/** Checks before an import, by kind: each throws if the object belongs to another resource. */
export const importChecks = {
  async Function(inputs: FunctionInputs): Promise<void> {
    const found = await sessionFor(inputs).api.getFunction(inputs.functionName);
    if (found !== undefined) assertImportable(functionClaim(inputs, undefined), functionIdentity(found));
  },
  async Alias(inputs: AliasInputs): Promise<void> {
    const found = await observeAlias(sessionFor(inputs), inputs);
    if (found !== undefined) assertImportable(claimOf(inputs, undefined), aliasIdentity(found));
  },
  async HttpTrigger(inputs: HttpTriggerInputs): Promise<void> {
    const found = await sessionFor(inputs).api.getTrigger(inputs.functionName, inputs.triggerName);
    if (found !== undefined) assertImportable(triggerClaim(inputs, undefined), triggerIdentity(found));
  },
};
