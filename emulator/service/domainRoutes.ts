/** Finds the route of a custom domain for a path, and rewrites paths. Pure. */
import * as vm from "node:vm";

import { anyText, type FieldCheck, listOf, shape } from "../base/checks";
import { notImplemented } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import { splitTarget } from "../base/signedRequest";

/**
 * The route of a path: the route with exactly this path, else the longest matching route that ends in `*`. Source:
 * "Configure a custom domain name", rules of routing.
 */
export function routeFor(routeConfig: Json | undefined, path: string): JsonObject | undefined {
  const routes = objects(routeConfig, "routes");
  const pattern = (route: JsonObject): string => textOf(field(route, "path"));
  const exact = routes.find((route) => pattern(route) === path);
  if (exact !== undefined) return exact;
  const fitting = routes.filter(
    (route) => pattern(route).endsWith("*") && path.startsWith(pattern(route).slice(0, -1)),
  );
  return fitting.sort((a, b) => pattern(b).length - pattern(a).length)[0];
}

/**
 * Path and query after the first matching rewrite rule: exact rules first, then wildcards, then regular expressions.
 * The replacement becomes the whole path. The query is appended to the query of the replacement. Source: "Configure a
 * rewrite policy"; the order of the kinds and the treatment of the query are assumed.
 */
export function rewriteTarget(rewriteConfig: Json | undefined, target: string): string {
  const [path, query] = splitTarget(target);
  for (const { kind, rule } of rulesOf(rewriteConfig)) {
    const found = matchOf(patternOf(kind, textOf(field(rule, "match"))), path);
    if (found === undefined) continue;
    const replacement = textOf(field(rule, "replacement"));
    const replaced = replacement.replace(/\$(\d+)/g, (_text, group: string) => found[Number(group)] ?? "");
    return query === "" ? replaced : `${replaced}${replaced.includes("?") ? "&" : "?"}${query}`;
  }
  return target;
}

const KINDS = ["equalRules", "wildcardRules", "regexRules"] as const;

type Kind = (typeof KINDS)[number];

/** The check of a rewrite configuration. Fields: the SDK's `RewriteConfig`. */
export const REWRITE_CONFIG = shape(
  Object.fromEntries(KINDS.map((kind) => [kind, listOf((rule) => ruleProblem(kind, rule))])),
);

function rulesOf(rewriteConfig: Json | undefined): { readonly kind: Kind; readonly rule: JsonObject }[] {
  return KINDS.flatMap((kind) => objects(rewriteConfig, kind).map((rule) => ({ kind, rule })));
}

function patternOf(kind: Kind, match: string): RegExp {
  switch (kind) {
    case "equalRules":
      return new RegExp(`^${literal(match)}$`);
    case "wildcardRules": {
      const anchored = match.startsWith("^");
      const words = (anchored ? match.slice(1) : match).split("*").map(literal);
      return new RegExp(`${anchored ? "^" : ""}${words.join("(.*)")}$`);
    }
    case "regexRules":
      return new RegExp(match);
  }
}

/** Longest time for matching a path, in ms. Some patterns take very long on some paths. */
const MATCH_MS = 100;

/** The groups of a match; undefined if there is no match. Throws if matching takes too long. */
function matchOf(pattern: RegExp, path: string): string[] | undefined {
  const script = new vm.Script("pattern.exec(path)");
  try {
    const found = script.runInNewContext({ pattern, path }, { timeout: MATCH_MS }) as RegExpExecArray | null;
    return found === null ? undefined : [...found];
  } catch {
    throw notImplemented("Custom domain", `the rewrite pattern ${pattern.source} takes more than ${MATCH_MS} ms`);
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

const RULE = shape({ match: anyText, replacement: anyText });

function ruleProblem(kind: Kind, rule: Json): ReturnType<FieldCheck> {
  const problem = RULE(rule);
  if (problem !== undefined || !isObject(rule)) return problem;
  const missing = ["match", "replacement"].find((name) => (field(rule, name) ?? null) === null);
  if (missing !== undefined) return `holds a rule whose ${missing} is required but not provided`;
  try {
    patternOf(kind, textOf(field(rule, "match")));
    return undefined;
  } catch {
    return `holds a rule whose match is no regular expression: '${textOf(field(rule, "match"))}'`;
  }
}

function objects(value: Json | undefined, name: string): JsonObject[] {
  const list = isObject(value) ? field(value, name) : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}
