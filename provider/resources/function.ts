/** `Function`: a function of Function Compute 3.0. */
import * as pulumi from "@pulumi/pulumi";
import { CodeError, hashCode, hashSource } from "../code";
import type { AssetCode, CodeInput, LocalCode } from "../core/function";
import type {
  CustomContainerConfig,
  CustomDNS,
  CustomRuntimeConfig,
  GPUConfig,
  InstanceLifecycleConfig,
  JuiceFsConfig,
  NASConfig,
  OSSMountConfig,
  PolarFsConfig,
  TracingConfig,
  VPCConfig,
} from "../core/model";
import { resourceId } from "../core/place";
import { type Asset, isAsset, sourceOf } from "./assets";
import { registration, withoutTraces } from "./dynamic";
import { remember } from "./own";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./settings";
import { typeToken } from "./shell";

/** Where a function's log goes. */
export interface FunctionLogConfig {
  /** Log Service project. */
  readonly project: pulumi.Input<string>;
  /** Logstore in that project. */
  readonly logstore: pulumi.Input<string>;
  /** Writes one row per request, with the version that served it. Default false. */
  readonly enableRequestMetrics?: pulumi.Input<boolean>;
  /** Writes instance metrics. Default false. */
  readonly enableInstanceMetrics?: pulumi.Input<boolean>;
  /** How log lines are split: `None` or `DefaultRegex`. Default `None`. */
  readonly logBeginRule?: pulumi.Input<string>;
}

/** Code in OSS. */
export interface OssObject {
  /** Name of the bucket, in the function's region. */
  readonly ossBucketName: pulumi.Input<string>;
  /** Name of the object, a zip. */
  readonly ossObjectName: pulumi.Input<string>;
  /**
   * CRC-64 of the object as a decimal number (OSS answers it as `x-oss-hash-crc64ecma`). Without it a new object under
   * the same name is no change.
   */
  readonly checksum?: pulumi.Input<string>;
}

/** Code as Pulumi has it. The classes by name: their common ones are empty types, which anything is. */
export type CodeAsset =
  | pulumi.asset.FileArchive
  | pulumi.asset.AssetArchive
  | pulumi.asset.RemoteArchive
  | pulumi.asset.FileAsset
  | pulumi.asset.StringAsset
  | pulumi.asset.RemoteAsset;

/** A value whose every part may come from another resource. */
type DeepInput<T> = pulumi.Input<
  T extends string | number | boolean ? T : T extends (infer U)[] ? DeepInput<U>[] : { [K in keyof T]: DeepInput<T[K]> }
>;

