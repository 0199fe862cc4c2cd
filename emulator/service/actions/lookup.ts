/** Finds the objects that a request names, and throws the service's error if they do not exist. */
import type { ApiRequest, World } from "../api";
import {
  aliasNotFound,
  functionNotFound,
  invalidArgument,
  notImplemented,
  type ServiceError,
  versionNotFound,
} from "../../base/errors";
import { field, isObject, type Json, type JsonObject, tooDeep } from "../../base/json";
import type { StoredAlias, StoredFunction, StoredVersion } from "../../state/model";

/** Qualifier of the unpublished state of a function, which is never frozen. */
export const LATEST = "LATEST";

export function findFunction(world: World, request: ApiRequest): StoredFunction {
  const name = request.params["functionName"] ?? "";
  const entry = world.store.functions.get(name);
  if (entry === undefined) throw functionNotFound(name);
  return entry;
}

export function findVersion(entry: StoredFunction, versionId: string): StoredVersion {
  const version = entry.versions.get(versionId);
  if (version === undefined) throw versionNotFound(entry.functionName, versionId);
  return version;
}

export function findAlias(entry: StoredFunction, aliasName: string): StoredAlias {
  const alias = entry.aliases.get(aliasName);
  if (alias === undefined) throw aliasNotFound(entry.functionName, aliasName);
  return alias;
}

/** The target of a qualifier: LATEST, a version, or an alias. A missing qualifier means LATEST. */
export function findQualified(
  world: World,
  entry: StoredFunction,
  qualifier: string | undefined,
): { kind: "latest" } | { kind: "version"; version: StoredVersion } | { kind: "alias"; alias: StoredAlias } {
  if (qualifier === undefined || qualifier === "" || qualifier === LATEST) return { kind: "latest" };
  if (/^\d+$/.test(qualifier)) {
    const version = entry.versions.get(qualifier);
    if (version === undefined) throw unknownQualifier(world, entry, qualifier, versionNotFound);
    return { kind: "version", version };
  }
  const alias = entry.aliases.get(qualifier);
  if (alias === undefined) throw unknownQualifier(world, entry, qualifier, aliasNotFound);
  return { kind: "alias", alias };
}

function unknownQualifier(
  world: World,
  entry: StoredFunction,
  qualifier: string,
  byForm: (name: string, qualifier: string) => ServiceError,
): ServiceError {
  const errors = { form: byForm, version: versionNotFound, alias: aliasNotFound };
  return errors[world.options.unknownQualifier](entry.functionName, qualifier);
}

/** The value if it is text that is not empty, else undefined. */
export function optionalText(value: Json | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * The JSON object of a request. An empty body counts as `{}`, because the SDK sends both. Fields that repeat a part of
 * the path, which Terraform's provider sends, are removed; a different value is refused.
 */
export function jsonBody(request: ApiRequest): JsonObject {
  if (request.body.length === 0) return {};
  const value = parseJson(request.body);
  if (!isObject(value) || tooDeep(value)) throw invalidArgument("the request body is not a JSON object of the API");
  const own = Object.entries(value).filter(([name]) => !Object.hasOwn(request.params, name));
  for (const [name, given] of Object.entries(request.params)) {
    const repeated = field(value, name);
    if (repeated !== undefined && repeated !== given)
      throw invalidArgument(`${name} in the body differs from the path`);
  }
  return Object.fromEntries(own);
}

/** Throws for an unknown field, so that a new field of the API is not ignored silently. */
export function refuseUnknown(operation: string, body: JsonObject, known: readonly string[]): void {
  for (const name of Object.keys(body)) {
    if (!known.includes(name)) throw notImplemented(operation, `the field '${name}' is not known`);
  }
}

/** A query parameter that is `true` or `false`; absent or empty means false. */
export function queryFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === "" || text === "false") return false;
  if (text === "true") return true;
  throw invalidArgument(`${name} must be true or false, got '${text}'`);
}

function parseJson(body: Buffer): Json {
  try {
    return JSON.parse(body.toString("utf8")) as Json;
  } catch {
    throw invalidArgument("the request body is not valid JSON");
  }
}
