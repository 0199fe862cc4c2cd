/** The base of the resource classes. */
import * as pulumi from "@pulumi/pulumi";
import { type Kind, providerText, typeToken } from "./shell";

/** What the three classes are: a resource with a constant provider text, registered cheaply. */
export abstract class DynamicResource extends pulumi.CustomResource {
  constructor(kind: Kind, name: string, props: pulumi.Inputs, opts: pulumi.CustomResourceOptions) {
    const restore = withoutTraces();
    try {
      super(typeToken(kind), name, { ...props, __provider: providerText(kind) }, engineOptions(opts));
    } catch (error) {
      restore(error);
      throw error;
    }
    restore();
  }
}

/**
 * Options as the engine gets them: the provider text is kept out of displayed diffs, and a provider, whose place has been
 * taken, is left out (the SDK would drop one of another package without a word).
 */
function engineOptions({ provider: _taken, ...opts }: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  return { ...opts, hideDiffs: [...(opts.hideDiffs ?? []), "__provider"] };
}

/**
 * Turns stack traces off while a resource registers; answers what ends that, given what was thrown, if anything.
 *
 * Pulumi makes four promises for each member of a resource, and notes a source-mapped stack on each to name promises that
 * never settle: a third of what the program of 200 functions cost. It finds the resource's own place in the program in
 * spite of this. Traces stay on where somebody looks for such promises (PULUMI_DEBUG_PROMISE_LEAKS).
 */
function withoutTraces(): (thrown?: unknown) => void {
  const limit = Error.stackTraceLimit;
  if (!process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) Error.stackTraceLimit = 0;
  return (thrown) => {
    if (Error.stackTraceLimit !== 0) return;
    Error.stackTraceLimit = limit;
    // What was thrown meanwhile shows at least which resource it was.
    if (thrown instanceof Error) Error.captureStackTrace(thrown);
  };
}
