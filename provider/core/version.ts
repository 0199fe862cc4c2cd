/** Decides when to publish a version, how a version is recognised, and which versions may be deleted. Pure. */
import { digest, equal } from "./canonical";
import {
  CHANGED,
  type Checked,
  type CommonInputs,
  type Diff,
  checkCommon,
  identityChanges,
  unknownProperties,
} from "./common";
import { FUNCTION_NAME } from "./names";
import type { ObservedAlias, ObservedAsyncConfig, ObservedDomain, ObservedVersion } from "./model";
import { ownerIdIn, resourceNameOf, splitMark, withMark } from "./owner";
import { refusedMove } from "./place";
import { containsUnknown, isUnknown } from "./unknown";
import { anything, boolean, check, integer, line, list, required, secretLine, text, unlessBlank } from "./validate";

/** The checked inputs of a version. */
export interface VersionInputs extends CommonInputs {
  readonly functionName: string;
  /** The function's fingerprint, or a text of the user in its place. */
  readonly fingerprint?: string;
  /** Hash of environment values; a secret. Absent if the function belongs to another stack. */
  readonly environmentFingerprint?: string;
  /** Revision of the function's content. Compared if there is no environmentFingerprint. */
  readonly revision?: number;
  /**
   * Hash of the content of LATEST, computed from the service's answer. It is compared with LATEST before a publish. It is a
   * secret if environment values are secrets, because it covers them.
   */
  readonly content?: string;
  /** Values of the user. A change of any of them publishes a version. */
  readonly triggers?: readonly unknown[];
  readonly description?: string;
  /** True: the description is used for the next publish, and a change of only the description is not a change. */
  readonly describesNextPublish?: boolean;
}

/** The outputs of a version in state: its inputs, and the members below. */
export interface VersionOutputs extends VersionInputs {
  readonly versionId: string;
  readonly previousVersionId?: string;
  readonly createdTime?: string;
  /**
   * Ids of the versions that this resource published, oldest first. A version that the resource only reused, because
   * the content is the same, is not in the list.
   */
  readonly published: readonly string[];
}

/** Rule for the user's part of a version's description. The owner's mark needs at least 36 more characters. */
const DESCRIPTION = text(/^[^\p{Cc}]{0,200}$/u, 200, "text of at most 200 characters on one line");

const MEMBERS = [
  ...["fingerprint", "environmentFingerprint", "revision", "content"],
  ...["triggers", "description", "describesNextPublish"],
];

/** Checks the inputs of a version. */
export function checkVersion(olds: Partial<VersionInputs>, news: Partial<VersionInputs>): Checked {
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("function", news.functionName, "give a Function, its ref, or { functionName, fingerprint }"),
    ...check("functionName", unlessBlank(news.functionName), FUNCTION_NAME),
    ...check("fingerprint", news.fingerprint, line(256)),
    ...check("environmentFingerprint", news.environmentFingerprint, secretLine(256)),
    ...check("content", news.content, secretLine(256)),
    ...check("revision", news.revision, integer(0, Number.MAX_SAFE_INTEGER, "")),
    ...check("triggers", news.triggers, list(anything, 1000)),
    ...check("description", news.description, DESCRIPTION),
    ...check("describesNextPublish", news.describesNextPublish, boolean),
    ...unknownProperties(news, MEMBERS),
  );
  if (news.functionName && news.fingerprint === undefined && news.triggers === undefined) {
    failures.push(
      ...required(
        "fingerprint",
        undefined,
        "a function's name alone does not say when to publish: pass the Function itself, or fingerprint or triggers",
      ),
    );
  }
  return { inputs: { ...news, owner }, failures };
}

/**
 * The values whose change publishes a version. If environment values are secrets of another stack, the revision
 * replaces them.
 */
function publishKey(inputs: Partial<VersionInputs>): unknown[] {
  const { fingerprint, environmentFingerprint, revision, triggers } = inputs;
  return [fingerprint ?? null, environmentFingerprint ?? revision ?? null, triggers ?? null];
}

/**
 * Key by which a published version is found again: 16 hex digits of a hash over owner, function and fingerprint. The
 * key does not cover environment values, because it is public.
 */
export function locatorOf(inputs: VersionInputs): string {
  return digest([ownerIdIn(inputs.owner), inputs.functionName, inputs.fingerprint, inputs.triggers]).slice(0, 16);
}

/** Properties whose change replaces the resource. */
const IDENTITY = ["region", "accountId", "functionName"];

