/**
 * Rules of settings that need more than one line; `settings.ts` has the others. Limits are those of CreateFunctionInput
 * of the SDK unless noted. Pure.
 */
import { isUnknown } from "../unknown";
import {
  type Rule,
  boolean,
  integer,
  line,
  list,
  object,
  oneOf,
  secretLine,
  secretly,
  show,
  text,
  textMap,
} from "../validate";

/** Rule of `cpu`, in vCPU. */
export const cpu: Rule = (value) =>
  typeof value === "number" && value >= 0.05 && value <= 16 && isMultiple(value, 0.05)
    ? undefined
    : `got ${show(value)}; allowed: 0.05 to 16 in steps of 0.05 (vCPU)`;

function isMultiple(value: number, step: number): boolean {
  return Math.abs(value / step - Math.round(value / step)) < 1e-6;
}

/** Rule of `runtime`: the id of a runtime. */
export const runtime = text(
  /^[a-z][a-z0-9.-]*$/,
  40,
  "a runtime id such as nodejs20, python3.10, custom.debian12 or custom-container",
);

const layer = text(
  /^acs:fc:[a-z0-9-]{1,64}:[a-zA-Z0-9_-]{1,64}:layers\/[A-Za-z0-9_-]{1,128}\/versions\/\d{1,9}$/,
  400,
  "acs:fc:<region>:<account or official>:layers/<name>/versions/<n>",
);
const fiveLayers = list(layer, 5);
/** Rule of `layers`: at most five ARNs of layer versions, each once. */
export const layers: Rule = (value) => {
  const reason = fiveLayers(value);
  if (reason !== undefined) return reason;
  const arns = (value as unknown[]).filter((arn) => !isUnknown(arn));
  const twice = arns.find((arn, i) => arns.indexOf(arn) !== i);
  return twice === undefined ? undefined : `got ${show(twice)} twice; allowed: each layer once`;
};

/** Rule of `role`: the ARN of a RAM role. */
export const role = text(
  /^acs:ram::\d{5,16}:role\/[A-Za-z0-9._/-]{1,128}$/,
  200,
  "an ARN such as acs:ram::<account>:role/<name>",
);
const nameServer = text(/^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:.]*)$/, 45, "an IP address");
const mountDir = text(/^\/[^\p{Cc}]{0,255}$/u, 256, "an absolute path such as /mnt/data");
const id = integer(-1, 65_534, "");
const command = list(line(1024), 100);

const healthCheckConfig = object({
  httpGetUrl: line(2048),
  initialDelaySeconds: integer(0, 120, "seconds"),
  periodSeconds: integer(1, 120, "seconds"),
  timeoutSeconds: integer(1, 3, "seconds"),
  failureThreshold: integer(1, 120, "times"),
  successThreshold: integer(1, 120, "times"),
});

/**
 * Makes the rule of a lifecycle hook. `seconds` is the largest allowed `timeout`. Sources: the page "Lifecycle hooks";
 * fc3 for the rule that handler and command exclude each other.
 */
const hook = (seconds: number): Rule => {
  const members = object({ handler: line(128), command, timeout: integer(1, seconds, "seconds") });
  return (value) => {
    const reason = members(value);
    const { handler, command: run } = (value ?? {}) as Record<string, unknown>;
    return (
      reason ?? (handler !== undefined && run !== undefined ? "handler and command exclude each other" : undefined)
    );
  };
};

const registryConfig = secretly(
  object({
    authConfig: secretly(object({ userName: line(256), password: secretLine(4096) })),
    certConfig: object({ insecure: boolean, rootCaCertBase64: line(65_536) }),
    networkConfig: object({ vpcId: line(64), vSwitchId: line(64), securityGroupId: line(64) }),
  }),
);

/** Rule of `FunctionLogConfig`. */
export const logConfig = object(
  {
    project: line(64, "the name of a Log Service project"),
    logstore: line(64, "the name of a Log Service logstore"),
    enableRequestMetrics: boolean,
    enableInstanceMetrics: boolean,
    logBeginRule: oneOf("None", "DefaultRegex"),
  },
  "project",
  "logstore",
);

/** Rule of `CustomDNS`. */
export const customDNS = object({
  nameServers: list(nameServer, 3),
  searches: list(line(255), 6),
  dnsOptions: list(object({ name: line(64), value: line(64) }, "name"), 16),
});

/** Rule of `CustomContainerConfig`. */
export const customContainerConfig = object(
  {
    image: text(/^[\w.:/@-]+$/, 1024, "an image such as registry.<region>.aliyuncs.com/<namespace>/<name>:<tag>"),
    entrypoint: command,
    command,
    port: integer(1, 65_535, "port"),
    healthCheckConfig,
    acrInstanceId: line(64),
    accelerationType: oneOf("Default", "None"),
    registryConfig,
  },
  "image",
);

/** Rule of `CustomRuntimeConfig`. */
export const customRuntimeConfig = object({
  command,
  args: command,
  port: integer(1, 65_535, "port"),
  healthCheckConfig,
});

/** Rule of `GPUConfig`. */
export const gpuConfig = object(
  { gpuType: line(64), gpuMemorySize: integer(1, 1_048_576, "MB") },
  "gpuType",
  "gpuMemorySize",
);

/** Rule of `InstanceLifecycleConfig`. */
export const instanceLifecycleConfig = object({ initializer: hook(300), preStop: hook(90) });

/** Rule of `JuiceFsConfig`. */
export const juiceFsConfig = secretly(
  object({
    envs: textMap,
    mountPoints: secretly(
      list(
        secretly(
          object(
            { mountDir, volumeName: line(128), remoteDir: line(256), token: secretLine(4096), args: command },
            "mountDir",
          ),
        ),
        5,
      ),
    ),
  }),
);

/** Rule of `NASConfig`. */
export const nasConfig = object({
  userId: id,
  groupId: id,
  mountPoints: list(object({ serverAddr: line(256), mountDir, enableTLS: boolean }, "serverAddr", "mountDir"), 5),
});

/** Rule of `OSSMountConfig`. */
export const ossMountConfig = object({
  mountPoints: list(
    object(
      { bucketName: line(63), bucketPath: line(1024), endpoint: line(256), mountDir, readOnly: boolean },
      "bucketName",
      "mountDir",
    ),
    5,
  ),
});

/** Rule of `PolarFsConfig`. */
export const polarFsConfig = object({
  userId: id,
  groupId: id,
  mountPoints: list(
    object({ instanceId: line(128), mountDir, remoteDir: line(256), readOnly: boolean }, "instanceId", "mountDir"),
    5,
  ),
});

/** Rule of `TracingConfig`. */
export const tracingConfig = object({ type: oneOf("Jaeger"), params: textMap }, "type");

/** Rule of `VPCConfig`. */
export const vpcConfig = object(
  { vpcId: line(64), vSwitchIds: list(line(64), 20, 1), securityGroupId: line(64), role },
  "vpcId",
  "vSwitchIds",
  "securityGroupId",
);
