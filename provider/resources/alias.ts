/** `Alias`: a name that points to a version and, during a canary, to a second version with a share of the traffic. */
import * as pulumi from "@pulumi/pulumi";
import type { CanaryInput } from "../core/alias";
import { ALIAS_OUTPUTS } from "../core/outputOnly";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { readLater, withoutLeftOut } from "./leftOut";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** The canary of an alias: a version to try, and its share of the traffic. */
export interface AliasCanary {
  /** Number of a published version, as text. */
  readonly versionId: pulumi.Input<string>;
  /**
   * Share of the traffic in percent: 0, or 1 to 100 in steps of 0.1. A share below one percent is text, such as
   * `"0.5%"`.
   */
  readonly weight: pulumi.Input<number | string>;
}

/** Arguments of an {@link Alias}. */
export interface AliasArgs extends PlaceArgs, AdoptArgs {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /**
   * Name of the alias: 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`; not LATEST. A change
   * replaces the alias.
   */
  readonly aliasName: pulumi.Input<string>;
  /**
   * Number of the main version. Default: the canary's version for a new alias. An existing alias keeps its main version
   * until the canary's weight is 100.
   */
  readonly versionId?: pulumi.Input<string>;
  /** Description of the alias, on one line of at most 200 characters. Default none. */
  readonly description?: pulumi.Input<string>;
  /**
   * The canary. Every run sets the canary to this value, also after a change by hand. The alias has no canary if this
   * is left out, has weight 0, or names the main version.
   */
  readonly canary?: pulumi.Input<AliasCanary>;
}

/** Arguments without a default that are outputs as well. */
const LEFT_OUT = ["versionId", "description", "canary"];

/**
 * An alias of a function. One call writes main version and canary.
 *
 * @example
 * ```ts
 * new fc.Alias("prod", {
 *   function: fn,
 *   aliasName: "prod",
 *   canary: { versionId: version.versionId, weight: 10 },
 * });
 * ```
 */
export class Alias extends pulumi.CustomResource {
  /** The type token in state; frozen. */
  static readonly __pulumiType = typeToken("Alias");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Name of the alias. */
  declare readonly aliasName: pulumi.Output<string>;
  /** The main version in the arguments; {@link Alias.mainVersionId} is the live main version. */
  declare readonly versionId: pulumi.Output<string | undefined>;
  /**
   * Description of the alias: at most 200 characters on one line, without the mark that names the owner. Undefined
   * without a description.
   */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Version and weight of the canary in the arguments; {@link Alias.split} has the live share. Undefined without a canary. */
  declare readonly canary: pulumi.Output<CanaryInput | undefined>;
  /** ARN of the function with this alias; known in previews. */
  declare readonly aliasArn: pulumi.Output<string>;
  /** The live main version, to which the alias points. */
  declare readonly mainVersionId: pulumi.Output<string>;
  /** Map from version id to live share in percent, for every version that the alias names. */
  declare readonly split: pulumi.Output<Record<string, number>>;
  /** Versions that the alias names but that did not exist at the last refresh; undefined if all exist. Requests to them fail. */
  declare readonly missingVersions: pulumi.Output<string[] | undefined>;
  /** Time of creation, in the service's format. */
  declare readonly createdTime: pulumi.Output<string>;
  /** Time of the last change, in the service's format. */
  declare readonly lastModifiedTime: pulumi.Output<string>;

  /**
   * Registers an alias.
   * @param name name of the resource in the stack; the alias's own name is `args.aliasName`
   */
  constructor(name: string, args: AliasArgs, opts: pulumi.CustomResourceOptions = {}) {
    const props = {
      versionId: undefined,
      description: undefined,
      canary: undefined,
      ...ownArgs(args),
      ...commonProps(name, Alias.__pulumiType, placeOf(args), opts),
      ...members(args.function, "functionName"),
      ...secretInputs(ownArgs(args)),
      aliasArn: undefined,
      ...ALIAS_OUTPUTS,
    };
    const restore = withoutTraces();
    try {
      super(...registration("Alias", name, withoutLeftOut(props, LEFT_OUT, opts), opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
  }

  /**
   * Reads an existing alias without changing it. Fails if the alias does not exist.
   * @example
   * ```ts
   * const prod = fc.Alias.get("prod", { functionName: "api", aliasName: "prod" });
   * ```
   */
  static get(
    name: string,
    args: PlaceArgs & { readonly functionName: pulumi.Input<string>; readonly aliasName: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
  ): Alias {
    const { functionName, aliasName, ...place } = args;
    const { region, accountId } = commonProps(name, Alias.__pulumiType, place, opts);
    const id = pulumi
      .all([region, accountId, functionName, aliasName])
      .apply(([r, a, f, alias]) => resourceId({ region: r, accountId: a }, f, alias));
    return new Alias(name, { ...place, function: { functionName }, aliasName }, { ...opts, id });
  }
}

readLater(Alias, LEFT_OUT);
