/**
 * The table of all settings of a function: meaning, type, rule, whether a version freezes the setting, and what it
 * means to leave it out. Arguments, outputs, request bodies, checks, diffs and the package's schema are derived from
 * this table. Pure.
 *
 * The names are those of CreateFunctionInput. A test compares them with the SDK, and fails if the SDK has a new field.
 */
import type { CodeBody } from "../model";
import { type Rule, anything, boolean, integer, json, line, oneOf, text } from "../validate";
import { FUNCTION_NAME } from "../names";
import * as rules from "./rules";
import type {
  CustomContainerConfig,
  CustomDNS,
  CustomRuntimeConfig,
  FunctionLogConfig,
  GPUConfig,
  InstanceLifecycleConfig,
  JuiceFsConfig,
  NASConfig,
  OSSMountConfig,
  PolarFsConfig,
  TracingConfig,
  VPCConfig,
} from "./shapes";

/** Whether a program must set a setting. A `defaulted` setting may be left out and still has a value in state. */
type Presence = "required" | "defaulted" | "optional";

/** How one setting behaves; `T` is the type of its value. */
export interface Setting<T, P extends Presence = Presence> {
  readonly presence: P;
  /** Checks a value. */
  readonly rule: Rule;
  /**
   * True if publishing freezes the setting into the version. Source: the page "Manage versions" of Function Compute
   * 3.0. A field that the page does not mention counts as frozen: the service refuses an unnecessary publish, but a
   * missing publish would deploy nothing.
   */
  readonly frozen: boolean;
  /** `config`: create and update requests contain the value unchanged. `own`: the setting has its own operations. */
  readonly flow: "config" | "own";
  /**
   * The value of a `defaulted` setting that the program leaves out. The value is sent explicitly, so that removing the
   * setting restores the default.
   */
  readonly fallback?: T;
  /**
   * The empty value, which is sent to remove a setting. Source: the value that fc3 sends to remove it
   * (`src/default/resources.ts` of github.com/devsapp/fc3), or the documented default.
   */
  readonly empty?: unknown;
  /**
   * What it means that the program leaves the setting out. `empty`: the setting is empty, and a value that was set by
   * hand is removed. `unmanaged`: the service's value stays, because its default is not documented; the empty value is
   * sent only if the program had set a value before.
   */
  readonly absent?: "empty" | "unmanaged";
  /**
   * `whole`: the whole value may be a secret. `part`: a member of the value may be a secret. Such values are in no
   * message and in no public hash.
   */
  readonly secrets?: "whole" | "part";
  /** Carries the type for the compiler; it has no value at run time. */
  readonly type?: T;
}

const SENT = { frozen: true, flow: "config" } as const;
const required = <T>(rule: Rule): Setting<T, "required"> => ({ ...SENT, presence: "required", rule });
const defaulted = <T>(rule: Rule): Setting<T, "defaulted"> => ({ ...SENT, presence: "defaulted", rule });
const fallback = <T>(rule: Rule, value: T): Setting<T, "defaulted"> => ({ ...defaulted<T>(rule), fallback: value });
const optional = <T>(rule: Rule): Setting<T, "optional"> => ({ ...SENT, presence: "optional", rule });
/** A setting that is empty when the program leaves it out. */
const emptied = <T>(rule: Rule, empty: T | object): Setting<T, "optional"> => ({
  ...optional(rule),
  ...{ empty, absent: "empty" },
});
/** A setting that keeps the service's value if the program leaves it out. */
const unmanaged = <T>(rule: Rule, empty: T | object): Setting<T, "optional"> => ({
  ...optional(rule),
  ...{ empty, absent: "unmanaged" },
});
const OWN = { frozen: false, flow: "own" } as const;

