/** `Release`: an alias that remembers what is stable and whose weight a weight was. */
import * as pulumi from "@pulumi/pulumi";
import type { Memory } from "../core/decision";
import type { Phase } from "../core/release";
import { registration, withoutTraces } from "./dynamic";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./settings";
import { typeToken } from "./shell";
import { type VersionArgs, members, ownArgs, placeOf } from "./version";

/** What moves a release; `releaseConfig()` reads these from stack config. */
export interface ReleaseKeys {
  /**
   * Share of the candidate in percent: 0, or 1 to 100 in steps of 0.1; below one percent as text, such as `"0.5%"`. It
   * belongs to the candidate it was set for: new code starts at the first step or lower. Default: nothing moves by itself.
   */
  readonly weight?: pulumi.Input<number | string>;
  /** The candidate the weight is meant for: a version (`8`, `v8`) or `fp:` and at least 8 hex digits of a fingerprint. */
  readonly for?: pulumi.Input<string | number>;
  /** Percent, ascending, each between 0 and 100; new code starts at the first. Default `[5, 25, 50]`. */
  readonly steps?: pulumi.Input<pulumi.Input<number | string>[]>;
  /** `direct`: every change goes straight to 100. Default `canary`. */
  readonly strategy?: pulumi.Input<string>;
  /** Freezes: nothing is written but what lowers the candidate or goes back; new code waits. Default false. */
  readonly hold?: pulumi.Input<boolean | string>;
  /** A version or `fp:…` to roll back; it gets no traffic until a retry, also after the key is gone. */
  readonly reject?: pulumi.Input<string | number>;
  /** `<version or fp:…>@<n>`: lifts a rejection, or what was lowered by hand. Each token counts once. */
  readonly retry?: pulumi.Input<string>;
  /** Order of runs: a run lower than the last one that wrote raises nothing. Default none. */
  readonly rev?: pulumi.Input<number | string>;
  /** Versions kept besides those that aliases, triggers and releases need, 0 to 1000. Default 10. */
  readonly keep?: pulumi.Input<number | string>;
}

/** A version as a release takes it: a `Version`, or its members. */
export interface VersionLike {
  /** Number of the version, as text. */
  readonly versionId: pulumi.Input<string>;
  /** What it froze; tells new code in previews, before it has a number. */
  readonly fingerprint: pulumi.Input<string | undefined>;
}

/** Arguments of a {@link Release}. */
export interface ReleaseArgs extends PlaceArgs, AdoptArgs, ReleaseKeys {
  /** The function: a `Function`, its `ref`, or `{ functionName }`. */
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
  for: undefined,
  steps: undefined,
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
  waiting: undefined,
  history: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
};

/** A release: split and memory are written together, in one call. */
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
  /** `stable`, `dark` (a candidate without traffic) or `canary`. */
  declare readonly phase: pulumi.Output<Phase>;
  /** Steps the candidate has reached, such as `2/4`; undefined without one. */
  declare readonly step: pulumi.Output<string | undefined>;
  /** Fingerprint of new code that waits because of hold. */
  declare readonly waiting: pulumi.Output<string | undefined>;
  /** The last 20 splits, oldest first, each with the rule that led to it. */
  declare readonly history: pulumi.Output<string[]>;
  /** What is remembered between runs. */
  declare readonly memory: pulumi.Output<Memory>;

  constructor(name: string, args: ReleaseArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { version, ...rest } = args;
    const props = {
      ...MEMBERS,
      ...ownArgs(rest),
      ...commonProps(name, Release.__pulumiType, placeOf(rest), opts),
      ...members(args.function, "functionName"),
      versionId: version.versionId,
      fingerprint: version.fingerprint,
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
}
