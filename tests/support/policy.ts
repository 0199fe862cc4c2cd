/** Evaluates RAM policies, by the rules of the policy language that the policies of this repository use. */
import type { RecordedRequest } from "../../emulator";

/** A statement without conditions. */
export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** A policy document. */
export interface Policy {
  readonly Version: "1";
  readonly Statement: readonly Statement[];
}

/** The permission for a request: an action on all resources that the service's documentation names for it. */
export interface Need {
  readonly action: string;
  readonly resources: readonly string[];
}

/**
 * Matches a pattern: `*` is any text, including slashes, and `?` one character. `anyCase` ignores letter case, as for
 * actions.
 */
export function matches(pattern: string, value: string, anyCase = false): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, anyCase ? "i" : "").test(value);
}

/** Whether a policy allows a request. A denial takes precedence, and everything else is denied by default. */
export function allows({ Statement: statements }: Policy, { action, resources }: Need): boolean {
  return resources.every((resource) => {
    const effects = statements
      .filter((statement) => statement.Action.some((pattern) => matches(pattern, action, true)))
      .filter((statement) => statement.Resource.some((pattern) => matches(pattern, resource)))
      .map((statement) => statement.Effect);
    return effects.includes("Allow") && !effects.includes("Deny");
  });
}

/**
 * RAM resources by API operation, below `functions/{function}`. Source: the service's page on policies. If another page
 * has another form, both forms are here, so that a policy works with either.
 */
const RESOURCES: Readonly<Record<string, readonly string[]>> = {
  CreateFunction: [""],
  GetFunction: [""],
  UpdateFunction: [""],
  DeleteFunction: [""],
  GetFunctionCode: [""],
  PublishFunctionVersion: ["/versions", "/versions/*"],
  ListFunctionVersions: ["/versions/*"],
  DeleteFunctionVersion: ["/versions/{last}"],
  CreateAlias: ["/aliases/{alias}"],
  GetAlias: ["/aliases/{last}"],
  UpdateAlias: ["/aliases/{last}"],
  DeleteAlias: ["/aliases/{last}"],
  ListAliases: ["/aliases/*"],
  ListTriggers: ["/triggers/*"],
  ListAsyncInvokeConfigs: [""],
  InvokeFunction: ["", "/{qualifier}"],
};

/** RAM resources by API operation, for operations that are not about a function. */
const PLACE_RESOURCES: Readonly<Record<string, string>> = { ListCustomDomains: "custom-domains/*" };

/** The region, account and log project to which requests are sent. */
export interface RequestPlace {
  readonly region: string;
  readonly accountId: string;
  /** Of the log service: a recorded request has the logstore, but not the project, which is part of its host. */
  readonly project?: string;
}

/** The permission for a request; undefined for GetCallerIdentity, which needs none. */
export function needOf(request: RecordedRequest, place: RequestPlace): Need | undefined {
  const { operation, path } = request;
  if (operation === "GetCallerIdentity") return undefined;
  if (operation === "GetLogsV2") {
    // The service's page of the operation names the project; the one on policies names the logstore.
    const project = `acs:log:${place.region}:${place.accountId}:project/${place.project ?? ""}`;
    const [, , logstore = ""] = path.split("/");
    return { action: "log:GetLogStoreLogs", resources: [project, `${project}/logstore/${logstore}`] };
  }
  const root = `acs:fc:${place.region}:${place.accountId}`;
  const ofPlace = PLACE_RESOURCES[operation];
  if (ofPlace !== undefined) return { action: `fc:${operation}`, resources: [`${root}:${ofPlace}`] };
  const forms = RESOURCES[operation];
  if (forms === undefined)
    throw new Error(`${operation}: no resource is known for it; add it here and to the policies`);
  const [, , , named] = path.split("/");
  const body = (request.body ?? {}) as { functionName?: string; aliasName?: string };
  const base = `${root}:functions/${named ?? body.functionName ?? request.query["functionName"] ?? ""}`;
  const filled = (form: string) =>
    form
      .replace("{last}", path.split("/").at(-1) ?? "")
      .replace("{alias}", body.aliasName ?? "")
      .replace("{qualifier}", request.query["qualifier"] ?? "LATEST");
  return { action: `fc:${operation}`, resources: forms.map((form) => base + filled(form)) };
}