/** Arguments of a {@link Function}. Names and limits are the service's (CreateFunctionInput). */
export interface FunctionArgs extends PlaceArgs, AdoptArgs {
  /** 1 to 64 letters, digits, `_` or `-`, not starting with a digit or `-`. Never made up; a change makes another function. */
  readonly functionName: pulumi.Input<string>;
  /** Runtime id, such as `nodejs20`, `python3.10`, `custom.debian12`, `custom-container`. */
  readonly runtime: pulumi.Input<string>;
  /** Entry point, such as `index.handler`; of no use to a container image, but the service wants one. */
  readonly handler: pulumi.Input<string>;
  /**
   * A folder, a file or a ready `.zip`; relative paths start at the program's folder; `.fcignore` leaves files out. Or an
   * asset or archive of Pulumi: text in it stands in state, and may be 65,536 characters long. Or an object in OSS, in the
   * function's region. Required but for a container image.
   */
  readonly code?: pulumi.Input<string | CodeAsset | OssObject>;
  /** MB, 128 to 32768 in steps of 64. Default 512. */
  readonly memorySize?: pulumi.Input<number>;
  /** vCPU, 0.05 to 16 in steps of 0.05, with 1 to 4 GB of memory each. Default: memory in GB / 1.5, 0.35 for 512 MB. */
  readonly cpu?: pulumi.Input<number>;
  /** MB, 512 or 10240. Default 512. */
  readonly diskSize?: pulumi.Input<number>;
  /** Seconds, 1 to 86400. Default 3. */
  readonly timeout?: pulumi.Input<number>;
  /** Requests one instance serves at once, 1 to 200. Default 1. */
  readonly instanceConcurrency?: pulumi.Input<number>;
  /** At most 4 kB in all; names start with a letter, `FC_` is reserved; no empty values. Default none. */
  readonly environmentVariables?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Another text makes the same code and configuration count as new, so that a version can be published again after all versions
   * with this content were deleted: the service compares with its last publish, and refuses the same content. Kept as the
   * environment variable `CONTENT_KEY`; the rules of environment values apply. Default none.
   */
  readonly contentKey?: pulumi.Input<string>;
  /** At most 5 ARNs of layer versions. Default none. */
  readonly layers?: pulumi.Input<pulumi.Input<string>[]>;
  /** ARN of the RAM role the function runs as. Default none. */
  readonly role?: pulumi.Input<string>;
  /** A container image instead of code; needs runtime `custom-container`. A new image under the same tag is no change. */
  readonly customContainerConfig?: DeepInput<CustomContainerConfig>;
  /** Id of the resource group. Default: the account's own; left out, it stays what it is. */
  readonly resourceGroupId?: pulumi.Input<string>;
  /** Default none. */
  readonly logConfig?: pulumi.Input<FunctionLogConfig>;
  /** At most 256 characters; no part of a version. Default none. */
  readonly description?: pulumi.Input<string>;
  /** At most 19; no part of a version. Default none. */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Name servers, at most 3, and search domains. Default: the service's. */
  readonly customDNS?: DeepInput<CustomDNS>;
  /** Start command, port (default 9000) and health check of a custom runtime. Default: `/code/bootstrap`. */
  readonly customRuntimeConfig?: DeepInput<CustomRuntimeConfig>;
  /** Which credentials are kept out of the function, such as `Request`. Default none. */
  readonly disableInjectCredentials?: pulumi.Input<string>;
  /** Serves with provisioned instances only; deprecated by the service. Default false. */
  readonly disableOndemand?: pulumi.Input<boolean>;
  /** Deprecated by the service. Default false. */
  readonly enableLongLiving?: pulumi.Input<boolean>;
  /** A GPU and its memory in MB. Default none. */
  readonly gpuConfig?: DeepInput<GPUConfig>;
  /** Seconds an instance is kept without requests; -1 for the service's default. */
  readonly idleTimeout?: pulumi.Input<number>;
  /** `SHARE`, `SESSION_EXCLUSIVE` or `REQUEST_EXCLUSIVE`. Default `SHARE`. */
  readonly instanceIsolationMode?: pulumi.Input<string>;
  /** Hooks: `initializer` at most 300 s, `preStop` at most 90 s. Default none. */
  readonly instanceLifecycleConfig?: DeepInput<InstanceLifecycleConfig>;
  /** Default true. */
  readonly internetAccess?: pulumi.Input<boolean>;
  /** JuiceFS mounts; tokens stay secret when they are given as secrets. Default none. */
  readonly juiceFsConfig?: DeepInput<JuiceFsConfig>;
  /** NAS mounts. Default none. */
  readonly nasConfig?: DeepInput<NASConfig>;
  /** OSS buckets as folders. Default none. */
  readonly ossMountConfig?: DeepInput<OSSMountConfig>;
  /** PolarFS mounts. Default none. */
  readonly polarFsConfig?: DeepInput<PolarFsConfig>;
  /** `NONE`, `MCP_SSE`, `MCP_STREAMABLE`, `HEADER_FIELD` or `GENERATED_COOKIE`. Default `NONE`. */
  readonly sessionAffinity?: pulumi.Input<string>;
  /** JSON text. Default none. */
  readonly sessionAffinityConfig?: pulumi.Input<string>;
  /** `{ type: "Jaeger", params }`. Default none. */
  readonly tracingConfig?: DeepInput<TracingConfig>;
  /** Network the function reaches into. Default none. */
  readonly vpcConfig?: DeepInput<VPCConfig>;
  /** Accepts that a change which cannot be made in place deletes the function with its versions and aliases. Default false. */
  readonly replaceFunction?: pulumi.Input<boolean>;
}

/** Every output, so that the SDK makes a field of it. */
const OUTPUTS = {
  runtime: undefined,
  handler: undefined,
  memorySize: undefined,
  cpu: undefined,
  diskSize: undefined,
  timeout: undefined,
  instanceConcurrency: undefined,
  environmentVariables: undefined,
  layers: undefined,
  role: undefined,
  logConfig: undefined,
  description: undefined,
  tags: undefined,
  customContainerConfig: undefined,
  resourceGroupId: undefined,
  customDNS: undefined,
  customRuntimeConfig: undefined,
  disableInjectCredentials: undefined,
  disableOndemand: undefined,
  enableLongLiving: undefined,
  gpuConfig: undefined,
  idleTimeout: undefined,
  instanceIsolationMode: undefined,
  instanceLifecycleConfig: undefined,
  internetAccess: undefined,
  juiceFsConfig: undefined,
  nasConfig: undefined,
  ossMountConfig: undefined,
  polarFsConfig: undefined,
  sessionAffinity: undefined,
  sessionAffinityConfig: undefined,
  tracingConfig: undefined,
  vpcConfig: undefined,
  functionArn: undefined,
  fingerprint: undefined,
  environmentFingerprint: undefined,
  functionId: undefined,
  codeChecksum: undefined,
  codeSize: undefined,
  createdTime: undefined,
  lastModifiedTime: undefined,
  revision: undefined,
  content: undefined,
  observed: undefined,
};

