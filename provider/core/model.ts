/** Requests and answers of Function Compute 3.0, as far as this package uses them. Types only. */

/** Code in a request: the zip itself, or an object in OSS. The service verifies the checksum where there is one. */
export interface CodeBody {
  zipFile?: string;
  ossBucketName?: string;
  ossObjectName?: string;
  checksum?: string;
}

/**
 * The answer of GetFunction: the fields of the body, and those the service adds. It may have frozen fields that this
 * package does not manage.
 */
export interface ObservedFunction {
  functionName?: string;
  functionArn?: string;
  functionId?: string;
  codeChecksum?: string;
  codeSize?: number;
  createdTime?: string;
  lastModifiedTime?: string;
  state?: string;
  resourceGroupId?: string;
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

/** The body of CreateAlias and UpdateAlias. Main version and weights are always sent together. */
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
  /** Version id to fraction. The service may hold more than one; this package writes at most one. */
  additionalVersionWeight?: Record<string, number>;
  /** Versions that the alias names and that do not exist. The answer lacks this: each version is read to find out. */
  missingVersions?: readonly string[];
  createdTime?: string;
  lastModifiedTime?: string;
}

/** The body of CreateTrigger and UpdateTrigger, without name and type. */
export interface TriggerBody {
  /** An alias, a version, or LATEST. */
  qualifier: string;
  /** JSON as text. Its shape depends on the trigger's type; for HTTP it is {@link HttpTriggerConfig}. */
  triggerConfig: string;
  description: string;
}

/** Settings of an HTTP trigger. Source: `HTTPTriggerConfig` of the SDK. */
export interface HttpTriggerConfig {
  /** `function` or `anonymous`. */
  authType: string;
  methods: string[];
  disableURLInternet: boolean;
}

/** A custom domain as the service answers it, as far as this package uses it. Source: `CustomDomain` and `PathConfig` of the SDK. */
export interface ObservedDomain {
  domainName?: string;
  routeConfig?: { routes?: { functionName?: string; qualifier?: string }[] };
}

/** A trigger as the service answers it, as far as this package uses it. */
export interface ObservedTrigger {
  triggerName?: string;
  triggerType?: string;
  triggerId?: string;
  qualifier?: string;
  triggerConfig?: string;
  description?: string;
  httpTrigger?: { urlInternet?: string; urlIntranet?: string };
  createdTime?: string;
  lastModifiedTime?: string;
}
