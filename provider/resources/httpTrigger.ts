/** `HttpTrigger`: an address that calls a function by HTTP, through an alias. */
import * as pulumi from "@pulumi/pulumi";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** How an address may be called. */
export interface HttpTriggerSettings {
  /**
   * `function`: requests are signed with keys of the account; `anonymous`: anybody may call. Default `function`.
   * Source: `HTTPTriggerConfig` of the SDK.
   */
  readonly authType?: pulumi.Input<string>;
  /** Methods that are let through, of GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS. Default all of them. */
  readonly methods?: pulumi.Input<pulumi.Input<string>[]>;
  /** True leaves only the address inside the region's network. Default false. */
  readonly disableUrlInternet?: pulumi.Input<boolean>;
}

/** Arguments of an {@link HttpTrigger}. */
export interface HttpTriggerArgs extends PlaceArgs, AdoptArgs, HttpTriggerSettings {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /**
   * 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`. A change makes another trigger, with another address.
   */
  readonly triggerName: pulumi.Input<string>;
  /**
   * Whose traffic it brings: an alias, the number of a version, or LATEST. An alias makes the split of a canary count for HTTP
   * requests as well. At most one HTTP trigger each (source: documentation of triggers).
   */
  readonly qualifier: pulumi.Input<string>;
  /** At most 200 characters. Default none. */
  readonly description?: pulumi.Input<string>;
}

/**
 * An HTTP trigger. Its address stays the same for its life, wherever its qualifier points.
 *
 * @example
 * ```ts
 * const trigger = new fc.HttpTrigger("api", { function: fn, triggerName: "http", qualifier: "prod", authType: "anonymous" });
 * export const url = trigger.url;
 * ```
 */
export class HttpTrigger extends pulumi.CustomResource {
  /** The type token in state, frozen. */
  static readonly __pulumiType = typeToken("HttpTrigger");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Name of the trigger. */
  declare readonly triggerName: pulumi.Output<string>;
  /** What it calls. */
  declare readonly qualifier: pulumi.Output<string>;
  /** `function` or `anonymous`. */
  declare readonly authType: pulumi.Output<string>;
  /** Methods that are let through. */
  declare readonly methods: pulumi.Output<string[]>;
  /** Whether the address is closed to the internet. */
  declare readonly disableUrlInternet: pulumi.Output<boolean>;
  /** Text of the trigger: at most 200 characters on one line, without the mark that names the owner. Undefined without one. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** Id the service gave it. */
  declare readonly triggerId: pulumi.Output<string>;
  /** Address from anywhere. */
  declare readonly url: pulumi.Output<string>;
  /** Address from inside the region's network. */
  declare readonly intranetUrl: pulumi.Output<string>;
  /** When it was made, as the service writes it. */
  declare readonly createdTime: pulumi.Output<string>;
  /** When it was last changed, as the service writes it. */
  declare readonly lastModifiedTime: pulumi.Output<string>;

  /**
   * Registers a trigger.
   * @param name name of the resource in the stack; the trigger's own name is `args.triggerName`
   */
  constructor(name: string, args: HttpTriggerArgs, opts: pulumi.CustomResourceOptions = {}) {
    const props = {
      authType: undefined,
      methods: undefined,
      disableUrlInternet: undefined,
      description: undefined,
      ...ownArgs(args),
      ...commonProps(name, HttpTrigger.__pulumiType, placeOf(args), opts),
      ...members(args.function, "functionName"),
      secretInputs: secretInputs(ownArgs(args)),
      triggerId: undefined,
      url: undefined,
      intranetUrl: undefined,
      createdTime: undefined,
      lastModifiedTime: undefined,
    };
    const restore = withoutTraces();
    try {
      super(...registration("HttpTrigger", name, props, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
  }

  /**
   * An existing trigger, read and never changed. Fails when it does not exist.
   * @example
   * ```ts
   * const http = fc.HttpTrigger.get("http", { functionName: "api", triggerName: "http" });
   * ```
   */
  static get(
    name: string,
    args: PlaceArgs & { readonly functionName: pulumi.Input<string>; readonly triggerName: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
  ): HttpTrigger {
    const { functionName, triggerName, ...place } = args;
    const { region, accountId } = commonProps(name, HttpTrigger.__pulumiType, place, opts);
    const id = pulumi
      .all([region, accountId, functionName, triggerName])
      .apply(([r, a, f, trigger]) => resourceId({ region: r, accountId: a }, f, `triggers:${trigger}`));
    const got = { ...place, function: { functionName }, triggerName };
    return new HttpTrigger(name, got as HttpTriggerArgs, { ...opts, id });
  }
}