/** What a Version or Alias of another stack needs to know of a function. */
export interface FunctionRef {
  /** Name of the function. */
  readonly functionName: string;
  /** Region id. */
  readonly region: string;
  /** Account id, 16 digits. */
  readonly accountId: string;
  /** Of code and configuration, without environment values. */
  readonly fingerprint: string;
  /** Counter of content changes; stands in for environment values, which are no part of it. */
  readonly revision: number;
}

/** A function. Its code and configuration are LATEST; publish a `Version` to freeze them. */
export class Function extends pulumi.CustomResource {
  /** The type token in state, frozen. */
  static readonly __pulumiType = typeToken("Function");

  /** Region id. */
  declare readonly region: pulumi.Output<string>;
  /** Account id, 16 digits. */
  declare readonly accountId: pulumi.Output<string>;
  /** Name of the function. */
  declare readonly functionName: pulumi.Output<string>;
  /** Runtime id. */
  declare readonly runtime: pulumi.Output<string>;
  /** Entry point. */
  declare readonly handler: pulumi.Output<string>;
  /** What the code is, and the hash of its content. */
  declare readonly code: pulumi.Output<CodeInput | undefined>;
  /** MB; given or the default. */
  declare readonly memorySize: pulumi.Output<number>;
  /** vCPU; given or the default. */
  declare readonly cpu: pulumi.Output<number>;
  /** MB; given or the default. */
  declare readonly diskSize: pulumi.Output<number>;
  /** Seconds; given or the default. */
  declare readonly timeout: pulumi.Output<number>;
  /** Requests one instance serves at once; given or the default. */
  declare readonly instanceConcurrency: pulumi.Output<number>;
  /** As given; secret values stay secret. */
  declare readonly environmentVariables: pulumi.Output<Record<string, string> | undefined>;
  /** ARNs of layer versions, as given. */
  declare readonly layers: pulumi.Output<string[] | undefined>;
  /** ARN of the RAM role, as given. */
  declare readonly role: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly logConfig: pulumi.Output<pulumi.Unwrap<FunctionLogConfig> | undefined>;
  /** As given. */
  declare readonly description: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly tags: pulumi.Output<Record<string, string> | undefined>;
  /** As given. */
  declare readonly customContainerConfig: pulumi.Output<CustomContainerConfig | undefined>;
  /** Id of the resource group, as given. */
  declare readonly resourceGroupId: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly customDNS: pulumi.Output<CustomDNS | undefined>;
  /** As given. */
  declare readonly customRuntimeConfig: pulumi.Output<CustomRuntimeConfig | undefined>;
  /** As given. */
  declare readonly disableInjectCredentials: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly disableOndemand: pulumi.Output<boolean | undefined>;
  /** As given. */
  declare readonly enableLongLiving: pulumi.Output<boolean | undefined>;
  /** As given. */
  declare readonly gpuConfig: pulumi.Output<GPUConfig | undefined>;
  /** Seconds, as given. */
  declare readonly idleTimeout: pulumi.Output<number | undefined>;
  /** As given. */
  declare readonly instanceIsolationMode: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly instanceLifecycleConfig: pulumi.Output<InstanceLifecycleConfig | undefined>;
  /** As given. */
  declare readonly internetAccess: pulumi.Output<boolean | undefined>;
  /** As given. */
  declare readonly juiceFsConfig: pulumi.Output<JuiceFsConfig | undefined>;
  /** As given. */
  declare readonly nasConfig: pulumi.Output<NASConfig | undefined>;
  /** As given. */
  declare readonly ossMountConfig: pulumi.Output<OSSMountConfig | undefined>;
  /** As given. */
  declare readonly polarFsConfig: pulumi.Output<PolarFsConfig | undefined>;
  /** As given. */
  declare readonly sessionAffinity: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly sessionAffinityConfig: pulumi.Output<string | undefined>;
  /** As given. */
  declare readonly tracingConfig: pulumi.Output<TracingConfig | undefined>;
  /** As given. */
  declare readonly vpcConfig: pulumi.Output<VPCConfig | undefined>;
  /** ARN; known in previews. */
  declare readonly functionArn: pulumi.Output<string>;
  /** What a version would freeze, environment values aside; known in previews. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** Hash of the environment's values; a secret where they are. Known in previews. */
  declare readonly environmentFingerprint: pulumi.Output<string>;
  /** Id the service gave it; another function of the same name has another one. */
  declare readonly functionId: pulumi.Output<string>;
  /** CRC-64 of the uploaded zip, as the service computes it. */
  declare readonly codeChecksum: pulumi.Output<string>;
  /** Bytes of the uploaded zip. */
  declare readonly codeSize: pulumi.Output<number>;
  /** When it was made, as the service writes it. */
  declare readonly createdTime: pulumi.Output<string>;
  /** When LATEST was last changed, as the service writes it. */
  declare readonly lastModifiedTime: pulumi.Output<string>;
  /** Counts changes of what a version freezes, from 1. */
  declare readonly revision: pulumi.Output<number>;
  /** Hash of what the service holds; a secret where environment values in it are, or were written by somebody else. */
  declare readonly content: pulumi.Output<string>;
  /**
   * Everything else the service answers, under its own names: `state`, `lastUpdateStatus`, `invocationRestriction`,
   * `resolvedImageUri` …, and its values of settings the program leaves out, where they are no defaults.
   */
  declare readonly observed: pulumi.Output<Record<string, unknown>>;

