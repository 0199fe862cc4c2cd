/** All operations of the API by method and path. An operation without an action is refused as not emulated. */
import { createAlias, deleteAlias, getAlias, listAliases, updateAlias } from "./actions/alias";
import { getAsyncTask, listAsyncTasks, stopAsyncTask } from "./actions/asyncTask";
import {
  createCustomDomain,
  deleteCustomDomain,
  getCustomDomain,
  listCustomDomains,
  updateCustomDomain,
} from "./actions/customDomain";
import {
  changeResourceGroup,
  createFunction,
  deleteFunction,
  getFunction,
  getFunctionCode,
  listFunctions,
  updateFunction,
} from "./actions/function";
import { assumeRole, describeRegions, getCallerIdentity } from "./actions/identity";
import { disableFunctionInvocation, enableFunctionInvocation, listInstances } from "./actions/invocation";
import { invokeFunction } from "./actions/invoke";
import {
  createLayerVersion,
  deleteLayerVersion,
  getLayerVersion,
  getLayerVersionByArn,
  listLayers,
  listLayerVersions,
  putLayerACL,
} from "./actions/layer";
import { createVpcBinding, deleteVpcBinding, listVpcBindings } from "./actions/network";
import { asyncInvoke, concurrency, provision, scaling, type SettingActions } from "./actions/settings";
import { listTagResources, tagResources, untagResources } from "./actions/tag";
import { createTrigger, deleteTrigger, getTrigger, listTriggers, updateTrigger } from "./actions/trigger";
import { deleteFunctionVersion, listFunctionVersions, publishFunctionVersion } from "./actions/version";
import type { Action } from "./api";

/** One operation. */
export interface Route {
  readonly operation: string;
  readonly method: string;
  /** Path below the base path; `{x}` is a parameter with the name x. */
  readonly path: string;
  readonly action?: Action;
  /** Whether the operation changes the state of the control plane if it succeeds. */
  readonly mutating: boolean;
}

/** A route and the decoded parameters of a path. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** First segment of every path: the version of the API. */
export const BASE = "/2023-03-30";

const F = "/functions/{functionName}";

/** Operations of the token service. These operations use the same port with the path `/`, and a parameter contains their name. */
export const TOKEN_SERVICE: readonly Route[] = [
  { operation: "GetCallerIdentity", method: "POST", path: "/", action: getCallerIdentity, mutating: false },
  { operation: "AssumeRole", method: "POST", path: "/", action: assumeRole, mutating: false },
];

