/** Finds the route of a custom domain for a path, and rewrites paths. Pure. */
import * as vm from "node:vm";

import { anyObject, anyText, listOf } from "../base/checks";
import { notImplemented } from "../base/errors";
import { field, isObject, type Json, type JsonObject, textOf } from "../base/json";
import { splitTarget } from "../base/signedRequest";

/**
 * The route of a path: the one with exactly this path, else the longest matching one that ends in `*`. Source:
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
 * Path and query after the first matching rule: exact rules first, then wildcards, then regular expressions. A
 * replacement is the whole new path. The query is appended to that of the replacement. Source: "Configure a rewrite
 * policy"; the order of the kinds and the treatment of the query are assumed.
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

/** What is wrong with a rewrite configuration, or undefined. Fields: the SDK's `RewriteConfig`. */
export function rewriteProblem(value: Json): string | undefined {
  if (!isObject(value)) return anyObject(value);
  for (const [kind, rules] of Object.entries(value)) {
    if (!KINDS.some((known) => known === kind)) return `has no '${kind}' (allowed: ${KINDS.join(", ")})`;
    const problem = rules === null ? undefined : listOf((rule) => ruleProblem(kind as Kind, rule))(rules);
    if (problem !== undefined) return `${kind} ${problem}`;
  }
  return undefined;
}

const KINDS = ["equalRules", "wildcardRules", "regexRules"] as const;

type Kind = (typeof KINDS)[number];

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

/** The groups of a match; undefined = no match. Throws when it takes too long. */
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

function ruleProblem(kind: Kind, rule: Json): string | undefined {
  if (!isObject(rule)) return "must hold objects";
  for (const name of ["match", "replacement"]) {
    const problem = anyText(field(rule, name) ?? null);
    if (problem !== undefined) return `need a ${name} that is text`;
  }
  try {
    patternOf(kind, textOf(field(rule, "match")));
    return undefined;
  } catch {
    return `have a match that is no regular expression: '${textOf(field(rule, "match"))}'`;
  }
}

function objects(value: Json | undefined, name: string): JsonObject[] {
  const list = isObject(value) ? field(value, name) : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}
