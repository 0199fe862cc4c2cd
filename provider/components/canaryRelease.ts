/** `CanaryRelease`: function, version and release in one component. */
import * as pulumi from "@pulumi/pulumi";
import type { Phase } from "../core/release";
import { Alias } from "../resources/alias";
import { Function, type FunctionArgs } from "../resources/function";
import { HttpTrigger, type HttpTriggerSettings } from "../resources/httpTrigger";
import { Release, type ReleaseKeys } from "../resources/release";
import type { AdoptArgs, PlaceArgs } from "../resources/place";
import { type Kind, packageToken, typeToken } from "../resources/tokens";
import { Version, type VersionArgs } from "../resources/version";
import { assertConfig, releaseConfig } from "./releaseConfig";

/** Names that `Function`, `Version` and `Alias` had in the earlier program, without a parent resource. */
export interface Replaces {
  /** Name of the `Function`. */
  readonly function?: string;
  /** Name of the `Version`. */
  readonly version?: string;
  /** Name of the `Alias`. */
  readonly alias?: string;
}

/** An HTTP trigger of an alias of the release. */
export interface ReleaseHttpTrigger extends HttpTriggerSettings {
  /** Name of the trigger: 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`. Default: the name of its alias. */
  readonly triggerName?: pulumi.Input<string>;
}

/** A second alias, which always points to the newest version, so that this version can be tested before it gets traffic. */
export interface CandidateAlias {
  /** Name of the alias. */
  readonly aliasName: pulumi.Input<string>;
  /** An HTTP trigger for this alias, whose address is the output `previewUrl`. Default: no trigger. */
  readonly httpTrigger?: ReleaseHttpTrigger;
}

/** Arguments of a {@link CanaryRelease}. */
export interface CanaryReleaseArgs extends PlaceArgs, AdoptArgs, ReleaseKeys {
  /**
   * The function's settings and code. If `logConfig` contains a project and logstore, the default of
   * `enableRequestMetrics` is true: the service then logs one row for each request, with the version that answered it.
   */
  readonly function: Omit<FunctionArgs, keyof PlaceArgs | keyof AdoptArgs>;
  /** Name of the alias that clients call. The release changes only the split of this alias. */
  readonly aliasName: pulumi.Input<string>;
  /**
   * An HTTP trigger for the alias, whose address is the output `url`. The split applies to its requests as well.
   * Default: no trigger.
   */
  readonly httpTrigger?: ReleaseHttpTrigger;
  /** A second alias that always points to the newest version, also while this version has no traffic. Default: no such alias. */
  readonly candidate?: CandidateAlias;
  /**
   * Reads the keys of the release from stack config like `releaseConfig()`. With true it reads `canary:weight` and so
   * on; with a text it reads the keys of the namespace with this name. Keys in the arguments take precedence. Default
   * false.
   */
  readonly config?: boolean | string;
  /**
   * Description of the next version that is published, at most 200 characters. If only the description changes, no
   * version is published. Default none.
   */
  readonly versionDescription?: pulumi.Input<string>;
  /** A change of any of these texts publishes a version, like a change of the function. Default none. */
  readonly triggers?: VersionArgs["triggers"];
  /** Description of the alias, at most 80 characters. Default none. */
  readonly description?: pulumi.Input<string>;
  /**
   * Names of the `Function`, `Version` and `Alias` of an earlier program, which become parts of this component without
   * a call to the service.
   */
  readonly replaces?: Replaces;
}

/**
 * A function, its versions and a release of these versions, in one component. The argument `adopt` applies to the
 * function, the aliases and the triggers of the component; the option `customTimeouts` applies to all its resources.
 *
 * @example
 * ```ts
 * const release = new fc.CanaryRelease("api", {
 *   function: { functionName: "api", runtime: "nodejs20", handler: "index.handler", code: "./src" },
 *   aliasName: "prod",
 *   config: true,
 * });
 * ```
 */
export class CanaryRelease extends pulumi.ComponentResource {
  /** The function, in its unpublished state LATEST. */
  readonly function: Function;
  /** The version that is published of the function. */
  readonly version: Version;
  /** The release, which owns the alias. */
  readonly release: Release;
  /** The second alias, of the argument `candidate`; undefined without this argument. */
  readonly candidateAlias: Alias | undefined;
  /** HTTP address of the alias; undefined without `httpTrigger`. */
  readonly url: pulumi.Output<string> | undefined;
  /** HTTP address of the newest version; undefined without `candidate.httpTrigger`. */
  readonly previewUrl: pulumi.Output<string> | undefined;
  /** Map from version id to its share of the traffic in percent. */
  readonly split: pulumi.Output<Record<string, number>>;
  /** Number of the stable version. */
  readonly stable: pulumi.Output<string>;
  /** Number of the candidate; undefined without one. */
  readonly candidate: pulumi.Output<string | undefined>;
  /** Share of the candidate in percent. */
  readonly effectiveWeight: pulumi.Output<number>;
  /** The phase of the release: see {@link Release.phase}. */
  readonly phase: pulumi.Output<Phase>;
  /** Numbers of the rejected versions. */
  readonly rejected: pulumi.Output<string[]>;

