/** Decisions about an HTTP trigger: what to send, and whether the live trigger matches already. Pure. */
import { lostText } from "./alias";
import { equal } from "./canonical";
import {
  CHANGED,
  type Checked,
  type CommonInputs,
  type Diff,
  checkCommon,
  defaultedOf,
  identityChanges,
  unknownProperties,
} from "./common";
import { ALIAS_NAME, FUNCTION_NAME, VERSION_ID } from "./names";
import type { HttpTriggerConfig, ObservedTrigger, TriggerBody } from "./model";
import { resourceNameOf, splitMark, withMark } from "./owner";
import { refusedMove } from "./place";
import { containsUnknown } from "./unknown";
import { type Failure, type Rule, boolean, check, list, oneOf, required, show, text, unlessBlank } from "./validate";

/** Methods that an HTTP trigger may have. Source: `HTTPTriggerConfig` of the SDK. */
export const HTTP_METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"] as const;

/** The checked inputs of an HTTP trigger, with defaults filled in. */
export interface HttpTriggerInputs extends CommonInputs {
  readonly functionName: string;
  readonly triggerName: string;
  readonly qualifier: string;
  readonly authType: string;
  readonly methods: readonly string[];
  readonly disableUrlInternet: boolean;
  readonly description?: string;
}

/** The outputs of an HTTP trigger in state: its inputs, and the members below. */
export interface HttpTriggerOutputs extends HttpTriggerInputs {
  /** The service's id of the trigger; empty if the trigger was created but could not be read. */
  readonly triggerId: string;
  /** Address of the trigger on the internet. */
  readonly url?: string;
  /** Address of the trigger inside the network of its region. */
  readonly intranetUrl?: string;
  readonly createdTime?: string;
  readonly lastModifiedTime?: string;
}

/** Rule for trigger names. Source: `CreateTriggerInput` of the SDK, 1 to 128 characters. */
const TRIGGER_NAME: Rule = text(
  /^[_a-zA-Z][-_a-zA-Z0-9]{0,127}$/,
  128,
  "1 to 128 letters, digits, _ or -, starting with a letter or _",
);

const QUALIFIER: Rule = (value) =>
  value === "LATEST" || VERSION_ID(value) === undefined || ALIAS_NAME(value) === undefined
    ? undefined
    : `got ${show(value)}; allowed: an alias, the number of a published version as text, or LATEST`;

const DESCRIPTION = text(/^[^\p{Cc}]{0,200}$/u, 200, "text of at most 200 characters on one line");

const MEMBERS = ["triggerName", "qualifier", "authType", "methods", "disableUrlInternet", "description"];

/** Checks the inputs and fills in defaults. */
export function checkHttpTrigger(olds: Partial<HttpTriggerInputs>, news: Partial<HttpTriggerInputs>): Checked {
  const { owner, failures } = checkCommon(olds, news);
  failures.push(
    ...required("function", news.functionName, "give a Function, its ref, or { functionName }"),
    ...check("functionName", unlessBlank(news.functionName), FUNCTION_NAME),
    ...required("triggerName", news.triggerName, "the package does not generate names"),
    ...check("triggerName", news.triggerName, TRIGGER_NAME),
    ...required("qualifier", news.qualifier, "the alias or version that gets its requests, or LATEST"),
    ...check("qualifier", news.qualifier, QUALIFIER),
    ...check("authType", news.authType, oneOf("function", "anonymous")),
    ...check("methods", news.methods, list(oneOf(...HTTP_METHODS), HTTP_METHODS.length, 1)),
    ...check("disableUrlInternet", news.disableUrlInternet, boolean),
    ...check("description", news.description, DESCRIPTION),
    ...unknownProperties(news, MEMBERS),
  );
  if (failures.length > 0) return { inputs: { ...news }, failures };
  const filled = { authType: "function", methods: [...HTTP_METHODS], disableUrlInternet: false };
  return {
    inputs: { ...filled, ...news, ...defaultedOf(news, Object.keys(filled)), owner },
    failures: [] as Failure[],
  };
}

const IDENTITY = ["region", "accountId", "functionName", "triggerName"];

/** Compares the stored outputs with the new inputs. Throws an Error if the change is refused. */
export function diffHttpTrigger(olds: HttpTriggerOutputs, news: HttpTriggerInputs): Diff {
  const refused = refusedMove(olds, news);
  if (refused !== undefined) throw new Error(`HTTP trigger ${news.triggerName}: ${refused}`);
  const replaces = identityChanges({ ...olds }, { ...news }, IDENTITY);
  // A version or alias has at most one HTTP trigger, so the old trigger is deleted before one with another name is
  // created.
  if (replaces.length > 0) return { replaces, deleteBeforeReplace: true };
  // The body has the settings as text, in which an unknown value cannot be found.
  const { qualifier, authType, methods, disableUrlInternet, description } = news;
  const isKnown = !containsUnknown([qualifier, authType, methods, disableUrlInternet, description]);
  return isKnown && sameBody(triggerBody(olds), triggerBody(news)) ? { changes: false } : CHANGED;
}