/** Compares the stored outputs with the new inputs. Throws an Error for a change whose publish the service would refuse. */
export function diffVersion(olds: VersionOutputs, news: VersionInputs): Diff {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`version of ${news.functionName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  if (replaces.length > 0) return { replaces };
  if (publishes(olds, news)) return CHANGED;
  if (news.describesNextPublish === true) return { changes: false };
  if (!isUnknown(news.description) && (olds.description ?? "") !== (news.description ?? "")) {
    throw new Error(emptyPublishRefusal(olds, news));
  }
  return { changes: false };
}

/** True if the new inputs need another version than the old inputs. */
export function publishes(olds: Partial<VersionInputs>, news: VersionInputs): boolean {
  // A program may change from a Function to its ref and back, so only members that both inputs have are compared.
  if (olds.environmentFingerprint === undefined || news.environmentFingerprint === undefined) {
    const { environmentFingerprint: _old, ...left } = olds;
    const { environmentFingerprint: _new, ...right } = news;
    return containsUnknown(publishKey(right)) || !equal(publishKey(left), publishKey(right));
  }
  return containsUnknown(publishKey(news)) || !equal(publishKey(olds), publishKey(news));
}

function emptyPublishRefusal(olds: VersionOutputs, news: VersionInputs): string {
  // In every language, the type of an `Alias` differs from the type of a `Version` with the same parents only in its
  // last word.
  const [stack = "", project = "", type = ""] = news.resourceUrn.replace(/^urn:pulumi:/, "").split("::");
  const alias = `urn:pulumi:${stack}::${project}::${type.replace(/Version$/, "Alias")}::<alias>`;
  const shown = ({ description, secretInputs }: VersionInputs) =>
    secretInputs?.includes("description") === true ? "(a secret)" : JSON.stringify(description ?? "");
  return (
    `version ${resourceNameOf(news.resourceUrn)} of function ${news.functionName}: only the description changed (to ` +
    `${shown(news)}), and version ${olds.versionId} already holds this code and configuration. ` +
    `Function Compute refuses to publish without a change and cannot rename a published version. Restore the ` +
    `description ${shown(olds)}, set describesNextPublish: true, or change code or ` +
    `configuration as well. A rollback is possible meanwhile: pulumi up --target '${alias}'`
  );
}

/** The description of a version to publish: the user's text and the mark of this package. */
export function versionDescription(inputs: VersionInputs): string {
  return withMark(inputs.description, inputs.owner, locatorOf(inputs));
}

/** Versions that this resource published for these inputs, newest first. A suitable version is reused instead of publishing. */
export function versionsByLocator(inputs: VersionInputs, versions: readonly ObservedVersion[]): ObservedVersion[] {
  const locator = locatorOf(inputs);
  return newestFirst(versions).filter(({ description }) => {
    const { owner, record } = splitMark(description);
    return ownerIdIn(owner) === ownerIdIn(inputs.owner) && record === locator;
  });
}

/** True for a version that the resource published, whatever its content: the description of the version names the owner. */
export function isPublishedBy({ owner }: Pick<VersionInputs, "owner">, { description }: ObservedVersion): boolean {
  const id = ownerIdIn(splitMark(description).owner);
  return id !== undefined && id === ownerIdIn(owner);
}

/** Versions by number, newest first. */
export function newestFirst(versions: readonly ObservedVersion[]): ObservedVersion[] {
  return [...versions].sort((a, b) => Number(b.versionId) - Number(a.versionId));
}

/** The outputs of a `Version` resource for the published version that has the content of the resource. */
export function versionOutputs(
  inputs: VersionInputs,
  version: ObservedVersion,
  olds: Partial<VersionOutputs>,
): VersionOutputs {
  const previous = olds.versionId === version.versionId ? olds.previousVersionId : olds.versionId;
  const own = isPublishedBy(inputs, version) ? [version.versionId] : [];
  const published = [...new Set([...(olds.published ?? []), ...own])];
  // The expected content of LATEST is not needed after the version is published.
  const { content: _content, ...kept } = inputs;
  return {
    ...kept,
    versionId: version.versionId,
    ...(previous === undefined ? {} : { previousVersionId: previous }),
    ...(version.createdTime === undefined ? {} : { createdTime: version.createdTime }),
    published: published.sort((a, b) => Number(a) - Number(b)),
  };
}

/** Name of a version in messages, such as `version 3 of function api`. */
export function versionLabel({ functionName }: Pick<VersionInputs, "functionName">, versionId: string): string {
  return `version ${versionId} of function ${functionName}`;
}

/** Versions and aliases of a function that custom domains name, each with its domains. */
export function routedQualifiers(domains: readonly ObservedDomain[], functionName: string): Map<string, string[]> {
  const routed = new Map<string, string[]>();
  for (const { domainName = "?", routeConfig } of domains) {
    for (const route of routeConfig?.routes ?? []) {
      const { qualifier } = route;
      if (route.functionName !== functionName || qualifier === undefined) continue;
      routed.set(qualifier, [...new Set([...(routed.get(qualifier) ?? []), domainName])]);
    }
  }
  return routed;
}

/** The custom domains that have a route to a function, with or without a qualifier. */
export function routingDomains(domains: readonly ObservedDomain[], functionName: string): string[] {
  return domains
    .filter(({ routeConfig }) => routeConfig?.routes?.some((route) => route.functionName === functionName) === true)
    .map(({ domainName = "?" }) => domainName);
}

/** Versions and aliases of a function that have a configuration of asynchronous invocations. */
export function asyncQualifiers(configs: readonly ObservedAsyncConfig[], functionName: string): string[] {
  const prefix = `functions/${functionName}/`;
  return configs.flatMap(({ functionArn = "" }) => {
    const own = functionArn.split(":").at(-1) ?? "";
    return own.startsWith(prefix) ? [own.slice(prefix.length)] : [];
  });
}

/** Ids of the versions that aliases or triggers name, each with the names of these aliases and triggers. */
export function namedVersions(
  aliases: readonly ObservedAlias[],
  triggers: readonly { triggerName?: string; qualifier?: string }[],
): Map<string, string[]> {
  const named = new Map<string, string[]>();
  const add = (id: string | undefined, by: string) => {
    if (id !== undefined) named.set(id, [...(named.get(id) ?? []), by]);
  };
  for (const alias of aliases) {
    add(alias.versionId, `alias ${alias.aliasName ?? "?"}`);
    for (const id of Object.keys(alias.additionalVersionWeight ?? {})) add(id, `alias ${alias.aliasName ?? "?"}`);
  }
  for (const trigger of triggers) add(trigger.qualifier, `trigger ${trigger.triggerName ?? "?"}`);
  return named;
}
