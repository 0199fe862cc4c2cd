/**
 * A small second implementation of functions, versions, aliases, weights, tags, triggers and settings. It was written
 * only from the documentation, and tests compare the emulator with it.
 */

/** One request of a sequence. A request about tags has the path `/tags` and the name of its function. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** An answer without times, ids and texts. Emulator and model must have equal answers in this form. */
export interface Outcome {
  readonly status: number;
  readonly code?: string;
  readonly body?: unknown;
}

interface Config {
  readonly timeout: number;
  readonly description: string;
}

interface Alias {
  versionId: string;
  description: string;
  weights: Record<string, number>;
}

interface Func {
  readonly tags: Map<string, string>;
  readonly triggers: Map<string, string>;
  /** Values by kind of setting: reserved concurrency, provisioned instances, retries of asynchronous calls. */
  readonly settings: Map<string, number>;
  stopped: boolean;
  latest: Config;
  published?: Config;
  next: number;
  readonly versions: Map<string, { readonly config: Config; readonly description: string }>;
  readonly aliases: Map<string, Alias>;
}

const refused = (status: number, code: string): Outcome => ({ status, code });
const noFunction = refused(404, "FunctionNotFound");
const noVersion = refused(404, "VersionNotFound");
const noAlias = refused(404, "AliasNotFound");
const done: Outcome = { status: 204 };

/** A setting with one number: its field, and the answer of a read if it is not set. */
const SETTINGS: Readonly<Record<string, { readonly field: string; readonly unset: Outcome }>> = {
  concurrency: { field: "reservedConcurrency", unset: refused(404, "OnDemandConfigNotFound") },
  "provision-config": { field: "defaultTarget", unset: { status: 200, body: {} } },
  "async-invoke-config": { field: "maxAsyncRetryAttempts", unset: refused(404, "AsyncConfigNotExists") },
};

/** Answers calls from its own data, and uses no code of the emulator. */
export class Model {
  readonly #functions = new Map<string, Func>();

  answer({ method, path, query = {}, body = {} }: Call): Outcome {
    const [, name = "", kind, id] = path.slice(1).split("/");
    if (path === "/tags") return this.#tag(method, body as unknown as TagCall);
    if (name === "") return method === "POST" ? this.#create(body) : this.#list(query);
    const func = this.#functions.get(name);
    if (func === undefined) return noFunction;
    if (kind === "versions") return this.#version(func, method, id, query, body);
    if (kind === "aliases") return this.#alias(func, method, id, query, body);
    if (kind === "triggers") return trigger(func, method, id, query, body);
    if (kind === "invoke") {
      func.stopped = id === "disable";
      return { status: 200, body: { success: true } };
    }
    const setting = SETTINGS[kind ?? ""];
    if (setting !== undefined) return set(func, method, setting, body);
    if (method === "GET") return show(name, func, query["qualifier"]);
    if (method === "PUT") {
      func.latest = { ...func.latest, ...body };
      return { status: 200, body: row(name, func) };
    }
    return this.#delete(name, func);
  }

  #delete(name: string, { triggers, settings }: Func): Outcome {
    if (triggers.size > 0) return refused(409, "FunctionNotEmpty");
    if (settings.has("defaultTarget")) return refused(409, "ProvisionConfigExist");
    this.#functions.delete(name);
    return done;
  }

  #tag(method: string, { functionName, tags, keys }: TagCall): Outcome {
    const func = this.#functions.get(functionName);
    if (func === undefined) return noFunction;
    if (method === "GET") {
      const rows = [...func.tags].sort(([a], [b]) => (a < b ? -1 : 1));
      return { status: 200, body: rows.map(([TagKey, TagValue]) => ({ TagKey, TagValue })) };
    }
    for (const [key, value] of Object.entries(tags ?? {})) func.tags.set(key, value);
    for (const key of keys ?? []) func.tags.delete(key);
    return done;
  }

  #create(body: Readonly<Record<string, unknown>>): Outcome {
    const functionName = body["functionName"] as string;
    if (this.#functions.has(functionName)) return refused(409, "FunctionAlreadyExists");
    const latest = { timeout: body["timeout"] as number, description: body["description"] as string };
    const none = { tags: new Map(), triggers: new Map(), settings: new Map(), stopped: false };
    const func: Func = { ...none, latest, next: 1, versions: new Map(), aliases: new Map() };
    this.#functions.set(functionName, func);
    return { status: 200, body: row(functionName, func) };
  }

  #list(query: Query): Outcome {
    const found = [...this.#functions].filter(([name]) => name.startsWith(query["prefix"] ?? "")).sort(([a], [b]) => (a < b ? -1 : 1)); // prettier-ignore
    return page(found.map(([name, func]) => row(name, func)), query); // prettier-ignore
  }

  #version(
    func: Func,
    method: string,
    id: string | undefined,
    query: Readonly<Record<string, string>>,
    body: Readonly<Record<string, unknown>>,
  ): Outcome {
    if (method === "DELETE") return func.versions.delete(id ?? "") ? { status: 204 } : noVersion;
    if (method === "GET") {
      const rows = [...func.versions].map(([versionId, { description }]) => ({ versionId, description }));
      return page(query["direction"] === "FORWARD" ? rows : rows.reverse(), query);
    }
    const { published, latest } = func;
    if (published?.timeout === latest.timeout && published.description === latest.description) {
      return refused(400, "VersionPublishError");
    }
    const versionId = String(func.next++);
    const description = (body["description"] as string | undefined) ?? "";
    func.versions.set(versionId, { config: latest, description });
    func.published = latest;
    return { status: 200, body: { versionId, description } };
  }

  #alias(
    func: Func,
    method: string,
    id: string | undefined,
    query: Query,
    body: Readonly<Record<string, unknown>>,
  ): Outcome {
    if (method === "GET" && id === undefined) {
      const found = [...func.aliases].sort(([a], [b]) => (a < b ? -1 : 1));
      return page(found.map(([name, alias]) => aliasRow(name, alias)), query); // prettier-ignore
    }
    const name = id ?? (body["aliasName"] as string);
    const current = func.aliases.get(name);
    if (id !== undefined && current === undefined) return noAlias;
    if (method === "GET" && current !== undefined) return { status: 200, body: aliasRow(name, current) };
    if (method === "DELETE") {
      func.aliases.delete(name);
      return { status: 204 };
    }
    const sent = body["additionalVersionWeight"] as Record<string, number> | undefined;
    const main = body["versionId"] as string | undefined;
    const base: Alias =
      current !== undefined && id !== undefined ? current : { versionId: "", description: "", weights: {} };
    const target: Alias = {
      versionId: main ?? base.versionId,
      description: (body["description"] as string | undefined) ?? base.description,
      weights: sent ?? base.weights,
    };
    if (main !== undefined && !func.versions.has(main)) return noVersion;
    const sum = Object.values(sent ?? {}).reduce((total, weight) => total + weight, 0);
    if (sum > 1 + 1e-9) return refused(400, "InvalidArgument");
    if (target.versionId in target.weights) return refused(400, "AdditionalVersionContainsMajorVersion");
    if (Object.keys(sent ?? {}).some((version) => !func.versions.has(version))) return noVersion;
    if (id === undefined && current !== undefined) return refused(409, "AliasAlreadyExists");
    if (id !== undefined && JSON.stringify(aliasRow(name, target)) === JSON.stringify(aliasRow(name, base))) {
      return refused(400, "InvalidArgument");
    }
    func.aliases.set(name, target);
    return { status: 200, body: aliasRow(name, target) };
  }
}

