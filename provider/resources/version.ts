/** `Version`: an immutable snapshot of a function, published only when the function changed. */
import * as pulumi from "@pulumi/pulumi";
import { VERSION_OUTPUTS } from "../core/outputOnly";
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
  /**
   * A change of any of these texts publishes a version, like a change of the fingerprint. A hash of them is public, so
   * they must not be secrets. Default none.
   */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Description of the version, at most 200 characters. A change of it alone is refused, since the service publishes no
   * version for it. Default none.
   */
  readonly description?: pulumi.Input<string>;
  /** True: a change of `description` alone is no change, and the next publish uses the new text. Default false. */
  readonly describesNextPublish?: pulumi.Input<boolean>;
}

/**
 * The newest published version of a function, and the list of versions published before. `pulumi up` publishes a
 * version when code, configuration or `triggers` changed, and none otherwise.
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
  /** Hash of its code and configuration; undefined where the program gives only `triggers`. */
  declare readonly fingerprint: pulumi.Output<string | undefined>;
  /**
   * Hash of its environment values; a secret where they are secrets. Undefined where the function comes from another
   * stack.
   */
  declare readonly environmentFingerprint: pulumi.Output<string | undefined>;
  /** Number of changes of the function's content, from 1; undefined where the program gives only a fingerprint. */
  declare readonly revision: pulumi.Output<number | undefined>;
  /** Text of the version: at most 200 characters on one line, without the mark that names the owner. Undefined without one. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Number of the version, as text. */
  declare readonly versionId: pulumi.Output<string>;
  /** The version before this one; undefined for the first. */
  declare readonly previousVersionId: pulumi.Output<string | undefined>;
  /** Time of the publish, in the service's format. */
  declare readonly createdTime: pulumi.Output<string>;
  /**
   * Ids of the versions that this resource published, oldest first. A version that it only reused, because the content
   * is the same, is not among them.
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
      ...VERSION_OUTPUTS,
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
   * Reads an existing version, which is never changed. Fails when it does not exist.
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

/** Members that are inputs of a `get`, and outputs otherwise. */
const GOT = new WeakMap<pulumi.CustomResourceOptions, object>();
