/** Plain data on the wire of Function Compute 3.0, as far as we use it. Types only. */

/** Where the log of a function goes. Source: `LogConfig` of the SDK. */
export interface LogConfig {
  project?: string;
  logstore?: string;
  enableRequestMetrics?: boolean;
  enableInstanceMetrics?: boolean;
  logBeginRule?: string;
}

/** What CreateFunction and UpdateFunction take and this package sends. */
export interface FunctionBody {
  functionName?: string;
  runtime?: string;
  handler?: string;
  code?: { zipFile: string; checksum: string };
  memorySize?: number;
  cpu?: number;
  diskSize?: number;
  timeout?: number;
  instanceConcurrency?: number;
  environmentVariables?: Record<string, string>;
  layers?: string[];
  role?: string;
  logConfig?: LogConfig;
  description?: string;
  tags?: { key: string; value: string }[];
}

/** What GetFunction answers: the body's fields and what the service adds. Frozen fields we do not manage come along. */
export interface ObservedFunction {
  functionName?: string;
  functionArn?: string;
  functionId?: string;
  codeChecksum?: string;
  codeSize?: number;
  createdTime?: string;
  lastModifiedTime?: string;
  state?: string;
  stateReason?: string;
  stateReasonCode?: string;
  lastUpdateStatus?: string;
  lastUpdateStatusReason?: string;
  lastUpdateStatusReasonCode?: string;
  layers?: { arn?: string; size?: number }[];
  tags?: { key?: string; value?: string }[];
  [field: string]: unknown;
}

/** A published version. Source: `Version` of the SDK. */
export interface ObservedVersion {
  versionId: string;
  description?: string;
  createdTime?: string;
  lastModifiedTime?: string;
}

/** What CreateAlias and UpdateAlias take: main version and weights always together. */
export interface AliasBody {
  versionId: string;
  /** Version id to fraction; `{}` clears. */
  additionalVersionWeight: Record<string, number>;
  description: string;
}

/** An alias as the service answers it. */
export interface ObservedAlias {
  aliasName?: string;
  versionId?: string;
  description?: string;
  additionalVersionWeight?: Record<string, number>;
  createdTime?: string;
  lastModifiedTime?: string;
}
