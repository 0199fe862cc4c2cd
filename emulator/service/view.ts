/** Converts stored objects to the form of answers. Pure. */
import type { World } from "./api";
import { layerArns } from "./fields";
import type { JsonObject } from "../base/json";
import { reachable } from "../base/loopback";
import type {
  HttpTriggerUrls,
  Snapshot,
  StoredAlias,
  StoredFunction,
  StoredLayer,
  StoredLayerVersion,
  StoredTrigger,
  StoredVersion,
} from "../state/model";
import type { Identity } from "../state/store";

/** Resource name of a function. */
export function functionArn(identity: Identity, name: string): string {
  return `acs:fc:${identity.region}:${identity.accountId}:functions/${name}`;
}

/** Resource name of a version of a layer. */
export function layerVersionArn(identity: Identity, name: string, version: number): string {
  return `acs:fc:${identity.region}:${identity.accountId}:layers/${name}/versions/${version}`;
}

/** A version of a layer. `location` is the download address of its package, which expires. */
export function layerVersionView(
  identity: Identity,
  layer: StoredLayer,
  version: StoredLayerVersion,
  location: string,
): JsonObject {
  return {
    layerName: layer.layerName,
    version: version.version,
    layerVersionArn: layerVersionArn(identity, layer.layerName, version.version),
    acl: layer.isPublic ? "1" : "0",
    description: version.description,
    compatibleRuntime: [...version.compatibleRuntime],
    license: version.license,
    code: { location, repositoryType: "OSS" },
    codeChecksum: version.code.checksum,
    codeSize: version.code.size,
    createTime: version.createTime,
  };
}

/** A function or a version in the form of GetFunction: without code and without version id. */
export function functionView(
  identity: Identity,
  entry: StoredFunction,
  snapshot: Snapshot & { functionModifiedTime?: string } = entry,
): JsonObject {
  return {
    ...structuredClone(snapshot.config),
    layers: layerArns(snapshot.config).map((arn) => ({ arn, size: snapshot.layerPackages?.[arn]?.size ?? 0 })),
    functionName: entry.functionName,
    functionId: entry.functionId,
    functionArn: functionArn(identity, entry.functionName),
    ...(snapshot.code === undefined ? {} : { codeChecksum: snapshot.code.checksum, codeSize: snapshot.code.size }),
    resourceGroupId: entry.resourceGroupId,
    tags: entry.tags.map((tag) => ({ Key: tag.key, Value: tag.value })),
    ...restrictionView(entry),
    createdTime: entry.createdTime,
    lastModifiedTime: snapshot.functionModifiedTime ?? entry.lastModifiedTime,
  };
}

function restrictionView({ invocationRestriction }: StoredFunction): JsonObject {
  return invocationRestriction === undefined
    ? {}
    : { invocationRestriction: { disable: true, ...invocationRestriction } };
}

/** The state fields of LATEST; empty if the switch leaves them out. */
export function stateView(entry: StoredFunction, stateFields: "absent" | "active"): JsonObject {
  if (entry.unsettledReads > 0) {
    return entry.settling === "create"
      ? { state: "Pending", stateReason: "Function creating", stateReasonCode: "Creating" }
      : { state: "Active", lastUpdateStatus: "InProgress", lastUpdateStatusReasonCode: "Updating" };
  }
  return stateFields === "active" ? { state: "Active", lastUpdateStatus: "Successful" } : {};
}

/** A version in the form of the answers to publish and list. */
export function versionView(version: StoredVersion): JsonObject {
  const { versionId, description, createdTime, lastModifiedTime } = version;
  return { versionId, description, createdTime, lastModifiedTime };
}

/** A trigger; an HTTP trigger with its addresses. */
export function triggerView(world: World, entry: StoredFunction, trigger: StoredTrigger): JsonObject {
  const { port: _port, ...fields } = trigger;
  const arn = functionArn(world.identity, entry.functionName);
  const targetArn = trigger.qualifier === "LATEST" ? arn : `${arn}/${trigger.qualifier}`;
  if (trigger.triggerType !== "http") return { ...fields, targetArn };
  return { ...fields, targetArn, httpTrigger: httpTriggerUrls(reachable(world.options.listen), trigger) };
}

/** Addresses of a trigger. Both are the same, because the emulator has no network of a region. */
function httpTriggerUrls(host: string, trigger: StoredTrigger): HttpTriggerUrls {
  const address = `http://${host}:${trigger.port}`;
  const closed = httpConfig(trigger)["disableURLInternet"] === true;
  return closed ? { urlIntranet: address } : { urlInternet: address, urlIntranet: address };
}

/** The configuration of an HTTP trigger, which was checked when it was stored. */
export function httpConfig(trigger: StoredTrigger): JsonObject {
  return JSON.parse(trigger.triggerConfig) as JsonObject;
}

/** An alias; weights are left out if there are none. */
export function aliasView(alias: StoredAlias): JsonObject {
  const { aliasName, versionId, description, createdTime, lastModifiedTime, additionalVersionWeight } = alias;
  const view: JsonObject = { aliasName, versionId, description, createdTime, lastModifiedTime };
  if (Object.keys(additionalVersionWeight).length > 0) view["additionalVersionWeight"] = { ...additionalVersionWeight };
  return view;
}
