/** A small second description of functions, versions, aliases and weights, written from the documentation alone. */

/** One request of a sequence. */
export interface Call {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** An answer without times, ids and texts: what the two must agree on. */
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

/** Answers calls from memory of its own; knows nothing of the emulator. */
export class Model {
  readonly #functions = new Map<string, Func>();

  answer({ method, path, query = {}, body = {} }: Call): Outcome {
    const [, name = "", kind, id] = path.slice(1).split("/");
    if (name === "") return method === "POST" ? this.#create(body) : this.#list();
    const func = this.#functions.get(name);
    if (func === undefined) return noFunction;
    if (kind === "versions") return this.#version(func, method, id, query, body);
    if (kind === "aliases") return this.#alias(func, method, id, body);
    if (method === "GET") return show(name, func, query["qualifier"]);
    if (method === "PUT") {
      func.latest = { ...func.latest, ...body };
      return { status: 200, body: { functionName: name, ...func.latest } };
    }
    this.#functions.delete(name);
    return { status: 204 };
  }

  #create(body: Readonly<Record<string, unknown>>): Outcome {
    const functionName = body["functionName"] as string;
    if (this.#functions.has(functionName)) return refused(409, "FunctionAlreadyExists");
    const latest = { timeout: body["timeout"] as number, description: body["description"] as string };
    this.#functions.set(functionName, { latest, next: 1, versions: new Map(), aliases: new Map() });
    return { status: 200, body: { functionName, ...latest } };
  }

  #list(): Outcome {
    const names = [...this.#functions.keys()].sort();
    return {
      status: 200,
      body: names.map((functionName) => ({ functionName, ...this.#functions.get(functionName)?.latest })),
    };
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
      return { status: 200, body: query["direction"] === "FORWARD" ? rows : rows.reverse() };
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

  #alias(func: Func, method: string, id: string | undefined, body: Readonly<Record<string, unknown>>): Outcome {
    if (method === "GET" && id === undefined) {
      const names = [...func.aliases.keys()].sort();
      return { status: 200, body: names.map((name) => aliasRow(name, func.aliases.get(name) as Alias)) };
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

function show(functionName: string, func: Func, qualifier = "LATEST"): Outcome {
  if (qualifier === "LATEST") return { status: 200, body: { functionName, ...func.latest } };
  const isVersion = /^\d+$/.test(qualifier);
  const alias = func.aliases.get(qualifier);
  if (!isVersion && alias === undefined) return noAlias;
  const version = func.versions.get(alias?.versionId ?? qualifier);
  return version === undefined
    ? noVersion
    : { status: 200, body: { functionName, ...version.config, description: version.description } };
}

function aliasRow(aliasName: string, { versionId, description, weights }: Alias): unknown {
  const ordered = Object.fromEntries(Object.entries(weights).sort(([a], [b]) => Number(a) - Number(b)));
  const row = { aliasName, versionId, description };
  // No weights are answered as an absent field.
  return Object.keys(ordered).length === 0 ? row : { ...row, additionalVersionWeight: ordered };
}
