/** `CanaryRelease`: function, version and release in one block. */
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

/** Names the plain resources had in the program, at the top of the stack. */
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
  /** 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`. Default: the name of its alias. */
  readonly triggerName?: pulumi.Input<string>;
}

/** The alias to try the newest version by, before and while it gets traffic. */
export interface CandidateAlias {
  /** Its name. */
  readonly aliasName: pulumi.Input<string>;
  /** An address of its own, for a preview: output `previewUrl`. Default none. */
  readonly httpTrigger?: ReleaseHttpTrigger;
}

/** Arguments of a {@link CanaryRelease}. */
export interface CanaryReleaseArgs extends PlaceArgs, AdoptArgs, ReleaseKeys {
  /**
   * The function's settings and code. Where `logConfig` names a project and logstore and says nothing of
   * `enableRequestMetrics`, it is on: each request leaves a row with the version that answered it.
   */
  readonly function: Omit<FunctionArgs, keyof PlaceArgs | keyof AdoptArgs>;
  /** The alias clients call. Only its split is moved. */
  readonly aliasName: pulumi.Input<string>;
  /** An address that calls the alias by HTTP, so that the split counts there too: output `url`. Default none. */
  readonly httpTrigger?: ReleaseHttpTrigger;
  /** A second alias that always points to the newest version, also while it has no traffic. Default none. */
  readonly candidate?: CandidateAlias;
  /**
   * Takes the keys of the release from stack config, as `releaseConfig()` reads them: true from `canary:weight` and the
   * others, a text from a namespace of that name. Keys given beside it win. Default false.
   */
  readonly config?: boolean | string;
  /** At most 200 characters, for the next version that is published. A change of it alone changes nothing. Default none. */
  readonly versionDescription?: pulumi.Input<string>;
  /** Publishes when any of these changes, beside the function. Default none. */
  readonly triggers?: VersionArgs["triggers"];
  /** At most 80 characters. Default none. */
  readonly description?: pulumi.Input<string>;
  /** Moves `Function`, `Version` and `Alias` of an earlier program into this one, without a call to the service. */
  readonly replaces?: Replaces;
}

/**
 * A function, its versions and a release of them, in one component. `adopt` holds for the function, the aliases and the triggers
 * it makes, the option `customTimeouts` for all of them.
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
  /** The function: LATEST. */
  readonly function: Function;
  /** The version published of it. */
  readonly version: Version;
  /** What owns the alias. */
  readonly release: Release;
  /** The alias of `candidate`; undefined without one. */
  readonly candidateAlias: Alias | undefined;
  /** Address of the alias; undefined without `httpTrigger`. */
  readonly url: pulumi.Output<string> | undefined;
  /** Address of the newest version; undefined without `candidate.httpTrigger`. */
  readonly previewUrl: pulumi.Output<string> | undefined;
  /** Version id to its share in percent. */
  readonly split: pulumi.Output<Record<string, number>>;
  /** The stable version. */
  readonly stable: pulumi.Output<string>;
  /** The version in progress; undefined without one. */
  readonly candidate: pulumi.Output<string | undefined>;
  /** Percent the candidate gets. */
  readonly effectiveWeight: pulumi.Output<number>;
  /** Where the release stands: see {@link Release.phase}. */
  readonly phase: pulumi.Output<Phase>;
  /** Numbers of the rejected versions. */
  readonly rejected: pulumi.Output<string[]>;

  constructor(name: string, args: CanaryReleaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("alicloud-fc:index:CanaryRelease", name, {}, opts);
    const { function: settings, aliasName, httpTrigger, candidate, replaces, ...others } = args;
    const { versionDescription, triggers, adopt, config = false, ...rest } = others;
    const { region, accountId, endpoint, profile, ...given } = rest;
    const keys = { ...configured(config ?? false), ...defined(given) };
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

/** Keys from stack config; none for false. */
function configured(config: unknown): ReleaseKeys {
  assertConfig(config);
  return config === false ? {} : releaseConfig(config === true ? undefined : config);
}

/** Request metrics are on unless said otherwise; a function moved in from an earlier program stays as it was. */
function withRequestMetrics(
  settings: CanaryReleaseArgs["function"],
  replaces: Replaces | undefined,
): CanaryReleaseArgs["function"] {
  const { logConfig } = settings;
  if (logConfig === undefined || replaces?.function !== undefined) return settings;
  return {
    ...settings,
    logConfig: pulumi.output(logConfig).apply((given) => ({ enableRequestMetrics: true, ...given })),
  };
}

/** Without the members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
