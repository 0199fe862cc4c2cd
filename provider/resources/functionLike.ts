/** The function that a version, an alias, a trigger or a release belongs to, as their arguments name it. */
import * as pulumi from "@pulumi/pulumi";
import { alone, ownPlace } from "./own";
import type { PlaceArgs } from "./place";

/** A function as a Version or Alias takes it: in TypeScript a `Function` or its `ref`, in every language its members. */
export interface FunctionLike {
  /** Name of the function. */
  readonly functionName: pulumi.Input<string>;
  /** Region id. Default: that of the arguments around it. */
  readonly region?: pulumi.Input<string>;
  /** Account id, 16 digits. Default: that of the arguments around it. */
  readonly accountId?: pulumi.Input<string>;
  /** Of code and configuration; a Version is published when it changes. A Version needs it, or `triggers`. */
  readonly fingerprint?: pulumi.Input<string>;
  /** Of the environment values, a secret where they are; a change publishes, too. Default none. */
  readonly environmentFingerprint?: pulumi.Input<string>;
  /** Counter of content changes; a `ref` has it in place of the secret members. Default none. */
  readonly revision?: pulumi.Input<number>;
  /** Of everything a version freezes, a secret where values in it are; LATEST must have it before a publish. Default none. */
  readonly content?: pulumi.Input<string>;
}

/** Arguments of a resource that belongs to a function. */
interface OfFunction {
  readonly function: FunctionLike | pulumi.Output<pulumi.Unwrap<FunctionLike>>;
}

/** The place of a function, where the arguments name none. */
export function placeOf(args: PlaceArgs & OfFunction): PlaceArgs {
  return {
    ...definedMembers(members(args.function, "region", "accountId")),
    ...ownPlace(args.function),
    ...args,
  };
}

/** Every argument but function and place, whatever its name: `check` refuses the ones there are not. */
export function ownArgs(args: PlaceArgs & OfFunction): object {
  const { function: _function, region: _region, accountId: _account, endpoint: _end, profile: _pro, ...own } = args;
  return own;
}

function definedMembers(props: Record<string, unknown>): PlaceArgs {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

/** Named members of a function that come beside its name: the name alone carries the dependency. */
export function aloneMembers(like: OfFunction["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members(like, ...names)).map(([name, value]) => [name, alone(like, value)]));
}

/** Named members of a function, each its own input, so that a secret one does not make the others secret. */
export function members(like: OfFunction["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  const member = (value: Partial<FunctionLike> | undefined, name: keyof FunctionLike) => value?.[name];
  if (!pulumi.Output.isInstance(like)) return Object.fromEntries(names.map((name) => [name, member(like, name)]));
  return Object.fromEntries(names.map((name) => [name, like.apply((value) => member(value, name))]));
}
