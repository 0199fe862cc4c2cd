/** CreateFunction, GetFunction, UpdateFunction, DeleteFunction, ListFunctions, GetFunctionCode. */
import { randomUUID } from "node:crypto";

import { type Action, noContent, ok, timestamp, type World } from "../api";
import {
  functionExists,
  functionNotEmpty,
  functionNotFound,
  invalidArgument,
  notImplemented,
  stillInUse,
  provisionConfigExists,
  scalingConfigExists,
} from "../../base/errors";
import { checkName, CONTAINER, newConfig, updatedConfig } from "../fields";
import { field, isObject, type Json, type JsonObject, textOf } from "../../base/json";
import type { CodePackage, StoredFunction, StoredVersion } from "../../state/model";
import { listBody, pageOf } from "../paging";
import { functionView, stateView } from "../view";
import { codeRequired, readCode } from "./code";
import { layerPackages } from "./layer";
import { findFunction, findQualified, findVersion, jsonBody, LATEST, optionalText } from "./lookup";
import { mergeTags, parseTags } from "./tag";

export const createFunction: Action = (world, request) => {
  const body = jsonBody(request);
  const functionName = checkName("functionName", field(body, "functionName"), 64);
  const config = newConfig(request.operation, body);
  const tags = parseTags(request.operation, "tags", field(body, "tags"));
  const code = readCode(world, request.operation, field(body, "code"));
  checkSource(config, code);
  const layers = layerPackages(world, request.operation, config);
  if (world.store.functions.has(functionName)) throw functionExists(functionName);
  const now = timestamp(world);
  const entry: StoredFunction = {
    functionName,
    functionId: randomUUID(),
    resourceGroupId: optionalText(field(body, "resourceGroupId")) ?? "rg-emulator",
    config,
    ...(code === undefined ? {} : { code }),
    layerPackages: layers,
    tags: mergeTags([], tags),
    createdTime: now,
    lastModifiedTime: now,
    revision: 1,
    nextVersion: 1,
    touched: true,
    unsettledReads: world.options.pendingReads,
    settling: "create",
    versions: new Map(),
    aliases: new Map(),
    triggers: new Map(),
    provisionConfigs: new Map(),
    scalingConfigs: new Map(),
    asyncInvokeConfigs: new Map(),
    concurrencyConfigs: new Map(),
    asyncTasks: new Map(),
    vpcIds: [],
  };
  world.store.functions.set(functionName, entry);
  world.store.save(entry);
  return ok({ ...functionView(world.identity, entry), ...stateView(entry, world.options.stateFields) });
};

export const getFunction: Action = (world, request) => {
  const entry = findFunction(world, request);
  const snapshot = snapshotOf(world, entry, request.query["qualifier"]);
  if ("versionId" in snapshot) return ok(versionView(world, entry, snapshot));
  const body = { ...functionView(world.identity, entry), ...stateView(entry, world.options.stateFields) };
  if (entry.unsettledReads > 0) entry.unsettledReads -= 1;
  return ok(body);
};

export const updateFunction: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  const config = updatedConfig(request.operation, entry.config, body);
  const code = readCode(world, request.operation, field(body, "code"));
  const current = code ?? entry.code;
  checkSource(config, current);
  const namesLayers = field(body, "layers") !== undefined;
  const layers = layerPackages(world, request.operation, config, entry.layerPackages, namesLayers);
  entry.config = config;
  entry.layerPackages = layers;
  if (current !== undefined) entry.code = current;
  entry.lastModifiedTime = timestamp(world);
  entry.revision += 1;
  entry.touched = true;
  entry.unsettledReads = world.options.pendingReads;
  entry.settling = "update";
  world.store.save(entry);
  world.pool.retire(entry.functionId, LATEST);
  return ok({ ...functionView(world.identity, entry), ...stateView(entry, world.options.stateFields) });
};

export const deleteFunction: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { versions, aliases } = entry;
  const status = Number(world.options.functionInUseStatus);
  if (entry.triggers.size > 0) throw functionNotEmpty(entry.functionName, status);
  if (entry.provisionConfigs.size > 0) throw provisionConfigExists(entry.functionName, status);
  if (entry.scalingConfigs.size > 0) throw scalingConfigExists(entry.functionName, status);
  if (world.options.deleteFunctionInUse === "refuse" && versions.size + aliases.size > 0) {
    throw stillInUse(`function '${entry.functionName}'`, `it has ${versions.size} versions, ${aliases.size} aliases`);
  }
  world.store.functions.delete(entry.functionName);
  world.store.save(entry);
  world.store.freePackages();
  world.pool.retire(entry.functionId);
  return noContent();
};

