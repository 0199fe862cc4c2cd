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
  const whole = { ...props, __provider: providerText(kind) };
  return [token(kind), name, whole, { ...engineOptions(opts, whole), aliases }];
}

/** Members that are not in a program and not shown in a diff: the members they are computed from are shown. */
const INTERNAL = ["__provider", "resourceUrn", "content", "environmentFingerprint", "revision"];
/** The same, of members that most resources have not. */
const NOW_AND_THEN = ["owner", "connection", "secretInputs", "waitSeconds"];

/**
 * Options as the engine gets them: internal members are kept out of displayed diffs, and a provider, whose place has been
 * taken, is left out (the SDK would drop one of another package without a word).
 */
function engineOptions(
  { provider: _taken, ...opts }: pulumi.CustomResourceOptions,
  props: pulumi.Inputs,
): pulumi.CustomResourceOptions {
  // An owner stands among the inputs where the resource had another name before.
  const given: pulumi.Inputs = { ...props, owner: opts.aliases };
  const hidden = [
    ...INTERNAL.filter((name) => name in props),
    ...NOW_AND_THEN.filter((name) => given[name] !== undefined),
  ];
  return { ...opts, hideDiffs: [...(opts.hideDiffs ?? []), ...hidden] };
}

/**
 * Turns stack traces off while a resource registers; answers what ends that. What was thrown meanwhile is
 * handed to it, and comes back with the place of its resource.
 *
 * Pulumi makes four promises for each member of a resource, and notes a source-mapped stack on each to name promises that
 * never settle: a third of what the program of 200 functions cost. It finds the resource's own place in the program in
 * spite of this, and puts the whole stack there into state: the frames of Node.js and of Pulumi's launcher, the same for all resources,
 * are left out of it. Traces stay on where somebody looks for such promises (PULUMI_DEBUG_PROMISE_LEAKS).
 */
export function withoutTraces(): (thrown?: unknown) => unknown {
  const limit = Error.stackTraceLimit;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- V8 calls it without a receiver, too
  const prepare = Error.prepareStackTrace as Prepare | undefined;
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) {
    Error.stackTraceLimit = 0;
    Error.prepareStackTrace = (error, frames) => (prepare ?? asUsual)(error, frames.filter(isOfProgram));
  }
  return (thrown) => {
    if (Error.stackTraceLimit !== 0) return thrown;
    Error.stackTraceLimit = limit;
    Object.assign(Error, { prepareStackTrace: prepare });
    if (thrown instanceof Error) Error.captureStackTrace(thrown);
    return thrown;
  };
}

/** Frames between the line of the program and the SDK's own look at the stack, which it counts: {@link registration} says why. */
const COUNTED = 5;

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

function isOfProgram(frame: NodeJS.CallSite, index: number): boolean {
  if (index < COUNTED) return true;
  const file = frame.getFileName() ?? "node:";
  return !file.startsWith("node:") && !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(file);
}

/** As V8 writes a stack where nobody has it written otherwise. */
function asUsual(error: Error, frames: readonly NodeJS.CallSite[]): string {
  return [String(error), ...frames.map((frame) => "    at ".concat(frame as unknown as string))].join("\n");
}
