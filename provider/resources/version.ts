/** `Version`: an immutable snapshot, published when and only when the function changed. */
import * as pulumi from "@pulumi/pulumi";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { type FunctionLike, aloneMembers, members, ownArgs, placeOf } from "./functionLike";
import { remember } from "./own";
import { secretInputs } from "./secrets";
import { type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";

/** Arguments of a {@link Version}. */
export interface VersionArgs extends PlaceArgs {
  /**
   * The function: a `Function`, its `ref`, or `{ functionName, fingerprint }`; in other languages than TypeScript
   * `{ functionName, fingerprint, revision }` of one.
   */
  readonly function: FunctionLike | pulumi.Output<pulumi.Unwrap<FunctionLike>>;
  /** Publishes when any of these changes, beside the fingerprint; a hash of them is public, so no secrets. Default none. */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /** At most 200 characters. A change of it alone is refused: it cannot be published. Default none. */
  readonly description?: pulumi.Input<string>;
  /** When true, a change of `description` alone is no change: the next publish uses the new text. Default false. */
  readonly describesNextPublish?: pulumi.Input<boolean>;
}

/**
 * A version of a function, and the sequence of versions it published before. The next `pulumi up` publishes another one when code,
 * configuration or `triggers` changed, and none otherwise.
 *
 * @example
 * ```ts
 * const version = new fc.Version("api", { function: fn, description: "release 12" });
 * ```
 */
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
  /** Text of the version: at most 200 characters on one line, without the mark that names the owner. Undefined without one. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Number of the version, as text. */
  declare readonly versionId: pulumi.Output<string>;
  /** The version before this one; undefined for the first. */
  declare readonly previousVersionId: pulumi.Output<string | undefined>;
  /** When it was published, as the service writes it. */
  declare readonly createdTime: pulumi.Output<string>;
  /**
   * Version ids this resource published, oldest first; a version it only reused, because the content is the same, is not among
   * them.
   */
  declare readonly published: pulumi.Output<string[]>;

  /**
   * Registers a version; `pulumi up` publishes it when the fingerprint or a trigger changed.
   * @param name name of the resource in the stack
   */
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

  /**
   * An existing version, read and never changed. Fails when it does not exist.
   * @example
   * ```ts
   * const second = fc.Version.get("second", { functionName: "api", versionId: "2" });
   * ```
   */
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