/** The table, in the order in which messages list settings. */
export const FUNCTION_SETTINGS = {
  /**
   * Name of the function: 1 to 64 letters, digits, `_` or `-`, not starting with a digit or `-`. The program always gives it;
   * no name is generated. A change replaces the function.
   */
  functionName: { ...required<string>(FUNCTION_NAME), ...OWN },
  // Arguments, state and requests have different types for code, so each of them declares its own type.
  code: { ...optional<CodeBody>(anything), flow: "own" },
  /**
   * At most 19 tags; one more tag marks the owner. Names have 1 to 128 characters, values at most 128. A version does
   * not include tags. Default: none. The next update removes a tag that was set by hand.
   */
  tags: { ...optional<Record<string, string>>(anything), ...OWN },
  /**
   * Id of the resource group, such as `rg-acfm…`. Default: the default group of the account. If it is left out, the
   * group does not change.
   */
  resourceGroupId: {
    ...optional<string>(text(/^rg-[a-z0-9-]{1,60}$/, 63, "the id of a resource group, such as rg-acfm…")),
    ...OWN,
  },
  /** Runtime id, such as `nodejs20`, `python3.10`, `custom.debian12`, `custom-container`. */
  runtime: required<string>(rules.runtime),
  /**
   * Entry point, such as `index.handler`, at most 128 characters. The service also requires one for a container image,
   * but ignores it there.
   */
  handler: required<string>(line(128, "text such as index.handler, at most 128 characters")),
  /** Memory of an instance in MB, 128 to 32768 in steps of 64. Default: 512, or 2 GB for each vCPU if 512 does not fit `cpu`. */
  memorySize: defaulted<number>(integer(128, 32_768, "MB", 64)),
  /**
   * vCPU of an instance, 0.05 to 16 in steps of 0.05, with 1 to 4 GB of memory for each vCPU. Default: memory in GB / 1.5, which
   * is 0.35 for 512 MB.
   */
  cpu: defaulted<number>(rules.cpu),
  /** Disk of an instance in MB, 512 or 10240. Default 512. */
  diskSize: fallback<number>(oneOf(512, 10_240), 512),
  /** Seconds after which the service ends a request, 1 to 86400. Default 3. */
  timeout: fallback<number>(integer(1, 86_400, "seconds"), 3),
  /** Requests that one instance serves at the same time, 1 to 200. Default 1. */
  instanceConcurrency: fallback<number>(integer(1, 200, "requests"), 1),
  /**
   * Environment variables: at most 4 kB in all. Names start with a letter and continue with letters, digits or `_`;
   * names that start with `FC_` are reserved. Values must not be empty. Default: none. Messages never show the values.
   */
  environmentVariables: { ...emptied<Record<string, string>>(anything, {}), secrets: "whole" },
  /** At most 5 ARNs of layer versions; each once. Default: none. */
  layers: emptied<string[]>(rules.layers, []),
  /** ARN of the RAM role the function runs as. Default: none. */
  role: emptied<string>(rules.role, ""),
  /** The logstore to which Function Compute writes the function's log. Default: none. */
  logConfig: emptied<FunctionLogConfig>(rules.logConfig, {
    project: "",
    logstore: "",
    enableRequestMetrics: false,
    enableInstanceMetrics: false,
    logBeginRule: "None",
  }),
  /** Description: text on one line, at most 256 characters. A version does not include it. Default: none. */
  description: {
    ...emptied<string>(text(/^[^\p{Cc}]*$/u, 256, "text of at most 256 characters on one line"), ""),
    frozen: false,
  },
  /**
   * A container image instead of code; needs runtime `custom-container`. A new image under the same tag is not a
   * change: use a separate tag for each build, or a digest.
   */
  customContainerConfig: { ...optional<CustomContainerConfig>(rules.customContainerConfig), secrets: "part" },
  /** Name resolution (DNS) inside the function. Default: the service's. */
  customDNS: unmanaged<CustomDNS>(rules.customDNS, { nameServers: [], searches: [], dnsOptions: [] }),
  /** Start command, port (default 9000) and health check of a custom runtime. Default: `/code/bootstrap` is started. */
  customRuntimeConfig: unmanaged<CustomRuntimeConfig>(rules.customRuntimeConfig, {}),
  /** Which credentials are not passed to the function, such as `Request`. Default: none. */
  disableInjectCredentials: unmanaged<string>(line(64), ""),
  /** True: only provisioned instances serve requests. Deprecated by the service. Default false. */
  disableOndemand: unmanaged<boolean>(boolean, false),
  /** True: instances may live long. Deprecated by the service. Default false. */
  enableLongLiving: unmanaged<boolean>(boolean, false),
  /** Type of the GPU and its memory in MB. Default: no GPU. */
  gpuConfig: unmanaged<GPUConfig>(rules.gpuConfig, {}),
  /** Seconds an instance is kept without requests, 0 to 86400; -1 for the service's default. Default: the service's. */
  idleTimeout: unmanaged<number>(integer(-1, 86_400, "seconds, -1 for the service's default"), -1),
  /** Which requests may share an instance: `SHARE`, `SESSION_EXCLUSIVE` or `REQUEST_EXCLUSIVE`. Default `SHARE`. */
  instanceIsolationMode: unmanaged<string>(oneOf("SHARE", "SESSION_EXCLUSIVE", "REQUEST_EXCLUSIVE"), "SHARE"),
  /**
   * Hooks: `initializer` runs before an instance serves requests, at most 300 s; `preStop` runs before the instance
   * ends, at most 90 s. Default: none.
   */
  instanceLifecycleConfig: unmanaged<InstanceLifecycleConfig>(rules.instanceLifecycleConfig, {}),
  /** Whether the function reaches the Internet. Default true. */
  internetAccess: unmanaged<boolean>(boolean, true),
  /** JuiceFS file systems, mounted as folders. Pass tokens as secrets, so that they stay secret. Default: none. */
  juiceFsConfig: { ...unmanaged<JuiceFsConfig>(rules.juiceFsConfig, { mountPoints: [] }), secrets: "whole" },
  /** NAS file systems, mounted as folders. Default: none. */
  nasConfig: unmanaged<NASConfig>(rules.nasConfig, { userId: 0, groupId: 0, mountPoints: [] }),
  /** OSS buckets, mounted as folders. Default: none. */
  ossMountConfig: unmanaged<OSSMountConfig>(rules.ossMountConfig, { mountPoints: [] }),
  /** PolarFS file systems, mounted as folders. Default: none. */
  polarFsConfig: unmanaged<PolarFsConfig>(rules.polarFsConfig, { mountPoints: [] }),
  /**
   * How the requests of one session are routed to one instance: `NONE`, `MCP_SSE`, `MCP_STREAMABLE`, `HEADER_FIELD` or
   * `GENERATED_COOKIE`. Default `NONE`.
   */
  sessionAffinity: unmanaged<string>(
    oneOf("NONE", "MCP_SSE", "MCP_STREAMABLE", "HEADER_FIELD", "GENERATED_COOKIE"),
    "NONE",
  ),
  /** Settings of `sessionAffinity` as JSON in text, at most 4096 characters. Default: none. */
  sessionAffinityConfig: unmanaged<string>(json(4096), ""),
  /** Tracing, such as `{ type: "Jaeger", params: { endpoint } }`. Default: none. */
  tracingConfig: unmanaged<TracingConfig>(rules.tracingConfig, {}),
  /** The VPC that the function can reach. Default: none. */
  vpcConfig: unmanaged<VPCConfig>(rules.vpcConfig, { vpcId: "", vSwitchIds: [], securityGroupId: "" }),
} as const satisfies Record<string, Setting<unknown>>;

