/**
 * Put, Get, Delete and List of settings of a function or its qualifiers that are not part of the configuration:
 * provisioned instances, scaling, asynchronous invocation, reserved concurrency.
 */
import { type Action, type ApiRequest, type ApiResponse, noContent, ok, timestamp, type World } from "../api";
import { anyText, type FieldCheck, flag, integer, listOf } from "../../base/checks";
import {
  asyncConfigNotFound,
  concurrencyNotFound,
  invalidArgument,
  scalingConfigNotFound,
  wrongField,
} from "../../base/errors";
import { field, type Json, type JsonObject, textOf } from "../../base/json";
import type { StoredFunction, StoredSetting } from "../../state/model";
import type { Switches } from "../../base/switches";
import { NESTED } from "../nested";
import { listBody, pageOf } from "../paging";
import { functionArn } from "../view";
import { findFunction, findQualified, jsonBody, LATEST, refuseUnknown } from "./lookup";

/** One kind of setting. */
interface Kind {
  /** The function's settings of this kind, by qualifier. */
  settings(entry: StoredFunction): Map<string, StoredSetting>;
  /** Fields that a request may have. */
  readonly fields: Readonly<Record<string, (value: Json, switches: Switches) => ReturnType<FieldCheck>>>;
  /** Required fields. */
  readonly required?: readonly string[];
  /** The allowed qualifiers. Source: "Manage versions" for provision and scaling, API pages for the others. */
  readonly scope: "function" | "LATEST or alias" | "any";
  /** Name of the rows in a list. */
  readonly rows: string;
  view(world: World, setting: StoredSetting): JsonObject;
  /** The answer to a read if the setting does not exist. */
  unset(name: string, qualifier: string): ApiResponse;
}

/** The four operations of a kind. */
export interface SettingActions {
  readonly put: Action;
  readonly get: Action;
  readonly remove: Action;
  readonly list: Action;
}

/** Provisioned instances. Fields and ranges: the SDK's `PutProvisionConfigInput`. */
export const provision = actionsOf({
  settings: (entry) => entry.provisionConfigs,
  fields: {
    defaultTarget: integer(0, 10_000),
    target: integer(0, 10_000),
    alwaysAllocateCPU: flag,
    alwaysAllocateGPU: flag,
    scheduledActions: listOf(NESTED.ScheduledAction),
    targetTrackingPolicies: listOf(NESTED.TargetTrackingPolicy),
  },
  scope: "LATEST or alias",
  rows: "provisionConfigs",
  view: provisionView,
  // Source: Terraform's provider, which expects an answer without functionArn instead of 404.
  unset: () => ok({ target: 0, current: 0, scheduledActions: [], targetTrackingPolicies: [] }),
});

/** Bounds and policies of elastic instances. Fields: the SDK's `PutScalingConfigInput`. */
export const scaling = actionsOf({
  settings: (entry) => entry.scalingConfigs,
  fields: {
    minInstances: integer(0, 10_000),
    residentPoolId: anyText,
    enableMixMode: flag,
    enableOnDemandScaling: flag,
    requestDispatchPolicy: anyText,
    horizontalScalingPolicies: listOf(NESTED.ScalingPolicy),
    scheduledPolicies: listOf(NESTED.ScheduledPolicy),
  },
  scope: "LATEST or alias",
  rows: "scalingConfigs",
  view(world, setting) {
    const target = Number(setting.fields["minInstances"] ?? 0);
    const lists = { horizontalScalingPolicies: [], scheduledPolicies: [] };
    return { ...lists, ...setting.fields, targetInstances: target, currentInstances: settled(world, setting, target) };
  },
  unset(name, qualifier) {
    throw scalingConfigNotFound(name, qualifier);
  },
});

/**
 * Retries and destinations of asynchronous invocations. Ranges: the SDK's `PutAsyncInvokeConfigInput`; a switch sets
 * the largest age.
 */
export const asyncInvoke = actionsOf({
  settings: (entry) => entry.asyncInvokeConfigs,
  fields: {
    asyncTask: flag,
    destinationConfig: NESTED.DestinationConfig,
    maxAsyncEventAgeInSeconds: (value, { largestEventAge }) => integer(1, Number(largestEventAge))(value),
    maxAsyncRetryAttempts: integer(0, 8),
  },
  scope: "any",
  rows: "configs",
  view: (_world, { fields, createdTime, lastModifiedTime }) => ({ ...fields, createdTime, lastModifiedTime }),
  unset(name) {
    throw asyncConfigNotFound(name);
  },
});

