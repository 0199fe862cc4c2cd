/** What stands in a function's inputs and outputs. Pure. */
import type { CommonInputs } from "../common";
import type { FilledSettings } from "./settings";

/** Code on the program's disk, as it stands in the inputs. */
export interface LocalCode {
  /** As the user wrote it. */
  readonly path: string;
  /** Kind, scheme and SHA-256, such as `t1:4af…`; made by the resource class. */
  readonly hash: string;
  /** Why the code could not be read, instead of a hash; refused by `check`. */
  readonly problem?: string;
}

/** Code as an asset or archive of Pulumi, as it stands in the inputs. */
export interface AssetCode {
  /** As the engine hands it over. In `diff` and in state read back it lacks its content: only the hash is compared. */
  readonly asset: object;
  /** As for {@link LocalCode}: the same files give the same hash. */
  readonly hash: string;
  /** Why the code could not be read, instead of a hash; refused by `check`. */
  readonly problem?: string;
}

/** Code in an OSS object of the function's region. */
export interface OssCode {
  readonly ossBucketName: string;
  readonly ossObjectName: string;
  /** CRC-64 of the object, decimal. With it a new object under the same name is a change, and the service verifies it. */
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
  /** Computed: what a version would freeze, without the values of environment variables. */
  readonly fingerprint: string;
  /** Computed: hash of the values of environment variables, JuiceFS and registry settings; a secret where they are. */
  readonly environmentFingerprint: string;
  /** Computed: counts the changes of what a version freezes, from 1. */
  readonly revision: number;
}

/** What stands in state beside the inputs. */
export interface FunctionOutputs extends FunctionInputs {
  readonly functionId: string;
  readonly codeChecksum: string;
  readonly codeSize: number;
  readonly createdTime: string;
  readonly lastModifiedTime: string;
  /** Hash of everything frozen as the service answers it; a secret where values in it are secrets or {@link unseenValues}. */
  readonly content: string;
  /** True where the service has values of environment, file systems or registry that the program did not write. Never stored. */
  readonly unseenValues?: boolean;
  /** Everything else the service answers, environment values and tokens aside; see `refresh.ts`. */
  readonly observed: Readonly<Record<string, unknown>>;
}
