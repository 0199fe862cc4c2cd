/**
 * Right and wrong values of each argument. The keys are the paths of the arguments, so the compiler reports an argument
 * without rows. For a list, the path has no index: `nasConfig.mountPoints.mountDir`.
 */
import type { AliasInputs } from "../../provider/core/alias";
import type { FunctionInputs, OssCode } from "../../provider/core/function";
import type { ReleaseInputs } from "../../provider/core/release";
import type { HttpTriggerInputs } from "../../provider/core/trigger";
import type { VersionInputs } from "../../provider/core/version";
import type { AliasArgs, FunctionArgs, HttpTriggerArgs, ReleaseArgs, VersionArgs } from "../../provider";
import type { Kind } from "../../provider/resources/tokens";
import { type Rows, also, between, flag, line, many, manyOf, only, shape, shown, unseen, whole } from "./rows";

/** The paths of all members of a type, at every depth. The path of a list's member has no index. */
type Way<T> = T extends readonly (infer U)[]
  ? Way<U>
  : T extends object
    ? string extends keyof T
      ? never
      : { [K in keyof T & string]: K | `${K}.${Way<NonNullable<T[K]>>}` }[keyof T & string]
    : never;

type Computed = "problem" | "secretInputs" | "resourceUrn" | "owner" | "functionArn" | "aliasArn" | "defaulted";
type Place = "region" | "accountId" | "connection.endpoint" | "connection.profile" | "waitSeconds" | "functionName";
type Own<I extends object, Not extends string = never> = Way<Omit<I, Computed | "connection" | Not>> | Place;

/** The paths of all arguments of a function. */
export type FunctionWay =
  | Own<FunctionInputs, "code" | "fingerprint" | "environmentFingerprint" | "revision">
  | `code.${keyof Omit<OssCode, "hash">}`
  | "code";
export type VersionWay = Own<VersionInputs, "adopt">;
export type AliasWay = Own<AliasInputs>;
export type HttpTriggerWay = Own<HttpTriggerInputs>;
export type ReleaseWay = Own<ReleaseInputs>;

/** Arguments whose members have another name in the inputs. */
type Renamed = "endpoint" | "profile" | "function" | "version" | "contentKey";
type Covered<Args, Ways> = [Exclude<keyof Args, Ways | Renamed>] extends [never] ? true : false;
/** Does not compile if a class has an argument without a path in these types. */
export const covered: [
  Covered<FunctionArgs, FunctionWay>,
  Covered<VersionArgs, VersionWay>,
  Covered<AliasArgs, AliasWay>,
  Covered<HttpTriggerArgs, HttpTriggerWay>,
  Covered<ReleaseArgs, ReleaseWay>,
] = [true, true, true, true, true];

const REGION = "a region id such as cn-hangzhou";
const HOST = "a host under aliyuncs.com, reached over https";
const TIMEOUT = '1s to 24h, such as "10m" or "1h30m"';
const NAME = "1 to 64 letters, digits, _ or -, not starting with a digit or -";

const FUNCTION_NAME = also(
  only(
    NAME,
    ["a", "_", "A-b_9", "x".repeat(64)],
    ...["1api", "-api", "my api", "a.b", "a/b", "api\n", " api", "größe", "日本", 5, true, [], {}],
  ),
  ["x".repeat(65), `: got text of 65 characters; allowed: ${NAME}`],
);

const PLACE: Record<Place, Rows> = {
  region: also(
    only(
      REGION,
      ["cn-hangzhou", "ap-southeast-1", "cn-shanghai-finance-1"],
      ...["CN-Hangzhou", "cn_hangzhou", "hangzhou", "cn-hangzhou ", "cn-hangzhou\n", "cn/hangzhou"],
      ...["cn-hangzhou.evil.com", "evil.com#", 5, true, ["cn-hangzhou"], {}],
    ),
    ["", ": required; set args.region, config alicloud:region or ALIBABA_CLOUD_REGION"],
    ["x".repeat(65), `: got text of 65 characters; allowed: ${REGION}`],
  ),
  accountId: also(
    // A number cannot represent all account ids: 1234567890123456789 becomes 1234567890123456800.
    only(
      ...["an account id of 16 digits, as text", ["12345", "1234567890123456"], 1234567890123456],
      ...[1234567890123456789, "1234", "123456789012345a", "1234 5678 9012 ", "-234567890123456", "1e15", "me"],
      ...[true, [], {}],
    ),
    ["", ": required; set config alicloud:accountId or ALIBABA_CLOUD_ACCOUNT_ID"],
    ["12345678901234567", ": got text of 17 characters; allowed: an account id of 16 digits, as text"],
  ),
  "connection.endpoint": only(
    HOST,
    [
      "fcv3.cn-hangzhou.aliyuncs.com",
      "https://fcv3.cn-hangzhou.aliyuncs.com",
      "https://1.cn-hangzhou-internal.fc.aliyuncs.com/",
    ],
    ...[
      ...["evil.com", "https://evil.com", "aliyuncs.com", "aliyuncs.com.evil.com", "evilaliyuncs.com"],
      ...["x.aliyuncs.com:8443"],
    ],
    ...[
      ...["http://fcv3.cn-hangzhou.aliyuncs.com", "x.aliyuncs.com/path", "x.aliyuncs.com?a"],
      ...["x.aliyuncs.com#a", "a@x.aliyuncs.com"],
    ],
    ...[
      ...["https://x.aliyuncs.com@evil.com", "evil.com\\.aliyuncs.com", "http://127.0.0.1:9000", "localhost"],
      ...["", " ", 5, true, [], {}],
    ],
  ),
  "connection.profile": line(256, "the name of a profile of the Alibaba Cloud CLI"),
  waitSeconds: only(
    TIMEOUT,
    [1, 86_400],
    ...[0, -1, 1.5, 86_401, Number.NaN, "10 minutes", "10min", "1d", "", "-5m", true, {}, []],
  ),
  functionName: FUNCTION_NAME,
};

