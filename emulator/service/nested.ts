/**
 * Checks of objects inside requests. Fields and types are those of the SDK's models, which a test compares, so that a new
 * field of the SDK shows. A range, a form or a list of values has its source beside it.
 */
import { anyText, type Check, flag, integer, listOf, number as within, oneOf, shape, textMap } from "../base/checks";
import type { FieldCheck, ShapeCheck } from "../base/checks";
import { isHeaderText } from "../base/httpMessage";
import { field, isObject, type Json, textOf } from "../base/json";

/** A port; 0 counts as not set. */
const port = integer(0, 65_535);

const count: Check = integer(0, Number.MAX_SAFE_INTEGER);

const texts = listOf(anyText);

/** Largest total of the texts of cross-origin rules, in bytes. The limit is the emulator's own: clients accept few headers. */
const MAX_CORS_BYTES = 4096;

/** Texts that become parts of headers. */
const headerTexts = listOf(
  (value) =>
    anyText(value) ?? (isHeaderText(textOf(value)) ? undefined : `cannot be a header: ${JSON.stringify(value)}`),
);

const number: Check = (value) => (typeof value === "number" ? undefined : "must be a number");

/** A shape whose fields are all texts. */
function textsOf(...names: readonly string[]): ShapeCheck {
  return shape(Object.fromEntries(names.map((name) => [name, anyText])));
}

/**
 * A time of a policy: date and time, or ms since 1970, as text. Source: examples of the SDK's models. Other forms are
 * assumed to be refused.
 */
const policyTime: Check = (value) => {
  const isTime =
    typeof value === "string" && /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?|\d{1,13}|)$/.test(value);
  return isTime ? undefined : `must be a time such as "2024-03-10T10:10:10Z", got ${JSON.stringify(value)}`;
};

/** Target of a metric, such as 0.6. Negative values are assumed to be refused. */
const metricTarget = within(0, Number.MAX_SAFE_INTEGER);

/** A policy whose smallest number of instances is at most its largest. It is assumed that the service refuses others. */
function bounded(policy: ShapeCheck, least: string, most: string): ShapeCheck {
  const check: FieldCheck = (value) => {
    const problem = policy(value);
    if (problem !== undefined || !isObject(value)) return problem;
    const [min, max] = [field(value, least), field(value, most)];
    const isWrong = typeof min === "number" && typeof max === "number" && min > max;
    return isWrong ? `has a '${least}' of ${min} above its '${most}' of ${max}` : undefined;
  };
  return Object.assign(check, { fields: policy.fields });
}

/** Longest destination, in characters. Source: ROS, the vendor's resource orchestration. */
const MAX_DESTINATION = 512;

/** An ARN, or empty. Source: the example of the SDK's model. It is assumed that the service refuses other texts. */
const destination: Check = (value) => {
  const isArn = typeof value === "string" && /^(acs:[a-z0-9-]+:[^:]*:[^:]*:.+)?$/.test(value);
  if (isArn && value.length <= MAX_DESTINATION) return undefined;
  const form = `acs:{service}:{region}:{account}:{resource}, at most ${MAX_DESTINATION} characters`;
  return `must be an ARN (allowed: ${form}), got ${JSON.stringify(value)}`;
};

/** Source of the ranges: "Configure health checks for instances". */
const CustomHealthCheckConfig = shape({
  failureThreshold: integer(1, 120),
  httpGetUrl: anyText,
  initialDelaySeconds: integer(0, 120),
  periodSeconds: integer(1, 120),
  successThreshold: integer(1, 120),
  timeoutSeconds: integer(1, 3),
});

/** Timeout in seconds: 1 to 300 for an initializer. Source: "Lifecycle hooks for function instances". */
const LifecycleHook = shape({ command: texts, handler: anyText, timeout: integer(1, 300) });

const Destination = shape({ destination });

const CORS_FIELDS = shape({
  allowCredentials: flag,
  allowHeaders: headerTexts,
  allowMethods: headerTexts,
  allowOrigins: headerTexts,
  exposeHeaders: headerTexts,
  maxAge: count,
});

const CORSConfig: ShapeCheck = Object.assign(
  (value: Json) => {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    return CORS_FIELDS(value) ?? (bytes > MAX_CORS_BYTES ? `is longer than ${MAX_CORS_BYTES} bytes` : undefined);
  },
  { fields: CORS_FIELDS.fields },
);

/** Source: `AuthConfig` of the SDK. The emulator verifies no tokens, so it refuses calls with `jwt` as not emulated. */
const authType = oneOf(["anonymous", "function", "jwt"]);

/** Methods of an HTTP trigger. Source: `HTTPTriggerConfig` of the SDK. */
const HTTP_METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

