/** Types of the inputs and outputs of a function in state. Pure. */
import type { CommonInputs } from "../common";
import type { FilledSettings } from "./settings";

/** Code on the disk of the program, in the form of the inputs. */
export interface LocalCode {
  /** Path in the form in which the program sets it. */
  readonly path: string;
  /** Hash of the code: kind, scheme and SHA-256, such as `t1:4af…`; computed by the resource class. */
  readonly hash: string;
  /** Why the code could not be read; `check` refuses the resource with this reason. */
  readonly problem?: string;
}

/** Code as a Pulumi asset or archive, in the form of the inputs. */
export interface AssetCode {
  /** The asset or archive from the engine. In `diff` and in state the asset has no content, so only the hash is compared. */
  readonly asset: object;
  /** Same hash as in {@link LocalCode}: it depends only on the files. */
  readonly hash: string;
  /** Why the code could not be read; `check` refuses the resource with this reason. */
  readonly problem?: string;
}

/** Code in an OSS object of the function's region. */
export interface OssCode {
  readonly ossBucketName: string;
  readonly ossObjectName: string;
  /**
   * CRC-64 of the object, a decimal number as text. If it is set, a new object under the same name is a change, and the
   * service verifies the object.
   */
  readonly checksum?: string;
  /** Hash of bucket, object and checksum, computed by `check`. */
  readonly hash: string;
}

/** Code in the form of the inputs. */
export type CodeInput = LocalCode | AssetCode | OssCode;

/** True for code in OSS. */
export function isOssCode(code: object): code is OssCode {
  return "ossBucketName" in code;
}

/** The checked inputs of a function. */
export interface FunctionInputs extends CommonInputs, FilledSettings {
  /** The code; absent for a container image. */
  readonly code?: CodeInput;
  readonly replaceFunction?: boolean;
  /** Computed: the ARN of the function. */
  readonly functionArn: string;
  /** Hash of what a version would freeze, without the values of environment variables; computed by `check`. */
  readonly fingerprint: string;
  /**
   * Hash of the values of environment variables, JuiceFS and registry settings; computed by `check`. It is a secret if
   * one of the values is a secret.
   */
  readonly environmentFingerprint: string;
  /** Number of changes so far of what a version freezes, from 1; computed by `check`. */
  readonly revision: number;
}

/** The outputs of a function in state: its inputs, and the members below. */
export interface FunctionOutputs extends FunctionInputs {
  readonly functionId: string;
  readonly codeChecksum: string;
  readonly codeSize: number;
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /**
   * Hash of everything that a version would freeze, from the service's answer. The hash is a secret if one of the
   * values is a secret, or if {@link unseenValues} is true.
   */
  readonly content: string;
  /** True if the service has values of environment, file systems or registry that the program did not write. Never stored. */
  readonly unseenValues?: boolean;
  /** Other fields of the service's answer, without environment values and tokens; see `refresh.ts`. */
  readonly observed: Readonly<Record<string, unknown>>;
}