/** Text that may be empty. */
function free(max: number): Rows {
  const rows = line(max, `text of at most ${max} characters on one line`);
  return { accepted: ["", ...rows.accepted], refused: rows.refused.filter(([value]) => value !== "") };
}

/** Rows of a text that is required. */
function needed({ accepted, refused }: Rows, hint: string): Rows {
  return {
    accepted,
    refused: refused.map(([value, message]) => [value, value === "" ? `: required; ${hint}` : message]),
  };
}

const required = (hint: string): Rows["refused"][number] => ["", `: required; ${hint}`];

const ABSOLUTE = "an absolute path such as /mnt/data";
const mountDir = also(
  only(ABSOLUTE, ["/", "/mnt/data", `/${"x".repeat(255)}`], "mnt", "./mnt", "C:\\mnt", "", "/a\nb", 5, true, [], {}),
  [`/${"x".repeat(256)}`, `: got text of 257 characters; allowed: ${ABSOLUTE}`],
);
/** The message without the part about missing members of a list item. */
const requiredMember = (rows: Rows): Rows => ({
  ...rows,
  refused: rows.refused.map(([value, message]) => [value, value === "" ? ": required" : message]),
});
const id = between(-1, 65_534, "");
const command = many(line(1024), 100, "x");
const textMap = unseen(
  also(
    only("a map from name to text", [{}, { KEY: "" }, { KEY: "value" }], "A=1", "", 5, true, [], ["A=1"], [["A", "1"]]),
    ...[1, true, [], {}].map((value): [unknown, string] => [
      { KEY: value },
      `.KEY: got ${typeof value === "object" ? shown(value) : "a value that is not shown"}; allowed: text`,
    ]),
  ),
);

const HEALTH = "httpGetUrl, initialDelaySeconds, periodSeconds, timeoutSeconds, failureThreshold, successThreshold";
type Probe =
  "httpGetUrl" | "initialDelaySeconds" | "periodSeconds" | "timeoutSeconds" | "failureThreshold" | "successThreshold";
const health: Record<Probe, Rows> = {
  httpGetUrl: line(2048),
  initialDelaySeconds: between(0, 120, "seconds"),
  periodSeconds: between(1, 120, "seconds"),
  timeoutSeconds: between(1, 3, "seconds"),
  failureThreshold: between(1, 120, "times"),
  successThreshold: between(1, 120, "times"),
};

/** The rows of an object's members. Each key begins with the path of the object. */
function below<P extends string, K extends string>(way: P, members: Record<K, Rows>): Record<`${P}.${K}`, Rows> {
  const entries = Object.entries<Rows>(members).map(([key, rows]) => [`${way}.${key}`, rows]);
  return Object.fromEntries(entries) as Record<`${P}.${K}`, Rows>;
}

const hook = (seconds: number) => ({
  handler: line(128),
  command,
  timeout: between(1, seconds, "seconds"),
});
const hookShape = also(
  shape([{}, { handler: "index.init", timeout: 1 }, { command: ["sh"] }], "handler, command, timeout"),
  [{ handler: "index.init", command: ["sh"] }, ": handler and command exclude each other"],
);

const VALUES = "allowed values: text that is not empty";
const environmentVariables: Rows = {
  accepted: [{}, { A: "1" }, { a_9: " " }, { KEY: "x".repeat(4093) }, { fc_x: "1" }, { K: "日本\n" }],
  refused: [
    ...["A=1", 5, true, [], ["A=1"]].map((value): [unknown, string] => [value, ": allowed: a map from name to text"]),
    ...["", 5, true, [], {}, ["x"]].map((value): [unknown, string] => [{ KEY: value }, `.KEY: ${VALUES}`]),
    ...["FC_X", "FC_REGION"].map((name): [unknown, string] => [
      { [name]: "hunter2" },
      `.${name}: names that start with FC_ belong to the service`,
    ]),
    ...["a-b", "1A", "_A", "A.B", "A B", "", "Ä"].map((name): [unknown, string] => [
      { [name]: "hunter2" },
      `.${name}: allowed names: a letter, then letters, digits or _`,
    ]),
    [{ KEY: "x".repeat(4094) }, ": got 4097 bytes; allowed: 4096 bytes in all"],
    [{ A: "日".repeat(1366) }, ": got 4099 bytes; allowed: 4096 bytes in all"],
  ],
};

