/** CreateTrigger, GetTrigger, UpdateTrigger, DeleteTrigger, ListTriggers. */
import { randomUUID } from "node:crypto";

import { type Action, type ApiRequest, noContent, ok, timestamp, type World } from "../api";
import { invalidArgument, limitExceeded, triggerExists, triggerNotFound, wrongField } from "../../base/errors";
import { anyObject, type FieldCheck } from "../../base/checks";
import { checkDescription, checkName } from "../fields";
import { NESTED } from "../nested";
import { field, isObject, type Json, type JsonObject } from "../../base/json";
import type { StoredFunction, StoredTrigger } from "../../state/model";
import { listBody, pageOf } from "../paging";
import { triggerView } from "../view";
import { findFunction, findQualified, jsonBody, LATEST, refuseUnknown } from "./lookup";

/** Types of triggers, and the check of their configuration. Sources: `CreateTriggerInput` and the models of the SDK. */
const CONFIGS: Readonly<Record<string, FieldCheck>> = {
  oss: NESTED.OSSTriggerConfig,
  log: NESTED.SLSTriggerConfig,
  timer: NESTED.TimerTriggerConfig,
  http: NESTED.HTTPTriggerConfig,
  // The SDK has no model of the configuration of a tablestore trigger.
  tablestore: anyObject,
  cdn_events: NESTED.CDNTriggerConfig,
  mns_topic: NESTED.MNSTopicTriggerConfig,
  eventbridge: NESTED.EventBridgeTriggerConfig,
};

const TYPES = Object.keys(CONFIGS);

/** Types that cannot be updated. Source: fc3. */
const FIXED_TYPES = ["mns_topic", "tablestore"];

/** Largest number of triggers of a function. Source: quotas. */
const MAX_TRIGGERS = 50;

const CHANGEABLE = ["qualifier", "triggerConfig", "invocationRole", "description"];

export const createTrigger: Action = async (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["triggerName", "triggerType", "sourceArn", ...CHANGEABLE]);
  const triggerName = checkName("triggerName", field(body, "triggerName"), 128);
  const triggerType = textField(body, "triggerType") ?? "";
  if (!TYPES.includes(triggerType)) {
    throw invalidArgument(`triggerType is set to an invalid value: '${triggerType}' (allowed: ${TYPES.join(", ")})`);
  }
  const triggerConfig = checkConfig(request.operation, triggerType, field(body, "triggerConfig"));
  const qualifier = checkQualifier(world, entry, textField(body, "qualifier") ?? LATEST);
  if (entry.triggers.has(triggerName)) throw triggerExists(triggerName);
  refuseSecondHttp(entry, triggerName, triggerType, qualifier);
  if (entry.triggers.size >= MAX_TRIGGERS) throw limitExceeded(`a function has at most ${MAX_TRIGGERS} triggers`);
  const now = timestamp(world);
  const trigger: StoredTrigger = {
    triggerName,
    triggerId: randomUUID(),
    triggerType,
    triggerConfig,
    qualifier,
    sourceArn: textField(body, "sourceArn") ?? "",
    invocationRole: textField(body, "invocationRole") ?? "",
    description: checkDescription(field(body, "description")),
    port: 0,
    createdTime: now,
    lastModifiedTime: now,
  };
  entry.triggers.set(triggerName, trigger);
  await world.triggerPorts.open(world, entry, trigger);
  try {
    world.store.save(entry);
  } catch (error) {
    await world.triggerPorts.close(trigger);
    throw error;
  }
  return ok(triggerView(world, entry, trigger));
};

export const getTrigger: Action = (world, request) => {
  const entry = findFunction(world, request);
  return ok(triggerView(world, entry, findTrigger(entry, request)));
};

export const updateTrigger: Action = (world, request) => {
  const entry = findFunction(world, request);
  const trigger = findTrigger(entry, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, CHANGEABLE);
  if (FIXED_TYPES.includes(trigger.triggerType)) throw invalidArgument("Updating trigger is not supported yet");
  const given = (name: string) => field(body, name) ?? undefined;
  const config = given("triggerConfig");
  const qualifier = checkQualifier(world, entry, textField(body, "qualifier") ?? trigger.qualifier);
  refuseSecondHttp(entry, trigger.triggerName, trigger.triggerType, qualifier);
  const description = given("description");
  Object.assign(trigger, {
    qualifier,
    triggerConfig:
      config === undefined ? trigger.triggerConfig : checkConfig(request.operation, trigger.triggerType, config),
    invocationRole: textField(body, "invocationRole") ?? trigger.invocationRole,
    description: description === undefined ? trigger.description : checkDescription(description),
    lastModifiedTime: timestamp(world),
  });
  world.store.save(entry);
  return ok(triggerView(world, entry, trigger));
};

export const deleteTrigger: Action = async (world, request) => {
  const entry = findFunction(world, request);
  const trigger = findTrigger(entry, request);
  entry.triggers.delete(trigger.triggerName);
  world.store.save(entry);
  await world.triggerPorts.close(trigger);
  return noContent();
};

export const listTriggers: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { prefix = "" } = request.query;
  const found = [...entry.triggers.values()].filter(({ triggerName }) => triggerName.startsWith(prefix));
  const page = pageOf(found, ({ triggerName }) => triggerName, request);
  return ok(listBody("triggers", page, (trigger) => triggerView(world, entry, trigger)));
};

function findTrigger(entry: StoredFunction, request: ApiRequest): StoredTrigger {
  const name = request.params["triggerName"] ?? "";
  const trigger = entry.triggers.get(name);
  if (trigger === undefined) throw triggerNotFound(entry.functionName, name);
  return trigger;
}

function checkQualifier(world: World, entry: StoredFunction, qualifier: string): string {
  findQualified(world, entry, qualifier);
  return qualifier === "" ? LATEST : qualifier;
}

/** Throws for a second HTTP trigger of a version or alias. Source: documentation of HTTP triggers. */
function refuseSecondHttp(entry: StoredFunction, name: string, type: string, qualifier: string): void {
  if (type !== "http") return;
  for (const other of entry.triggers.values()) {
    if (other.triggerName === name || other.triggerType !== "http" || other.qualifier !== qualifier) continue;
    throw invalidArgument(`qualifier '${qualifier}' has an HTTP trigger already: '${other.triggerName}'`);
  }
}

/** Checks the configuration, which is JSON as text. */
function checkConfig(operation: string, type: string, value: Json | undefined): string {
  if (typeof value !== "string") throw invalidArgument("triggerConfig must be a string with JSON");
  const config = parseConfig(value);
  if (type === "http" && field(config, "methods") === undefined) {
    throw invalidArgument("methods of triggerConfig is required but not provided");
  }
  const problem = CONFIGS[type]?.(config);
  if (problem !== undefined) throw wrongField(operation, "triggerConfig", problem);
  return value;
}

function parseConfig(text: string): JsonObject {
  try {
    const config = JSON.parse(text) as Json;
    if (isObject(config)) return config;
  } catch {
    // The error below reports text that is not JSON.
  }
  throw invalidArgument("triggerConfig is not a JSON object in text");
}

function textField(body: JsonObject, name: string): string | undefined {
  const value = field(body, name) ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw invalidArgument(`${name} must be a string`);
}