/** Reserved concurrency. Field: the SDK's `PutConcurrencyInput`. */
export const concurrency = actionsOf({
  settings: (entry) => entry.concurrencyConfigs,
  fields: { reservedConcurrency: integer(0, 10_000) },
  required: ["reservedConcurrency"],
  scope: "function",
  rows: "configs",
  view: (_world, { fields }) => ({ ...fields }),
  unset(name) {
    throw concurrencyNotFound(name);
  },
});

function provisionView(world: World, setting: StoredSetting): JsonObject {
  const { fields } = setting;
  const target = Number(fields["defaultTarget"] ?? fields["target"] ?? 0);
  const lists = { scheduledActions: [], targetTrackingPolicies: [] };
  const flags = { alwaysAllocateCPU: false, alwaysAllocateGPU: false };
  return { ...lists, ...flags, ...fields, defaultTarget: target, target, current: settled(world, setting, target) };
}

/** Number of ready instances. New instances are ready after the time of the option `provisionSeconds`. */
function settled(world: World, { setAt, instancesBefore }: StoredSetting, target: number): number {
  const elapsed = world.options.now().getTime() - setAt;
  return elapsed >= world.options.provisionSeconds * 1000 ? target : instancesBefore;
}

function actionsOf(kind: Kind): SettingActions {
  return {
    put(world, request) {
      const entry = findFunction(world, request);
      const qualifier = qualifierOf(world, entry, request, kind);
      const fields = checkedFields(kind, request, world.options);
      const settings = kind.settings(entry);
      const before = settings.get(qualifier);
      const now = timestamp(world);
      const setting: StoredSetting = {
        fields,
        instancesBefore: before === undefined ? 0 : instancesOf(kind.view(world, before)),
        setAt: world.options.now().getTime(),
        createdTime: before?.createdTime ?? now,
        lastModifiedTime: now,
      };
      settings.set(qualifier, setting);
      world.store.save(entry);
      return ok(row(world, kind, entry, qualifier, setting));
    },
    get(world, request) {
      const entry = findFunction(world, request);
      const qualifier = qualifierOf(world, entry, request, kind);
      const setting = kind.settings(entry).get(qualifier);
      if (setting === undefined) return kind.unset(entry.functionName, qualifier);
      return ok(row(world, kind, entry, qualifier, setting));
    },
    remove(world, request) {
      const entry = findFunction(world, request);
      kind.settings(entry).delete(qualifierOf(world, entry, request, kind));
      world.store.save(entry);
      return noContent();
    },
    list(world, request) {
      const { functionName } = request.query;
      const found = [...world.store.functions.values()]
        .filter((entry) => functionName === undefined || functionName === "" || entry.functionName === functionName)
        .flatMap((entry) =>
          [...kind.settings(entry)].map(([qualifier, setting]) => row(world, kind, entry, qualifier, setting)),
        );
      return ok(listBody(kind.rows, pageOf(found, arnOf, request), (view) => view));
    },
  };
}

function row(world: World, kind: Kind, entry: StoredFunction, qualifier: string, setting: StoredSetting): JsonObject {
  const arn = functionArn(world.identity, entry.functionName);
  const functionArnOf = kind.scope === "function" ? arn : `${arn}/${qualifier}`;
  return { functionArn: functionArnOf, ...kind.view(world, setting) };
}

function arnOf(view: JsonObject): string {
  return textOf(view["functionArn"]);
}

function instancesOf(view: JsonObject): number {
  return Number(view["current"] ?? view["currentInstances"] ?? 0);
}

function qualifierOf(world: World, entry: StoredFunction, request: ApiRequest, { scope }: Kind): string {
  const asked = request.query["qualifier"];
  if (scope === "function" || asked === undefined || asked === "") return LATEST;
  const found = findQualified(world, entry, asked);
  if (scope === "LATEST or alias" && found.kind === "version") {
    throw invalidArgument(`qualifier must be LATEST or an alias, got version '${asked}'`);
  }
  return asked;
}

function checkedFields(kind: Kind, request: ApiRequest, switches: Switches): JsonObject {
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, Object.keys(kind.fields));
  for (const name of kind.required ?? []) {
    if ((field(body, name) ?? undefined) === undefined) throw invalidArgument(`${name} is required but not provided`);
  }
  const given = Object.entries(body).filter((entry): entry is [string, Exclude<Json, null>] => entry[1] !== null);
  for (const [name, value] of given) {
    const problem = kind.fields[name]?.(value, switches);
    if (problem !== undefined) throw wrongField(request.operation, name, problem);
  }
  return Object.fromEntries(given);
}
