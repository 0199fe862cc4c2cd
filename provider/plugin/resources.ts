/**
 * The resources of the plugin. These resources have the same `check`, `diff`, `create`, `read`, `update` and `delete`
 * as dynamic resources.
 */
import type * as pulumi from "@pulumi/pulumi/provider";
import type { Settings } from "./inputs";
import { inputsOf, takenApartFailures, wholeFailures } from "./inputs";
import { identityOf } from "./ids";
import { assertImportableKind, importedInputs } from "./imported";
import { restored, storedOutputs } from "../core/stored";
import { closedLike, membersAsGiven, namesOfSecrets, openedMembers } from "./wire";
import { UNKNOWN, isUnknown } from "../core/unknown";
import { KINDS, type Kind, packageToken, providerText } from "../resources/tokens";
import * as entry from "../v1";

type Props = Record<string, unknown>;
type Calls = Required<Pick<pulumi.Provider, "check" | "diff" | "create" | "read" | "update" | "delete">>;

/** Member of state with the provider text, by which the engine loads the provider for a TypeScript program. */
const PROVIDER_KEY = "__provider";
/**
 * Arguments whose members `inputsOf` converts to separate inputs. A secret inside one of these arguments becomes a
 * secret input.
 */
const TAKEN_APART: ReadonlySet<string> = new Set(["function", "version"]);

const accounts = new Map<string, Promise<string>>();

const runtime = () => require("../runtime") as typeof import("../runtime"); // eslint-disable-line @typescript-eslint/no-require-imports -- loads the SDK, where it is needed

function callerAccount(region: string, { profile, endpoint }: Settings): Promise<string> {
  const key = `${region}\n${profile ?? ""}`;
  const asked = accounts.get(key) ?? runtime().callerAccount(region, { profile, endpoint });
  accounts.set(key, asked);
  return asked;
}

/** The calls of the server for all resources of this package. `settings` returns the provider's settings. */
export function resourceCalls(settings: () => Settings): Calls {
  return {
    async check(urn, olds: Props, news: Props) {
      const kind = kindOf(urn);
      const given = openedMembers(news);
      const whole = wholeFailures(kind, given);
      if (whole.length > 0) return { failures: whole, inputs: {} };
      const inputs = await inputsOf(kind, given, {
        urn,
        settings: settings(),
        env: process.env,
        base: process.cwd(),
        secrets: namesOfSecrets(news).filter((name) => !TAKEN_APART.has(name)),
        callerAccount,
      });
      const checked = await entry[kind].check(openedMembers(olds), inputs);
      const failures = [...checked.failures, ...takenApartFailures(kind, given)];
      // Members of `function` and `version` that are secrets, such as the hash of secret values, stay secrets when
      // these members become separate inputs.
      const parts = [...TAKEN_APART].map((name) => membersAsGiven(news[name]));
      const members = Object.assign({}, ...parts, news) as Props;
      const { functionName, versionId } = checked.inputs;
      const named = {
        ...(news["function"] === undefined || functionName === undefined ? {} : { function: { functionName } }),
        ...(news["version"] === undefined || versionId === undefined ? {} : { version: { versionId } }),
      };
      return { failures, inputs: closedLike({ ...checked.inputs, ...shared(kind), ...named }, members) };
    },
    diff: (id, urn, olds: Props, news: Props) =>
      entry[kindOf(urn)].diff(id, openedMembers(olds), withReplaced(openedMembers(news))),
    async create(urn, inputs: Props) {
      const kind = kindOf(urn);
      const { id, outs } = await keeping(inputs, () => entry[kind].create(withReplaced(openedMembers(inputs))));
      return { id, outs: closedLike({ ...outs, ...shared(kind) }, inputs) };
    },
    async update(id, urn, olds: Props, news: Props) {
      const kind = kindOf(urn);
      const { outs } = await keeping(news, () =>
        entry[kind].update(id, openedMembers(olds), withReplaced(openedMembers(news))),
      );
      return { outs: closedLike({ ...outs, ...shared(kind) }, news) };
    },
    async read(id, urn, stored: Props = {}) {
      const kind = kindOf(urn);
      const known = Object.keys(stored).length > 0;
      const found = known ? await entry[kind].read(id, openedMembers(stored)) : await imported(kind, id, urn);
      const { props = {}, inputs = {} } = found;
      if ((found.id ?? "") === "") return { id: "", props: {} };
      const kept = (members: Props) => closedLike({ ...members, ...shared(kind) }, stored);
      return { id: found.id ?? "", props: kept(props), inputs: kept(inputs) };
    },
    delete: (id, urn, props: Props) => entry[kindOf(urn)].delete(id, openedMembers(props)),
  };
}

/**
 * Adds `function` and `version` to the checked inputs for one purpose: before a replacement, the engine makes those
 * inputs of a dependent resource unknown that come from the replaced resource. The inputs that were computed from
 * `function` and `version` are then unknown too.
 */
function withReplaced({ function: like, version, ...inputs }: Props): Props {
  return {
    ...inputs,
    ...(isUnknown(like) ? { functionName: UNKNOWN } : {}),
    ...(isUnknown(version) ? { versionId: UNKNOWN } : {}),
  };
}

/** Reads an object by its id, and computes the arguments that a program would need for the object. */
async function imported(kind: Kind, id: string, urn: string): ReturnType<entry.DynamicProvider["read"]> {
  assertImportableKind(kind, id);
  const read = await entry[kind].read(id, { ...identityOf(kind, id), resourceUrn: urn });
  const { props = {}, inputs = {} } = read;
  const news = importedInputs(kind, openedMembers(inputs), openedMembers(props));
  const checked = await entry[kind].check({}, news);
  const problems = checked.failures.map(({ reason }) => `\n- ${reason}`);
  if (problems.length > 0) throw new Error(`${id} cannot be expressed as a resource:${problems.join("")}`);
  await runtime().importChecks[kind](restored(openedMembers(checked.inputs)) as never);
  // For a `Function`, the name of the function is a separate argument. All other kinds have this name inside the
  // argument `function`.
  const { functionName } = checked.inputs;
  const like = kind === "Function" ? {} : { function: { functionName } };
  const closed = closedLike({ ...checked.inputs, ...like }, props);
  return { id, props: storedOutputs(kind, { ...props, ...closed }), inputs: closed };
}

/** Members of state that a TypeScript program needs if the stack changes its language. */
function shared(kind: Kind): Props {
  return { [PROVIDER_KEY]: providerText(kind) };
}

/** Runs a create or update. The secrets of an unfinished object stay encrypted in state. */
async function keeping<T>(given: Props, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const unfinished = error as { properties?: Props };
    if (unfinished.properties !== undefined) unfinished.properties = closedLike(unfinished.properties, given);
    throw error;
  }
}

/** The kind of resource in a URN. */
function kindOf(urn: string): Kind {
  const type = urn.split("::")[2]?.split("$").at(-1);
  const kind = KINDS.find((each) => packageToken(each) === type);
  if (kind === undefined) {
    throw new Error(`no resource of this package: got ${type ?? urn}; allowed: ${KINDS.map(packageToken).join(", ")}`);
  }
  return kind;
}
