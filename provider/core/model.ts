/** Plain data on the wire of Function Compute 3.0, as far as we use it. Types only. */

/** Where the log of a function goes. Source: `LogConfig` of the SDK. */
export interface LogConfig {
  project?: string;
  logstore?: string;
  enableRequestMetrics?: boolean;
  enableInstanceMetrics?: boolean;
  logBeginRule?: string;
}

/** Probe of a custom runtime's server. Source: `CustomHealthCheckConfig` of the SDK, as the rest of these shapes. */
export interface HealthCheckConfig {
  /** Path, at most 2048 characters. */
  httpGetUrl?: string;
  /** Seconds, 0 to 120. */
  initialDelaySeconds?: number;
  /** Seconds, 1 to 120. */
  periodSeconds?: number;
  /** Seconds, 1 to 3. */
  timeoutSeconds?: number;
  /** Times, 1 to 120. */
  failureThreshold?: number;
  /** Times, 1 to 120. */
  successThreshold?: number;
}

/** How a custom runtime is started. */
export interface CustomRuntimeConfig {
  command?: string[];
  args?: string[];
  /** 1 to 65535. */
  port?: number;
  healthCheckConfig?: HealthCheckConfig;
}

/** A container image and how it is started. */
export interface CustomContainerConfig {
  /** Image in a Container Registry of the function's region, with a tag of its own for each build, or a digest. */
  image: string;
  entrypoint?: string[];
  command?: string[];
  /** 1 to 65535; the service's default is 9000. */
  port?: number;
  healthCheckConfig?: HealthCheckConfig;
  /** Id of an Enterprise instance of Container Registry; deprecated by the service. */
  acrInstanceId?: string;
  /** `Default` or `None`; deprecated by the service. */
  accelerationType?: string;
  registryConfig?: RegistryConfig;
}

/** A registry outside Alibaba Cloud, or behind a network; holds a password. */
export interface RegistryConfig {
  authConfig?: { userName?: string; password?: string };
  certConfig?: { insecure?: boolean; rootCaCertBase64?: string };
  networkConfig?: { vpcId?: string; vSwitchId?: string; securityGroupId?: string };
}

/** Name resolution inside the function. */
export interface CustomDNS {
  nameServers?: string[];
  searches?: string[];
  dnsOptions?: { name: string; value?: string }[];
}

/** A GPU. */
export interface GPUConfig {
  /** Such as `fc.gpu.ada.1`. */
  gpuType: string;
  /** MB. */
  gpuMemorySize: number;
}

/** A hook of an instance's life; `handler` and `command` exclude each other. */
export interface LifecycleHook {
  handler?: string;
  command?: string[];
  /** Seconds. */
  timeout?: number;
}

/** Hooks before an instance serves and before it ends. */
export interface InstanceLifecycleConfig {
  /** At most 300 s. */
  initializer?: LifecycleHook;
  /** At most 90 s. */
  preStop?: LifecycleHook;
}

/** JuiceFS file systems; holds tokens. */
export interface JuiceFsConfig {
  envs?: Record<string, string>;
  mountPoints?: { mountDir: string; volumeName?: string; remoteDir?: string; token?: string; args?: string[] }[];
}

/** NAS file systems. */
export interface NASConfig {
  userId?: number;
  groupId?: number;
  mountPoints?: { serverAddr: string; mountDir: string; enableTLS?: boolean }[];
}

/** OSS buckets as folders. */
export interface OSSMountConfig {
  mountPoints?: { bucketName: string; mountDir: string; bucketPath?: string; endpoint?: string; readOnly?: boolean }[];
}

/** PolarFS file systems. */
export interface PolarFsConfig {
  userId?: number;
  groupId?: number;
  mountPoints?: { instanceId: string; mountDir: string; remoteDir?: string; readOnly?: boolean }[];
}

/** Tracing. */
export interface TracingConfig {
  /** `Jaeger`. */
  type: string;
  params?: Record<string, string>;
}

/** A function's place in a network. */
export interface VPCConfig {
  vpcId: string;
  vSwitchIds: string[];
  securityGroupId: string;
  role?: string;
}

/** Settings a program may leave to the service. */
export interface OptionalSettings {
  customContainerConfig?: CustomContainerConfig;
  customDNS?: CustomDNS;
  customRuntimeConfig?: CustomRuntimeConfig;
  disableInjectCredentials?: string;
  disableOndemand?: boolean;
  enableLongLiving?: boolean;
  gpuConfig?: GPUConfig;
  idleTimeout?: number;
  instanceIsolationMode?: string;
  instanceLifecycleConfig?: InstanceLifecycleConfig;
  internetAccess?: boolean;
  juiceFsConfig?: JuiceFsConfig;
  nasConfig?: NASConfig;
  ossMountConfig?: OSSMountConfig;
  polarFsConfig?: PolarFsConfig;
  sessionAffinity?: string;
  sessionAffinityConfig?: string;
  tracingConfig?: TracingConfig;
  vpcConfig?: VPCConfig;
}

/** Code in a request: the zip itself, or an object in OSS. The service compares the checksum where one is given. */
export interface CodeBody {
  zipFile?: string;
  ossBucketName?: string;
  ossObjectName?: string;
  checksum?: string;
}

/** What CreateFunction and UpdateFunction take and this package sends. */
export interface FunctionBody extends OptionalSettings {
  functionName?: string;
  runtime?: string;
  handler?: string;
  code?: CodeBody;
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
  resourceGroupId?: string;
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
  additionalVersionWeight?: Record<string, number>;
  createdTime?: string;
  lastModifiedTime?: string;
}
