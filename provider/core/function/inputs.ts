/** Types of a function's inputs and outputs in state. Pure. */
import type { CommonInputs } from "../common";
import type { FilledSettings } from "./settings";

/** Code on the program's disk, as it stands in the inputs. */
export interface LocalCode {
  /** Path as the program gives it. */
  readonly path: string;
  /** Kind, scheme and SHA-256, such as `t1:4af…`; made by the resource class. */
  readonly hash: string;
  /** Why the code could not be read; `check` refuses the resource with it. */
  readonly problem?: string;
}

/** Code as an asset or archive of Pulumi, as it stands in the inputs. */
export interface AssetCode {
  /** The asset or archive from the engine. It has no content in `diff` and in state, so only the hash is compared. */
  readonly asset: object;
  /** Same hash as in {@link LocalCode}: it depends on the files only. */
  readonly hash: string;
  /** Why the code could not be read; `check` refuses the resource with it. */
  readonly problem?: string;
}

/** Code in an OSS object of the function's region. */
export interface OssCode {
  readonly ossBucketName: string;
  readonly ossObjectName: string;
  /**
   * CRC-64 of the object, a decimal number as text. With it, a new object under the same name is a change, and the
   * service verifies the object.
   */
  readonly checksum?: string;
  /** Computed: bucket, object and checksum. */
  readonly hash: string;
}

/** Code as it stands in the inputs. */
export type CodeInput = LocalCode | AssetCode | OssCode;

/** True for code in OSS. */
export function isOssCode(code: object): code is OssCode {
  return "ossBucketName" in code;
}

/** The checked inputs of a function. */
export interface FunctionInputs extends CommonInputs, FilledSettings {
  /** Absent for a container image. */
  readonly code?: CodeInput;
  readonly replaceFunction?: boolean;
  /** Computed: the ARN of the function. */
  readonly functionArn: string;
  /** Computed: hash of what a version would freeze, without the values of environment variables. */
  readonly fingerprint: string;
  /**
   * Computed: hash of the values of environment variables, JuiceFS and registry settings. A secret when they are
   * secrets.
   */
  readonly environmentFingerprint: string;
  /** Computed: number of changes so far of what a version freezes, from 1. */
  readonly revision: number;
}

/** What stands in state beside the inputs. */
export interface FunctionOutputs extends FunctionInputs {
  readonly functionId: string;
  readonly codeChecksum: string;
  readonly codeSize: number;
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /**
   * Hash of everything that a version would freeze, from the service's answer. A secret where a value in it is a
   * secret, or with {@link unseenValues}.
   */
  readonly content: string;
  /** True where the service has values of environment, file systems or registry that the program did not write. Never stored. */
  readonly unseenValues?: boolean;
  /** Other fields of the service's answer, without environment values and tokens; see `refresh.ts`. */
  readonly observed: Readonly<Record<string, unknown>>;
}
