/** Types of the emulator's state. They are public: tests may change the records directly. */
import type { JsonObject } from "../base/json";

/** A code package. The store keeps its bytes under `sha256`. */
export interface CodePackage {
  /** SHA-256 of the zip in hex. */
  readonly sha256: string;
  /** CRC-64/XZ of the zip, unsigned decimal: the API's `codeChecksum`. */
  readonly checksum: string;
  /** Bytes: the API's `codeSize`. */
  readonly size: number;
}

/** One tag of a function. */
export interface StoredTag {
  /** Name of the tag. */
  key: string;
  /** Value of the tag, may be empty. */
  value: string;
}

/** Configuration and code of LATEST or of a version. */
export interface Snapshot {
  /** Configuration fields by their names in the API, with defaults of the server. `layers` holds ARNs. */
  config: JsonObject;
  /** Absent for a container image; `config.customContainerConfig` holds its address. */
  code?: CodePackage;
  /**
   * Packages of the layers by ARN. They are kept here because a layer may be deleted. The vendor's layers are missing.
   */
  layerPackages?: Record<string, CodePackage>;
}

/** A published version. The service never changes it; tests may, to simulate a fault. */
export interface StoredVersion extends Snapshot {
  /** A positive decimal integer as text, never reused. */
  versionId: string;
  /** The publish request's description, `""` if it had none. */
  description: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
  /** `lastModifiedTime` of the function when it was frozen. */
  functionModifiedTime: string;
}

