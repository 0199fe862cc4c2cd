/** `Function`: a function of Function Compute 3.0. */
/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging -- Pulumi makes a field of every member that is registered */
import * as pulumi from "@pulumi/pulumi";
import { CodeError, hashCode, hashSource } from "../code";
import {
  type AssetCode,
  type CodeInput,
  type FilledSettings,
  type GivenSettings,
  type LocalCode,
  OPTIONAL_SETTINGS,
  SETTING_NAMES,
} from "../core/function";
import { FUNCTION_OUTPUTS } from "../core/outputOnly";
import { resourceId } from "../core/place";
import { type Asset, isAsset, sourceOf } from "./assets";
import { registration, withoutTraces } from "./dynamic";
import { readLater, withoutLeftOut } from "./leftOut";
import { remember } from "./own";
import { secretInputs } from "./secrets";
import { type AdoptArgs, type PlaceArgs, commonProps } from "./place";
import { typeToken } from "./tokens";

/** Code in an OSS object. */
export interface OssObject {
  /** Name of the bucket, in the function's region. */
  readonly ossBucketName: pulumi.Input<string>;
  /** Name of the object, which is a zip. */
  readonly ossObjectName: pulumi.Input<string>;
  /**
   * CRC-64 of the object as a decimal number; OSS returns it in the header `x-oss-hash-crc64ecma`. Without it, a new
   * object under the same name is not noticed as a change.
   */
  readonly checksum?: pulumi.Input<string>;
}

/** Code of a function that was imported. It cannot be read from the service. */
export interface ImportedCode {
  /** The text `(imported)`, in place of a path. */
  readonly path: pulumi.Input<string>;
  /** The checksum of the code in the service, behind `live:`. No code of a program has this hash. */
  readonly hash: pulumi.Input<string>;
}

/** Pulumi's assets and archives. The classes are listed, because their base classes are empty types that accept any value. */
export type CodeAsset =
  | pulumi.asset.FileArchive
  | pulumi.asset.AssetArchive
  | pulumi.asset.RemoteArchive
  | pulumi.asset.FileAsset
  | pulumi.asset.StringAsset
  | pulumi.asset.RemoteAsset;

/** A value of which every part may be an output of another resource. */
type DeepInput<T> = pulumi.Input<
  T extends string | number | boolean ? T : T extends (infer U)[] ? DeepInput<U>[] : { [K in keyof T]: DeepInput<T[K]> }
>;

/** The settings as arguments. */
type SettingArgs = { readonly [K in keyof GivenSettings]: DeepInput<Exclude<GivenSettings[K], undefined>> };

/** The settings as outputs. A setting without a default may be undefined. */
type SettingOutputs = { readonly [K in keyof FilledSettings]-?: pulumi.Output<FilledSettings[K]> };

/** Arguments of a {@link Function}. Names and limits are those of the service (CreateFunctionInput). */
export interface FunctionArgs extends PlaceArgs, AdoptArgs, SettingArgs {
  /**
   * The code: the path of a folder, a file or a `.zip`, an asset or archive of Pulumi, or an object in OSS in the
   * function's region. Relative paths start at the program's folder. `.fcignore` lists files to leave out. Text assets
   * are stored in state, and have at most 65,536 characters. `pulumi import` prints `{ path, hash }`, which stands for
   * the code in the service: replace it with the path of the code. Required, except for a container image.
   */
  readonly code?: pulumi.Input<string | CodeAsset | OssObject | ImportedCode>;
  /**
   * A text whose change makes unchanged code and configuration count as new. It is needed to publish again after all
   * versions with this content were deleted, because the service refuses the content of its last publish. The text
   * becomes the environment variable `CONTENT_KEY`, and the rules of environment values apply. Default none.
   */
  readonly contentKey?: pulumi.Input<string>;
  /**
   * True: a change that cannot be made in place (name, region, account, kind of runtime) replaces the function, which
   * deletes its versions and aliases. False: such a change is refused. Default false.
   */
  readonly replaceFunction?: pulumi.Input<boolean>;
}

/** Outputs besides the settings. */
const COMPUTED = ["functionArn", "fingerprint", "environmentFingerprint", "revision", ...Object.keys(FUNCTION_OUTPUTS)];

/** All outputs, so that the SDK makes fields for them. */
const OUTPUTS = Object.fromEntries([...SETTING_NAMES, ...COMPUTED].map((name) => [name, undefined]));

/** The members of a function that a Version or Alias of another stack needs. */
export interface FunctionRef {
  /** Name of the function. */
  readonly functionName: string;
  /** Region id. */
  readonly region: string;
  /** Account id, 16 digits. */
  readonly accountId: string;
  /** Hash of code and configuration, without environment values. */
  readonly fingerprint: string;
  /** Counts the changes of the function's content, from 1. Unlike `fingerprint`, it also changes with environment values. */
  readonly revision: number;
}