const numbered = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`tag${i}`, "x"]));
const TAG = "text of at most 128 characters";
const tags: Rows = {
  accepted: [{}, { team: "" }, { ["x".repeat(128)]: "x".repeat(128) }, numbered(19)],
  refused: [
    ...["team=shop", 5, true, ["team"], []].map((value): [unknown, string] => [
      value,
      `: got ${shown(value)}; allowed: a map from name to text`,
    ]),
    ...[5, true, [], {}].map((value): [unknown, string] => [
      { team: value },
      `.team: got ${shown(value)}; allowed: ${TAG}`,
    ]),
    [{ team: "x".repeat(129) }, `.team: got text of 129 characters; allowed: ${TAG}`],
    [{ "": "x" }, ".: got a name of 0 characters; allowed: 1 to 128"],
    [{ ["x".repeat(129)]: "" }, `.${"x".repeat(129)}: got a name of 129 characters; allowed: 1 to 128`],
    [{ "pulumi-alicloud-fc-owner": "me" }, ".pulumi-alicloud-fc-owner: this tag marks the owner; choose another name"],
    [numbered(20), ": got 20; allowed: at most 19 (one more tag names the owner)"],
    [numbered(21), ": got 21; allowed: at most 19 (one more tag names the owner)"],
  ],
};

const LAYER = "acs:fc:cn-hangzhou:official:layers/Nodejs20/versions/1";
const ARN = "acs:fc:<region>:<account or official>:layers/<name>/versions/<n>";
const layers = also(
  manyOf(
    only(ARN, [], "Nodejs20", "", "arn:aws:lambda:x", `${LAYER} `, LAYER.replace("/versions/1", ""), 5, true, {}),
    [1, 2, 3, 4, 5].map((n) => `${LAYER}${n}`),
  ),
  [[LAYER, LAYER], `: got "${LAYER}" twice; allowed: each layer once`],
);
const ROLE = "an ARN such as acs:ram::<account>:role/<name>";
const role = also(
  only(
    ROLE,
    ["acs:ram::1234567890123456:role/run", "acs:ram::12345:role/a/b.c_d-e"],
    ...[
      "run",
      "",
      "arn:aws:iam::1:role/run",
      "xacs:ram::12345:role/run",
      "acs:ram::12345:role/a b",
      "acs:ram::me:role/run",
      "acs:ram::1234567890123456:user/run",
      5,
    ],
    ...[true, {}, []],
  ),
  [`acs:ram::1234567890123456:role/${"x".repeat(200)}`, `: got text of 231 characters; allowed: ${ROLE}`],
);
const RUNTIME = "a runtime id such as nodejs20, python3.10, custom.debian12 or custom-container";
const IMAGE = "an image such as registry.<region>.aliyuncs.com/<namespace>/<name>:<tag>";
const GROUP = "the id of a resource group, such as rg-acfm…";
const CPU = "0.05 to 16 in steps of 0.05 (vCPU)";
const CODE = "a path, an asset or archive, or { ossBucketName, ossObjectName }";
const BUCKET = "the name of an OSS bucket";
const CHECKSUM = "the CRC-64 of the object as a decimal number in text";
const oneOf = (...values: readonly (string | number)[]) => values.map(shown).join(", ");
const JSON_TEXT = "JSON in text of at most 4096 characters";
const ADDRESS = "an IP address";

