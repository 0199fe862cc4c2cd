/** Requests and answers of Function Compute 3.0, with the members that this package uses. Types only. */

/** Code in a request: the zip itself, or an object in OSS. The service verifies the checksum if there is one. */
export interface CodeBody {
  zipFile?: string;
  ossBucketName?: string;
  ossObjectName?: string;
  checksum?: string;
}

/**
 * The answer of GetFunction: the fields of the request body, and those that the service adds. The answer may have
 * frozen fields that this package does not manage.
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

/** The body of CreateAlias and UpdateAlias. It always contains main version and weights together. */
export interface AliasBody {
  versionId: string;
  /** Map from version id to weight as a fraction; `{}` removes all weights. */
  additionalVersionWeight: Record<string, number>;
  description: string;
}

/** The answer of the service about an alias. */
export interface ObservedAlias {
  aliasName?: string;
  versionId?: string;
  description?: string;
  /** Map from version id to weight as a fraction. The service may have several; this package writes at most one. */
  additionalVersionWeight?: Record<string, number>;
  /** Versions that the alias names but that do not exist. The service does not answer this: each version is read to find out. */
  missingVersions?: readonly string[];
  createdTime?: string;
  lastModifiedTime?: string;
}

/** The body of CreateTrigger and UpdateTrigger, without name and type. */
export interface TriggerBody {
  /** Name of an alias, number of a version, or LATEST. */
  qualifier: string;
  /** JSON as text. The form depends on the trigger's type; for HTTP it is {@link HttpTriggerConfig}. */
  triggerConfig: string;
  description: string;
}

/** Settings of an HTTP trigger. Source: `HTTPTriggerConfig` of the SDK. */
export interface HttpTriggerConfig {
  /** Whether requests must be signed: `function` or `anonymous`. */
  authType: string;
  methods: string[];
  disableURLInternet: boolean;
}

/**
 * The answer of the service about a custom domain, with the members that this package uses. Source: `CustomDomain` and
 * `PathConfig` of the SDK.
 */
export interface ObservedDomain {
  domainName?: string;
  routeConfig?: { routes?: { functionName?: string; qualifier?: string }[] };
}

/**
 * The answer of the service about the configuration of asynchronous invocations of one qualifier, with the members that
 * this package uses. Source: `AsyncConfig` of the SDK.
 */
export interface ObservedAsyncConfig {
  /**
   * ARN with the qualifier as its last part, such as `acs:fc:REGION:ACCOUNT:functions/api/17`. Assumed, because the
   * documentation shows this form only for provisioned instances.
   */
  functionArn?: string;
}

/** The answer of the service about a trigger, with the members that this package uses. */
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