const AccelerationInfo = textsOf("status");
const RegistryAuthConfig = textsOf("password", "userName");
const RegistryCertConfig = shape({ insecure: flag, rootCaCertBase64: anyText });
const RegistryNetworkConfig = textsOf("securityGroupId", "vSwitchId", "vpcId");
const RegistryConfig = shape({
  authConfig: RegistryAuthConfig,
  certConfig: RegistryCertConfig,
  networkConfig: RegistryNetworkConfig,
});

const DNSOption = textsOf("name", "value");
const JuiceFsMountConfig = shape({
  args: texts,
  mountDir: anyText,
  remoteDir: anyText,
  token: anyText,
  volumeName: anyText,
});
const NASMountConfig = shape({ enableTLS: flag, mountDir: anyText, serverAddr: anyText });
const OSSMountPoint = shape({
  bucketName: anyText,
  bucketPath: anyText,
  endpoint: anyText,
  mountDir: anyText,
  readOnly: flag,
});
const PolarFsMountConfig = shape({ instanceId: anyText, mountDir: anyText, readOnly: flag, remoteDir: anyText });

const SCHEDULED = {
  endTime: policyTime,
  name: anyText,
  scheduleExpression: anyText,
  startTime: policyTime,
  target: count,
  timeZone: anyText,
};

const TRACKED = { endTime: policyTime, metricTarget, name: anyText, startTime: policyTime, timeZone: anyText };

/** Source: `TargetTrackingPolicy` of the SDK. */
const TRACKED_METRICS = ["ProvisionedConcurrencyUtilization", "CPUUtilization", "GPUMemUtilization"];

const Key = textsOf("prefix", "suffix");
const Filter = shape({ key: Key });
const JobConfig = shape({ maxRetryTime: number, triggerInterval: number });
const SLSTriggerLogConfig = textsOf("logstore", "project");
const SourceConfig = shape({ logstore: anyText, startTime: number });

const SourceDTSParameters = shape({
  ...{ BrokerUrl: anyText, InitCheckPoint: number, Password: anyText, RegionId: anyText },
  ...{ Sid: anyText, TaskId: anyText, Topic: anyText, Username: anyText },
});
const SourceKafkaParameters = textsOf(
  ...["ConsumerGroup", "InstanceId", "Network", "OffsetReset", "RegionId"],
  ...["SecurityGroupId", "Topic", "VSwitchIds", "VpcId"],
);
const SourceMNSParameters = shape({ IsBase64Decode: flag, QueueName: anyText, RegionId: anyText });
const SourceMQTTParameters = textsOf("InstanceId", "RegionId", "Topic");
const SourceRabbitMQParameters = textsOf("InstanceId", "QueueName", "RegionId", "VirtualHostName");
const SourceRocketMQParameters = shape({
  ...{ AuthType: anyText, FilterType: anyText, GroupID: anyText, InstanceEndpoint: anyText, InstanceId: anyText },
  ...{ InstanceNetwork: anyText, InstancePassword: anyText, InstanceSecurityGroupId: anyText, InstanceType: anyText },
  ...{ InstanceUsername: anyText, InstanceVSwitchIds: anyText, InstanceVpcId: anyText, Offset: anyText },
  ...{ RegionId: anyText, Tag: anyText, Timestamp: number, Topic: anyText },
});
const EventSourceParameters = shape({
  sourceDTSParameters: SourceDTSParameters,
  sourceKafkaParameters: SourceKafkaParameters,
  sourceMNSParameters: SourceMNSParameters,
  sourceMQTTParameters: SourceMQTTParameters,
  sourceRabbitMQParameters: SourceRabbitMQParameters,
  sourceRocketMQParameters: SourceRocketMQParameters,
});
const EventSourceConfig = shape({ eventSourceParameters: EventSourceParameters, eventSourceType: anyText });
const DeliveryOption = shape({ concurrency: number, eventSchema: anyText });
const EventSinkConfig = shape({ deliveryOption: DeliveryOption });
const BatchWindow = shape({ CountBasedWindow: number, TimeBasedWindow: number });
const DeadLetterQueue = textsOf("Arn");
const RetryStrategy = textsOf("PushRetryStrategy");
const RunOptions = shape({
  batchWindow: BatchWindow,
  deadLetterQueue: DeadLetterQueue,
  errorsTolerance: anyText,
  mode: anyText,
  retryStrategy: RetryStrategy,
});

