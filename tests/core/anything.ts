/** Complete inputs of every kind of resource, and unusual values for any member, at any depth. */
import * as fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Alias, type DynamicProvider, Function, HttpTrigger, Release, Version } from "../../provider/v1";
import { MARKERS, opened } from "../support/wire";

export type Props = Record<string, unknown>;
export type Path = readonly (string | number)[];

export const UNKNOWN = MARKERS[0];

const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456", functionName: "api", waitSeconds: 60 };
const urn = (kind: string) => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:${kind}::api`;

export const FUNCTION: Props = {
  ...PLACE,
  resourceUrn: urn("Function"),
  runtime: "nodejs20",
  handler: "index.handler",
  code: { path: "./src", hash: "t1:abc" },
  memorySize: 1024,
  cpu: 0.5,
  diskSize: 512,
  timeout: 3,
  instanceConcurrency: 1,
  environmentVariables: { A: "1", B: "2" },
  layers: ["acs:fc:cn-hangzhou:official:layers/A/versions/1"],
  role: "acs:ram::1234567890123456:role/run",
  logConfig: { project: "p", logstore: "l", enableRequestMetrics: true, logBeginRule: "None" },
  description: "text",
  tags: { team: "shop" },
  customDNS: { nameServers: ["1.1.1.1"], dnsOptions: [{ name: "ndots", value: "1" }] },
  customRuntimeConfig: { command: ["node"], port: 9000, healthCheckConfig: { httpGetUrl: "/", timeoutSeconds: 1 } },
  instanceLifecycleConfig: { initializer: { handler: "index.init", timeout: 3 } },
  internetAccess: true,
  nasConfig: { userId: 0, mountPoints: [{ serverAddr: "a", mountDir: "/mnt", enableTLS: true }] },
  juiceFsConfig: { envs: { A: "1" }, mountPoints: [{ mountDir: "/j", token: "t" }] },
  tracingConfig: { type: "Jaeger", params: { endpoint: "e" } },
  vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" },
  replaceFunction: false,
  connection: { endpoint: "fcv3.cn-hangzhou.aliyuncs.com", profile: "p" },
};
const VERSION: Props = {
  ...PLACE,
  resourceUrn: urn("Version"),
  fingerprint: "f1:a",
  environmentFingerprint: "b",
  content: "c1:c",
  revision: 1,
  triggers: ["x", { commit: "y" }],
  description: "text",
};
const ALIAS: Props = {
  ...PLACE,
  resourceUrn: urn("Alias"),
  aliasName: "prod",
  canary: { versionId: "2", weight: 10 },
  description: "text",
};
const RELEASE: Props = {
  ...PLACE,
  resourceUrn: urn("Release"),
  aliasName: "prod",
  versionId: "2",
  fingerprint: "f1:aaaaaaaa",
  environmentFingerprint: "none",
  revision: 2,
  description: "text",
  weight: 10,
  steps: [5, 25],
  strategy: "canary",
  hold: false,
  reject: "3",
  retry: "4@1",
  // The smallest order, because a run with a smaller order than the last run is refused.
  rev: 0,
  keep: 3,
};
const HTTP_TRIGGER: Props = {
  ...PLACE,
  resourceUrn: urn("HttpTrigger"),
  triggerName: "http",
  qualifier: "prod",
  authType: "anonymous",
  methods: ["GET", "POST"],
  disableUrlInternet: true,
  description: "text",
};
/** Outputs of a release after a run. A second run with the same inputs changes nothing. */
const RELEASED: Props = {
  memory: {
    sequence: 2,
    stable: { versionId: "1", fingerprint: "f1:bbbbbbbb" },
    formerStable: [],
    candidate: {
      version: { versionId: "2", fingerprint: "f1:aaaaaaaa", environment: "none", revision: 2 },
      share: 100,
      target: 100,
      config: "50fx100",
      meanings: {},
    },
    rejections: [{ version: { versionId: "3", fingerprint: "" }, retry: 0 }],
    lowerings: [],
    weight: "x100",
    recentWeights: ["x100"],
    reject: "3",
    retry: "4@1",
    rev: 0,
    deployed: [{ versionId: "2", fingerprint: "f1:aaaaaaaa", environment: "none", revision: 2 }],
    replacedInARow: 0,
  },
  rejected: ["3"],
  split: { "1": 90, "2": 10 },
  live: { "1": 90, "2": 10 },
  liveMain: "1",
  stable: "1",
  effectiveWeight: 10,
  phase: "canary",
  history: [],
};

/** Rows: a kind of resource, complete inputs, and outputs. A run with these inputs does not change these outputs. */
export const KINDS: [string, DynamicProvider, Props, Props][] = [
  ["Function", Function, FUNCTION, { functionId: "1", codeChecksum: "1", codeSize: 1, revision: 1, content: "c1:c" }],
  ["Version", Version, VERSION, { versionId: "1", published: ["1"] }],
  ["Alias", Alias, ALIAS, { mainVersionId: "1", split: { "1": 90, "2": 10 } }],
  ["Release", Release, RELEASE, RELEASED],
  ["HttpTrigger", HttpTrigger, HTTP_TRIGGER, { triggerId: "1", url: "http://a" }],
];

/** The paths of all members inside a value, and of the value itself. */
export function pathsIn(value: unknown, at: Path = []): Path[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...at, Array.isArray(value) ? +key : key]))
      : [];
  return at.length === 0 ? inside : [at, ...inside];
}

export function put(value: unknown, [first, ...rest]: Path, what: unknown): unknown {
  if (first === undefined) return what;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === first ? put(item, rest, what) : item));
  const map = value as Props;
  return { ...map, [first]: put(map[first], rest, what) };
}

/** Unusual values that code often converts or compares wrongly. */
export const ODD: readonly unknown[] = [
  ...["", " ", "__proto__", "toString", "\u0000", "\ud800", "1e999"],
  ...[0, -1, 0.1, 1e21, true, false, null],
  ...[[], {}, [[]], [null], [{ toString: 1 }], { toString: 1 }, { valueOf: null, toString: null }, { length: -1 }],
  ...[
    { toJSON: 1 },
    { then: 1 },
    JSON.parse('{"__proto__":{"toString":1}}') as unknown,
    { constructor: null, hasOwnProperty: 1 },
  ],
];

/**
 * Registers the tests: for each kind, `numRuns` unusual values at random places. Either `check` refuses the value with
 * a reason, or the result can be stored.
 */
export function testAnything(numRuns: number): void {
  it.each(KINDS)(
    "%s: the check answers reasons for any other value, and its result can be stored",
    async (_kind, provider, full, outputs) => {
      const paths = pathsIn(full);
      const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(...ODD, ...MARKERS));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...paths), odd, async (path, value) => {
          const { inputs, failures } = await provider.check({}, put(full, path, value) as Props);
          expect(() => Struct.fromJavaScript(inputs as Parameters<typeof Struct.fromJavaScript>[0])).not.toThrow();
          for (const { property, reason } of failures)
            expect(reason.startsWith(property.split(".")[0] ?? "")).toBe(true);
          if (failures.length > 0) return;
          const once = opened(inputs);
          expect(opened((await provider.check(once, once)).inputs)).toEqual(once);
          expect(await provider.diff("id", { ...once, ...outputs }, once)).toBeDefined();
        }),
        { numRuns },
      );
    },
  );
}