/**
 * The body of CreateTrigger and UpdateTrigger. The service replaces all settings, so settings that are not managed
 * here, such as `corsConfig` and `authConfig`, are copied from the live trigger.
 */
export function triggerBody(inputs: HttpTriggerInputs, live?: ObservedTrigger): TriggerBody {
  const { qualifier, authType, methods, disableUrlInternet, description, owner } = inputs;
  const managed: HttpTriggerConfig = { authType, methods: [...methods], disableURLInternet: disableUrlInternet };
  const config = { ...parsed(live?.triggerConfig), ...managed };
  return {
    qualifier,
    triggerConfig: JSON.stringify(config),
    description: withMark(description, owner),
  };
}

/** True if the managed settings of the trigger are the same as in the body. */
export function triggerMatches(trigger: ObservedTrigger, body: TriggerBody): boolean {
  return sameBody(bodyOf(trigger), body);
}

/** True if two reads of a trigger found the same settings, including those that are not managed here. */
export function sameTrigger(a: ObservedTrigger, b: ObservedTrigger): boolean {
  return sameBody(bodyOf(a), bodyOf(b)) && equal(parsed(a.triggerConfig), parsed(b.triggerConfig));
}

/** Converts a live trigger to the form of a request. */
export function bodyOf({ qualifier, triggerConfig, description }: ObservedTrigger): TriggerBody {
  return { qualifier: qualifier ?? "", triggerConfig: triggerConfig ?? "{}", description: description ?? "" };
}

function sameBody(a: TriggerBody, b: TriggerBody): boolean {
  return a.qualifier === b.qualifier && a.description === b.description && configText(a) === configText(b);
}

/** The managed settings as text for a comparison; the order of methods does not matter. */
function configText({ triggerConfig }: TriggerBody): string {
  const { authType, methods, disableURLInternet } = httpConfig(triggerConfig);
  return JSON.stringify([authType, [...methods].sort(), disableURLInternet]);
}

/**
 * The settings of a live trigger. Text that is not the JSON of the API counts as no settings, so a write replaces this
 * text.
 */
function httpConfig(text: string | undefined): HttpTriggerConfig {
  const { authType, methods, disableURLInternet } = parsed(text);
  return {
    authType: typeof authType === "string" ? authType : "",
    methods: Array.isArray(methods) ? methods.map(String) : [],
    disableURLInternet: disableURLInternet === true,
  };
}

function parsed(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** Names of settings of a live trigger that adoption would change because the program does not mention them. */
export function lostByTriggerAdoption(inputs: HttpTriggerInputs, trigger: ObservedTrigger): string[] {
  const live = httpConfig(trigger.triggerConfig);
  const differs = {
    authType: live.authType !== inputs.authType,
    methods: [...live.methods].sort().join() !== [...inputs.methods].sort().join(),
    disableUrlInternet: live.disableURLInternet !== inputs.disableUrlInternet,
  };
  const settings = Object.entries(differs).filter(
    ([name, differ]) => differ && inputs.defaulted?.includes(name) === true,
  );
  return [...settings.map(([name]) => name), ...lostText(inputs.description, trigger.description)];
}

/** The outputs of a trigger, computed from the service's answer. */
export function triggerOutputs(inputs: HttpTriggerInputs, trigger: ObservedTrigger): HttpTriggerOutputs {
  const { triggerId = "", httpTrigger, createdTime, lastModifiedTime } = trigger;
  const seen = {
    url: httpTrigger?.urlInternet,
    intranetUrl: httpTrigger?.urlIntranet,
    createdTime,
    lastModifiedTime,
  };
  return {
    ...inputs,
    triggerId,
    ...Object.fromEntries(Object.entries(seen).filter(([, value]) => value !== undefined)),
  };
}

/** The inputs after a refresh, with live values where these differ. */
export function refreshedTrigger(
  props: Partial<HttpTriggerInputs>,
  trigger: ObservedTrigger,
): Partial<HttpTriggerInputs> {
  const { authType, methods, disableURLInternet } = httpConfig(trigger.triggerConfig);
  const { text: description } = splitMark(trigger.description);
  return {
    qualifier: trigger.qualifier ?? "LATEST",
    authType,
    methods,
    disableUrlInternet: disableURLInternet,
    ...(description === (props.description ?? "") ? {} : { description }),
  };
}

/** Name of a trigger in messages, such as `HTTP trigger live of function api`. */
export function triggerLabel(inputs: Pick<HttpTriggerInputs, "triggerName" | "functionName" | "resourceUrn">): string {
  return `HTTP trigger ${inputs.triggerName} of function ${inputs.functionName} (${resourceNameOf(inputs.resourceUrn)})`;
}
