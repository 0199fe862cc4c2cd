/** Cross-origin rules (CORS) of HTTP triggers and custom domains. Pure. */
import type * as http from "node:http";

import { field, isObject, type Json, textOf } from "../base/json";

/** Rules of cross-origin requests: which pages may read answers, with which methods and headers. */
export interface CorsRules {
  /** Allowed origins of pages; `*` means all. */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  /** Request headers that a page may send; `*` means all. */
  readonly headers: readonly string[];
  /** Answer headers that a page may read. */
  readonly exposed: readonly string[];
  readonly credentials: boolean;
  /** Seconds for which a browser may keep the answer to a preflight; undefined = the browser's default. */
  readonly maxAge: number | undefined;
}

/** Headers that pages may read by default. Source: captures of answers, published by users. */
const EXPOSED = [
  "Date",
  "x-fc-request-id",
  "x-fc-error-type",
  "x-fc-code-checksum",
  "x-fc-invocation-duration",
  "x-fc-max-memory-usage",
  "x-fc-log-result",
  "x-fc-invocation-code-version",
];

const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/**
 * Rules of a trigger without a `corsConfig`. Cross-origin requests are allowed by default (documentation); the details
 * are assumed.
 */
export const EVERY_PAGE: CorsRules = {
  origins: ["*"],
  methods: METHODS,
  headers: ["*"],
  exposed: EXPOSED,
  credentials: true,
  maxAge: undefined,
};

/** Rules of a `corsConfig`, which was checked when it was stored; undefined without a `corsConfig`. */
export function corsRules(config: Json | undefined): CorsRules | undefined {
  if (!isObject(config)) return undefined;
  const texts = (name: string, fallback: readonly string[]): readonly string[] => {
    const list = field(config, name);
    return Array.isArray(list) ? list.map(textOf) : fallback;
  };
  const maxAge = field(config, "maxAge");
  return {
    origins: texts("allowOrigins", []),
    methods: texts("allowMethods", METHODS),
    headers: texts("allowHeaders", []),
    exposed: texts("exposeHeaders", []),
    credentials: field(config, "allowCredentials") === true,
    maxAge: typeof maxAge === "number" ? maxAge : undefined,
  };
}

/** Whether a request is a browser's preflight. */
export function isPreflight({ method, headers }: http.IncomingMessage): boolean {
  return method === "OPTIONS" && headers["access-control-request-method"] !== undefined;
}

/** Whether a method is allowed; undefined `methods` means that all are allowed. */
export function allowsMethod(methods: Json | undefined, method: string): boolean {
  return methods === undefined || (Array.isArray(methods) && methods.includes(method));
}

/** Headers that allow a page to read an answer; none for a page that may not read it. */
export function corsHeaders(rules: CorsRules, origin: string): Record<string, string> {
  if (!rules.origins.includes("*") && !rules.origins.includes(origin)) return {};
  return {
    "access-control-allow-origin": origin,
    vary: "Origin",
    ...(rules.credentials ? { "access-control-allow-credentials": "true" } : {}),
    ...(rules.exposed.length === 0 ? {} : { "access-control-expose-headers": rules.exposed.join(",") }),
  };
}

/** Headers of the answer to a preflight. */
export function preflightHeaders(rules: CorsRules, request: http.IncomingMessage): Record<string, string> {
  const { origin = "" } = request.headers;
  const allowed = corsHeaders(rules, origin);
  if (Object.keys(allowed).length === 0) return {};
  const asked = request.headers["access-control-request-headers"] ?? "";
  const headers = rules.headers.includes("*") ? asked : rules.headers.join(",");
  return {
    ...allowed,
    "access-control-allow-methods": rules.methods.join(","),
    ...(headers === "" ? {} : { "access-control-allow-headers": headers }),
    ...(rules.maxAge === undefined ? {} : { "access-control-max-age": String(rules.maxAge) }),
  };
}
