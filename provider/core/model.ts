/** Requests and answers of Function Compute 3.0, as far as this package uses them. Types only. */

/** Code in a request: the zip itself, or an object in OSS. The service compares the checksum where one is given. */
export interface CodeBody {
  zipFile?: string;
  ossBucketName?: string;
  ossObjectName?: string;
  checksum?: string;
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
  /** Version id to fraction. The service may hold more than one; this package writes at most one. */
  additionalVersionWeight?: Record<string, number>;
  /** Versions it names that do not exist. Found by reading each of them; the service does not answer this. */
  missingVersions?: readonly string[];
  createdTime?: string;
  lastModifiedTime?: string;
}

/** What CreateTrigger and UpdateTrigger take, name and type apart. */
export interface TriggerBody {
  /** An alias, a version, or LATEST. */
  qualifier: string;
  /** JSON in text; its shape is the type's: {@link HttpTriggerConfig}. */
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

/** A custom domain, as far as we look at it. Source: `CustomDomain` and `PathConfig` of the SDK. */
export interface ObservedDomain {
  domainName?: string;
  routeConfig?: { routes?: { functionName?: string; qualifier?: string }[] };
}

/** A trigger, as far as we look at it. */
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
