/** CreateAlias, GetAlias, UpdateAlias, DeleteAlias, ListAliases. */
import { type Action, noContent, ok, timestamp, type World } from "../api";
import { aliasExists, aliasUnchanged, invalidArgument, weightOnMainVersion } from "../../base/errors";
import { checkAliasName, checkDescription } from "../fields";
import { canonical, field, isObject, type Json, type JsonObject } from "../../base/json";
import type { StoredAlias, StoredFunction } from "../../state/model";
import { listBody, pageOf } from "../paging";
import { aliasView } from "../view";
import { findAlias, findFunction, findVersion, jsonBody, LATEST, refuseUnknown } from "./lookup";

/** The parts of an alias that a request sets: everything except name and times. */
type Target = Pick<StoredAlias, "versionId" | "description" | "additionalVersionWeight">;

/** Tolerance for the sum of shares, so that a rounding error does not make a sum of 1 fail. */
const SUM_TOLERANCE = 1e-9;

const TARGET_FIELDS = ["versionId", "description", "additionalVersionWeight"];

export const createAlias: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["aliasName", ...TARGET_FIELDS]);
  const aliasName = checkAliasName(field(body, "aliasName"));
  if (isAbsent(field(body, "versionId"))) throw invalidArgument("versionId is required but not provided");
  const target = mergeTarget(world, entry, body, { versionId: "", description: "", additionalVersionWeight: {} });
  if (entry.aliases.has(aliasName)) throw aliasExists(aliasName);
  const now = timestamp(world);
  const alias: StoredAlias = { aliasName, ...target, createdTime: now, lastModifiedTime: now };
  entry.aliases.set(aliasName, alias);
  world.store.save(entry);
  return ok(aliasView(alias));
};

export const getAlias: Action = (world, request) => {
  const entry = findFunction(world, request);
  return ok(aliasView(findAlias(entry, request.params["aliasName"] ?? "")));
};

export const updateAlias: Action = (world, request) => {
  const entry = findFunction(world, request);
  const alias = findAlias(entry, request.params["aliasName"] ?? "");
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, TARGET_FIELDS);
  const { versionId, description, additionalVersionWeight } = alias;
  const current: Target = { versionId, description, additionalVersionWeight };
  const target = mergeTarget(world, entry, body, current);
  const { aliasNoChange } = world.options;
  if (aliasNoChange !== "accept" && canonical({ ...target }) === canonical({ ...current })) {
    throw aliasUnchanged(aliasNoChange === "refuse409" ? 409 : 400);
  }
  Object.assign(alias, target, { lastModifiedTime: timestamp(world) });
  world.store.save(entry);
  return ok(aliasView(alias));
};

export const deleteAlias: Action = (world, request) => {
  const entry = findFunction(world, request);
  const alias = findAlias(entry, request.params["aliasName"] ?? "");
  entry.aliases.delete(alias.aliasName);
  world.store.save(entry);
  return noContent();
};

export const listAliases: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { prefix = "" } = request.query;
  const found = [...entry.aliases.values()].filter(({ aliasName }) => aliasName.startsWith(prefix));
  return ok(
    listBody(
      "aliases",
      pageOf(found, ({ aliasName }) => aliasName, request),
      aliasView,
    ),
  );
};

/**
 * The versions and weights of an alias after a request. Fields in the request replace the stored ones, and `{}` removes
 * the weights. Other fields stay; for the weights, a switch decides.
 */
function mergeTarget(world: World, entry: StoredFunction, body: JsonObject, current: Target): Target {
  const versionId = field(body, "versionId");
  const description = field(body, "description");
  const weights = field(body, "additionalVersionWeight");
  const target: Target = {
    versionId: isAbsent(versionId) ? current.versionId : checkMainVersion(world, entry, versionId),
    description: isAbsent(description) ? current.description : checkDescription(description),
    additionalVersionWeight: isAbsent(weights) ? weightsLeftOut(world, current) : parseWeights(world, weights),
  };
  const { additionalVersions, mainVersionWeight } = world.options;
  if (additionalVersions === "one" && Object.keys(target.additionalVersionWeight).length > 1) {
    throw invalidArgument("additionalVersionWeight may name one version");
  }
  if (mainVersionWeight === "refuse" && Object.hasOwn(target.additionalVersionWeight, target.versionId)) {
    throw weightOnMainVersion(target.additionalVersionWeight, target.versionId);
  }
  if (!isAbsent(weights)) {
    for (const id of Object.keys(target.additionalVersionWeight)) findVersion(entry, id);
  }
  return target;
}

function weightsLeftOut(world: World, current: Target): Record<string, number> {
  return world.options.omittedWeights === "clear" ? {} : current.additionalVersionWeight;
}

function checkMainVersion(world: World, entry: StoredFunction, value: Json | undefined): string {
  if (typeof value !== "string") throw invalidArgument("versionId must be a string");
  if (value === LATEST && world.options.aliasToLatest === "allow") return value;
  if (!/^\d+$/.test(value)) throw invalidArgument(`versionId must be a published version, got '${value}'`);
  return findVersion(entry, value).versionId;
}

function parseWeights(world: World, value: Json | undefined): Record<string, number> {
  if (!isObject(value)) throw invalidArgument("additionalVersionWeight must be an object");
  const weights = Object.entries(value).map(([id, weight]): [string, number] => {
    if (!/^\d+$/.test(id))
      throw invalidArgument(`additionalVersionWeight contains '${id}', which is not a version number`);
    if (typeof weight !== "number" || weight < 0 || weight > 1) {
      throw invalidArgument(`additionalVersionWeight of version ${id} must be a number from 0 to 1`);
    }
    return [id, precise(world, id, weight)];
  });
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  if (sum > 1 + SUM_TOLERANCE) throw invalidArgument("additionalVersionWeight sums to more than 1");
  return Object.fromEntries(weights);
}

function precise(world: World, id: string, weight: number): number {
  const { weightPrecision } = world.options;
  const rounded = Math.round(weight * 1000) / 1000;
  if (weightPrecision === "refused" && rounded !== weight) {
    throw invalidArgument(`additionalVersionWeight of version ${id} must have at most three decimals`);
  }
  return weightPrecision === "thousandths" ? rounded : weight;
}

function isAbsent(value: Json | undefined): value is undefined | null {
  return value === undefined || value === null;
}
