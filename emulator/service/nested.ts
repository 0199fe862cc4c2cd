/**
 * Checks of objects inside requests. Types are those of the SDK's models, which a test compares; ranges are documented.
 * A field without a check here is stored and returned unchanged.
 */
import { anyText, type Check, flag, integer, listOf, shape, textMap } from "../base/checks";

/** A port; 0 counts as not set. */
const port = integer(0, 65_535);

const count: Check = integer(0, Number.MAX_SAFE_INTEGER);

const texts = listOf(anyText);

/** Source of the ranges: "Configure health checks for instances". */
const HEALTH_CHECK = shape({
  failureThreshold: integer(1, 120),
  httpGetUrl: anyText,
  initialDelaySeconds: integer(0, 120),
  periodSeconds: integer(1, 120),
  successThreshold: integer(1, 120),
  timeoutSeconds: integer(1, 3),
});

/** Seconds: 1 to 300 for an initializer. Source: "Lifecycle hooks for function instances". */
const HOOK = shape({ command: texts, handler: anyText, timeout: integer(1, 300) });

const DESTINATION = shape({ destination: anyText });

const number: Check = (value) => (typeof value === "number" ? undefined : "must be a number");

/** Checks by the name of the SDK's model. */
export const NESTED = {
  AuthConfig: shape({ authInfo: anyText, authType: anyText }),
  CORSConfig: shape({
    allowCredentials: flag,
    allowHeaders: texts,
    allowMethods: texts,
    allowOrigins: texts,
    exposeHeaders: texts,
    maxAge: count,
  }),
  CustomContainerConfig: shape({
    accelerationInfo: shape({ status: anyText }),
    accelerationType: anyText,
    acrInstanceId: anyText,
    command: texts,
    entrypoint: texts,
    healthCheckConfig: HEALTH_CHECK,
    image: anyText,
    port,
    resolvedImageUri: anyText,
  }),
  CustomDNS: shape({
    dnsOptions: listOf(shape({ name: anyText, value: anyText })),
    nameServers: texts,
    searches: texts,
  }),
  CustomHealthCheckConfig: HEALTH_CHECK,
  CustomRuntimeConfig: shape({ args: texts, command: texts, healthCheckConfig: HEALTH_CHECK, port }),
  DestinationConfig: shape({ onFailure: DESTINATION, onSuccess: DESTINATION }),
  GPUConfig: shape({ gpuMemorySize: count, gpuType: anyText }),
  InstanceLifecycleConfig: shape({ initializer: HOOK, preStop: HOOK }),
  LifecycleHook: HOOK,
  LogConfig: shape({
    enableInstanceMetrics: flag,
    enableLlmMetrics: flag,
    enableRequestMetrics: flag,
    logBeginRule: anyText,
    logstore: anyText,
    project: anyText,
  }),
  NASConfig: shape({
    groupId: number,
    mountPoints: listOf(shape({ enableTLS: flag, mountDir: anyText, serverAddr: anyText })),
    userId: number,
  }),
  OSSMountConfig: shape({
    mountPoints: listOf(
      shape({ bucketName: anyText, bucketPath: anyText, endpoint: anyText, mountDir: anyText, readOnly: flag }),
    ),
  }),
  ScheduledAction: shape({
    endTime: anyText,
    name: anyText,
    scheduleExpression: anyText,
    startTime: anyText,
    target: count,
    timeZone: anyText,
  }),
  TargetTrackingPolicy: shape({
    endTime: anyText,
    maxCapacity: count,
    metricTarget: number,
    metricType: anyText,
    minCapacity: count,
    name: anyText,
    startTime: anyText,
    timeZone: anyText,
  }),
  TracingConfig: shape({ params: textMap, type: anyText }),
  VPCConfig: shape({ role: anyText, securityGroupId: anyText, vSwitchIds: texts, vpcId: anyText }),
} as const satisfies Readonly<Record<string, Check>>;
