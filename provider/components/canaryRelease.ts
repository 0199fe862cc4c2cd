/** `CanaryRelease`: function, version and release in one block. */
import * as pulumi from "@pulumi/pulumi";
import type { Phase } from "../core/release";
import { Alias } from "../resources/alias";
import { Function, type FunctionArgs } from "../resources/function";
import { Release, type ReleaseKeys } from "../resources/release";
import type { PlaceArgs } from "../resources/settings";
import { typeToken } from "../resources/shell";
import { Version, type VersionArgs } from "../resources/version";

/** Names the plain resources had in the program, at the top of the stack. */
export interface Replaces {
  /** Name of the `Function`. */
  readonly function?: string;
  /** Name of the `Version`. */
  readonly version?: string;
  /** Name of the `Alias`. */
  readonly alias?: string;
}

/** Arguments of a {@link CanaryRelease}. */
export interface CanaryReleaseArgs extends PlaceArgs, ReleaseKeys {
  /** The function's settings and code. */
  readonly function: Omit<FunctionArgs, keyof PlaceArgs>;
  /** The alias clients call. Only its split is moved. */
  readonly aliasName: pulumi.Input<string>;
  /** A second alias that always points to the newest version, also while it has no traffic. Default none. */
  readonly candidateAliasName?: pulumi.Input<string>;
  /** At most 200 characters, kept by each version. Default none. */
  readonly versionDescription?: pulumi.Input<string>;
  /** Publishes when any of these changes, beside the function. Default none. */
  readonly triggers?: VersionArgs["triggers"];
  /** At most 80 characters. Default none. */
  readonly description?: pulumi.Input<string>;
  /** Moves `Function`, `Version` and `Alias` of an earlier program into this one, without a call to the service. */
  readonly replaces?: Replaces;
}

/** The wired whole, which remembers what is stable. */
export class CanaryRelease extends pulumi.ComponentResource {
  /** The function: LATEST. */
  readonly function: Function;
  /** The version published of it. */
  readonly version: Version;
  /** What owns the alias. */
  readonly release: Release;
  /** The alias of `candidateAliasName`; undefined without one. */
  readonly candidateAlias: Alias | undefined;
  /** Version id to its share in percent. */
  readonly split: pulumi.Output<Record<string, number>>;
  /** The stable version. */
  readonly stable: pulumi.Output<string>;
  /** The version in progress; undefined without one. */
  readonly candidate: pulumi.Output<string | undefined>;
  /** Percent the candidate gets. */
  readonly effectiveWeight: pulumi.Output<number>;
  /** `stable`, `dark` or `canary`. */
  readonly phase: pulumi.Output<Phase>;

  constructor(name: string, args: CanaryReleaseArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("alicloud-fc:index:CanaryRelease", name, {}, opts);
    const { function: settings, aliasName, candidateAliasName, versionDescription, triggers, replaces, ...rest } = args;
    const { region, accountId, endpoint, profile, ...keys } = rest;
    const place = defined({ region, accountId, endpoint, profile });
    const moved = (type: string, old: string | undefined): pulumi.CustomResourceOptions => ({
      parent: this,
      ...(old === undefined ? {} : { aliases: [{ name: old, type, parent: pulumi.rootStackResource }] }),
    });
    this.function = new Function(name, { ...settings, ...place }, moved(typeToken("Function"), replaces?.function));
    this.version = new Version(
      name,
      { function: this.function, ...place, ...defined({ triggers, description: versionDescription }) },
      moved(typeToken("Version"), replaces?.version),
    );
    this.release = new Release(
      name,
      { function: this.function, version: this.version, aliasName, ...place, ...keys },
      moved(typeToken("Alias"), replaces?.alias),
    );
    this.candidateAlias =
      candidateAliasName === undefined
        ? undefined
        : new Alias(
            `${name}-candidate`,
            { function: this.function, aliasName: candidateAliasName, versionId: this.version.versionId, ...place },
            { parent: this },
          );
    const { split, stable, candidate, effectiveWeight, phase } = this.release;
    this.split = split;
    this.stable = stable;
    this.candidate = candidate;
    this.effectiveWeight = effectiveWeight;
    this.phase = phase;
    this.registerOutputs({ split, stable, candidate, effectiveWeight, phase });
  }
}

/** Without the members that are undefined. */
function defined<T extends object>(members: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never;
}
