/** `Alias`: a name that points to a version and, during a canary, to one more with a share of the traffic. */
import * as pulumi from "@pulumi/pulumi";
import type { CanaryInput } from "../core/alias";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** The version being tried, and its share. */
export interface AliasCanary {
  /** Number of a published version, as text. */
  readonly versionId: pulumi.Input<string>;
  /** Percent of the traffic: 0, or 1 to 100 in steps of 0.1; below one percent as text, such as `"0.5%"`. */
  readonly weight: pulumi.Input<number | string>;
}

/** Arguments of an {@link Alias}. */
export interface AliasArgs extends PlaceArgs, AdoptArgs {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /** 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`; not LATEST. A change makes another alias. */
  readonly aliasName: pulumi.Input<string>;
  /**
   * The main version. Default: a new alias takes the canary's version; afterwards it stays what it is until the
   * canary's weight is 100.
   */
  readonly versionId?: pulumi.Input<string>;
  /** At most 200 characters. Default none. */
  readonly description?: pulumi.Input<string>;
  /** Taken literally, whoever set it before. Absent, of weight 0, or equal to the main version: no canary. */
  readonly canary?: pulumi.Input<AliasCanary>;
}

/**
 * An alias: main version and canary are written together, in one call.
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
  /** The type token in state, frozen. */
  static readonly __pulumiType = typeToken("Alias");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Name of the alias. */
  declare readonly aliasName: pulumi.Output<string>;
  /** The main version as the arguments name it; {@link Alias.mainVersionId} is the live one. */
  declare readonly versionId: pulumi.Output<string | undefined>;
  /** Text of the alias: at most 200 characters on one line, without the mark that names the owner. Undefined without one. */
  declare readonly description: pulumi.Output<string | undefined>;
  /**
   * Version and weight of the canary as the arguments name them; {@link Alias.split} has the live share. Undefined without
   * one.
   */
  declare readonly canary: pulumi.Output<CanaryInput | undefined>;
  /** ARN; known in previews. */
  declare readonly aliasArn: pulumi.Output<string>;
  /** The version the alias points to. */
  declare readonly mainVersionId: pulumi.Output<string>;
  /** Version id to its live share in percent, of every version it names. */
  declare readonly split: pulumi.Output<Record<string, number>>;
  /** Versions it names that do not exist, as a refresh found them; undefined where all do. Requests drawn for them fail. */
  declare readonly missingVersions: pulumi.Output<string[] | undefined>;
  /** When it was made, as the service writes it. */
  declare readonly createdTime: pulumi.Output<string>;
  /** When it was last changed, as the service writes it. */
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
      secretInputs: secretInputs(ownArgs(args)),
      aliasArn: undefined,
      mainVersionId: undefined,
      split: undefined,
      missingVersions: undefined,
      createdTime: undefined,
      lastModifiedTime: undefined,
    };
    const restore = withoutTraces();
    try {
      super(...registration("Alias", name, props, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
  }

  /**
   * An existing alias, read and never changed. Fails when it does not exist.
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