/**
 * A function. Its code and configuration are its unpublished state LATEST; a `Version` freezes them.
 *
 * @example
 * ```ts
 * const fn = new fc.Function("api", {
 *   functionName: "api",
 *   runtime: "nodejs20",
 *   handler: "index.handler",
 *   code: "./src",
 *   memorySize: 1024,
 * });
 * export const arn = fn.functionArn;
 * ```
 */
export class Function extends pulumi.CustomResource {
  /** The type token in state; frozen. */
  static readonly __pulumiType = typeToken("Function");

  /** Region id. */
  declare readonly region: pulumi.Output<string>;
  /** Account id, 16 digits. */
  declare readonly accountId: pulumi.Output<string>;
  /** ARN of the function; known in previews. */
  declare readonly functionArn: pulumi.Output<string>;
  /** Hash of everything that a version would freeze, without environment values. Known in previews. */
  declare readonly fingerprint: pulumi.Output<string>;
  /** Hash of the environment values; a secret if one of them is a secret. Known in previews. */
  declare readonly environmentFingerprint: pulumi.Output<string>;
  /** The service's id of the function. A function that is created again under the same name has another id. */
  declare readonly functionId: pulumi.Output<string>;
  /** CRC-64 of the uploaded zip, computed by the service. */
  declare readonly codeChecksum: pulumi.Output<string>;
  /** Size of the uploaded zip in bytes. */
  declare readonly codeSize: pulumi.Output<number>;
  /** Time of creation, in the service's format. */
  declare readonly createdTime: pulumi.Output<string>;
  /** Time of the last change of LATEST, in the service's format. */
  declare readonly lastModifiedTime: pulumi.Output<string>;
  /** Number of changes so far of everything that a version freezes, from 1. */
  declare readonly revision: pulumi.Output<number>;
  /** Hash of LATEST's content in the service. A secret if environment values are secrets, or were written by somebody else. */
  declare readonly content: pulumi.Output<string>;
  /**
   * Other fields of the service's answer, under the service's names: `state`, `lastUpdateStatus`,
   * `invocationRestriction`, `resolvedImageUri` …, and values of settings that the program leaves out, unless they are
   * defaults.
   */
  declare readonly observed: pulumi.Output<Record<string, unknown>>;

  /**
   * Registers a function.
   * @param name name of the resource in the stack; the function's own name is `args.functionName`
   */
  constructor(name: string, args: FunctionArgs, opts: pulumi.CustomResourceOptions = {}) {
    const { endpoint: _endpoint, profile: _profile, code, contentKey, ...given } = args;
    const fields = contentKey === undefined ? given : { ...given, ...withContentKey(args, contentKey) };
    const common = commonProps(name, Function.__pulumiType, args, opts);
    const props = { ...OUTPUTS, ...fields, ...common, ...secretInputs(fields) };
    const base = process.cwd();
    // The program has no code for a function that is only read (`get`).
    const hashed = opts.id === undefined ? hashedCode(code, base) : undefined;
    const restore = withoutTraces();
    try {
      const known = withoutLeftOut({ ...props, code: hashed }, OPTIONAL_SETTINGS, opts);
      super(...registration("Function", name, known, opts));
    } catch (error) {
      throw restore(error);
    }
    restore();
    remember(this, common);
  }

  /**
   * Reads an existing function without changing it. Fails if the function does not exist.
   * @example
   * ```ts
   * const existing = fc.Function.get("existing", { functionName: "api" });
   * ```
   */
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

  /**
   * The members that a Version or Alias of this function in another stack needs. Export `ref`, and read it through a
   * StackReference.
   * @example
   * ```ts
   * const shared = new pulumi.StackReference("shop/prod").requireOutput("fn") as pulumi.Output<fc.FunctionRef>;
   * new fc.Version("api", { function: shared });
   * ```
   */
  get ref(): pulumi.Output<FunctionRef> {
    const { functionName, region, accountId, fingerprint, revision } = this;
    return pulumi.output({ functionName, region, accountId, fingerprint, revision });
  }
}

// Declares the settings as outputs, with the docstrings of the table of settings.
export interface Function extends SettingOutputs {
  /** The code's path, asset or OSS object, with the hash of its content. */
  readonly code: pulumi.Output<CodeInput | undefined>;
}

readLater(Function, OPTIONAL_SETTINGS);

/** Adds the hash to code. Code that is an output is read when its value is known. An OSS object does not change. */
function hashedCode(code: unknown, base: string): unknown {
  if (typeof code === "string") return readCode(code, base);
  if (isAsset(code)) return readAsset(code as Asset, base);
  const later = pulumi.Output.isInstance(code) || code instanceof Promise;
  return later ? pulumi.output(code as Promise<string>).apply((known) => hashedCode(known, base)) : code;
}

/** Reads code. A problem is reported by `check`, on the resource's line and under the property's name. */
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

/** The environment variables with the content key. Each value that is a secret stays a secret. */
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
