/**
 * Publishes each content at most once, and compares the published version with LATEST before any alias points to it.
 */
import type { FcApi } from "../client/api";
import { Code, hasCode, isFcError, isRetryable } from "../client/errors";
import { waitToTryAgain } from "../client/retry";
import { contentOf, differingFields } from "../core/function";
import type { ObservedFunction, ObservedVersion } from "../core/model";
import type { VersionInputs, VersionOutputs } from "../core/version";
import {
  isPublishedBy,
  versionsByLocator,
  newestFirst,
  versionDescription,
  versionLabel,
  versionOutputs,
} from "../core/version";
import { onlyIfOwned, versionIdentity } from "./ownership";
import { waitUntilReady } from "./readiness";
import { SETTLE_WINDOW, type Session, poll } from "./session";
import { deleteUnnamed, namedInFunction } from "./unnamedVersions";
import { MAX_SENDS } from "./write";

/** Number of recent versions that are compared after the service refused a publish because nothing changed. */
const RECENT = 10;

/** Returns a version with the content of LATEST: an earlier version that this resource published, or a new one. */
export async function reconcileVersion(
  session: Session,
  inputs: VersionInputs,
  olds: Partial<VersionOutputs> = {},
): Promise<VersionOutputs> {
  const latest = deployed(session, inputs) ?? (await deployedLatest(session, inputs));
  const reused = await firstEqual(
    session.api,
    inputs.functionName,
    latest,
    versionsByLocator(inputs, await earlier(session, inputs)),
  );
  const version = reused ?? (await publish(session, inputs, latest));
  return versionOutputs(inputs, version, olds);
}

/**
 * LATEST as this run read it back, if that was within the last 30 seconds. A further read would not detect a change
 * between the read and the publish. Such a change is found in any case, because the published version is read back and
 * compared.
 */
function deployed({ proven }: Session, { functionName, content }: VersionInputs): ObservedFunction | undefined {
  const latest = proven?.latest(functionName);
  return latest !== undefined && contentOf(latest) === content ? latest : undefined;
}

/** Versions that may have the content already; none for a function that this run created. */
async function earlier({ api, proven }: Session, { functionName }: VersionInputs): Promise<ObservedVersion[]> {
  if (proven?.lacksVersions(functionName) === true) return [];
  const versions = (await api.listVersions(functionName)) ?? [];
  proven?.versionsListed(
    functionName,
    versions.map(({ versionId }) => versionId),
  );
  return versions;
}

const underWay = new WeakMap<FcApi, Map<string, Promise<ObservedVersion[] | undefined>>>();

/** The versions of a function. Resources that are read at the same time share one list. */
export function sharedVersions(api: FcApi, functionName: string): Promise<ObservedVersion[] | undefined> {
  const lists = underWay.get(api) ?? new Map<string, Promise<ObservedVersion[] | undefined>>();
  underWay.set(api, lists);
  const list = lists.get(functionName) ?? api.listVersions(functionName).finally(() => lists.delete(functionName));
  lists.set(functionName, list);
  return list;
}

/** Reads LATEST. Throws unless LATEST has the content that the Function resource deployed. */
async function deployedLatest(session: Session, inputs: VersionInputs): Promise<ObservedFunction> {
  const found = await poll(session.clock, SETTLE_WINDOW, () => session.api.getFunction(inputs.functionName));
  if (found === undefined) {
    throw new Error(`version of function ${inputs.functionName}: the function does not exist in ${inputs.region}`);
  }
  const latest = await waitUntilReady(session, inputs, found);
  if (inputs.content === undefined || contentOf(latest) === inputs.content) return latest;
  throw new Error(
    `version of function ${inputs.functionName}: LATEST is no longer what this stack deployed (fingerprint ` +
      `${inputs.fingerprint ?? "none"}): it was changed by hand or by another pipeline at ` +
      `${latest.lastModifiedTime ?? "an unknown time"}. Nothing was published. Run pulumi up --refresh to see the change ` +
      `and to restore this stack's content`,
  );
}

/** The first of the versions whose content equals that of LATEST. */
export async function firstEqual(
  api: FcApi,
  functionName: string,
  latest: ObservedFunction,
  versions: readonly ObservedVersion[],
): Promise<ObservedVersion | undefined> {
  for (const version of versions.slice(0, RECENT)) {
    const snapshot = await api.getFunction(functionName, version.versionId);
    if (snapshot !== undefined && contentOf(snapshot) === contentOf(latest)) return version;
  }
  return undefined;
}

