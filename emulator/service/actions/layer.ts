/** CreateLayerVersion, GetLayerVersion, GetLayerVersionByArn, ListLayerVersions, ListLayers, DeleteLayerVersion, PutLayerACL. */
import { type Action, type ApiRequest, noContent, ok, timestamp, type World } from "../api";
import {
  invalidArgument,
  layerNotFound,
  layerVersionNotFound,
  limitExceeded,
  notImplemented,
  runtimeNotSupportedByLayer,
} from "../../base/errors";
import { checkDescription, checkName, checkRuntimes, layerArns } from "../fields";
import { field, type Json, type JsonObject, textOf } from "../../base/json";
import type { CodePackage, StoredLayer, StoredLayerVersion } from "../../state/model";
import { listBody, pageOf } from "../paging";
import { layerVersionView } from "../view";
import { codeRequired, readCode } from "./code";
import { jsonBody, queryFlag, refuseUnknown } from "./lookup";

/** Largest number of versions of a layer. Source: documentation. */
const MAX_VERSIONS = 100;

/** Account in the ARNs of the vendor's layers. */
const OFFICIAL = "official";

const ARN = /^acs:fc:([^:]+):([^:]+):layers\/([^/]+)\/versions\/([1-9][0-9]*)$/;

const INPUT_FIELDS = ["code", "compatibleRuntime", "description", "license"];

export const createLayerVersion: Action = (world, request) => {
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, INPUT_FIELDS);
  const layerName = checkName("layerName", request.params["layerName"], 64);
  const description = checkDescription(field(body, "description"));
  const compatibleRuntime = checkRuntimes(request.operation, field(body, "compatibleRuntime"));
  const license = checkLicense(field(body, "license"));
  const code = readCode(world, request.operation, field(body, "code"));
  if (code === undefined) throw codeRequired();
  const layer = world.store.layers.get(layerName) ?? newLayer(layerName);
  if (layer.versions.size >= MAX_VERSIONS) {
    throw limitExceeded(`layer '${layerName}' may have at most ${MAX_VERSIONS} versions; delete some first`);
  }
  const version: StoredLayerVersion = {
    version: layer.nextVersion,
    description,
    compatibleRuntime,
    license,
    code,
    createTime: timestamp(world),
  };
  layer.versions.set(version.version, version);
  layer.nextVersion += 1;
  world.store.layers.set(layerName, layer);
  world.store.save(layer);
  return ok(view(world, layer, version));
};

export const getLayerVersion: Action = (world, request) => {
  const { layer, version } = findVersion(world, request);
  return ok(view(world, layer, version));
};

export const getLayerVersionByArn: Action = (world, request) => {
  const arn = request.params["arn"] ?? "";
  const found = findByArn(world, request.operation, arn);
  if (found === OFFICIAL) throw notImplemented(request.operation, "layers of Alibaba Cloud itself are not emulated");
  return ok(view(world, found.layer, found.version));
};

/** ListLayerVersions, in ascending order. The next page begins with the version `nextVersion`. */
export const listLayerVersions: Action = (world, request) => {
  const layer = findLayer(world, request);
  const { limit, startVersion } = request.query;
  if (startVersion !== undefined && startVersion !== "" && !/^\d{1,9}$/.test(startVersion)) {
    throw invalidArgument(`startVersion must be a version number, got '${startVersion}'`);
  }
  const from = Number(startVersion ?? 0);
  const versions = ordered(layer).filter(({ version }) => version >= from);
  const byNumber = (a: string, b: string) => Number(a) < Number(b);
  const page = pageOf(versions, ({ version }) => String(version), { ...request, query: { limit } }, byNumber);
  const next = versions[page.items.length];
  const layers = page.items.map((version) => view(world, layer, version));
  return ok(next === undefined ? { layers } : { layers, nextVersion: next.version });
};

/** ListLayers: the newest version of each layer. */
export const listLayers: Action = (world, request) => {
  const { prefix } = request.query;
  if (queryFlag("official", request.query["official"])) {
    throw notImplemented(request.operation, "layers of Alibaba Cloud itself are not emulated");
  }
  const isPublic = queryFlag("public", request.query["public"]);
  const found = [...world.store.layers.values()]
    .filter((layer) => layer.versions.size > 0)
    .filter((layer) => prefix === undefined || layer.layerName.startsWith(prefix))
    .filter((layer) => !isPublic || layer.isPublic);
  const page = pageOf(found, (layer) => layer.layerName, request);
  const newest = page.items.flatMap((layer) => ordered(layer).slice(-1).map((version) => ({ layer, version }))); // prettier-ignore
  return ok(listBody("layers", { ...page, items: newest }, ({ layer, version }) => view(world, layer, version)));
};

