/** `Version`: an immutable snapshot of a function, published only when the function changed. */
import * as pulumi from "@pulumi/pulumi";
import { VERSION_OUTPUTS } from "../core/outputOnly";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { type FunctionLike, aloneMembers, members, ownArgs, placeOf } from "./functionLike";
import { readLater, withoutLeftOut } from "./leftOut";
import { remember } from "./own";
import { secretInputs } from "./secrets";
import { type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";

/** Arguments of a {@link Version}. */
export interface VersionArgs extends PlaceArgs {
  /**
   * The function: a `Function`, its `ref`, or `{ functionName, fingerprint }`; in other languages than TypeScript
   * `functionName`, `fingerprint`, `environmentFingerprint`, `revision` and `content` of a function.
   */
  readonly function: FunctionLike | pulumi.Output<pulumi.Unwrap<FunctionLike>>;
  /**
   * Texts of which a change publishes a version, like a change of the fingerprint. A hash of them is public, so they
   * must not be secrets. Default none.
   */
  readonly triggers?: pulumi.Input<pulumi.Input<string>[]>;
  /**
   * Description of the version, at most 200 characters. A change of only the description is refused, because the
   * service does not publish a version for it. Default none.
   */
  readonly description?: pulumi.Input<string>;
  /** True: a change of only `description` counts as no change, and the next publish uses the new text. Default false. */
  readonly describesNextPublish?: pulumi.Input<boolean>;
}

/** Arguments without a default that are outputs as well. */
const LEFT_OUT = ["description"];

/**
 * The newest published version of a function, and the list of versions published before. `pulumi up` publishes a
 * version if code, configuration or `triggers` changed.
 *
 * @example
 * ```ts
 * const version = new fc.Version("api", { function: fn, description: "release 12" });
 * ```
 */
export class Version extends pulumi.CustomResource {
  /** The type token in state; frozen. */
  static readonly __pulumiType = typeToken("Version");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Hash of the version's code and configuration; undefined if the program sets only `triggers`. */
  declare readonly fingerprint: pulumi.Output<string | undefined>;
  /**
   * Hash of the version's environment values; a secret if one of them is a secret. Undefined if the function belongs to
   * another stack.
   */
  declare readonly environmentFingerprint: pulumi.Output<string | undefined>;
  /** Number of changes of the function's content, from 1; undefined if the program sets only a fingerprint. */
  declare readonly revision: pulumi.Output<number | undefined>;
  /**
   * Description of the version: at most 200 characters on one line, without the mark that names the owner. Undefined
   * without a description.
   */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Number of the version, as text. */
  declare readonly versionId: pulumi.Output<string>;
  /** Number of the version before this one; undefined for the first version. */
  declare readonly previousVersionId: pulumi.Output<string | undefined>;
  /** Time of the publish, in the service's format. */
  declare readonly createdTime: pulumi.Output<string>;
  /**
   * Ids of the versions that this resource published, oldest first. A version that the resource only reused, because
   * the content is the same, is not in the list.
   */
  declare readonly published: pulumi.Output<string[]>;

  /**
   * Registers a version; `pulumi up` publishes it if the fingerprint or a trigger changed.
   * @param name name of the resource in the stack
   */
  constructor(name: string, args: VersionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const place = commonProps(name, Version.__pulumiType, placeOf(args), opts);
    const props = {
      description: undefined,
      ...ownArgs(args),
      ...place,
      ...members(args.function, "functionName"),
      ...aloneMembers(args.function, "fingerprint", "environmentFingerprint", "revision", "content"),
      ...secretInputs(ownArgs(args)),
      ...VERSION_OUTPUTS,
    };
    const restore = withoutTraces();
    try {
      const known = withoutLeftOut({ ...props, ...GOT.get(opts) }, LEFT_OUT, opts);
      super(...registration("Version", name, known, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
    remember(this, place);
  }

  /**
   * Reads an existing version without changing it. Fails if the version does not exist.
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

readLater(Version, LEFT_OUT);

/** Members that are inputs of a `get`, and outputs otherwise. */
const GOT = new WeakMap<pulumi.CustomResourceOptions, object>();