type Table = typeof FUNCTION_SETTINGS;

/** Name of a setting: a field of CreateFunctionInput. */
export type SettingName = keyof Table;
/** Settings whose form is the same in arguments, state and requests. */
type PlainName = Exclude<SettingName, "code">;
type NamesBy<P extends Presence> = {
  [K in PlainName]: Table[K] extends Setting<unknown, P> ? K : never;
}[PlainName];
/** Names of the settings that create and update requests contain unchanged. */
export type ConfigName = {
  [K in SettingName]: Table[K] extends { readonly flow: "own" } ? never : K;
}[SettingName];

// Each type is mapped over the members of the table, which keeps their docstrings. A mapped type that renames or
// filters would lose them.
type Values<T extends Record<string, Setting<unknown>>, N extends keyof T> = {
  readonly [K in N]: T[K] extends Setting<infer V> ? V : never;
};

/** The settings of a program, without the code. */
export type GivenSettings = Values<Table, NamesBy<"required">> &
  Partial<Values<Table, NamesBy<"defaulted"> | NamesBy<"optional">>>;

/** The settings in state: defaults are filled in, and the code is not included. */
export type FilledSettings = Values<Table, NamesBy<"required"> | NamesBy<"defaulted">> &
  Partial<Values<Table, NamesBy<"optional">>>;

/** The part of the body of CreateFunction and UpdateFunction that this package uses. */
export type FunctionBody = {
  -readonly [K in Exclude<SettingName, "tags">]?: Table[K] extends Setting<infer V> ? V : never;
} & { tags?: { key: string; value: string }[] };

/** The names of all settings, in the order of the table. */
export const SETTING_NAMES = Object.keys(FUNCTION_SETTINGS) as SettingName[];
/** The names of the settings that have no value in state if the program leaves them out. */
export const OPTIONAL_SETTINGS = SETTING_NAMES.filter((name) => FUNCTION_SETTINGS[name].presence === "optional");
