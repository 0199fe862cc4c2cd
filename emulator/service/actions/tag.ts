/** TagResources, UntagResources, ListTagResources; functions only. */
import { type Action, type ApiRequest, noContent, ok, type World } from "../api";
import { listOf } from "../../base/checks";
import { functionNotFound, invalidArgument, notImplemented, wrongField } from "../../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../../base/json";
import type { StoredFunction, StoredTag } from "../../state/model";
import { NESTED } from "../nested";
import { pageOf } from "../paging";
import { functionArn } from "../view";
import { jsonBody, queryFlag, refuseUnknown } from "./lookup";

/** Largest number of tags of a function. Source: Terraform's provider. */
const MAX_TAGS = 20;

export const tagResources: Action = (world, request) => {
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["ResourceType", "ResourceId", "Tag"]);
  const entries = namedFunctions(world, request, field(body, "ResourceType"), field(body, "ResourceId"));
  const tags = parseTags(request.operation, "Tag", field(body, "Tag"));
  const merged = entries.map((entry) => mergeTags(entry.tags, tags));
  entries.forEach((entry, index) => (entry.tags = merged[index] ?? entry.tags));
  world.store.save(...entries);
  return noContent();
};

export const untagResources: Action = (world, request) => {
  const { All, ResourceType, ResourceId, TagKey } = request.query;
  const entries = namedFunctions(world, request, ResourceType, parseList(ResourceId));
  const keys = texts(parseList(TagKey));
  for (const entry of entries) {
    entry.tags = queryFlag("All", All) ? [] : entry.tags.filter((tag) => !keys.includes(tag.key));
  }
  world.store.save(...entries);
  return noContent();
};

export const listTagResources: Action = (world, request) => {
  const { ResourceType, ResourceId, Tag, Limit, NextToken } = request.query;
  const everything = ResourceId === undefined || ResourceId === "";
  const entries = everything
    ? (checkType(request, ResourceType), [...world.store.functions.values()])
    : namedFunctions(world, request, ResourceType, parseList(ResourceId));
  const wanted = parseTags(request.operation, "Tag", parseList(Tag));
  const rows = entries
    .filter((entry) =>
      wanted.every((want) => entry.tags.some((tag) => tag.key === want.key && tag.value === want.value)),
    )
    .flatMap((entry) => entry.tags.map((tag) => tagRow(world, entry, tag)));
  const page = pageOf(rows, rowKey, { ...request, query: { limit: Limit, nextToken: NextToken } });
  const body: JsonObject = { RequestId: request.requestId, TagResources: page.items };
  return ok(page.nextToken === undefined ? body : { ...body, NextToken: page.nextToken });
};

/** Reads the tags of a request, `[{Key, Value}]`; absent = none. `name` is the field or parameter with the tags. */
export function parseTags(operation: string, name: string, value: Json | undefined): StoredTag[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MAX_TAGS)
    throw invalidArgument(`tags must be a list of at most ${MAX_TAGS} tags`);
  const problem = listOf(NESTED.Tag)(value);
  if (problem !== undefined) throw wrongField(operation, name, problem);
  return value.filter(isObject).map((item) => {
    const key = textOf(field(item, "Key") ?? "");
    if (key === "") throw invalidArgument("a tag must have a Key");
    return { key, value: textOf(field(item, "Value") ?? "") };
  });
}

/** Adds tags. If a key is repeated, the last value counts. Throws if there are too many tags. */
export function mergeTags(current: readonly StoredTag[], added: readonly StoredTag[]): StoredTag[] {
  const merged = new Map([...current, ...added].map((tag) => [tag.key, tag]));
  if (merged.size > MAX_TAGS) throw invalidArgument(`a function may have at most ${MAX_TAGS} tags`);
  return [...merged.values()];
}

function namedFunctions(
  world: World,
  request: ApiRequest,
  type: Json | undefined,
  ids: Json | undefined,
): StoredFunction[] {
  checkType(request, type);
  const arns = texts(ids);
  if (arns.length === 0) throw invalidArgument("ResourceId is required but not provided");
  return arns.map((arn) => {
    const name = arn.slice(arn.lastIndexOf("/") + 1);
    const entry = world.store.functions.get(name);
    if (entry === undefined || arn !== functionArn(world.identity, name)) throw functionNotFound(arn);
    return entry;
  });
}

function checkType(request: ApiRequest, type: Json | undefined): void {
  if (type !== "function") throw notImplemented(request.operation, "only ResourceType 'function' is emulated");
}

function tagRow(world: World, entry: StoredFunction, tag: StoredTag): JsonObject {
  return {
    ResourceId: functionArn(world.identity, entry.functionName),
    ResourceType: "function",
    TagKey: tag.key,
    TagValue: tag.value,
  };
}

function rowKey(row: JsonObject): string {
  return `${textOf(row["ResourceId"])} ${textOf(row["TagKey"])}`;
}

function parseList(text: string | undefined): Json | undefined {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw invalidArgument(`a list in the query must be JSON, got ${text}`);
  }
}

function texts(value: Json | undefined): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalidArgument("a list must be an array");
  return value.map((item) => {
    if (typeof item !== "string") throw invalidArgument("a list must contain only strings");
    return item;
  });
}
