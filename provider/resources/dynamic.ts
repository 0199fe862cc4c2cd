/**
 * Code that the resource classes share. The classes have no common base class: Pulumi takes the fourth caller of its
 * constructor as the user's program. With a class in between, state would contain a path inside this package instead.
 */
import type * as pulumi from "@pulumi/pulumi";
import { urnWithoutParent } from "./place";
import { type Kind, registrar, providerText } from "./tokens";

/**
 * The arguments that a class passes to `super`: its type, its members with the constant provider text, and its options.
 * The options contain, as an alias, the type that the resource has in other languages, so that a stack can change its
 * language.
 */
export function registration(
  kind: Kind,
  name: string,
  props: pulumi.Inputs,
  opts: pulumi.CustomResourceOptions,
): [string, string, pulumi.Inputs, pulumi.CustomResourceOptions] {
  const { token, other, plugin } = registrar();
  // The alias is plain text if possible, because the SDK makes about ten outputs for any other form of an alias.
  const inOthers = opts.parent === undefined ? urnWithoutParent(name, other(kind)) : { type: other(kind) };
  const aliases = [...(opts.aliases ?? []), inOthers];
  if (plugin) return [token(kind), name, props, { ...opts, aliases }];
  const whole = { ...props, __provider: providerText(kind) };
  return [token(kind), name, whole, { ...engineOptions(opts, whole), aliases }];
}

/**
 * Members that a program does not set and a diff does not show. A diff shows the members from which these members are
 * computed.
 */
const INTERNAL = ["__provider", "resourceUrn", "content", "environmentFingerprint", "revision"];
/** Further members that a program does not set and a diff does not show. Most resources do not have them. */
const NOW_AND_THEN = ["owner", "connection", "secretInputs", "waitSeconds"];

/**
 * Options for the engine. Internal members are hidden in displayed diffs. The option `provider` is left out, because
 * region and account of the provider are inputs already, and because the SDK would silently drop a provider of another
 * package.
 */
function engineOptions(
  { provider: _taken, ...opts }: pulumi.CustomResourceOptions,
  props: pulumi.Inputs,
): pulumi.CustomResourceOptions {
  // The inputs contain an owner if the resource had another name before.
  const given: pulumi.Inputs = { ...props, owner: opts.aliases };
  const hidden = [
    ...INTERNAL.filter((name) => name in props),
    ...NOW_AND_THEN.filter((name) => given[name] !== undefined),
  ];
  return { ...opts, hideDiffs: [...(opts.hideDiffs ?? []), ...hidden] };
}

/**
 * Turns stack traces off while a resource registers, and returns the function that turns them on again. If an error was
 * thrown meanwhile, pass the error to the returned function, which adds the line of the program.
 *
 * Pulumi makes four promises for each member of a resource, and stores a source-mapped stack with each to find promises
 * that never settle. This took a third of the time of a program with 200 functions. Pulumi also stores the stack of the
 * resource's constructor in state. The stack in state is not affected: it has the frames of the program, without those
 * of Node.js and of Pulumi's launcher, which are the same for all resources. Traces stay on with
 * PULUMI_DEBUG_PROMISE_LEAKS.
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

/**
 * Number of frames between the line of the program and the place where the SDK reads the stack. The SDK depends on this
 * number; see the top of this file.
 */
const COUNTED = 5;

type Prepare = (error: Error, frames: NodeJS.CallSite[]) => unknown;

function isOfProgram(frame: NodeJS.CallSite, index: number): boolean {
  if (index < COUNTED) return true;
  const file = frame.getFileName() ?? "node:";
  return !file.startsWith("node:") && !/[\\/]@pulumi[\\/]pulumi[\\/]/.test(file);
}

/** The stack in the default format of V8. */
function asUsual(error: Error, frames: readonly NodeJS.CallSite[]): string {
  return [String(error), ...frames.map((frame) => "    at ".concat(frame as unknown as string))].join("\n");
}
