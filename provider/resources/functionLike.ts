/** The argument `function` of versions, aliases, triggers and releases. */
import * as pulumi from "@pulumi/pulumi";
import { alone, ownPlace } from "./own";
import type { PlaceArgs } from "./place";

/** A function in the arguments of another resource: in TypeScript a `Function` or its `ref`, in every language its members. */
export interface FunctionLike {
  /** Name of the function. */
  readonly functionName: pulumi.Input<string>;
  /** Region id. Default: the region of the resource. */
  readonly region?: pulumi.Input<string>;
  /** Account id, 16 digits. Default: the account of the resource. */
  readonly accountId?: pulumi.Input<string>;
  /** Hash of code and configuration; a change of it publishes a Version. A Version needs it, or `triggers`. */
  readonly fingerprint?: pulumi.Input<string>;
  /**
   * Hash of the environment values; a change of it publishes a version as well. A secret if one of the values is a
   * secret. Default none.
   */
  readonly environmentFingerprint?: pulumi.Input<string>;
  /** Counts the changes of the function's content, from 1. A `ref` has this member instead of those that may be secrets. Default none. */
  readonly revision?: pulumi.Input<number>;
  /**
   * Hash of everything that a version freezes. If LATEST has another hash, nothing is published. A secret if one of the
   * values is a secret. Default none.
   */
  readonly content?: pulumi.Input<string>;
}

/** Arguments of a resource that belongs to a function. */
interface OfFunction {
  readonly function: FunctionLike | pulumi.Output<pulumi.Unwrap<FunctionLike>>;
}

/** Region and account in the arguments. What the arguments leave out is taken from the function. */
export function placeOf(args: PlaceArgs & OfFunction): PlaceArgs {
  return {
    ...definedMembers(members(args.function, "region", "accountId")),
    ...ownPlace(args.function),
    ...args,
  };
}

/** Every argument except function and place. `check` refuses unknown arguments. */
export function ownArgs(args: PlaceArgs & OfFunction): object {
  const { function: _function, region: _region, accountId: _account, endpoint: _end, profile: _pro, ...own } = args;
  return own;
}

function definedMembers(props: Record<string, unknown>): PlaceArgs {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

/** The members of a function with these names, without dependencies: only `functionName` carries the dependency. */
export function aloneMembers(like: OfFunction["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members(like, ...names)).map(([name, value]) => [name, alone(like, value)]));
}

/**
 * The members of a function with these names. Each is a separate input, so that a secret member does not make the
 * others secret.
 */
export function members(like: OfFunction["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  const member = (value: Partial<FunctionLike> | undefined, name: keyof FunctionLike) => value?.[name];
  if (!pulumi.Output.isInstance(like)) return Object.fromEntries(names.map((name) => [name, member(like, name)]));
  return Object.fromEntries(names.map((name) => [name, like.apply((value) => member(value, name))]));
}
