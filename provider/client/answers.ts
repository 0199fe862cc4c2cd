/**
 * The status and the members that the answer of each operation always has. An answer without them is an error. An
 * incomplete answer must not reach state, because it shows neither an object nor that the object does not exist.
 */
import { FcError, afterwards } from "./errors";
import type { Head } from "./head";

interface Answered {
  /** Statuses that mean success. Default: 200 and 201. */
  readonly statuses?: readonly number[];
  /** Members of the body of the answer. Source: the sample answers of API 2023-03-30. */
  readonly members?: readonly string[];
  /** The member that holds a list, and the members of each of its items. */
  readonly list?: { readonly name: string; readonly each: readonly string[] };
}

/**
 * An operation whose answer has no body. Source of these operations: `bodyType: "none"` in the SDK, and status 204 in
 * the documentation.
 */
const NO_BODY: Answered = { statuses: [204] };
const FUNCTION = ["functionName", "functionId", "runtime"];
const ALIAS = ["aliasName", "versionId"];
const TRIGGER = ["triggerName", "triggerType", "triggerConfig"];

const ANSWERS = {
  GetFunction: { members: FUNCTION },
  GetFunctionCode: { members: ["url"] },
  CreateFunction: { members: FUNCTION },
  UpdateFunction: { members: FUNCTION },
  DeleteFunction: NO_BODY,
  ChangeResourceGroup: {},
  TagResources: NO_BODY,
  UntagResources: NO_BODY,
  ListFunctionVersions: { list: { name: "versions", each: ["versionId"] } },
  PublishFunctionVersion: { members: ["versionId"] },
  DeleteFunctionVersion: NO_BODY,
  GetAlias: { members: ALIAS },
  CreateAlias: { members: ["aliasName"] },
  UpdateAlias: { members: ["aliasName"] },
  DeleteAlias: NO_BODY,
  ListAliases: { list: { name: "aliases", each: ALIAS } },
  GetTrigger: { members: TRIGGER },
  CreateTrigger: { members: ["triggerName"] },
  UpdateTrigger: { members: ["triggerName"] },
  DeleteTrigger: NO_BODY,
  // The body is the answer of the user's function, so no member of it is required.
  InvokeFunction: { statuses: [200], members: [] },
  ListTriggers: { list: { name: "triggers", each: ["triggerName"] } },
  ListAsyncInvokeConfigs: { list: { name: "configs", each: ["functionArn"] } },
  ListCustomDomains: { list: { name: "customDomains", each: ["domainName"] } },
} satisfies Record<string, Answered>;

/** The operations of Function Compute that this package calls. */
export type Operation = keyof typeof ANSWERS;

/** An answer in the form in which the SDK returns it. */
export interface Answer<B = unknown> {
  readonly statusCode?: number | undefined;
  readonly body?: B | undefined;
}

/**
 * Returns the body of a complete answer; undefined for an operation without a body. Throws an {@link FcError} for an
 * incomplete answer.
 */
export function readAnswer<B>(operation: Operation, { statusCode = 0, body }: Answer<B>, head: Head): B | undefined {
  const { statuses = [200, 201], members, list }: Answered = ANSWERS[operation];
  const requestId = `request id ${head.requestId ?? "none"}`;
  const unreadable = (what: string) =>
    new FcError(`${operation}: ${what}${afterwards(operation)}`, "unknown", "Transport", statusCode, head.requestId);
  // The SDK treats any status below 400 as success, including redirects.
  if (!statuses.includes(statusCode)) throw unreadable(`unexpected HTTP status ${statusCode} (${requestId})`);
  if (statuses === NO_BODY.statuses) return undefined;
  const lacks = missing(body, members ?? []) ?? missingInList(body, list);
  if (lacks !== undefined) throw unreadable(`the answer lacks ${lacks} (HTTP ${statusCode}, ${requestId})`);
  return body;
}

function missing(body: unknown, members: readonly string[]): string | undefined {
  if (typeof body !== "object" || body === null) return "a body";
  return members.find((member) => isAbsent((body as Record<string, unknown>)[member]));
}

function missingInList(body: unknown, list: Answered["list"]): string | undefined {
  if (list === undefined) return undefined;
  const items = (body as Record<string, unknown>)[list.name];
  if (!Array.isArray(items)) return list.name;
  return items.map((item) => missing(item, list.each)).find((member) => member !== undefined);
}

function isAbsent(member: unknown): boolean {
  return member === undefined || member === null || member === "";
}
