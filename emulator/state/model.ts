/** Types of the emulator's state. The types are public: tests may change the objects directly. */
import type { JsonObject } from "../base/json";

/** A code package. The store has its bytes under `sha256`. */
export interface CodePackage {
  /** SHA-256 of the zip in hex. */
  readonly sha256: string;
  /** CRC-64/XZ of the zip, unsigned decimal: the API's `codeChecksum`. */
  readonly checksum: string;
  /** Size in bytes: the API's `codeSize`. */
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
  /** Configuration fields by their names in the API, with defaults of the service. `layers` contains ARNs. */
  config: JsonObject;
  /** The code package; absent for a container image, whose address is in `config.customContainerConfig`. */
  code?: CodePackage;
  /**
   * Packages of the layers by ARN. The packages are kept with the configuration because a layer may be deleted. Layers
   * of the vendor have no package.
   */
  layerPackages?: Record<string, CodePackage>;
}

/** A published version. The service never changes it; tests may change it, to simulate a fault. */
export interface StoredVersion extends Snapshot {
  /** Version id: a positive decimal integer as text, which is never reused. */
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
  /** Description in the request, `""` if it had none. */
  description: string;
  /** Map from additional version id to its share, 0 to 1; empty means all traffic to `versionId`. */
  additionalVersionWeight: Record<string, number>;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** One version of a layer. */
export interface StoredLayerVersion {
  /** Number of the version, from 1; never reused. */
  version: number;
  /** Description in the request, `""` if it had none. */
  description: string;
  /** Runtimes with which the layer may be used; empty means any. */
  compatibleRuntime: string[];
  /** License in the request, `""` if it had none. */
  license: string;
  /** The package that is unpacked under `/opt`. */
  code: CodePackage;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createTime: string;
}

/** A layer. A layer stays when its last version is deleted, so that no version number is used twice. */
export interface StoredLayer {
  /** Name of the layer. */
  layerName: string;
  /** Whether other accounts may use the layer. */
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
  /** Id of the trigger, which the emulator chose. */
  triggerId: string;
  /** Type: `http`, `timer`, `oss`, …; never changes. */
  triggerType: string;
  /** Configuration: JSON as text, as in the request. */
  triggerConfig: string;
  /** What the trigger calls: LATEST, a version or an alias. */
  qualifier: string;
  /** ARN of the trigger's source, `""` if the request has none. */
  sourceArn: string;
  /** ARN of a RAM role, `""` if the request had none. */
  invocationRole: string;
  /** Description in the request, `""` if it had none. */
  description: string;
  /** Loopback port of an HTTP trigger, which never changes; 0 before the trigger listens, and for other types. */
  port: number;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** Addresses of an HTTP trigger. */
export type HttpTriggerUrls = {
  /** Address on the internet; absent if the trigger cannot be reached from the internet. */
  urlInternet?: string;
  /** Address from inside the region's network. */
  urlIntranet: string;
};

/** A setting of a function or of one of its qualifiers that is not part of the configuration. */
export interface StoredSetting {
  /** The fields that the request sent, with its names. */
  fields: JsonObject;
  /** Number of instances when the setting was made. */
  instancesBefore: number;
  /** Time of the setting by the emulator's clock, in ms since 1970. */
  setAt: number;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** An asynchronous task. The fields have the names of the SDK's `AsyncTask`. */
export interface StoredAsyncTask {
  /** Task id in the request, else the request id. */
  taskId: string;
  /** Id of the request that was accepted. */
  requestId: string;
  /** ARN of the called function. */
  functionArn: string;
  /** The qualifier that was called: LATEST, a version or an alias. */
  qualifier: string;
  /** `Enqueued`, `Running`, `Retrying`, `Stopping`, `Succeeded`, `Failed`, `Stopped` or `Expired`. */
  status: string;
  /** Time of acceptance, in ms since 1970. */
  startedTime: number;
  /** Time of the end, in ms since 1970; 0 before the end. */
  endTime: number;
  /** Time from acceptance to end, in ms. */
  durationMs: number;
  /** Number of attempts after the first. */
  alreadyRetriedTimes: number;
  /** Instance of the last attempt, `""` before it. */
  instanceId: string;
  /** Error of the last attempt, `""` without one. */
  taskErrorMessage: string;
  /** Result of the call of the destination; `""` without a destination. */
  destinationStatus: string;
  /** The event as text. */
  taskPayload: string;
  /** Result of the function, as text. */
  returnPayload: string;
  /** The version that was chosen when the event was accepted. */
  versionId: string;
  /** The event in base64, if it is not UTF-8 text and `taskPayload` cannot contain it; else absent. */
  eventBase64?: string;
  /** Whether StopAsyncTask was called. */
  stopAsked: boolean;
  /** Every change of status. */
  events: {
    /** Number of the change, from 1. */
    eventId: number;
    /** The new status. */
    status: string;
    /** Time of the change, in ms since 1970. */
    timestamp: number;
    /** Error message, or `""`. */
    eventDetail: string;
  }[];
}

/** A custom domain. */
export interface StoredCustomDomain {
  /** Name of the domain, in lower case. */
  domainName: string;
  /** Fields in the form of requests, without the name. */
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
  /** Id of the function, which the emulator chose, different for each function. */
  functionId: string;
  /** Id of the resource group in the request, else `rg-emulator`. */
  resourceGroupId: string;
  /** Tags, in the order in which they were set. */
  tags: StoredTag[];
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
  /** Number of changes of code or configuration. A running instance belongs to one revision. */
  revision: number;
  /** Number of the next version. */
  nextVersion: number;
  /** Content of the last publish as canonical text; absent if the function was never published. */
  lastPublished?: string;
  /** Whether UpdateFunction ran since the last publish. */
  touched: boolean;
  /** Number of further reads that return a pending state; see the option `pendingReads`. */
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
  /** Reserved concurrency: at most one entry, under LATEST. Reserved concurrency applies to the whole function. */
  concurrencyConfigs: Map<string, StoredSetting>;
  /** Asynchronous tasks by id. */
  asyncTasks: Map<string, StoredAsyncTask>;
  /** Ids of the VPCs from which the function may be invoked; empty means from anywhere. */
  vpcIds: string[];
  /** Present while invocations are disabled. */
  invocationRestriction?: InvocationRestriction;
}

/** Why the invocations of a function are disabled, and since when. */
export interface InvocationRestriction {
  /** Reason in the request, `""` if it had none. */
  reason: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** An object that is saved as a whole: a function with its versions and other objects, a layer, or a custom domain. */
export type StoredThing = StoredFunction | StoredLayer | StoredCustomDomain;