export const listFunctions: Action = (world, request) => {
  const { prefix, runtime, functionName, description, fcVersion } = request.query;
  for (const name of ["gpuType", "resourceGroupId"]) {
    if (request.query[name] !== undefined) throw notImplemented(request.operation, `the filter '${name}' is not known`);
  }
  const wantedTags = parseTags(request.operation, "tags", parseQueryJson(request.query["tags"]));
  // All functions of the emulator are 3.0 functions, so a list of the older generation is empty.
  const all = fcVersion === undefined || fcVersion === "" || fcVersion === "v3" ? world.store.functions.values() : [];
  const found = [...all]
    .filter((entry) => prefix === undefined || entry.functionName.startsWith(prefix))
    .filter((entry) => functionName === undefined || entry.functionName.includes(functionName))
    .filter((entry) => description === undefined || textOf(entry.config["description"]).includes(description))
    .filter((entry) => runtime === undefined || entry.config["runtime"] === runtime)
    .filter((entry) =>
      wantedTags.every((wanted) => entry.tags.some((tag) => tag.key === wanted.key && tag.value === wanted.value)),
    );
  const page = pageOf(found, (entry) => entry.functionName, request);
  return ok(listBody("functions", page, (entry) => functionView(world.identity, entry)));
};

export const getFunctionCode: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { code } = snapshotOf(world, entry, request.query["qualifier"]);
  if (code === undefined) throw invalidArgument(`function '${entry.functionName}' runs a container image`);
  return ok({ checksum: code.checksum, url: world.codeUrl(code.sha256) });
};

export const changeResourceGroup: Action = (world, request) => {
  const body = jsonBody(request);
  const [id, group, type] = ["ResourceId", "NewResourceGroupId", "ResourceType"].map((name) =>
    optionalText(field(body, name)),
  );
  if (type !== "function") throw notImplemented(request.operation, "only ResourceType 'function' is emulated");
  if (id === undefined || group === undefined) {
    throw invalidArgument("ResourceId and NewResourceGroupId are required but not provided");
  }
  const entry = world.store.functions.get(id);
  if (entry === undefined) throw functionNotFound(id);
  const oldResourceGroupId = entry.resourceGroupId;
  entry.resourceGroupId = group;
  world.store.save(entry);
  return ok({ ResourceId: id, OldResourceGroupId: oldResourceGroupId, NewResourceGroupId: group });
};

/** Throws unless there is either code or a container image. The texts are assumed. */
function checkSource(config: JsonObject, code: CodePackage | undefined): void {
  const container = field(config, "customContainerConfig");
  const image = isObject(container) ? optionalText(field(container, "image")) : undefined;
  if (config["runtime"] !== CONTAINER) {
    if (image !== undefined) throw invalidArgument(`customContainerConfig needs runtime ${CONTAINER}`);
    if (code === undefined) throw codeRequired();
    return;
  }
  if (image === undefined) throw invalidArgument("customContainerConfig.image is required but not provided");
  if (code !== undefined) throw invalidArgument(`code cannot be given with runtime ${CONTAINER}`);
}

/** The configuration of a qualifier. For a weighted alias, a switch selects the version. */
function snapshotOf(
  world: World,
  entry: StoredFunction,
  qualifier: string | undefined,
): StoredFunction | StoredVersion {
  const found = findQualified(world, entry, qualifier);
  if (found.kind === "latest") return entry;
  if (found.kind === "version") return found.version;
  const { versionId, additionalVersionWeight } = found.alias;
  const [additional] = Object.keys(additionalVersionWeight);
  const shown = world.options.aliasShows === "additional" ? (additional ?? versionId) : versionId;
  return shown === LATEST ? entry : findVersion(entry, shown);
}

function versionView(world: World, entry: StoredFunction, version: StoredVersion): JsonObject {
  const view = functionView(world.identity, entry, version);
  return world.options.versionDescription === "version" ? { ...view, description: version.description } : view;
}

function parseQueryJson(text: string | undefined): Json | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalidArgument(`the query parameter is not JSON: ${text}`);
  }
}