async function publish(session: Session, inputs: VersionInputs, first: ObservedFunction): Promise<ObservedVersion> {
  const start = session.clock.now();
  let latest = first;
  for (let [attempts, unclear] = [1, 0]; ; attempts++) {
    try {
      const description = versionDescription(inputs);
      const version = { description, ...(await session.api.publishVersion(inputs.functionName, description)) };
      await proveContent(session, inputs, latest, version);
      return version;
    } catch (error) {
      if (isFcError(error) && isRetryable(error)) {
        await waitToTryAgain(session.clock, error, { start, attempts });
        // LATEST may have been changed or published meanwhile.
        latest = await deployedLatest(session, inputs);
        const versions = (await session.api.listVersions(inputs.functionName)) ?? [];
        const theirs = await firstEqual(session.api, inputs.functionName, latest, versionsByLocator(inputs, versions));
        if (theirs !== undefined) return theirs;
        continue;
      }
      const adopted = await adopt(session, inputs, latest, error);
      if (adopted !== undefined) return adopted;
      if (hasCode(error, Code.NothingToPublish)) throw deletedContent(inputs, error);
      unclear += 1;
      if (unclear >= MAX_SENDS) throw error;
    }
  }
}

/**
 * The error for content that was published before and whose version was deleted. The service compares each publish with
 * its last publish, and refuses the content of the last publish.
 */
function deletedContent({ functionName }: VersionInputs, { message }: Error): Error {
  return new Error(
    `version of function ${functionName}: Function Compute has published this content before and refuses to publish it again, ` +
      `but none of the latest ${RECENT} versions holds it: it was deleted. Give the Function a contentKey it did not have ` +
      `before, such as contentKey: "again", which makes the same code and configuration count as new; or change one of them. ` +
      `Then run pulumi up again (${message})`,
  );
}

/**
 * Finds the version with the content, within {@link SETTLE_WINDOW}, after a refusal because nothing changed or after a
 * lost answer. Throws any other failure.
 */
async function adopt(
  session: Session,
  inputs: VersionInputs,
  latest: ObservedFunction,
  error: unknown,
): Promise<ObservedVersion | undefined> {
  const refused = hasCode(error, Code.NothingToPublish);
  if (!refused && !(isFcError(error) && error.outcome === "unknown")) throw error;
  return await poll(session.clock, SETTLE_WINDOW, async () => {
    const versions = (await session.api.listVersions(inputs.functionName)) ?? [];
    return await firstEqual(
      session.api,
      inputs.functionName,
      latest,
      refused ? newestFirst(versions) : versionsByLocator(inputs, versions),
    );
  });
}

/**
 * Throws if the published version has other content than LATEST had when it was read. Another pipeline may have changed
 * LATEST between the read and the publish.
 */
async function proveContent(
  session: Session,
  inputs: VersionInputs,
  latest: ObservedFunction,
  version: ObservedVersion,
): Promise<void> {
  const { functionName } = inputs;
  const snapshot = await poll(session.clock, SETTLE_WINDOW, () =>
    session.api.getFunction(functionName, version.versionId),
  );
  if (snapshot === undefined) {
    throw new Error(
      `version ${version.versionId} of function ${functionName} was published but cannot be read back; no alias was ` +
        `moved. Run pulumi up again: it takes the version over`,
    );
  }
  if (contentOf(snapshot) === contentOf(latest)) {
    session.proven?.versionPublished(functionName, version.versionId);
    return;
  }
  throw new Error(
    `version ${version.versionId} of function ${functionName} holds other content than this stack's: ` +
      `${differingFields(latest, snapshot).join(", ")} changed between the read of LATEST (code ${latest.codeChecksum ?? "?"}) and ` +
      `the publish (code ${snapshot.codeChecksum ?? "?"}): another pipeline was at work. No alias was moved; let one ` +
      `pipeline finish, then run pulumi up again`,
  );
}

/**
 * The live version with the number in state; undefined if another version has this number, because the function was
 * created again.
 */
export function ownVersion(
  session: Pick<Session, "report">,
  props: VersionOutputs,
  found: ObservedVersion | undefined,
): ObservedVersion | undefined {
  const { resourceUrn, owner, versionId, published, createdTime } = props;
  const label = versionLabel(props, versionId);
  const claim = { resourceUrn, owner, label, kind: "a version", named: "functionName", release: "" };
  // A reused version was published by another owner or has no owner in its description, so only its identity is
  // compared.
  const identityOf = published.includes(versionId) ? versionIdentity : withoutOwner;
  return onlyIfOwned(session, { ...claim, known: { identity: createdTime } }, found, identityOf);
}

function withoutOwner(version: ObservedVersion) {
  return { ...versionIdentity(version), owner: undefined };
}

/**
 * Deletes the versions that a resource published, except those that an alias or trigger names. Prints a warning about
 * the versions that are kept.
 */
export async function deleteVersions(session: Session, props: VersionOutputs): Promise<void> {
  const { functionName, resourceUrn: urn } = props;
  const own = ((await session.api.listVersions(functionName)) ?? []).filter((version) => isPublishedBy(props, version));
  const existing = new Set(own.map(({ versionId }) => versionId));
  const toDelete = props.published.filter((id) => existing.has(id));
  const look = () => namedInFunction(session.api, functionName);
  for (const { versionId, by } of (await deleteUnnamed(session, functionName, toDelete, look)).left) {
    const why = `${by.join(", ")} points to it. It is deleted with its function at the latest`;
    session.report.warning(urn, `${versionLabel(props, versionId)} is not deleted now: ${why}`);
  }
}
