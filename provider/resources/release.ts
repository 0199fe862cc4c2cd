/** `Release`: an alias that remembers which version is stable. */
import * as pulumi from "@pulumi/pulumi";
import type { AnalysisSettings, StepSetting } from "../core/analysis/policy";
import type { Phase } from "../core/release";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { alone } from "./own";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** What moves a release; `releaseConfig()` reads these from stack config. */
export interface ReleaseKeys {
  /**
   * Share of the candidate in percent: 0, or 1 to 100 in steps of 0.1; below one percent as text, such as `"0.5%"`.
   * `"v8=25"` gives 25 percent to version 8 and nothing to any other. New content starts at the first step or lower. For one
   * candidate the same weight always means the same share. `"auto"`: each run judges the candidate by what it did to real requests, and
   * raises it a step, keeps it, or rejects it. Default: the candidate gets the first step.
   */
  readonly weight?: pulumi.Input<number | string>;
  /**
   * 1 to 20 steps, each a percentage between 0 and 100 that is more than the one before, or `{ weight, bake, requests }`. New
   * content starts at the first step. Default `[5, 25, 50]`.
   */
  readonly steps?: pulumi.Input<pulumi.Input<StepSetting>[]>;
  /** By what a candidate is judged under weight `auto`. Default: the defaults of its members. */
  readonly analysis?: pulumi.Input<AnalysisSettings>;
  /** `canary` or `direct`. `direct` sends all traffic to new content at once. Default `canary`. */
  readonly strategy?: pulumi.Input<string>;
  /** When true, no share goes up, and new content waits. A rollback still goes through. Default false. */
  readonly hold?: pulumi.Input<boolean | string>;
  /** A version that gets no traffic: `v8` or `r12`. It stays rejected when the key is gone. Default none. */
  readonly reject?: pulumi.Input<string | number>;
  /**
   * A version whose rejection, or lowering by hand, is lifted while this stands: `v8` or `r12`, the second time `v8@2`.
   * Default none.
   */
  readonly retry?: pulumi.Input<string | number>;
  /**
   * Order of runs, a whole number. A run with a lower one than the newest run moves no traffic. `"8 replaces 99"` is order 8 where 99 was
   * recorded by mistake. Default none.
   */
  readonly rev?: pulumi.Input<number | string>;
  /** Versions kept besides those that aliases, triggers and releases need, 0 to 1000. Default 10. */
  readonly keep?: pulumi.Input<number | string>;
}

/** A version as a release takes it: a `Version`, or its members. */
export interface VersionLike {
  /** Number of the version, as text. */
  readonly versionId: pulumi.Input<string>;
  /** Hash of its code and configuration. A preview recognises new content by it. */
  readonly fingerprint: pulumi.Input<string | undefined>;
  /** Hash of its environment values; a secret. Default none: a change of values is then known by `revision` alone. */
  readonly environmentFingerprint?: pulumi.Input<string | undefined>;
  /** Counts the changes of the function's content, from 1. Names the version in config before it has a number. Default none. */
  readonly revision?: pulumi.Input<number | undefined>;
}

/** Arguments of a {@link Release}. */
export interface ReleaseArgs extends PlaceArgs, AdoptArgs, ReleaseKeys {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /** 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`; not LATEST. A renamed one keeps its split. */
  readonly aliasName: pulumi.Input<string>;
  /** The candidate. */
  readonly version: VersionLike;
  /** At most 80 characters. Default none. */
  readonly description?: pulumi.Input<string>;
}

/** Outputs, so that the SDK makes fields of them, and settings a program may leave out. */
const MEMBERS = {
  description: undefined,
  weight: undefined,
  steps: undefined,
  analysis: undefined,
  judging: undefined,
  strategy: undefined,
  hold: undefined,
  reject: undefined,
  retry: undefined,
  rev: undefined,
  keep: undefined,
  aliasArn: undefined,
  memory: undefined,
  split: undefined,
  live: undefined,
  stable: undefined,
  previousStable: undefined,
  candidate: undefined,
  effectiveWeight: undefined,
  phase: undefined,
  step: undefined,
  rejected: undefined,
  keptVersions: undefined,
  history: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/**
 * A release of a function: an alias that remembers which version is stable. Split and memory are written in one call.
 *
 * @example
 * ```ts
 * new fc.Release("api", { function: fn, version, aliasName: "prod", ...fc.releaseConfig() });
 * ```
 */
export class Release extends pulumi.CustomResource {
  /** Type token; frozen. */
  static readonly __pulumiType = typeToken("Release");

  /** The function's name. */
  declare readonly functionName: pulumi.Output<string>;
  /** The alias's name. */
  declare readonly aliasName: pulumi.Output<string>;
  /** ARN; known in previews. */
  declare readonly aliasArn: pulumi.Output<string>;
  /** Version id to its share in percent, as decided. */
  declare readonly split: pulumi.Output<Record<string, number>>;
  /** Version id to its share in percent, as the alias was last seen. */
  declare readonly live: pulumi.Output<Record<string, number>>;
  /** The stable version. */
  declare readonly stable: pulumi.Output<string>;
  /** What a rollback goes back to; undefined without one. */
  declare readonly previousStable: pulumi.Output<string | undefined>;
  /** The version in progress; undefined without one. */
  declare readonly candidate: pulumi.Output<string | undefined>;
  /** Percent the candidate gets. */
  declare readonly effectiveWeight: pulumi.Output<number>;
  /** `stable`, `canary`, or why the candidate has no traffic: `paused`, `rejected`, `lowered` by hand, `waiting` under hold. */
  declare readonly phase: pulumi.Output<Phase>;
  /** Steps the candidate has reached, such as `2/4`; undefined without one. */
  declare readonly step: pulumi.Output<string | undefined>;
  /** Numbers of the rejected versions. */
  declare readonly rejected: pulumi.Output<string[]>;
  /** Versions that pruning left, besides the newest `keep`, because something needs them; undefined until it has run. */
  declare readonly keptVersions: pulumi.Output<string[] | undefined>;
  /** The last 20 splits, oldest first, each with the rule of docs/releases.md that led to it. */
  declare readonly history: pulumi.Output<string[]>;
  /**
   * Under weight `auto`: the counts of both versions and the last 20 verdicts, as docs/judging.md describes them; undefined otherwise. Its
   * members may change with any version.
   */
  declare readonly judging: pulumi.Output<object | undefined>;
  /** What is remembered between runs. Its members may change with any version. */
  declare readonly memory: pulumi.Output<object>;

  /**
   * Registers a release.
   * @param name name of the resource in the stack; the alias's own name is `args.aliasName`
   */
  constructor(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { version, ...rest } = args;
    const props = {
      ...MEMBERS,
      ...ownArgs(rest),
      ...commonProps(name, Release.__pulumiType, placeOf(rest), opts),
      ...members(args.function, "functionName"),
      versionId: version.versionId,
      fingerprint: alone(version, version.fingerprint),
      environmentFingerprint: alone(version, version.environmentFingerprint),
      revision: alone(version, version.revision),
      secretInputs: secretInputs(ownArgs(rest)),
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
   * The alias of an existing release, read and never changed. Fails when it does not exist.
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
