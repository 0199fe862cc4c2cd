/** RAM policies: what they allow, by the rules of the policy language that our policies use. */
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

/** What a request needs: an action, on every one of the resources that the service's documents name for it. */
export interface Need {
  readonly action: string;
  readonly resources: readonly string[];
}

/** `*` is any text, slashes too, `?` one character; actions are the same in any case. */
export function matches(pattern: string, value: string, anyCase = false): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`, anyCase ? "i" : "").test(value);
}

/** A denial takes precedence over any permission; what no statement names is denied. */
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
 * Resources by operation, below `functions/{function}`. From the service's page on policies; where another page has
 * another form both stand here, so that a policy serves whichever is right.
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
};

/** Resources by operation, of those that belong to no function. */
const PLACE_RESOURCES: Readonly<Record<string, string>> = { ListCustomDomains: "custom-domains/*" };

/** What a request needs; undefined for GetCallerIdentity, which the token service grants to everybody. */
export function needOf(request: RecordedRequest, place: { region: string; accountId: string }): Need | undefined {
  const { operation, path } = request;
  if (operation === "GetCallerIdentity") return undefined;
  const root = `acs:fc:${place.region}:${place.accountId}`;
  const ofPlace = PLACE_RESOURCES[operation];
  if (ofPlace !== undefined) return { action: `fc:${operation}`, resources: [`${root}:${ofPlace}`] };
  const forms = RESOURCES[operation];
  if (forms === undefined)
    throw new Error(`${operation}: no resource is known for it; add it here and to the policies`);
  const [, , , named] = path.split("/");
  const body = (request.body ?? {}) as { functionName?: string; aliasName?: string };
  const base = `${root}:functions/${named ?? body.functionName ?? ""}`;
  const filled = (form: string) =>
    form.replace("{last}", path.split("/").at(-1) ?? "").replace("{alias}", body.aliasName ?? "");
  return { action: `fc:${operation}`, resources: forms.map((form) => base + filled(form)) };
}