/** Every argument of a function. */
export const FUNCTION: Record<FunctionWay, Rows> = {
  ...PLACE,
  functionName: also(FUNCTION_NAME, required("the package does not generate names")),
  adopt: flag(),
  replaceFunction: flag(),
  runtime: also(
    only(
      RUNTIME,
      ["python3.10", "custom.debian12"],
      ...["Node.js 20", "NodeJS20", "node_20", "20", "20nodejs", "nodejs20 ", 20, true, [], {}],
    ),
    required("such as nodejs20"),
    ["x".repeat(41), `: got text of 41 characters; allowed: ${RUNTIME}`],
  ),
  handler: needed(line(128, "text such as index.handler, at most 128 characters"), "such as index.handler"),
  code: also(
    only(CODE, [], 5, true, ["./src"], []),
    ["", ": required; give a folder, a file, a .zip, an archive, or an OSS object"],
    [{ path: "./src", hash: "", problem: '"./src" does not exist' }, ': "./src" does not exist'],
    [{ path: "./src" }, ".hash: required"],
    [
      { ossBucketName: "my-code", ossObjectName: "api.zip", region: "x" },
      ": has no region; allowed: ossBucketName, ossObjectName, checksum, hash",
    ],
  ),
  "code.ossBucketName": requiredMember(
    only(
      BUCKET,
      ["abc", `a${"-".repeat(61)}9`],
      ...["", "My-Code", "ab", "-abc", "abc-", "a.b.c", "oss://my-code", 5, true, [], {}],
    ),
  ),
  "code.ossObjectName": requiredMember(line(1023, "the name of an OSS object")),
  "code.checksum": also(only(CHECKSUM, ["0", "1".repeat(20)], "", "0x1f", "-1", "1.5", "1e3", "abc", 5, true, [], {}), [
    "1".repeat(21),
    `: got text of 21 characters; allowed: ${CHECKSUM}`,
  ]),
  memorySize: only(
    whole(128, 32_768, "MB", " in steps of 64"),
    [128, 192, 32_768],
    ...[
      ...[0, -128, 64, 100, 127, 500, 512.5, 32_769, 32_832, Number.NaN, Number.POSITIVE_INFINITY, "512"],
      ...["512MB", "", true, [512], {}],
    ],
  ),
  cpu: only(
    CPU,
    [0.35, 0.5, 0.05, 16],
    ...[0, -1, 0.04, 0.33, 16.05, 100, 1e-7, Number.NaN, Number.POSITIVE_INFINITY, "1", "0.5", "", true, [1]],
    ...[{}],
  ),
  diskSize: only(oneOf(512, 10_240), [512, 10_240], 0, 1024, 511, 10, "512", "10GB", "", true, Number.NaN, [512], {}),
  timeout: between(1, 86_400, "seconds", -5, "3s", "PT3S"),
  instanceConcurrency: between(1, 200, "requests", -1),
  environmentVariables,
  layers,
  role,
  description: free(256),
  resourceGroupId: also(
    only(GROUP, ["rg-a", `rg-${"x".repeat(60)}`], "default", "RG-abc", "rg-", "rg_abc", "", 5, true, [], {}),
    [`rg-${"x".repeat(61)}`, `: got text of 64 characters; allowed: ${GROUP}`],
  ),
  tags,
  logConfig: shape(
    [{ project: "p", logstore: "l" }],
    "project, logstore, enableRequestMetrics, enableInstanceMetrics, logBeginRule",
    "project",
  ),
  "logConfig.project": requiredMember(line(64, "the name of a Log Service project")),
  "logConfig.logstore": requiredMember(line(64, "the name of a Log Service logstore")),
  "logConfig.enableRequestMetrics": flag(),
  "logConfig.enableInstanceMetrics": flag(),
  "logConfig.logBeginRule": only(
    oneOf("None", "DefaultRegex"),
    ["None", "DefaultRegex"],
    ...["none", "", "^\\d", 5, true, {}, []],
  ),
  customContainerConfig: shape(
    [{ image: "r/x:1" }],
    "image, entrypoint, command, port, healthCheckConfig, acrInstanceId, accelerationType, registryConfig",
    "image",
  ),
  "customContainerConfig.image": requiredMember(
    only(
      IMAGE,
      ["r/x", "registry.cn-hangzhou.aliyuncs.com/n/x:1.0", "r/x@sha256:0a"],
      ...["r/x 1", "", "r/x:1\n", "r/x?y", 5, true, [], {}],
    ),
  ),
  "customContainerConfig.entrypoint": command,
  "customContainerConfig.command": command,
  "customContainerConfig.port": between(1, 65_535, "port", "http"),
  "customContainerConfig.healthCheckConfig": shape([{}, { httpGetUrl: "/" }], HEALTH),
  ...below("customContainerConfig.healthCheckConfig", health),
  "customContainerConfig.acrInstanceId": line(64),
  "customContainerConfig.accelerationType": only(
    oneOf("Default", "None"),
    ["Default", "None"],
    ...["default", "", 5, true, {}],
  ),
  "customContainerConfig.registryConfig": unseen(shape([{}], "authConfig, certConfig, networkConfig")),
  ...below("customContainerConfig.registryConfig", {
    authConfig: unseen(shape([{}, { userName: "u", password: "p" }], "userName, password")),
    certConfig: shape([{}], "insecure, rootCaCertBase64"),
    networkConfig: shape([{}], "vpcId, vSwitchId, securityGroupId"),
  }),
  ...below("customContainerConfig.registryConfig.authConfig", { userName: line(256), password: unseen(line(4096)) }),
  ...below("customContainerConfig.registryConfig.certConfig", { insecure: flag(), rootCaCertBase64: line(65_536) }),
  ...below("customContainerConfig.registryConfig.networkConfig", {
    vpcId: line(64),
    vSwitchId: line(64),
    securityGroupId: line(64),
  }),
  customDNS: shape([{}], "nameServers, searches, dnsOptions"),
  "customDNS.nameServers": many(
    only(ADDRESS, [], "dns.example.com", "", "1.1.1", "1.1.1.1:53", "localhost", 5, true, {}),
    3,
    "1.1.1.1",
  ),
  "customDNS.searches": many(line(255), 6, "example.com"),
  "customDNS.dnsOptions": many(shape([], "name, value", "name"), 16, { name: "ndots" }),
  "customDNS.dnsOptions.name": requiredMember(line(64)),
  "customDNS.dnsOptions.value": line(64),
  customRuntimeConfig: shape([{}], "command, args, port, healthCheckConfig"),
  "customRuntimeConfig.command": command,
  "customRuntimeConfig.args": command,
  "customRuntimeConfig.port": between(1, 65_535, "port", "http"),
  "customRuntimeConfig.healthCheckConfig": shape([{}], HEALTH),
  ...below("customRuntimeConfig.healthCheckConfig", health),
  disableInjectCredentials: line(64),
  disableOndemand: flag(),
  enableLongLiving: flag(),
  gpuConfig: shape([{ gpuType: "fc.gpu.ada.1", gpuMemorySize: 1 }], "gpuType, gpuMemorySize", "gpuType"),
  "gpuConfig.gpuType": requiredMember(line(64)),
  "gpuConfig.gpuMemorySize": requiredMember(between(1, 1_048_576, "MB")),
  idleTimeout: between(-1, 86_400, "seconds, -1 for the service's default"),
  instanceIsolationMode: only(
    oneOf("SHARE", "SESSION_EXCLUSIVE", "REQUEST_EXCLUSIVE"),
    ["SHARE", "SESSION_EXCLUSIVE", "REQUEST_EXCLUSIVE"],
    ...["share", "", "EXCLUSIVE", 5, true, {}, ["SHARE"]],
  ),
  instanceLifecycleConfig: shape([{}], "initializer, preStop"),
  "instanceLifecycleConfig.initializer": hookShape,
  ...below("instanceLifecycleConfig.initializer", hook(300)),
  "instanceLifecycleConfig.preStop": hookShape,
  ...below("instanceLifecycleConfig.preStop", hook(90)),
  internetAccess: flag(),
  juiceFsConfig: unseen(shape([{}], "envs, mountPoints")),
  "juiceFsConfig.envs": textMap,
  "juiceFsConfig.mountPoints": unseen(
    many(unseen(shape([], "mountDir, volumeName, remoteDir, token, args", "mountDir")), 5, { mountDir: "/j" }),
  ),
  ...below("juiceFsConfig.mountPoints", {
    mountDir: requiredMember(mountDir),
    volumeName: line(128),
    remoteDir: line(256),
    token: unseen(line(4096)),
    args: command,
  }),
  nasConfig: shape([{}], "userId, groupId, mountPoints"),
  ...below("nasConfig", { userId: id, groupId: id }),
  "nasConfig.mountPoints": many(shape([], "serverAddr, mountDir, enableTLS", "serverAddr"), 5, {
    serverAddr: "a.nas.aliyuncs.com:/",
    mountDir: "/n",
  }),
  ...below("nasConfig.mountPoints", {
    serverAddr: requiredMember(line(256)),
    mountDir: requiredMember(mountDir),
    enableTLS: flag(),
  }),
  ossMountConfig: shape([{}], "mountPoints"),
  "ossMountConfig.mountPoints": many(
    shape([], "bucketName, bucketPath, endpoint, mountDir, readOnly", "bucketName"),
    5,
    { bucketName: "b", mountDir: "/o" },
  ),
  ...below("ossMountConfig.mountPoints", {
    bucketName: requiredMember(line(63)),
    bucketPath: line(1024),
    endpoint: line(256),
    mountDir: requiredMember(mountDir),
    readOnly: flag(),
  }),
  polarFsConfig: shape([{}], "userId, groupId, mountPoints"),
  ...below("polarFsConfig", { userId: id, groupId: id }),
  "polarFsConfig.mountPoints": many(shape([], "instanceId, mountDir, remoteDir, readOnly", "instanceId"), 5, {
    instanceId: "pfs-1",
    mountDir: "/p",
  }),
  ...below("polarFsConfig.mountPoints", {
    instanceId: requiredMember(line(128)),
    mountDir: requiredMember(mountDir),
    remoteDir: line(256),
    readOnly: flag(),
  }),
  sessionAffinity: only(
    oneOf("NONE", "MCP_SSE", "MCP_STREAMABLE", "HEADER_FIELD", "GENERATED_COOKIE"),
    ["NONE", "GENERATED_COOKIE"],
    ...["none", "sticky", "", 5, true, {}, []],
  ),
  sessionAffinityConfig: also(
    only(JSON_TEXT, ["{}", '{\n  "a": 1\n}'], "", "not json", "{a:1}", "{'a':1}", '{"a":1', 5, true, [], {}, { a: 1 }),
    [`"${"x".repeat(4095)}"`, `: got text of 4097 characters; allowed: ${JSON_TEXT}`],
  ),
  tracingConfig: shape([{ type: "Jaeger" }], "type, params", "type"),
  "tracingConfig.type": requiredMember(only(oneOf("Jaeger"), ["Jaeger"], "", "jaeger", "Zipkin", 5, true, {}, [])),
  "tracingConfig.params": textMap,
  vpcConfig: shape(
    [{ vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" }],
    "vpcId, vSwitchIds, securityGroupId, role",
    "vpcId",
  ),
  "vpcConfig.vpcId": requiredMember(line(64)),
  "vpcConfig.vSwitchIds": requiredMember(many(line(64), 20, "vsw-1", 1)),
  "vpcConfig.securityGroupId": requiredMember(line(64)),
  "vpcConfig.role": role,
};

const FUNCTION_HINT = "give a Function, its ref, or { functionName";

/** Every argument of a version. The members of its argument `function` are members of the inputs. */
export const VERSION: Record<VersionWay, Rows> = {
  ...PLACE,
  functionName: also(FUNCTION_NAME, ["", "!function: required; " + FUNCTION_HINT + ", fingerprint }"]),
  fingerprint: line(256),
  environmentFingerprint: unseen(line(256)),
  content: unseen(line(256)),
  revision: only(
    whole(0, Number.MAX_SAFE_INTEGER, ""),
    [0, 1, Number.MAX_SAFE_INTEGER],
    ...[-1, 1.5, 2 ** 53, Number.NaN, "1", "", true, [], {}],
  ),
  triggers: only("a list of at most 1000", [[], ["x"], ["x", "x"]], "x", "", 5, true, {}),
  description: free(200),
  describesNextPublish: flag(),
};

const ALIAS_NAME = "1 to 128 letters, digits, _ or -, starting with a letter or _";
const latest = (name: string): [unknown, string] => [
  name,
  `: got "${name}"; LATEST names the unpublished function, choose another name`,
];
const VERSION_NUMBER = 'the number of a published version as text, such as "3"';
const versionId = also(
  only(
    VERSION_NUMBER,
    ["1", "999999999999999999"],
    ...[3, 1.5, Number.NaN, "0", "03", "-1", "1.5", "v3", "three", "latest", "3 ", "prod", true, [], {}, ["3"]],
  ),
  ["LATEST", `: got "LATEST"; allowed: ${VERSION_NUMBER}; an alias cannot point to LATEST safely, publish a Version`],
);
const WEIGHT =
  'allowed: 0, or 1 to 100 in steps of 0.1 (percent); a share below one percent is written as text with its unit, such as "0.5%"';
const weights = (why: string, ...values: readonly unknown[]): Rows["refused"] =>
  values.map((value) => [value, `: ${why}: got ${shown(value)}; ${WEIGHT}`]);
const ambiguous = (value: unknown, percent: string): Rows["refused"] =>
  weights(
    `a weight between 0 and 1 is ambiguous (${Number(value)} may mean ${Number(value)} % or ${percent} %)`,
    value,
  );
const canaryRequired = {
  versionId: "the version to try, such as version.versionId",
  weight: "its share of traffic in percent, 0 for none",
};

const aliasName = also(
  only(
    ALIAS_NAME,
    ["a", "_", "A-b_9", "x".repeat(128), "latest-2"],
    ...["1prod", "-prod", "my prod", "a.b", "prod\n", "größe", 5, true, [], {}],
  ),
  ["", ": required; the package does not generate names"],
  ["x".repeat(129), `: got text of 129 characters; allowed: ${ALIAS_NAME}`],
  ...["LATEST", "latest", "Latest", "lAtEsT"].map(latest),
);

const share: Rows = {
  accepted: [0, 1, 1.1, 99.9, 100, "0", "10", "10%", "10 %", " 12.5 ", "0.5%", "0.1%", "100%"],
  refused: [
    ...ambiguous(0.1, "10"),
    ...ambiguous(0.5, "50"),
    ...ambiguous(0.999, "99.9"),
    ...ambiguous("0.1", "10"),
    ...weights("a weight has at most one decimal", 12.34, 1.001, 99.99, "33.33", "0.55%", "0.01%"),
    ...weights("a weight is at most 100", 101, 100.1, 1e3, 1000, "101", "100.1%", "1000"),
    ...weights(
      ...["not a weight", -5, -0.1, "-5", "10 %%", "%10", "%", "ten", "1e3", "1,5", "10/90", "50:50", "0x10"],
      ...["+5", "10%10%"],
    ),
    ...weights("not a weight", Number.NaN, Number.POSITIVE_INFINITY, 1e21, "NaN", "Infinity", "٢٥", " "),
    ...weights("a weight is a number or text", true, [10], { percent: 10 }),
  ],
};

/** Every argument of an alias. */
export const ALIAS: Record<AliasWay, Rows> = {
  ...PLACE,
  functionName: also(FUNCTION_NAME, ["", `!function: required; ${FUNCTION_HINT} }`]),
  adopt: flag(),
  aliasName,
  versionId: also(versionId, ["", `: got ""; allowed: ${VERSION_NUMBER}`]),
  description: free(200),
  canary: {
    accepted: [{ versionId: "2", weight: 0 }],
    refused: [
      ...["2", "", 10, true, ["2", 10], []].map((value): [unknown, string] => [
        value,
        `: got ${shown(value)}; allowed: { versionId, weight }`,
      ]),
      [{ version: "2", weight: 10 }, ": has no version; allowed: versionId, weight"],
      [{ versionId: "2", weight: 10, percent: 10 }, ": has no percent; allowed: versionId, weight"],
      [{ versionId: "2" }, `.weight: required; ${canaryRequired.weight}`],
      [{ weight: 10 }, `.versionId: required; ${canaryRequired.versionId}`],
    ],
  },
  "canary.versionId": also(versionId, ["", `: required; ${canaryRequired.versionId}`]),
  "canary.weight": also(share, ["", `: required; ${canaryRequired.weight}`]),
};

const QUALIFIER = "an alias, the number of a published version as text, or LATEST";
const METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/** Every argument of an HTTP trigger. */
export const HTTP_TRIGGER: Record<HttpTriggerWay, Rows> = {
  ...PLACE,
  functionName: also(FUNCTION_NAME, ["", `!function: required; ${FUNCTION_HINT} }`]),
  adopt: flag(),
  triggerName: also(
    only(
      ALIAS_NAME,
      ["a", "_", "A-b_9", "x".repeat(128), "LATEST"],
      ...["1http", "-http", "my http", "a.b", "http\n", "größe", 5, true, [], {}],
    ),
    ["", ": required; the package does not generate names"],
    ["x".repeat(129), `: got text of 129 characters; allowed: ${ALIAS_NAME}`],
  ),
  qualifier: also(
    only(QUALIFIER, ["prod", "_", "7", "LATEST"], ...["latest", "0", "03", "a.b", "my alias", 7, true, [], {}]),
    ["", ": required; the alias or version that gets its requests, or LATEST"],
  ),
  authType: only(oneOf("function", "anonymous"), ["function", "anonymous"], "", "jwt", "Function", true, 5, [], {}),
  methods: manyOf(only(oneOf(...METHODS), [], "get", "", "TRACE", 5, true, {}), METHODS, 1),
  disableUrlInternet: flag(),
  description: free(200),
};

const NAMED = "the number of a version such as 8 or v8, or a revision such as r12";
const named = only(
  NAMED,
  ["8", "v8", "r12", 8],
  ...["", "v0", "r0", "08", "8.0", "1.5", "current", "latest", "fp:0123abcd", "V8", "v8 ", true, [], {}],
);

const ANALYSIS =
  "errorRatio, errorLimit, latency, falseAlarms, falsePasses, invocations, errorStatus, logDelay, logs, probes";
const DURATION = 'a duration such as "10m" or "1h30m", at most';
const PROJECT = "3 to 63 lower-case letters, digits or -";
const LOGSTORE = "2 to 63 lower-case letters, digits, - or _";
/** A percentage between two limits. A value below one percent is text with its unit. */
const percentage = (min: string, max: number, example: string): Rows =>
  only(
    `percent from ${min} to ${max}, below one percent as text with its unit such as ${example}`,
    [1, "1", "1.5%", max],
    ...[0, 0.5, -1, max + 1, Number.NaN, "", "5 pct", true, [], {}],
  );

/** Every argument of a release. Config files have numbers and booleans as text. */
export const RELEASE: Record<ReleaseWay, Rows> = {
  ...PLACE,
  functionName: also(FUNCTION_NAME, ["", `!function: required; ${FUNCTION_HINT} }`]),
  adopt: flag(),
  aliasName,
  versionId: also(versionId, ["", "!version: required; give the Version to release"]),
  fingerprint: {
    ...line(256),
    refused: [
      ...line(256).refused.filter(([value]) => value !== ""),
      ["", "!version: required; give the Version to release, with its fingerprint"],
    ],
  },
  description: free(80),
  environmentFingerprint: unseen(line(256)),
  revision: only(whole(0, Number.MAX_SAFE_INTEGER, ""), [0, 5], ...[-1, 1.5, Number.NaN, "5", "", true, [], {}]),
  weight: {
    accepted: [...share.accepted, "v8=25", "8=0.5%", "r12=100", "auto"],
    refused: [
      ...[...share.refused, ...weights("not a weight", "", "Auto", "automatic")].map(
        ([value, message]): [unknown, string] => [value, `${message}, or auto`],
      ),
      ...["fp:0123abcd=5", "=5", "v0=5"].map((value): [unknown, string] => [
        value,
        `: got ${shown(value)}; allowed before the equals sign: ${NAMED}`,
      ]),
    ],
  },
  reject: named,
  retry: only(
    `${NAMED}, and @2 to retry it again`,
    ["8", "v8", "8@1", "v8@2", "r12@3", 8],
    ...["", "8@", "@1", "8@x", "8@0", "current@1", "8@1234567", true, [], {}],
  ),
  steps: {
    accepted: [
      ...[[5], [5, 25, 50], ["0.5%", 5, "25"], [99.9]],
      [{ weight: 5, bake: "10m", requests: 300 }, 25, { weight: "50" }],
      Array.from({ length: 20 }, (_, i) => i + 1),
    ],
    refused: [
      ...["5,25", "", 5, true, {}, [], Array.from({ length: 21 }, (_, i) => i + 1)].map((value): [unknown, string] => [
        value,
        `: got ${shown(value)}; allowed: a list of 1 to 20 steps such as [{ weight: 5, bake: "10m", requests: 300 }, 25, 50]`,
      ]),
      ...[[5, 5], [25, 5], [0, 5], [5, 100], [100], [5, { weight: 5 }]].map((value): [unknown, string] => [
        value,
        `: got ${shown(value)}; allowed: weights between 0 and 100, each more than the one before`,
      ]),
      ...[...ambiguous(0.5, "50"), ...weights("not a weight", "ten"), ...weights("a weight is at most 100", 101)].map(
        ([step, message]): [unknown, string] => [[step], `[0]${message}`],
      ),
      [[5, {}], "[1].weight: required"],
      [[{ weight: 5, wait: "1m" }], "[0]: has no wait; allowed: weight, bake, requests"],
    ],
  },
  "steps.weight": { ...share, accepted: [5, "0.5%", "25", 99.9], refused: [...share.refused, ["", ": required"]] },
  "steps.bake": only(
    `${DURATION} 30 days (720h)`,
    ["0s", "10m", "1h30m", "720h"],
    ...["721h", "soon", "", "-1m", 10, true, [], {}],
  ),
  "steps.requests": only(
    whole(1, 1_000_000_000, "requests to the candidate"),
    [1, 1_000_000_000],
    ...[0, -1, 1.5, 1_000_000_001, "", "many", "300", true, [], {}],
  ),
  analysis: shape([{}, { errorRatio: 3 }], ANALYSIS),
  "analysis.errorRatio": only(
    "a number from 1 to 100, such as 2 for twice as often as the stable version",
    // `pulumi config set --path` writes this value as text.
    [1, 2.5, 100, "2.5"],
    ...[0.5, 101, Number.NaN, "", "2", "twice", true, [], {}],
  ),
  "analysis.errorLimit": percentage('"0.01%"', 100, '"0.5%"'),
  "analysis.latency": shape([{}, { p50: 20, p99: "5%" }], "p50, p90, p95, p99"),
  "analysis.latency.p50": percentage("1", 1000, '"5%"'),
  "analysis.latency.p90": percentage("1", 1000, '"5%"'),
  "analysis.latency.p95": percentage("1", 1000, '"5%"'),
  "analysis.latency.p99": percentage("1", 1000, '"5%"'),
  "analysis.falseAlarms": percentage('"0.01%"', 50, '"0.5%"'),
  "analysis.falsePasses": percentage('"0.01%"', 50, '"0.5%"'),
  "analysis.invocations": only(oneOf("sync", "all"), ["sync", "all"], "", "async", "Sync", true, 5, [], {}),
  "analysis.errorStatus": only(
    whole(400, 600, "an HTTP status"),
    [400, 600],
    ...[399, 601, 500.5, "", "500", Number.NaN, true, [], {}],
  ),
  "analysis.logDelay": only(`${DURATION} 1h`, ["0s", "3m", "60m"], ...["61m", "soon", "", "-1m", 3, true, [], {}]),
  "analysis.logs": shape([{ project: "judged", logstore: "requests" }], "project, logstore", "project"),
  // The project becomes part of a host name.
  "analysis.logs.project": also(
    only(
      PROJECT,
      ["abc", "my-project", "0a9", "x".repeat(63)],
      ...["ab", "-ab", "ab-", "My-project", "my_project", "my.project", "a/b", "abc@evil", "abc\n", 5, true, [], {}],
    ),
    ["", ": required"],
    ["x".repeat(64), `: got text of 64 characters; allowed: ${PROJECT}`],
  ),
  "analysis.logs.logstore": also(
    only(
      LOGSTORE,
      ["ab", "my-logs", "my_logs", "x".repeat(63)],
      ...["a", "-ab", "ab_", "My-logs", "my.logs", "a/b", "../b", "ab\n", 5, true, [], {}],
    ),
    ["", ": required"],
    ["x".repeat(64), `: got text of 64 characters; allowed: ${LOGSTORE}`],
  ),
  "analysis.probes": shape([{}, { requests: 50, event: "{}", expect: "ok" }], "requests, event, expect"),
  "analysis.probes.requests": only(
    whole(1, 1000, "invocations of each version in one run"),
    [1, 1000],
    ...[0, -1, 1.5, 1001, Number.NaN, "", "many", "20", true, [], {}],
  ),
  // A number or a boolean from a config file is converted to text.
  "analysis.probes.event": also(
    only("text of at most 4096 characters", ["", "{}", "line\nline", "x".repeat(4096), 5, true], [], {}),
    ["x".repeat(4097), ": got text of 4097 characters; allowed: text of at most 4096 characters"],
  ),
  "analysis.probes.expect": also(
    only("text of 1 to 1024 characters", ["ok", "a\nb", "x".repeat(1024), 5, true], "", [], {}),
    ["x".repeat(1025), ": got text of 1025 characters; allowed: text of 1 to 1024 characters"],
  ),
  strategy: only(oneOf("canary", "direct"), ["canary", "direct"], "", "Canary", "bluegreen", true, 5, [], {}),
  hold: only("true or false", [true, false, "true", "false"], "yes", "on", "", 1, 0, [], {}),
  rev: only(
    whole(0, 9_999_999_999_999, "order of runs"),
    [0, 1_700_000_000, "1700000000"],
    ...[-1, 1.5, Number.NaN, "auto", "", "1.5", 1e13, true, [], {}],
  ),
  configNamespace: only(
    "a namespace of stack config, such as canary",
    ["canary", "api-prod", "n".repeat(256)],
    ...["", "a:b", "a b", "\n", 5, true, [], {}],
  ),
  keep: only(whole(0, 1000, "versions"), [0, 10, "10", 1000], ...[-1, 1001, 1.5, Number.NaN, "ten", "", true, [], {}]),
};

/** Every kind of resource with the table of its arguments. */
export const TABLES: [Kind, Record<string, Rows>][] = [
  ["Function", FUNCTION],
  ["Version", VERSION],
  ["Alias", ALIAS],
  ["Release", RELEASE],
  ["HttpTrigger", HTTP_TRIGGER],
];
