/**
 * What the resource classes share. They have no base class of their own: Pulumi takes the fourth caller from its
 * own constructor for the user's program, and a class between would put a path of our package into state instead.
 */
import type * as pulumi from "@pulumi/pulumi";
import { type Kind, registrar, providerText } from "./tokens";

/**
 * What a class hands to `super`: its type, its members with the constant provider text, and as an alias the type it has in
 * the other languages, so that a stack can change its language.
 */
export function registration(
  kind: Kind,
  name: string,
  props: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
): [string, string, pulumi.Inputs, pulumi.CustomResourceOptions] {
  const { token, other, plugin } = registrar();
  const aliases = [...(opts.aliases ?? []), { type: other(kind) }];
  if (plugin) return [token(kind), name, props, { ...opts, aliases }];
  return [token(kind), name, { ...props, __provider: providerText(kind) }, { ...engineOptions(opts), aliases }];
}

/** Members that are not in a program and not shown in a diff: the members they are computed from are shown. */
const INTERNAL = [
  ...["__provider", "resourceUrn", "owner", "connection", "secretInputs", "waitSeconds"],
  ...["content", "environmentFingerprint", "locator", "revision"],
];

/**
 * Options as the engine gets them: internal members are kept out of displayed diffs, and a provider, whose place has been
 * taken, is left out (the SDK would drop one of another package without a word).
 */
function engineOptions({ provider: _taken, ...opts }: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...opts, hideDiffs: [...(opts.hideDiffs ?? []), ...INTERNAL] };
}

/**
 * Turns stack traces off while a resource registers; answers what ends that. What was thrown meanwhile is
 * handed to it, and comes back with the place of its resource.
 *
 * Pulumi makes four promises for each member of a resource, and notes a source-mapped stack on each to name promises that
 * never settle: a third of what the program of 200 functions cost. It finds the resource's own place in the program in
 * spite of this. Traces stay on where somebody looks for such promises (PULUMI_DEBUG_PROMISE_LEAKS).
 */
export function withoutTraces(): (thrown?: unknown) => unknown {
  const limit = Error.stackTraceLimit;
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) Error.stackTraceLimit = 0;
  return (thrown) => {
    if (Error.stackTraceLimit !== 0) return thrown;
    Error.stackTraceLimit = limit;
    if (thrown instanceof Error) Error.captureStackTrace(thrown);
    return thrown;
  };
}
