/** PublishFunctionVersion, ListFunctionVersions, DeleteFunctionVersion. */
import { type Action, noContent, ok, timestamp, type World } from "../api";
import { invalidArgument, notImplemented, versionPublishError } from "../errors";
import { checkDescription } from "../fields";
import { canonical, field } from "../json";
import type { Snapshot, StoredFunction, StoredVersion } from "../model";
import { pageOf } from "../paging";
import { versionView } from "../view";
import { findFunction, findVersion, jsonBody } from "./lookup";

export const publishFunctionVersion: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  for (const name of Object.keys(body)) {
    if (name !== "description") throw notImplemented(request.operation, `the field '${name}' is not known`);
  }
  const description = checkDescription(field(body, "description"));
  if (!mayPublish(world, entry)) throw versionPublishError(entry.functionName);
  const now = timestamp(world);
  const version: StoredVersion = {
    versionId: String(entry.nextVersion),
    description,
    createdTime: now,
    lastModifiedTime: now,
    functionModifiedTime: entry.lastModifiedTime,
    config: structuredClone(entry.config),
    ...(entry.code === undefined ? {} : { code: entry.code }),
  };
  entry.versions.set(version.versionId, version);
  entry.nextVersion += 1;
  entry.lastPublished = contentOf(entry);
  entry.touched = false;
  world.store.save();
  return ok(versionView(version));
};

export const listFunctionVersions: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { direction = "BACKWARD", limit, nextToken } = request.query;
  if (direction !== "BACKWARD" && direction !== "FORWARD") {
    throw invalidArgument(`direction must be BACKWARD or FORWARD, got '${direction}'`);
  }
  const precedes =
    direction === "FORWARD"
      ? (a: string, b: string) => Number(a) < Number(b)
      : (a: string, b: string) => Number(a) > Number(b);
  const ordered = [...entry.versions.values()].sort((a, b) => (precedes(a.versionId, b.versionId) ? -1 : 1));
  const page = pageOf(ordered, (version) => version.versionId, precedes, { limit, nextToken });
  const versions = page.items.map(versionView);
  return ok({ direction, versions, ...(page.nextToken === undefined ? {} : { nextToken: page.nextToken }) });
};

/** An alias may still name the version: documented as allowed, and the alias then fails when it is used. */
export const deleteFunctionVersion: Action = (world, request) => {
  const entry = findFunction(world, request);
  const versionId = request.params["versionId"] ?? "";
  if (!/^\d+$/.test(versionId)) throw invalidArgument(`versionId must be a published version, got '${versionId}'`);
  findVersion(entry, versionId);
  entry.versions.delete(versionId);
  world.store.save();
  world.pool.retire(entry.functionId, versionId);
  return noContent();
};

/** The comparison is with the last publish, whether or not that version still exists. */
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

/** Everything a version freezes, as one text. */
function contentOf(snapshot: Snapshot): string {
  return canonical({ code: snapshot.code?.sha256 ?? null, config: snapshot.config });
}
