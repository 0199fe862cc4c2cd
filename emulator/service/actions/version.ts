/** PublishFunctionVersion, ListFunctionVersions, DeleteFunctionVersion. */
import { type Action, type ApiRequest, type ApiResponse, noContent, ok, timestamp, type World } from "../api";
import { invalidArgument, stillInUse, versionPublishError } from "../../base/errors";
import { checkDescription } from "../fields";
import { canonical, field } from "../../base/json";
import type { Snapshot, StoredAlias, StoredFunction, StoredVersion } from "../../state/model";
import { listBody, pageOf } from "../paging";
import { versionView } from "../view";
import { findFunction, findVersion, jsonBody, refuseUnknown } from "./lookup";

export const publishFunctionVersion: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["description"]);
  const description = checkDescription(field(body, "description"));
  if (!mayPublish(world, entry)) return refusePublish(world, entry, request);
  const now = timestamp(world);
  const version: StoredVersion = {
    versionId: String(entry.nextVersion),
    description,
    createdTime: now,
    lastModifiedTime: now,
    functionModifiedTime: entry.lastModifiedTime,
    config: structuredClone(entry.config),
    ...(entry.code === undefined ? {} : { code: entry.code }),
    layerPackages: { ...entry.layerPackages },
  };
  entry.versions.set(version.versionId, version);
  entry.nextVersion += 1;
  entry.lastPublished = contentOf(entry);
  entry.touched = false;
  world.store.save(entry);
  return ok(versionView(version));
};

function refusePublish(world: World, entry: StoredFunction, request: ApiRequest): ApiResponse {
  const { publishErrorHeader, publishErrorStatus, refusedPublish } = world.options;
  const newest = [...entry.versions.values()].at(-1);
  const isIgnored = request.headers["x-fc-ignore-version-publish-error"] === "true";
  if (publishErrorHeader === "obeyed" && isIgnored && newest !== undefined) return ok(versionView(newest));
  if (refusedPublish === "burns") {
    entry.nextVersion += 1;
    world.store.save(entry);
  }
  throw versionPublishError(entry.functionName, Number(publishErrorStatus));
}

export const listFunctionVersions: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { direction = "BACKWARD" } = request.query;
  if (direction !== "BACKWARD" && direction !== "FORWARD") {
    throw invalidArgument(`direction must be BACKWARD or FORWARD, got '${direction}'`);
  }
  const precedes =
    direction === "FORWARD"
      ? (a: string, b: string) => Number(a) < Number(b)
      : (a: string, b: string) => Number(a) > Number(b);
  const page = pageOf([...entry.versions.values()], (version) => version.versionId, request, precedes);
  return ok({ direction, ...listBody("versions", page, versionView) });
};

/**
 * DeleteFunctionVersion. By the documentation it succeeds also if an alias names the version; requests through this
 * alias then fail.
 */
export const deleteFunctionVersion: Action = (world, request) => {
  const entry = findFunction(world, request);
  const versionId = request.params["versionId"] ?? "";
  if (!/^\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published version, got '${versionId}'`);
  findVersion(entry, versionId);
  const named = [...entry.aliases.values()].find((alias) => namesVersion(alias, versionId));
  if (named !== undefined && world.options.deleteVersionInUse === "refuse") {
    throw stillInUse(`version '${versionId}'`, `alias '${named.aliasName}' names it`);
  }
  entry.versions.delete(versionId);
  world.store.save(entry);
  world.store.freePackages();
  world.pool.retire(entry.functionId, versionId);
  return noContent();
};

function namesVersion(alias: StoredAlias, versionId: string): boolean {
  return alias.versionId === versionId || Object.hasOwn(alias.additionalVersionWeight, versionId);
}

/** Whether a publish is allowed. LATEST is compared with the last publish, even if this version was deleted. */
function mayPublish(world: World, entry: StoredFunction): boolean {
  switch (world.options.publishGuard) {
    case "off":
      return true;
    case "revision":
      return entry.touched;
    case "content":
      return entry.lastPublished !== contentOf(entry);
  }
}

/** Everything that a version freezes, as text. */
function contentOf(snapshot: Snapshot): string {
  return canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config });
}
