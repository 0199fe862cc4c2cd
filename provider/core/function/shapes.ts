/** Types of the settings of a function that have members, in the form of the service's requests and answers. */

/** Where the log of a function is written. Source: `LogConfig` of the SDK. */
export interface FunctionLogConfig {
  /** Log Service project. */
  project: string;
  /** Name of a logstore in this project. */
  logstore: string;
  /** Writes one row for each request, with the version that answered it. Default false. */
  enableRequestMetrics?: boolean;
  /** Writes instance metrics. Default false. */
  enableInstanceMetrics?: boolean;
  /** How the log is split into entries: `None` or `DefaultRegex`. Default `None`. */
  logBeginRule?: string;
}

/** Health probe of the server of a custom runtime. Source: `CustomHealthCheckConfig` of the SDK, like all types of this file. */
export interface HealthCheckConfig {
  /** Path that the probe requests, at most 2048 characters. */
  httpGetUrl?: string;
  /** Seconds before the first probe, 0 to 120. */
  initialDelaySeconds?: number;
  /** Seconds between two probes, 1 to 120. */
  periodSeconds?: number;
  /** Seconds after which a probe without an answer fails, 1 to 3. */
  timeoutSeconds?: number;
  /** Number of failed probes after which the server counts as unhealthy, 1 to 120. */
  failureThreshold?: number;
  /** Number of successful probes after which the server counts as healthy, 1 to 120. */
  successThreshold?: number;
}

/** How a custom runtime is started. */
export interface CustomRuntimeConfig {
  /** Command and leading arguments. */
  command?: string[];
  /** Further arguments of the command. */
  args?: string[];
  /** Port on which the server listens, 1 to 65535. */
  port?: number;
  /** Health probe of the server. Default: none. */
  healthCheckConfig?: HealthCheckConfig;
}

/** A container image and how it is started. */
export interface CustomContainerConfig {
  /** Image in a Container Registry of the function's region, with a separate tag for each build, or a digest. */
  image: string;
  /** Replaces the image's entry point. Default: the image's. */
  entrypoint?: string[];
  /** Command and leading arguments. */
  command?: string[];
  /** Port on which the server listens, 1 to 65535; the service's default is 9000. */
  port?: number;
  /** Health probe of the server. Default: none. */
  healthCheckConfig?: HealthCheckConfig;
  /** Id of an Enterprise instance of Container Registry; deprecated by the service. */
  acrInstanceId?: string;
  /** `Default` or `None`; deprecated by the service. */
  accelerationType?: string;
  /** How another registry is accessed. Default: none. */
  registryConfig?: RegistryConfig;
}

/** How a registry outside Alibaba Cloud, or inside a VPC, is accessed. This setting contains a password. */
export interface RegistryConfig {
  /** User and password. */
  authConfig?: {
    /** Name to log in with. */
    userName?: string;
    /** Password; pass it as a secret. */
    password?: string;
  };
  /** Certificate authority in PEM as base64; with `insecure` no certificate is checked. */
  certConfig?: {
    /** Accepts any certificate. Default false. */
    insecure?: boolean;
    /** Certificate authority, PEM in base64. Default: the public ones. */
    rootCaCertBase64?: string;
  };
  /** Network through which the registry is reached. */
  networkConfig?: {
    /** Id of the VPC. */
    vpcId?: string;
    /** Id of a vSwitch in this VPC. */
    vSwitchId?: string;
    /** Id of the security group. */
    securityGroupId?: string;
  };
}

/** Name resolution inside the function. */
export interface CustomDNS {
  /** Addresses of name servers, at most 3. */
  nameServers?: string[];
  /** Search domains. */
  searches?: string[];
  /** Options for resolv.conf. */
  dnsOptions?: {
    /** Name of the option, such as `ndots`. */
    name: string;
    /** Value of the option, such as `5`. Default none. */
    value?: string;
  }[];
}

/** A GPU. */
export interface GPUConfig {
  /** Type of the GPU, such as `fc.gpu.ada.1`. */
  gpuType: string;
  /** Memory of the GPU in MB. */
  gpuMemorySize: number;
}

/** A hook in the life of an instance; `handler` and `command` exclude each other. */
export interface LifecycleHook {
  /** Function in the code to call, such as `index.init`. */
  handler?: string;
  /** Command and leading arguments. */
  command?: string[];
  /** Time limit of the hook in seconds. */
  timeout?: number;
}

/** Hooks that run before an instance serves requests and before it ends. */
export interface InstanceLifecycleConfig {
  /** Runs before the instance serves requests, at most 300 s. */
  initializer?: LifecycleHook;
  /** Runs before the instance ends, at most 90 s. */
  preStop?: LifecycleHook;
}

/** JuiceFS file systems. The setting contains tokens. */
export interface JuiceFsConfig {
  /** Environment variables of the mount. */
  envs?: Record<string, string>;
  /** Where each file system appears: `mountDir` is a folder in the function. */
  mountPoints?: {
    /** Folder in the function. */
    mountDir: string;
    /** Name of the file system. */
    volumeName?: string;
    /** Folder in the file system. Default: its root. */
    remoteDir?: string;
    /** Token of the file system; pass it as a secret. */
    token?: string;
    /** Further arguments of the mount. */
    args?: string[];
  }[];
}

/** NAS file systems. */
export interface NASConfig {
  /** User id with which files are accessed. Default: the service's. */
  userId?: number;
  /** Group id with which files are accessed. Default: the service's. */
  groupId?: number;
  /** Where each file system appears: `mountDir` is a folder in the function. */
  mountPoints?: {
    /** Mount target and folder, `<host>:/<folder>`. */
    serverAddr: string;
    /** Folder in the function. */
    mountDir: string;
    /** Encrypts the connection. Default false. */
    enableTLS?: boolean;
  }[];
}

/** OSS buckets as folders. */
export interface OSSMountConfig {
  /** Where each bucket appears: `mountDir` is a folder in the function. */
  mountPoints?: {
    /** Name of the bucket. */
    bucketName: string;
    /** Folder in the function. */
    mountDir: string;
    /** Folder in the bucket. Default: its root. */
    bucketPath?: string;
    /** Endpoint of OSS. Default: the service's. */
    endpoint?: string;
    /** True: the function can only read the bucket. Default false. */
    readOnly?: boolean;
  }[];
}

/** PolarFS file systems. */
export interface PolarFsConfig {
  /** User id with which files are accessed. Default: the service's. */
  userId?: number;
  /** Group id with which files are accessed. Default: the service's. */
  groupId?: number;
  /** Where each file system appears: `mountDir` is a folder in the function. */
  mountPoints?: {
    /** Id of the PolarFS instance. */
    instanceId: string;
    /** Folder in the function. */
    mountDir: string;
    /** Folder in the file system. Default: its root. */
    remoteDir?: string;
    /** True: the function can only read the file system. Default false. */
    readOnly?: boolean;
  }[];
}

/** Tracing. */
export interface TracingConfig {
  /** Type of tracing: `Jaeger`. */
  type: string;
  /** Parameters of the tracing type. `endpoint`: the address that receives spans. */
  params?: Record<string, string>;
}

/** The VPC settings of a function. */
export interface VPCConfig {
  /** Id of the VPC. */
  vpcId: string;
  /** Ids of vSwitches in this VPC. */
  vSwitchIds: string[];
  /** Id of the security group. */
  securityGroupId: string;
  /** ARN of a RAM role. Default none. */
  role?: string;
}