/** An alias. */
export interface StoredAlias {
  /** Name of the alias. */
  aliasName: string;
  /** The main version. */
  versionId: string;
  /** As the request gave it, `""` if it did not. */
  description: string;
  /** Additional version id to its share, 0 to 1; empty = all traffic to `versionId`. */
  additionalVersionWeight: Record<string, number>;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** One version of a layer. */
export interface StoredLayerVersion {
  /** From 1, never reused. */
  version: number;
  /** As the request gave it, `""` if it did not. */
  description: string;
  /** Runtimes it may be used with; empty = any. */
  compatibleRuntime: string[];
  /** As the request gave it, `""` if it did not. */
  license: string;
  /** The package that is unpacked under `/opt`. */
  code: CodePackage;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createTime: string;
}

/** A layer. It stays when its last version is deleted, so that no version number is used twice. */
export interface StoredLayer {
  /** Name of the layer. */
  layerName: string;
  /** Whether other accounts may use it. */
  isPublic: boolean;
  /** Number of the next version. */
  nextVersion: number;
  /** By number. */
  versions: Map<number, StoredLayerVersion>;
}
/** A trigger. */
export interface StoredTrigger {
  /** Name of the trigger. */
  triggerName: string;
  /** Id of the trigger, made by the emulator. */
  triggerId: string;
  /** `http`, `timer`, `oss`, …; never changes. */
  triggerType: string;
  /** JSON as text, as in the request. */
  triggerConfig: string;
  /** LATEST, a version or an alias, which it calls. */
  qualifier: string;
  /** ARN of its source, `""` if the request has none. */
  sourceArn: string;
  /** ARN of a RAM role, `""` if the request gave none. */
  invocationRole: string;
  /** As the request gave it, `""` if it did not. */
  description: string;
  /** Loopback port of an HTTP trigger, the same for its whole life; 0 before it listens, and for other types. */
  port: number;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** Addresses of an HTTP trigger. */
export type HttpTriggerUrls = {
  /** Address on the internet; absent when the trigger is not reachable from there. */
  urlInternet?: string;
  /** Address from inside the region's network. */
  urlIntranet: string;
};

/** A setting of a function or of one of its qualifiers that is not part of the configuration. */
export interface StoredSetting {
  /** Fields as the request gave them. */
  fields: JsonObject;
  /** Number of instances when it was set. */
  instancesBefore: number;
  /** When it was set by the emulator's clock, ms since 1970. */
  setAt: number;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** An asynchronous task. Fields as the SDK's `AsyncTask` names them. */
export interface StoredAsyncTask {
  /** The id in the request, else the request id. */
  taskId: string;
  /** Id of the request that was accepted. */
  requestId: string;
  /** ARN of the called function. */
  functionArn: string;
  /** LATEST, a version or an alias, which was called. */
  qualifier: string;
  /** `Enqueued`, `Running`, `Retrying`, `Stopping`, `Succeeded`, `Failed`, `Stopped` or `Expired`. */
  status: string;
  /** When it was accepted, ms since 1970. */
  startedTime: number;
  /** When it ended, ms since 1970; 0 until then. */
  endTime: number;
  /** From acceptance to end, ms. */
  durationMs: number;
  /** Attempts after the first. */
  alreadyRetriedTimes: number;
  /** Instance of the last attempt, `""` before it. */
  instanceId: string;
  /** Failure of the last attempt, `""` without one. */
  taskErrorMessage: string;
  /** Result of the call of the destination; `""` without a destination. */
  destinationStatus: string;
  /** The event as text. */
  taskPayload: string;
  /** What the function returned, as text. */
  returnPayload: string;
  /** The version drawn when it was accepted. */
  versionId: string;
  /** The event in base64, when it is no UTF-8 text and `taskPayload` cannot hold it; else absent. */
  eventBase64?: string;
  /** Whether StopAsyncTask was called. */
  stopAsked: boolean;
  /** Every change of status. */
  events: {
    /** From 1. */
    eventId: number;
    /** The new status. */
    status: string;
    /** Ms since 1970. */
    timestamp: number;
    /** A failure, or `""`. */
    eventDetail: string;
  }[];
}

/** A custom domain. */
export interface StoredCustomDomain {
  /** The domain, in lower case. */
  domainName: string;
  /** Fields as in requests, without the name. */
  config: JsonObject;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** A function with its versions, aliases, triggers, settings and tasks. */
export interface StoredFunction extends Snapshot {
  /** Name of the function. */
  functionName: string;
  /** Id of the function, made by the emulator, different for each function. */
  functionId: string;
  /** Id of the resource group, as the request named it, else `rg-emulator`. */
  resourceGroupId: string;
  /** In the order in which they were set. */
  tags: StoredTag[];
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
  /** Number of changes of code or configuration. A running instance belongs to one revision. */
  revision: number;
  /** Number of the next version. */
  nextVersion: number;
  /** Content of the last publish as canonical text; absent = never published. */
  lastPublished?: string;
  /** Whether UpdateFunction ran since the last publish. */
  touched: boolean;
  /** Number of further reads that return a pending state, see the option `pendingReads`. */
  unsettledReads: number;
  /** The change that is pending. */
  settling: "create" | "update";
  /** By version id. */
  versions: Map<string, StoredVersion>;
  /** By name. */
  aliases: Map<string, StoredAlias>;
  /** By name. */
  triggers: Map<string, StoredTrigger>;
  /** By qualifier. */
  provisionConfigs: Map<string, StoredSetting>;
  /** By qualifier. */
  scalingConfigs: Map<string, StoredSetting>;
  /** By qualifier. */
  asyncInvokeConfigs: Map<string, StoredSetting>;
  /** At most one, under LATEST. It applies to the whole function. */
  concurrencyConfigs: Map<string, StoredSetting>;
  /** Asynchronous tasks by id. */
  asyncTasks: Map<string, StoredAsyncTask>;
  /** Ids of the VPCs from which it may be invoked; empty = from anywhere. */
  vpcIds: string[];
  /** Set while invocations are disabled. */
  invocationRestriction?: InvocationRestriction;
}

/** Why the invocations of a function are disabled, and since when. */
export interface InvocationRestriction {
  /** The request's reason, `""` if it had none. */
  reason: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** An object that is saved as a whole: a function with everything below it, a layer, or a custom domain. */
export type StoredThing = StoredFunction | StoredLayer | StoredCustomDomain;
