/** `Release`: an alias that remembers which version is stable. */
import * as pulumi from "@pulumi/pulumi";
import type { AnalysisSettings, StepSetting } from "../core/analysis/policy";
import type { Phase } from "../core/release";
import { RELEASE_OUTPUTS } from "../core/outputOnly";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { alone } from "./own";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** Arguments that control a release. `releaseConfig()` reads them from stack config. */
export interface ReleaseKeys {
  /**
   * Share of the candidate in percent: 0, or 1 to 100 in steps of 0.1. A share below one percent is text, such as
   * `"0.5%"`. `"v8=25"` applies to version 8 only. New content starts at the first step or lower. For one candidate,
   * the same weight always means the same share. With `"auto"` each run judges the candidate by its real requests, and
   * raises it by one step, keeps it, or rejects it. Default: the first step.
   */
  readonly weight?: pulumi.Input<number | string>;
  /**
   * 1 to 20 steps in ascending order, each a percentage between 0 and 100, or `{ weight, bake, requests }`. New content
   * starts at the first step. Default `[5, 25, 50]`.
   */
  readonly steps?: pulumi.Input<pulumi.Input<StepSetting>[]>;
  /** Settings of the judging under weight `auto`. Default: the defaults of its members. */
  readonly analysis?: pulumi.Input<AnalysisSettings>;
  /** `canary` or `direct`. `direct` sends all traffic to new content at once. Default `canary`. */
  readonly strategy?: pulumi.Input<string>;
  /** True: no run raises a share, and new content gets no traffic. A rollback still works. Default false. */
  readonly hold?: pulumi.Input<boolean | string>;
  /**
   * A version to reject: `v8` or `r12`. The rejected version gets no traffic, and stays rejected after this argument is
   * removed. Default none.
   */
  readonly reject?: pulumi.Input<string | number>;
  /** A version whose rejection, or lowering by hand, is lifted: `v8` or `r12`, the second time `v8@2`. Default none. */
  readonly retry?: pulumi.Input<string | number>;
  /**
   * Order of runs, a whole number. A run with a lower number than the newest run moves no traffic. `"8 replaces 99"`
   * means 8, and corrects a 99 that was recorded by mistake. Default none.
   */
  readonly rev?: pulumi.Input<number | string>;
  /** Number of versions to keep besides those that aliases, triggers and releases need, 0 to 1000. Default 10. */
  readonly keep?: pulumi.Input<number | string>;
  /**
   * Namespace of stack config from which the program reads these arguments, such as `canary`. The command
   * `pulumi-alicloud-fc` reads and changes the keys of this namespace. The argument does not change the traffic.
   * `releaseConfig()` sets it. Default none.
   */
  readonly configNamespace?: pulumi.Input<string>;
}

/** The argument `version` of a release: a `Version`, or its members. */
export interface VersionLike {
  /** Number of the version, as text. */
  readonly versionId: pulumi.Input<string>;
  /** Hash of the version's code and configuration. A preview recognises new content by this hash. */
  readonly fingerprint: pulumi.Input<string | undefined>;
  /**
   * Hash of the version's environment values; a secret if one of them is a secret. Default: the hash that the release
   * remembers of this version. Without one, a preview notices a change of values only by `revision`.
   */
  readonly environmentFingerprint?: pulumi.Input<string | undefined>;
  /**
   * Number of changes of the function's content, from 1. In config, `r12` names the version with revision 12. Default
   * none.
   */
  readonly revision?: pulumi.Input<number | undefined>;
}

/** Arguments of a {@link Release}. */
export interface ReleaseArgs extends PlaceArgs, AdoptArgs, ReleaseKeys {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /**
   * Name of the alias: 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`; not LATEST. A renamed alias
   * keeps its split.
   */
  readonly aliasName: pulumi.Input<string>;
  /**
   * The candidate: the version that the release gives traffic to. In TypeScript a `Version`; in other languages
   * `versionId`, `fingerprint`, `environmentFingerprint` and `revision` of a version.
   */
  readonly version: VersionLike;
  /** Description of the alias, on one line of at most 80 characters. Default none. */
  readonly description?: pulumi.Input<string>;
}