/** Checks by the name of the SDK's model. The rules of routes and rewrites are in other modules. */
export const NESTED = {
  AccelerationInfo,
  AuthConfig: shape({ authInfo: anyText, authType }),
  BatchWindow,
  CDNTriggerConfig: shape({
    eventName: anyText,
    eventVersion: anyText,
    filter: (value) => {
      const isFilter = isObject(value) && Object.values(value).every((values) => texts(values) === undefined);
      return isFilter ? undefined : "must be an object of lists of texts";
    },
    notes: anyText,
  }),
  CORSConfig,
  CertConfig: textsOf("certName", "certificate", "privateKey"),
  CustomContainerConfig: shape({
    accelerationInfo: AccelerationInfo,
    accelerationType: anyText,
    acrInstanceId: anyText,
    command: texts,
    entrypoint: texts,
    healthCheckConfig: CustomHealthCheckConfig,
    image: anyText,
    port,
    registryConfig: RegistryConfig,
    resolvedImageUri: anyText,
  }),
  CustomDNS: shape({ dnsOptions: listOf(DNSOption), nameServers: texts, searches: texts }),
  CustomHealthCheckConfig,
  CustomRuntimeConfig: shape({ args: texts, command: texts, healthCheckConfig: CustomHealthCheckConfig, port }),
  DNSOption,
  DeadLetterQueue,
  DeliveryOption,
  Destination,
  DestinationConfig: shape({ onFailure: Destination, onSuccess: Destination }),
  EventBridgeTriggerConfig: shape({
    asyncInvocationType: flag,
    eventRuleFilterPattern: anyText,
    eventSinkConfig: EventSinkConfig,
    eventSourceConfig: EventSourceConfig,
    runOptions: RunOptions,
    triggerEnable: flag,
  }),
  EventSinkConfig,
  EventSourceConfig,
  EventSourceParameters,
  Filter,
  GPUConfig: shape({ gpuMemorySize: count, gpuType: anyText }),
  HTTPTriggerConfig: shape({
    authConfig: anyText,
    authType,
    corsConfig: CORSConfig,
    disableURLInternet: flag,
    methods: (value) =>
      Array.isArray(value) && value.length > 0 && value.every((each) => oneOf(HTTP_METHODS)(each) === undefined)
        ? undefined
        : `must be a list of ${HTTP_METHODS.join(", ")}`,
  }),
  InputCodeLocation: textsOf("checksum", "ossBucketName", "ossObjectName", "zipFile"),
  InstanceLifecycleConfig: shape({ initializer: LifecycleHook, preStop: LifecycleHook }),
  JobConfig,
  JuiceFsConfig: shape({ envs: textMap, mountPoints: listOf(JuiceFsMountConfig) }),
  JuiceFsMountConfig,
  Key,
  LifecycleHook,
  LogConfig: shape({
    enableInstanceMetrics: flag,
    enableLlmMetrics: flag,
    enableRequestMetrics: flag,
    logBeginRule: anyText,
    logstore: anyText,
    project: anyText,
  }),
  MNSTopicTriggerConfig: textsOf("filterTag", "notifyContentFormat", "notifyStrategy"),
  NASConfig: shape({ groupId: number, mountPoints: listOf(NASMountConfig), userId: number }),
  NASMountConfig,
  OSSMountConfig: shape({ mountPoints: listOf(OSSMountPoint) }),
  OSSMountPoint,
  OSSTriggerConfig: shape({ events: texts, filter: Filter }),
  PolarFsConfig: shape({ groupId: number, mountPoints: listOf(PolarFsMountConfig), userId: number }),
  PolarFsMountConfig,
  RegistryAuthConfig,
  RegistryCertConfig,
  RegistryConfig,
  RegistryNetworkConfig,
  RetryStrategy,
  RunOptions,
  SLSTriggerConfig: shape({
    enable: flag,
    functionParameter: textMap,
    jobConfig: JobConfig,
    logConfig: SLSTriggerLogConfig,
    sourceConfig: SourceConfig,
  }),
  SLSTriggerLogConfig,
  ScalingPolicy: bounded(
    shape({ ...TRACKED, maxInstances: count, metricType: anyText, minInstances: count }),
    "minInstances",
    "maxInstances",
  ),
  ScheduledAction: shape(SCHEDULED),
  ScheduledPolicy: shape(SCHEDULED),
  SourceConfig,
  SourceDTSParameters,
  SourceKafkaParameters,
  SourceMNSParameters,
  SourceMQTTParameters,
  SourceRabbitMQParameters,
  SourceRocketMQParameters,
  TLSConfig: shape({ cipherSuites: texts, maxVersion: anyText, minVersion: anyText }),
  Tag: textsOf("Key", "Value"),
  TargetTrackingPolicy: bounded(
    shape({ ...TRACKED, maxCapacity: count, metricType: oneOf(TRACKED_METRICS), minCapacity: count }),
    "minCapacity",
    "maxCapacity",
  ),
  TimerTriggerConfig: shape({ cronExpression: anyText, enable: flag, payload: anyText }),
  TracingConfig: shape({ params: textMap, type: anyText }),
  VPCConfig: shape({ role: anyText, securityGroupId: anyText, vSwitchIds: texts, vpcId: anyText }),
  WAFConfig: shape({ enableWAF: flag }),
} as const satisfies Readonly<Record<string, ShapeCheck>>;
