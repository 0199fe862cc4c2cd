/** `Version`: an immutable snapshot, published when and only when the function changed. */
import * as pulumi from "@pulumi/pulumi";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { alone, ownPlace, remember } from "./own";
import { secretInputs } from "./secrets";
import { type PlaceArgs, commonProps } from "./settings";
import { typeToken } from "./shell";

/** A function as a Version or Alias takes it: a `Function`, its `ref`, or plain members. */
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
  /** Counter of content changes; stands in for the secret members in a `ref`. Default none. */
  readonly revision?: pulumi.Input<number>;
  /** Of everything a version freezes, a secret where values in it are; LATEST must have it before a publish. Default none. */
  readonly content?: pulumi.Input<string>;
}

/** Arguments of a {@link Version}. */
export interface VersionArgs extends PlaceArgs {
  /** The function: a `Function`, its `ref`, or `{ functionName, fingerprint }`. */
  readonly function: FunctionLike | pulumi.Output<pulumi.Unwrap<FunctionLike>>;
  /** Publishes when any of these changes, beside the fingerprint; a hash of them is public, so no secrets. Default none. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** At most 200 characters. A change of it alone is refused: it cannot be published. Default none. */
  readonly description?: pulumi.Input<string>;
  /** When true, a change of `description` alone is no change: the next publish uses the new text. Default false. */
  readonly describesNextPublish?: pulumi.Input<boolean>;
}

/** A version of a function, and the sequence of versions it published before. */
export class Version extends pulumi.CustomResource {
  /** The type token in state, frozen. */
  static readonly __pulumiType = typeToken("Version");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Of the code and configuration it holds; undefined where only `triggers` were given. */
  declare readonly fingerprint: pulumi.Output<string | undefined>;
  /** Hash of its environment values; a secret where they are. Undefined where the function comes from another stack. */
  declare readonly environmentFingerprint: pulumi.Output<string | undefined>;
  /** Counts the changes of the function's content, from 1; undefined where only a fingerprint was given. */
  declare readonly revision: pulumi.Output<number | undefined>;
  /** As given. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Number of the version, as text. */
  declare readonly versionId: pulumi.Output<string>;
  /** The version before this one; undefined for the first. */
  declare readonly previousVersionId: pulumi.Output<string | undefined>;
  /** When it was published, as the service writes it. */
  declare readonly createdTime: pulumi.Output<string>;
  /** Version ids this resource published, oldest first; one that it only found to hold the same is none of them. */
  declare readonly published: pulumi.Output<string[]>;

  /** Registers a version; it is published by `up` when the fingerprint or a trigger changed. */
  constructor(name: string, args: VersionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const place = commonProps(name, Version.__pulumiType, placeOf(args), opts);
    const props = {
      triggers: undefined,
      description: undefined,
      describesNextPublish: undefined,
      ...ownArgs(args),
      ...place,
      ...members(args.function, "functionName"),
      ...aloneMembers(args.function, "fingerprint", "environmentFingerprint", "revision", "content"),
      secretInputs: secretInputs(ownArgs(args)),
      versionId: undefined,
      previousVersionId: undefined,
      createdTime: undefined,
      published: undefined,
    };
    const restore = withoutTraces();
    try {
      super(...registration("Version", name, opts.id === undefined ? props : { ...props, ...GOT.get(opts) }, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
    remember(this, place);
  }

  /** An existing version, read and never changed. Fails when it does not exist. */
  static get(
    name: string,
    args: PlaceArgs & { readonly functionName: pulumi.Input<string>; readonly versionId: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
  ): Version {
    const { functionName, versionId, ...place } = args;
    const { region, accountId } = commonProps(name, Version.__pulumiType, place, opts);
    const id = pulumi
      .all([region, accountId, functionName])
      .apply(([r, a, f]) => resourceId({ region: r, accountId: a }, f, `versions:${name}`));
    const got = { ...opts, id };
    GOT.set(got, { versionId });
    return new Version(name, { ...place, function: { functionName } }, got);
  }
}

/** Members of a `get` that are outputs otherwise. */
const GOT = new WeakMap<pulumi.CustomResourceOptions, object>();

/** The place of a function, where the arguments name none. */
export function placeOf(args: PlaceArgs & Pick<VersionArgs, "function">): PlaceArgs {
  return {
    ...definedMembers(members(args.function, "region", "accountId")),
    ...ownPlace(args.function),
    ...args,
  };
}

/** Every argument but function and place, whatever its name: `check` refuses the ones there are not. */
export function ownArgs(args: PlaceArgs & Pick<VersionArgs, "function">): object {
  const { function: _function, region: _region, accountId: _account, endpoint: _end, profile: _pro, ...own } = args;
  return own;
}

function definedMembers(props: Record<string, unknown>): PlaceArgs {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
}

/** Named members of a function that come beside its name: that alone carries the dependency. */
function aloneMembers(like: VersionArgs["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members(like, ...names)).map(([name, value]) => [name, alone(like, value)]));
}

/** Named members of a function, each its own input, so that a secret one does not make the others secret. */
export function members(like: VersionArgs["function"], ...names: (keyof FunctionLike)[]): Record<string, unknown> {
  const member = (value: Partial<FunctionLike> | undefined, name: keyof FunctionLike) => value?.[name];
  if (!pulumi.Output.isInstance(like)) return Object.fromEntries(names.map((name) => [name, member(like, name)]));
  return Object.fromEntries(names.map((name) => [name, like.apply((value) => member(value, name))]));
}