/** Outputs, so that the SDK makes fields for them. */
const OUTPUTS = { aliasArn: undefined, ...RELEASE_OUTPUTS };

/**
 * A release of a function: an alias that remembers which version is stable. One call writes its split and its memory.
 *
 * @example
 * ```ts
 * new fc.Release("api", { function: fn, version, aliasName: "prod", ...fc.releaseConfig() });
 * ```
 */
export class Release extends pulumi.CustomResource {
  /** The type token in state; frozen. */
  static readonly __pulumiType = typeToken("Release");

  /** The function's name. */
  declare readonly functionName: pulumi.Output<string>;
  /** The alias's name. */
  declare readonly aliasName: pulumi.Output<string>;
  /** ARN of the function with this alias; known in previews. */
  declare readonly aliasArn: pulumi.Output<string>;
  /** Map from version id to share in percent, decided by the last run. */
  declare readonly split: pulumi.Output<Record<string, number>>;
  /** Map from version id to share in percent, when the alias was last read. */
  declare readonly live: pulumi.Output<Record<string, number>>;
  /** Number of the stable version. */
  declare readonly stable: pulumi.Output<string>;
  /** Number of the version to which a rollback returns; undefined if there is none. */
  declare readonly previousStable: pulumi.Output<string | undefined>;
  /** Number of the candidate; undefined if there is none. */
  declare readonly candidate: pulumi.Output<string | undefined>;
  /** Share of the candidate in percent; 0 without a candidate. */
  declare readonly effectiveWeight: pulumi.Output<number>;
  /** `stable`, `canary`, or why the candidate has no traffic: `paused`, `rejected`, `lowered` by hand, `waiting` under hold. */
  declare readonly phase: pulumi.Output<Phase>;
  /** Steps that the candidate has reached, such as `2/4`; undefined without a candidate. */
  declare readonly step: pulumi.Output<string | undefined>;
  /** Numbers of the rejected versions. */
  declare readonly rejected: pulumi.Output<string[]>;
  /**
   * Versions that were kept, besides the newest `keep`, because something needs them; undefined until a run has deleted
   * old versions.
   */
  declare readonly keptVersions: pulumi.Output<string[] | undefined>;
  /** The last 20 splits, oldest first, each with the rule of docs/releases.md that led to it. */
  declare readonly history: pulumi.Output<string[]>;
  /**
   * Under weight `auto`: the counts of both versions and the last 20 verdicts, as docs/judging.md describes them; undefined
   * otherwise. Its members may change with any version of this package.
   */
  declare readonly judging: pulumi.Output<object | undefined>;
  /** What the release remembers between runs. The members of this output may change with any version of this package. */
  declare readonly memory: pulumi.Output<object>;

  /**
   * Registers a release.
   * @param name name of the resource in the stack; the alias's own name is `args.aliasName`
   */
  constructor(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { version, ...rest } = args;
    const props = {
      ...OUTPUTS,
      ...ownArgs(rest),
      ...commonProps(name, Release.__pulumiType, placeOf(rest), opts),
      ...members(args.function, "functionName"),
      versionId: version.versionId,
      fingerprint: alone(version, version.fingerprint),
      environmentFingerprint: alone(version, version.environmentFingerprint),
      revision: alone(version, version.revision),
      ...secretInputs(ownArgs(rest)),
    };
    const restore = withoutTraces();
    try {
      super(...registration("Release", name, props, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
  }

  /**
   * Reads the alias of an existing release without changing it. Fails if the alias does not exist.
   * @example
   * ```ts
   * const release = fc.Release.get("prod", { functionName: "api", aliasName: "prod" });
   * ```
   */
  static get(
    name: string,
    args: PlaceArgs & { readonly functionName: pulumi.Input<string>; readonly aliasName: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
  ): Release {
    const { functionName, aliasName, ...place } = args;
    const { region, accountId } = commonProps(name, Release.__pulumiType, place, opts);
    const id = pulumi
      .all([region, accountId, functionName, aliasName])
      .apply(([r, a, f, alias]) => resourceId({ region: r, accountId: a }, f, alias));
    const got = { ...place, function: { functionName }, aliasName, version: { versionId: "", fingerprint: undefined } };
    return new Release(name, got, { ...opts, id });
  }
}