  constructor(name: string, args: CanaryReleaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("alicloud-fc:index:CanaryRelease", name, {}, opts);
    const { function: settings, aliasName, httpTrigger, candidate, replaces, ...others } = args;
    const { versionDescription, triggers, adopt, config = false, ...rest } = others;
    const { region, accountId, endpoint, profile, ...releaseArgs } = rest;
    const keys = { ...configured(config ?? false), ...defined(releaseArgs) };
    const place = defined({ region, accountId, endpoint, profile });
    const adopted = defined({ adopt });
    const own: pulumi.CustomResourceOptions = { parent: this, ...defined({ customTimeouts: opts.customTimeouts }) };
    const moved = (kind: Kind, old: string | undefined): pulumi.CustomResourceOptions => {
      const types = old === undefined ? [] : [typeToken(kind), packageToken(kind)];
      const aliases = types.map((type) => ({ name: old ?? name, type, parent: pulumi.rootStackResource }));
      return { ...own, ...(old === undefined ? {} : { aliases }) };
    };
    this.function = new Function(
      name,
      { ...withRequestMetrics(settings, replaces), ...place, ...adopted },
      moved("Function", replaces?.function),
    );
    this.version = new Version(
      name,
      {
        ...{ function: this.function, ...place, describesNextPublish: true },
        ...defined({ triggers, description: versionDescription }),
      },
      moved("Version", replaces?.version),
    );
    this.release = new Release(
      name,
      { function: this.function, version: this.version, aliasName, ...place, ...adopted, ...keys },
      moved("Alias", replaces?.alias),
    );
    const opened = (called: string, settings: ReleaseHttpTrigger | undefined, qualifier: pulumi.Output<string>) =>
      settings &&
      new HttpTrigger(
        called,
        { triggerName: qualifier, ...defined(settings), function: this.function, qualifier, ...place, ...adopted },
        own,
      ).url;
    this.url = opened(name, httpTrigger, this.release.aliasName);
    this.candidateAlias =
      candidate &&
      new Alias(
        `${name}-candidate`,
        {
          ...{ function: this.function, aliasName: candidate.aliasName, versionId: this.version.versionId },
          ...place,
          ...adopted,
        },
        own,
      );
    this.previewUrl =
      this.candidateAlias && opened(`${name}-candidate`, candidate?.httpTrigger, this.candidateAlias.aliasName);
    const { split, stable, effectiveWeight, phase } = this.release;
    this.split = split;
    this.stable = stable;
    this.candidate = this.release.candidate;
    this.effectiveWeight = effectiveWeight;
    this.phase = phase;
    this.rejected = this.release.rejected;
    const { url, previewUrl } = this;
    const outputs = {
      split,
      stable,
      candidate: this.candidate,
      effectiveWeight,
      phase,
      rejected: this.rejected,
      ...defined({ url, previewUrl }),
    };
    this.registerOutputs(outputs);
  }
}

/** Keys from stack config; none if `config` is false. */
function configured(config: unknown): ReleaseKeys {
  assertConfig(config);
  return config === false ? {} : releaseConfig(config === true ? undefined : config);
}

/** Turns request metrics on by default. A function that is moved from an earlier program keeps its setting. */
function withRequestMetrics(
  settings: CanaryReleaseArgs["function"],
  replaces: Replaces | undefined,
): CanaryReleaseArgs["function"] {
  const { logConfig } = settings;
  if (logConfig === undefined || replaces?.function !== undefined) return settings;
  type LogConfig = pulumi.Unwrap<typeof logConfig>;
  // In another language the settings may be one output, and its members may be undefined.
  const output = pulumi.output(logConfig) as pulumi.Output<LogConfig | undefined>;
  const withMetrics = output.apply((plain) => (plain === undefined ? plain : { enableRequestMetrics: true, ...plain }));
  return { ...settings, logConfig: withMetrics as pulumi.Output<LogConfig> };
}

/** A copy without the members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