  /** Registers a function; `name` is the name in the stack, not the function's own. */
  constructor(name: string, args: FunctionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { endpoint: _endpoint, profile: _profile, code, contentKey, ...given } = args;
    const fields = contentKey === undefined ? given : { ...given, ...withContentKey(args, contentKey) };
    const common = commonProps(name, Function.__pulumiType, args, opts);
    const props = { ...OUTPUTS, ...fields, ...common, secretInputs: secretInputs(fields) };
    const base = process.cwd();
    // A function that is only read (`get`) has no code in the program.
    const hashed = opts.id === undefined ? hashedCode(code, base) : undefined;
    const restore = withoutTraces();
    try {
      super(...registration("Function", name, { ...props, code: hashed }, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
    remember(this, common);
  }

  /** An existing function, read and never changed. Fails when it does not exist. */
  static get(
    name: string,
    args: PlaceArgs & { readonly functionName: pulumi.Input<string> },
    opts: pulumi.CustomResourceOptions = {},
  ): Function {
    const { region, accountId } = commonProps(name, Function.__pulumiType, args, opts);
    const id = pulumi
      .all([region, accountId, args.functionName])
      .apply(([r, a, functionName]) => resourceId({ region: r, accountId: a }, functionName));
    return new Function(name, args as FunctionArgs, { ...opts, id });
  }

  /** What another stack needs for a Version or Alias of this function; survives a StackReference. */
  get ref(): pulumi.Output<FunctionRef> {
    const { functionName, region, accountId, fingerprint, revision } = this;
    return pulumi.output({ functionName, region, accountId, fingerprint, revision });
  }
}

/** Code with its hash; code that is an output is read when it is known, an OSS object stays as it is. */
function hashedCode(code: unknown, base: string): unknown {
  if (typeof code === "string") return readCode(code, base);
  if (isAsset(code)) return readAsset(code as Asset, base);
  const later = pulumi.Output.isInstance(code) || code instanceof Promise;
  return later ? pulumi.output(code as Promise<string>).apply((known) => hashedCode(known, base)) : code;
}

/** Problems are reported by `check`, on the resource's line and under the property's name. */
function readCode(path: string, base: string): LocalCode {
  try {
    return { path, hash: hashCode(path, base) };
  } catch (error) {
    return { path, hash: "", problem: problemOf(error) };
  }
}

async function readAsset(asset: Asset, base: string): Promise<AssetCode> {
  try {
    return { asset, hash: await hashSource(await sourceOf(asset), base) };
  } catch (error) {
    return { asset, hash: "", problem: problemOf(error) };
  }
}

function problemOf(error: unknown): string {
  if (error instanceof CodeError) return error.message;
  throw error;
}

/** Name of the environment variable that holds {@link FunctionArgs.contentKey}. */
const CONTENT_KEY = "CONTENT_KEY";

/** The environment with the content key in it. Values that are secrets one by one stay so. */
function withContentKey(
  { environmentVariables }: FunctionArgs,
  contentKey: pulumi.Input<string>,
): Pick<FunctionArgs, "environmentVariables"> {
  if (pulumi.Output.isInstance(environmentVariables) || environmentVariables instanceof Promise) {
    const all = pulumi.all([environmentVariables, contentKey]);
    return { environmentVariables: all.apply(([given, key]) => ({ ...given, [CONTENT_KEY]: key })) };
  }
  return { environmentVariables: { ...environmentVariables, [CONTENT_KEY]: contentKey } };
}