type Query = Readonly<Record<string, string>>;

/** The function of a request for tags. */
interface TagCall {
  readonly functionName: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly keys?: readonly string[];
}

/** The rows of a list up to the limit, and whether there are more. */
function page(rows: readonly unknown[], { limit }: Query): Outcome {
  const shown = rows.slice(0, Number(limit ?? rows.length));
  return { status: 200, body: shown.length < rows.length ? { shown, more: true } : shown };
}

function trigger(
  func: Func,
  method: string,
  id: string | undefined,
  query: Query,
  body: Call["body"] & object,
): Outcome {
  const said = body["description"] as string | undefined;
  if (id === undefined && method === "GET") {
    const found = [...func.triggers].sort(([a], [b]) => (a < b ? -1 : 1));
    return page(found.map(([triggerName, description]) => ({ triggerName, description })), query); // prettier-ignore
  }
  const triggerName = id ?? (body["triggerName"] as string);
  const description = func.triggers.get(triggerName);
  if (id === undefined) {
    if (description !== undefined) return refused(409, "TriggerAlreadyExists");
    func.triggers.set(triggerName, said ?? "");
    return { status: 200, body: { triggerName, description: said ?? "" } };
  }
  if (description === undefined) return refused(404, "TriggerNotFound");
  if (method === "DELETE") {
    func.triggers.delete(triggerName);
    return done;
  }
  if (method === "PUT") func.triggers.set(triggerName, said ?? description);
  return { status: 200, body: { triggerName, description: func.triggers.get(triggerName) } };
}

function set(
  { settings }: Func,
  method: string,
  { field, unset }: { readonly field: string; readonly unset: Outcome },
  body: Readonly<Record<string, unknown>>,
): Outcome {
  if (method === "DELETE") {
    settings.delete(field);
    return done;
  }
  if (method === "PUT") settings.set(field, body[field] as number);
  const value = settings.get(field);
  return value === undefined ? unset : { status: 200, body: { [field]: value } };
}

/** The row of a function or of one of its versions. A version has its own settings, and the tags of the function. */
function row(functionName: string, func: Func, shown: Config = func.latest): unknown {
  const tags = [...func.tags].map(([Key, Value]) => ({ Key, Value }));
  const stopped = func.stopped ? { invocationRestriction: { disable: true, reason: "" } } : {};
  return { functionName, ...shown, tags, ...stopped };
}

function show(functionName: string, func: Func, qualifier = "LATEST"): Outcome {
  if (qualifier === "LATEST") return { status: 200, body: row(functionName, func) };
  const isVersion = /^\d+$/.test(qualifier);
  const alias = func.aliases.get(qualifier);
  if (!isVersion && alias === undefined) return noAlias;
  const version = func.versions.get(alias?.versionId ?? qualifier);
  if (version === undefined) return noVersion;
  return { status: 200, body: row(functionName, func, { ...version.config, description: version.description }) };
}

function aliasRow(aliasName: string, { versionId, description, weights }: Alias): unknown {
  const ordered = Object.fromEntries(Object.entries(weights).sort(([a], [b]) => Number(a) - Number(b)));
  const row = { aliasName, versionId, description };
  // If there are no weights, the field is absent in the answer.
  return Object.keys(ordered).length === 0 ? row : { ...row, additionalVersionWeight: ordered };
}