/** DeleteLayerVersion. Functions with the version keep it, and its number is not used again. */
export const deleteLayerVersion: Action = (world, request) => {
  const { layer, version } = findVersion(world, request);
  layer.versions.delete(version.version);
  world.store.save(layer);
  world.store.freePackages();
  return noContent();
};

export const putLayerACL: Action = (world, request) => {
  const layer = findLayer(world, request);
  refuseUnknown(request.operation, jsonBody(request), []);
  layer.isPublic = wantedAccess(request.query["acl"], request.query["public"]);
  world.store.save(layer);
  return noContent();
};

/**
 * The packages of a configuration's layers by ARN. Layers that the function had before keep their package, unless
 * `named` is true, which means that the request has layers. The vendor's layers have no package.
 */
export function layerPackages(
  world: World,
  operation: string,
  config: JsonObject,
  kept: Readonly<Record<string, CodePackage>> = {},
  named = true,
): Record<string, CodePackage> {
  const packages: Record<string, CodePackage> = {};
  for (const arn of layerArns(config)) {
    const before = kept[arn];
    const found = named || before === undefined ? findByArn(world, operation, arn) : undefined;
    if (found === OFFICIAL) continue;
    if (found !== undefined) checkRuntime(textOf(config["runtime"]), arn, found.version);
    const code = found?.version.code ?? before;
    if (code !== undefined) packages[arn] = code;
  }
  return packages;
}

function checkRuntime(runtime: string, arn: string, version: StoredLayerVersion): void {
  // A layer without runtimes may be used with all runtimes.
  if (version.compatibleRuntime.length === 0 || version.compatibleRuntime.includes(runtime)) return;
  throw runtimeNotSupportedByLayer(runtime, arn);
}

function findByArn(
  world: World,
  operation: string,
  arn: string,
): typeof OFFICIAL | { layer: StoredLayer; version: StoredLayerVersion } {
  const [, region, account, name = "", number] = ARN.exec(arn) ?? [];
  if (number === undefined || region !== world.identity.region) {
    const form = `acs:fc:${world.identity.region}:{account}:layers/{name}/versions/{number}`;
    throw invalidArgument(`'${arn}' is not the ARN of a layer version (allowed: ${form})`);
  }
  if (account === OFFICIAL) return OFFICIAL;
  if (account !== world.identity.accountId) {
    throw notImplemented(operation, `'${arn}' belongs to another account, but this emulator has only one account`);
  }
  const layer = world.store.layers.get(name);
  const version = layer?.versions.get(Number(number));
  if (layer === undefined || version === undefined) throw layerVersionNotFound(name, number);
  return { layer, version };
}

function findLayer(world: World, request: ApiRequest): StoredLayer {
  const name = request.params["layerName"] ?? "";
  const layer = world.store.layers.get(name);
  if (layer === undefined || layer.versions.size === 0) throw layerNotFound(name);
  return layer;
}

function findVersion(world: World, request: ApiRequest): { layer: StoredLayer; version: StoredLayerVersion } {
  const name = request.params["layerName"] ?? "";
  const number = request.params["version"] ?? "";
  if (!/^[1-9][0-9]{0,8}$/.test(number)) throw invalidArgument(`version must be a version number, got '${number}'`);
  const layer = world.store.layers.get(name);
  const version = layer?.versions.get(Number(number));
  if (layer === undefined || version === undefined) throw layerVersionNotFound(name, number);
  return { layer, version };
}

function newLayer(layerName: string): StoredLayer {
  return { layerName, isPublic: false, nextVersion: 1, versions: new Map() };
}

function ordered(layer: StoredLayer): StoredLayerVersion[] {
  return [...layer.versions.values()].sort((a, b) => a.version - b.version);
}

function view(world: World, layer: StoredLayer, version: StoredLayerVersion): JsonObject {
  return layerVersionView(world.identity, layer, version, world.codeUrl(version.code.sha256));
}

function wantedAccess(acl: string | undefined, isPublic: string | undefined): boolean {
  if (acl === "0" || acl === "1") return acl === "1";
  if (acl === undefined && (isPublic === "true" || isPublic === "false")) return isPublic === "true";
  throw invalidArgument(`acl must be 0 (private) or 1 (public), got '${acl ?? ""}'`);
}

function checkLicense(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw invalidArgument("license must be a string");
  return value;
}
