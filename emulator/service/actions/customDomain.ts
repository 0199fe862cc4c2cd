/** CreateCustomDomain, GetCustomDomain, UpdateCustomDomain, DeleteCustomDomain, ListCustomDomains. */
import { type Action, type ApiRequest, noContent, ok, timestamp, type World } from "../api";
import { anyText, type FieldCheck, flag, listOf, oneOf, shape } from "../../base/checks";
import { domainExists, domainNotFound, invalidArgument, wrongField } from "../../base/errors";
import { REWRITE_CONFIG } from "../domainRoutes";
import { field, isObject, type Json, type JsonObject } from "../../base/json";
import type { StoredCustomDomain } from "../../state/model";
import { NESTED } from "../nested";
import { listBody, pageOf } from "../paging";
import { jsonBody, refuseUnknown } from "./lookup";

/**
 * Largest numbers of routes of a domain, and of methods of a route. Source: ROS, the vendor's resource orchestration.
 */
const MAX_ROUTES = 100;
const MAX_METHODS = 10;

/** Pattern of domain names: labels of letters, digits and `-`, at least two of them. */
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** Fields of a request, without the name. Source: `UpdateCustomDomainInput` of the SDK. */
const FIELDS: Readonly<Record<string, FieldCheck>> = {
  protocol: oneOf(["HTTP", "HTTPS", "HTTP,HTTPS"]),
  routeConfig: (value) => ROUTES(value),
  certConfig: NESTED.CertConfig,
  tlsConfig: NESTED.TLSConfig,
  wafConfig: NESTED.WAFConfig,
  corsConfig: NESTED.CORSConfig,
  authConfig: NESTED.AuthConfig,
};

/** Fields of a create request, without the name. Source: `CreateCustomDomainInput` of the SDK. */
const CREATE_FIELDS: Readonly<Record<string, FieldCheck>> = { ...FIELDS, isE2B: flag };

/** Fields of a route. Source: `PathConfig` of the SDK. */
const ROUTE = shape({
  path: (value) => (typeof value === "string" && value.startsWith("/") ? undefined : "must begin with /"),
  functionName: (value) => anyText(value) ?? (value === "" ? "is required but not provided" : undefined),
  qualifier: anyText,
  methods: (value) =>
    Array.isArray(value) && value.length <= MAX_METHODS && value.every((method) => typeof method === "string")
      ? undefined
      : `must be a list of at most ${MAX_METHODS} methods`,
  rewriteConfig: REWRITE_CONFIG,
});

export const createCustomDomain: Action = (world, request) => {
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["domainName", ...Object.keys(CREATE_FIELDS)]);
  const domainName = field(body, "domainName");
  if (typeof domainName !== "string" || !DOMAIN.test(domainName)) {
    throw invalidArgument(`domainName must be a domain name in lower case, got ${JSON.stringify(domainName)}`);
  }
  if (field(body, "protocol") === undefined) throw invalidArgument("protocol is required but not provided");
  const config = checkedFields(request.operation, body);
  if (world.store.customDomains.has(domainName)) throw domainExists(domainName);
  const now = timestamp(world);
  const domain: StoredCustomDomain = { domainName, config, createdTime: now, lastModifiedTime: now };
  world.store.customDomains.set(domainName, domain);
  world.store.save(domain);
  return ok(view(world, domain));
};

export const getCustomDomain: Action = (world, request) => ok(view(world, findDomain(world, request)));

/** UpdateCustomDomain. Fields in the request replace the stored ones, others stay. Assumed, as for functions. */
export const updateCustomDomain: Action = (world, request) => {
  const domain = findDomain(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, Object.keys(FIELDS));
  domain.config = { ...domain.config, ...checkedFields(request.operation, body) };
  domain.lastModifiedTime = timestamp(world);
  world.store.save(domain);
  return ok(view(world, domain));
};

export const deleteCustomDomain: Action = (world, request) => {
  const domain = findDomain(world, request);
  world.store.customDomains.delete(domain.domainName);
  world.store.save(domain);
  return noContent();
};

export const listCustomDomains: Action = (world, request) => {
  const { prefix = "" } = request.query;
  const found = [...world.store.customDomains.values()].filter(({ domainName }) => domainName.startsWith(prefix));
  const page = pageOf(found, ({ domainName }) => domainName, request);
  return ok(listBody("customDomains", page, (domain) => view(world, domain)));
};

function findDomain(world: World, request: ApiRequest): StoredCustomDomain {
  const name = request.params["domainName"] ?? "";
  const domain = world.store.customDomains.get(name);
  if (domain === undefined) throw domainNotFound(name);
  return domain;
}

function view(world: World, { domainName, config, createdTime, lastModifiedTime }: StoredCustomDomain): JsonObject {
  const routeConfig = { routes: [] };
  const common = { domainName, accountId: world.identity.accountId, apiVersion: "2023-03-30" };
  return { routeConfig, ...withoutKey(config), ...common, createdTime, lastModifiedTime };
}

/** The configuration without the private key, because no answer contains it. Assumed. */
function withoutKey(config: JsonObject): JsonObject {
  const certificate = field(config, "certConfig");
  if (!isObject(certificate)) return config;
  const { privateKey: _key, ...rest } = certificate;
  return { ...config, certConfig: rest };
}

function checkedFields(operation: string, body: JsonObject): JsonObject {
  const given = Object.entries(body).filter(([name, value]) => name !== "domainName" && value !== null);
  for (const [name, value] of given) {
    const problem = CREATE_FIELDS[name]?.(value);
    if (problem !== undefined) throw wrongField(operation, name, problem);
  }
  return Object.fromEntries(given);
}

const ROUTES = shape({
  routes: (value) =>
    Array.isArray(value) && value.length > MAX_ROUTES ? `holds more than ${MAX_ROUTES} routes` : listOf(route)(value),
});

function route(value: Json): ReturnType<FieldCheck> {
  const missing = ["path", "functionName"].find((name) => !isObject(value) || (field(value, name) ?? null) === null);
  if (!isObject(value) || missing === undefined) return ROUTE(value);
  return `holds a route whose ${missing} is required but not provided`;
}
