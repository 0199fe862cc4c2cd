/** `HttpTrigger`: an address that calls a function by HTTP, through an alias. */
import * as pulumi from "@pulumi/pulumi";
import { HTTP_TRIGGER_OUTPUTS } from "../core/outputOnly";
import { resourceId } from "../core/place";
import { registration, withoutTraces } from "./dynamic";
import { members, ownArgs, placeOf } from "./functionLike";
import { readLater, withoutLeftOut } from "./leftOut";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";
import type { VersionArgs } from "./version";

/** Settings that determine how the address of a trigger may be called. */
export interface HttpTriggerSettings {
  /**
   * `function`: callers must sign requests with keys of the account. `anonymous`: anybody may call. Default `function`.
   * Source: `HTTPTriggerConfig` of the SDK.
   */
  readonly authType?: pulumi.Input<string>;
  /** Allowed methods, of GET, POST, PUT, DELETE, HEAD, PATCH, OPTIONS. Default: all of them. */
  readonly methods?: pulumi.Input<pulumi.Input<string>[]>;
  /** True: the trigger has only the address inside the region's network. Default false. */
  readonly disableUrlInternet?: pulumi.Input<boolean>;
}

/** Arguments of an {@link HttpTrigger}. */
export interface HttpTriggerArgs extends PlaceArgs, AdoptArgs, HttpTriggerSettings {
  /** The function: `{ functionName }`; in TypeScript also a `Function` or its `ref`. */
  readonly function: VersionArgs["function"];
  /**
   * Name of the trigger: 1 to 128 letters, digits, `_` or `-`, starting with a letter or `_`. A change replaces the
   * trigger, and its address.
   */
  readonly triggerName: pulumi.Input<string>;
  /**
   * What the address calls: an alias, the number of a version, or LATEST. With an alias, the split of a canary applies
   * to HTTP requests as well. Each alias or version has at most one HTTP trigger (source: documentation of triggers).
   */
  readonly qualifier: pulumi.Input<string>;
  /** Description of the trigger, on one line of at most 200 characters. Default none. */
  readonly description?: pulumi.Input<string>;
}

/** Arguments without a default that are outputs as well. */
const LEFT_OUT = ["description"];

/**
 * An HTTP trigger. The address stays the same, also when the qualifier or the split of the alias changes.
 *
 * @example
 * ```ts
 * const trigger = new fc.HttpTrigger("api", { function: fn, triggerName: "http", qualifier: "prod", authType:
 * "anonymous" });
 * export const url = trigger.url;
 * ```
 */
export class HttpTrigger extends pulumi.CustomResource {
  /** The type token in state; frozen. */
  static readonly __pulumiType = typeToken("HttpTrigger");

  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Name of the trigger. */
  declare readonly triggerName: pulumi.Output<string>;
  /** The alias, version or LATEST that the address calls. */
  declare readonly qualifier: pulumi.Output<string>;
  /** `function` or `anonymous`. */
  declare readonly authType: pulumi.Output<string>;
  /** Allowed HTTP methods. */
  declare readonly methods: pulumi.Output<string[]>;
  /** True if the address cannot be reached from the internet. */
  declare readonly disableUrlInternet: pulumi.Output<boolean>;
  /**
   * Description of the trigger: at most 200 characters on one line, without the mark that names the owner. Undefined
   * without a description.
   */
  declare readonly description: pulumi.Output<string | undefined>;
  /** The service's id of the trigger. */
  declare readonly triggerId: pulumi.Output<string>;
  /** Address on the internet. */
  declare readonly url: pulumi.Output<string>;
  /** Address inside the network of the region. */
  declare readonly intranetUrl: pulumi.Output<string>;
  /** Time of creation, in the service's format. */
  declare readonly createdTime: pulumi.Output<string>;
  /** Time of the last change, in the service's format. */
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
      ...secretInputs(ownArgs(args)),
      ...HTTP_TRIGGER_OUTPUTS,
    };
    const restore = withoutTraces();
    try {
      super(...registration("HttpTrigger", name, withoutLeftOut(props, LEFT_OUT, opts), opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
  }

  /**
   * Reads an existing trigger without changing it. Fails if the trigger does not exist.
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

readLater(HttpTrigger, LEFT_OUT);
