/** What the emulator remembers. These types are public: tests may edit the records behind the API's back. */
import type { JsonObject } from "../base/json";

/** A code package; its bytes lie in the store under `sha256`. */
export interface CodePackage {
  /** Hex SHA-256 of the zip, the emulator's own address for it. */
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

/** What LATEST runs and what a version freezes: configuration fields as the API names them, and the code. */
export interface Snapshot {
  /** Every configuration field by its name on the wire; `layers` as ARNs. Server-filled defaults included. */
  config: JsonObject;
  /** Absent for a container image, which `config.customContainerConfig` names. */
  code?: CodePackage;
  /** Packages of the layers by ARN, kept here because a layer may be deleted; the vendor's own layers are missing. */
  layerPackages?: Record<string, CodePackage>;
}

/** A published version. Immutable in the service; change it only to play a fault. */
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

/** A layer; it stays, without versions, when the last one is deleted, since its numbers go on. */
export interface StoredLayer {
  /** Name of the layer. */
  layerName: string;
  /** Whether other accounts may use it. */
  isPublic: boolean;
  /** The number the next version takes. */
  nextVersion: number;
  /** By number. */
  versions: Map<number, StoredLayerVersion>;
}
/** A trigger. */
export interface StoredTrigger {
  /** Name of the trigger. */
  triggerName: string;
  /** Id the emulator gave it. */
  triggerId: string;
  /** `http`, `timer`, `oss`, …; never changes. */
  triggerType: string;
  /** JSON in text, as the request gave it. */
  triggerConfig: string;
  /** What it calls: LATEST, a version or an alias. */
  qualifier: string;
  /** ARN of what fires it, `""` if the request gave none. */
  sourceArn: string;
  /** ARN of a RAM role, `""` if the request gave none. */
  invocationRole: string;
  /** As the request gave it, `""` if it did not. */
  description: string;
  /** Port of an HTTP trigger on loopback, 0 before it listens and for other types; stays for its life. */
  port: number;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** Addresses of an HTTP trigger. */
export type HttpTriggerUrls = {
  /** Address from anywhere; absent when the trigger is closed to the internet. */
  urlInternet?: string;
  /** Address from inside the region's network. */
  urlIntranet: string;
};

/** A setting of a function or of one of its qualifiers, beside the configuration. */
export interface StoredSetting {
  /** Fields as the request gave them. */
  fields: JsonObject;
  /** Instances that were there when it was set. */
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
  /** As the caller named it; the request id where it did not. */
  taskId: string;
  /** Id of the request that was accepted. */
  requestId: string;
  /** What was called. */
  functionArn: string;
  /** What was called: LATEST, a version or an alias. */
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
  /** What became of the destination; `""` when there is none. */
  destinationStatus: string;
  /** The event as text. */
  taskPayload: string;
  /** What the function returned, as text. */
  returnPayload: string;
  /** The version drawn when it was accepted. */
  versionId: string;
  /** The event in base64 where it is no UTF-8 text, which `taskPayload` cannot hold; else absent. */
  eventBase64?: string;
  /** Whether StopAsyncTask was called. */
  stopAsked: boolean;
  /** Every change of status. */
  events: {
    /** From 1. */
    eventId: number;
    /** The status it brought. */
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
  /** Fields as requests gave them, name apart. */
  config: JsonObject;
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** A function with everything under it. */
export interface StoredFunction extends Snapshot {
  /** Name of the function. */
  functionName: string;
  /** Id the emulator gave it, new for each function. */
  functionId: string;
  /** Id of the resource group, as the request named it, else `rg-emulator`. */
  resourceGroupId: string;
  /** In the order they were set. */
  tags: StoredTag[];
  /** UTC, `2024-01-02T03:04:05Z`. */
  createdTime: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
  /** Counts changes of code or configuration; a running instance belongs to one revision. */
  revision: number;
  /** The number the next publish takes. */
  nextVersion: number;
  /** Content of the last publish as canonical text; absent = never published. */
  lastPublished?: string;
  /** Whether UpdateFunction ran since the last publish. */
  touched: boolean;
  /** Reads still answered as unsettled, see the option `pendingReads`. */
  unsettledReads: number;
  /** What is settling. */
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
  /** At most one, under LATEST: it counts for the whole function. */
  concurrencyConfigs: Map<string, StoredSetting>;
  /** Asynchronous tasks by id. */
  asyncTasks: Map<string, StoredAsyncTask>;
  /** Ids of VPCs whose callers alone may invoke it; empty = all may. */
  vpcIds: string[];
  /** Set while no invocation is let through. */
  invocationRestriction?: InvocationRestriction;
}

/** Why no invocation of a function is let through, and since when. */
export interface InvocationRestriction {
  /** The request's reason, `""` if it had none. */
  reason: string;
  /** UTC, `2024-01-02T03:04:05Z`. */
  lastModifiedTime: string;
}

/** What a change is kept by: a function stands for everything under it. */
export type StoredThing = StoredFunction | StoredLayer | StoredCustomDomain;