export const ROUTES: readonly Route[] = [
  route("CreateFunction", "POST /functions", createFunction),
  route("ListFunctions", "GET /functions", listFunctions),
  route("GetFunction", `GET ${F}`, getFunction),
  route("UpdateFunction", `PUT ${F}`, updateFunction),
  route("DeleteFunction", `DELETE ${F}`, deleteFunction),
  route("GetFunctionCode", `GET ${F}/code`, getFunctionCode),
  route("PublishFunctionVersion", `POST ${F}/versions`, publishFunctionVersion),
  route("ListFunctionVersions", `GET ${F}/versions`, listFunctionVersions),
  route("DeleteFunctionVersion", `DELETE ${F}/versions/{versionId}`, deleteFunctionVersion),
  route("CreateAlias", `POST ${F}/aliases`, createAlias),
  route("ListAliases", `GET ${F}/aliases`, listAliases),
  route("GetAlias", `GET ${F}/aliases/{aliasName}`, getAlias),
  route("UpdateAlias", `PUT ${F}/aliases/{aliasName}`, updateAlias),
  route("DeleteAlias", `DELETE ${F}/aliases/{aliasName}`, deleteAlias),
  { ...route("InvokeFunction", `POST ${F}/invocations`, invokeFunction), mutating: false },
  route("TagResources", "POST /tags-v2", tagResources),
  route("ListTagResources", "GET /tags-v2", listTagResources),
  route("UntagResources", "DELETE /tags-v2", untagResources),
  route("DisableFunctionInvocation", `POST ${F}/invoke/disable`, disableFunctionInvocation),
  route("EnableFunctionInvocation", `POST ${F}/invoke/enable`, enableFunctionInvocation),
  route("CreateTrigger", `POST ${F}/triggers`, createTrigger),
  route("ListTriggers", `GET ${F}/triggers`, listTriggers),
  route("GetTrigger", `GET ${F}/triggers/{triggerName}`, getTrigger),
  route("UpdateTrigger", `PUT ${F}/triggers/{triggerName}`, updateTrigger),
  route("DeleteTrigger", `DELETE ${F}/triggers/{triggerName}`, deleteTrigger),
  ...setting("ConcurrencyConfig", `${F}/concurrency`, "/concurrency-configs", concurrency),
  ...setting("ProvisionConfig", `${F}/provision-config`, "/provision-configs", provision),
  ...setting("ScalingConfig", `${F}/scaling-config`, "/scaling-configs", scaling),
  ...setting("AsyncInvokeConfig", `${F}/async-invoke-config`, "/async-invoke-configs", asyncInvoke),
  route("ListAsyncTasks", `GET ${F}/async-tasks`, listAsyncTasks),
  route("GetAsyncTask", `GET ${F}/async-tasks/{taskId}`, getAsyncTask),
  route("StopAsyncTask", `PUT ${F}/async-tasks/{taskId}/stop`, stopAsyncTask),
  route("ListInstances", `GET ${F}/instances`, listInstances),
  route("CreateSession", `POST ${F}/sessions`),
  route("ListSessions", `GET ${F}/sessions`),
  route("GetSession", `GET ${F}/sessions/{sessionId}`),
  route("UpdateSession", `PUT ${F}/sessions/{sessionId}`),
  route("DeleteSession", `DELETE ${F}/sessions/{sessionId}`),
  route("PauseSession", `PUT ${F}/sessions/{sessionId}/pause`),
  route("ResumeSession", `PUT ${F}/sessions/{sessionId}/resume`),
  route("CreateVpcBinding", `POST ${F}/vpc-bindings`, createVpcBinding),
  route("ListVpcBindings", `GET ${F}/vpc-bindings`, listVpcBindings),
  route("DeleteVpcBinding", `DELETE ${F}/vpc-bindings/{vpcId}`, deleteVpcBinding),
  route("CreateCustomDomain", "POST /custom-domains", createCustomDomain),
  route("ListCustomDomains", "GET /custom-domains", listCustomDomains),
  route("GetCustomDomain", "GET /custom-domains/{domainName}", getCustomDomain),
  route("UpdateCustomDomain", "PUT /custom-domains/{domainName}", updateCustomDomain),
  route("DeleteCustomDomain", "DELETE /custom-domains/{domainName}", deleteCustomDomain),
  route("CreateLayerVersion", "POST /layers/{layerName}/versions", createLayerVersion),
  route("ListLayerVersions", "GET /layers/{layerName}/versions", listLayerVersions),
  route("GetLayerVersion", "GET /layers/{layerName}/versions/{version}", getLayerVersion),
  route("DeleteLayerVersion", "DELETE /layers/{layerName}/versions/{version}", deleteLayerVersion),
  route("ListLayers", "GET /layers", listLayers),
  route("GetLayerVersionByArn", "GET /layerarn/{arn}", getLayerVersionByArn),
  route("PutLayerACL", "PUT /layers/{layerName}/acl", putLayerACL),
  route("ChangeResourceGroup", "PUT /resource-groups", changeResourceGroup),
  route("DescribeRegions", "GET /regions", describeRegions),
];

/** The operation of the token service with this name; undefined if it is not emulated. */
export function matchTokenService(action: string | undefined): Route | undefined {
  return TOKEN_SERVICE.find(({ operation }) => operation === action);
}

/** The operation for a method and an encoded path; undefined if the API has none. Throws for an invalid encoding. */
export function matchRoute(method: string, path: string): Match | undefined {
  if (!path.startsWith(`${BASE}/`)) return undefined;
  const segments = path.slice(BASE.length).split("/");
  for (const candidate of ROUTES) {
    if (candidate.method !== method) continue;
    const params = matchSegments(candidate.path.split("/"), segments);
    if (params !== undefined) return { route: candidate, params };
  }
  return undefined;
}

function matchSegments(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const segment = segments[index] ?? "";
    if (expected.startsWith("{")) {
      if (segment === "") return undefined;
      params[expected.slice(1, -1)] = decodeURIComponent(segment);
    } else if (expected !== segment) {
      return undefined;
    }
  }
  return params;
}

function route(operation: string, methodAndPath: string, action?: Action): Route {
  const [method = "", path = ""] = methodAndPath.split(" ");
  const base = { operation, method, path, mutating: method !== "GET" };
  return action === undefined ? base : { ...base, action };
}

function setting(thing: string, path: string, listPath: string, actions: SettingActions): Route[] {
  return [
    route(`Put${thing}`, `PUT ${path}`, actions.put),
    route(`Get${thing}`, `GET ${path}`, actions.get),
    route(`Delete${thing}`, `DELETE ${path}`, actions.remove),
    route(`List${thing}s`, `GET ${listPath}`, actions.list),
  ];
}
