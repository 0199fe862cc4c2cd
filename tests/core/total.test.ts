/**
 * `check` and `diff` as the engine calls them: whatever a program or a preview puts into any field, at any depth, nothing
 * throws by accident, and nothing is made of a value that is not known yet.
 */
import * as fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { FUNCTION_SETTINGS } from "../../provider/core/function";
import { Alias, type DynamicProvider, Function, HttpTrigger, Release, Version } from "../../provider/v1";
import { MARKERS, opened } from "../support/wire";

type Props = Record<string, unknown>;
type Path = readonly (string | number)[];

const UNKNOWN = MARKERS[0];

const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456", functionName: "api", waitSeconds: 60 };
const urn = (kind: string) => `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:${kind}::api`;

const FUNCTION: Props = {
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
  // The lowest there is: a lower one would be of an older run, which is refused.
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
/** As the plan leaves it: a run of the same inputs changes nothing. */
const RELEASED: Props = {
  memory: {
    sequence: 2,
    stable: { versionId: "1", fingerprint: "f1:bbbbbbbb" },
    older: [],
    candidate: {
      version: { versionId: "2", fingerprint: "f1:aaaaaaaa", environment: "none", revision: 2 },
      share: 100,
      meant: 100,
      under: "50fx100",
      meanings: {},
    },
    rejections: [{ version: { versionId: "3", fingerprint: "" }, retry: 0 }],
    lowerings: [],
    weight: "x100",
    stood: ["x100"],
    reject: "3",
    retry: "4@1",
    rev: 0,
    deployed: [{ versionId: "2", fingerprint: "f1:aaaaaaaa", environment: "none", revision: 2 }],
    replaced: 0,
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

/** Public and secret fingerprint of the first release. */
const PINNED = {
  some: ["f1:0ad19a0a8fc8b88ccdbe234b1e92c325", "a6ec665288ec454d059a432163939fc0"],
  full: ["f1:e0623a3e1c2141f1c7ea7f77f50d67b0", "45559933694ca42b6662d3859e120155"],
};

const KINDS: [string, DynamicProvider, Props, Props][] = [
  ["Function", Function, FUNCTION, { functionId: "1", codeChecksum: "1", codeSize: 1, revision: 1, content: "c1:c" }],
  ["Version", Version, VERSION, { versionId: "1", published: ["1"] }],
  ["Alias", Alias, ALIAS, { mainVersionId: "1", split: { "1": 90, "2": 10 } }],
  ["Release", Release, RELEASE, RELEASED],
  ["HttpTrigger", HttpTrigger, HTTP_TRIGGER, { triggerId: "1", url: "http://a" }],
];

/** Every place inside a value, itself included. */
function pathsIn(value: unknown, at: Path = []): Path[] {
  const inside =
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, member]) => pathsIn(member, [...at, Array.isArray(value) ? +key : key]))
      : [];
  return at.length === 0 ? inside : [at, ...inside];
}

function put(value: unknown, [first, ...rest]: Path, what: unknown): unknown {
  if (first === undefined) return what;
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === first ? put(item, rest, what) : item));
  const map = value as Props;
  return { ...map, [first]: put(map[first], rest, what) };
}

describe.each(KINDS)("%s", (kind, provider, full, outputs) => {
  const paths = pathsIn(full);

  it("takes its full inputs, checks its own result to the same result, and sees no change in it", async () => {
    const { inputs, failures } = await provider.check({}, full);
    expect(failures).toEqual([]);
    const once = opened(inputs);
    const again = await provider.check(once, once);
    expect(again.failures).toEqual([]);
    expect(opened(again.inputs)).toEqual(once);
    expect(await provider.diff("id", { ...once, ...outputs }, once)).toEqual({ changes: false });
  });

  it(`takes each of ${MARKERS.length} markers at each of ${paths.length} places, in check and in diff`, async () => {
    const stored = { ...opened((await provider.check({}, full)).inputs), ...outputs };
    for (const path of paths) {
      for (const marker of MARKERS) {
        const { inputs, failures } = await provider.check(full, put(full, path, marker) as Props);
        expect({ path, failures }).toEqual({ path, failures: [] });
        await provider.diff("id", stored, opened(inputs));
      }
    }
  });

  it("makes nothing of what is not known yet", async () => {
    const before = opened((await provider.check({}, full)).inputs);
    const computed = Object.keys(before).filter((key) => !(key in full) && key !== "owner");
    for (const path of paths) {
      const after = opened((await provider.check({}, put(full, path, UNKNOWN) as Props)).inputs);
      if (path.length === 1 && ["region", "accountId", "functionName", "aliasName"].includes(String(path[0]))) {
        for (const arn of computed.filter((key) => key.endsWith("Arn"))) expect(after[arn]).toBe(UNKNOWN);
      }
      // Derived members are as before, or the marker: never something computed from the marker.
      const wrong = computed.filter((key) => after[key] !== before[key] && after[key] !== UNKNOWN);
      expect({ path, wrong }).toEqual({ path, wrong: [] });
    }
    expect(computed.sort()).toEqual(
      {
        Function: ["environmentFingerprint", "fingerprint", "functionArn", "revision"],
        Version: [],
        Release: ["aliasArn"],
        Alias: ["aliasArn"],
        HttpTrigger: [],
      }[kind],
    );
  });

  it("answers a reason for anything else, and what it answers can be stored", async () => {
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("", 0, -1, true, null, [], {}, [[]], "__proto__", "toString", ...MARKERS),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), odd, async (path, value) => {
        const { inputs, failures } = await provider.check({}, put(full, path, value) as Props);
        expect(() => Struct.fromJavaScript(inputs as Parameters<typeof Struct.fromJavaScript>[0])).not.toThrow();
        for (const { property, reason } of failures) expect(reason.startsWith(property.split(".")[0] ?? "")).toBe(true);
        if (failures.length > 0) return;
        const once = opened(inputs);
        expect(opened((await provider.check(once, once)).inputs)).toEqual(once);
        expect(await provider.diff("id", { ...once, ...outputs }, once)).toBeDefined();
      }),
      { numRuns: 1500 },
    );
  });

  it("takes null as absent, at every place", async () => {
    const without = (value: unknown, [first, ...rest]: Path): unknown => {
      const map = value as Props;
      const { [String(first)]: member, ...others } = map;
      return rest.length === 0 ? others : { ...others, [String(first)]: without(member, rest) };
    };
    for (const path of paths.filter((steps) => steps.every((step) => typeof step === "string"))) {
      const [asNull, absent] = await Promise.all([
        provider.check({}, put(full, path, null) as Props),
        provider.check({}, without(full, path) as Props),
      ]);
      expect({ path, ...asNull }).toEqual({ path, ...absent });
    }
  });
});

describe("the fingerprint of a function", () => {
  const of = async (news: Props) => {
    const { inputs, failures } = await Function.check({}, news);
    expect(failures).toEqual([]);
    return [inputs["fingerprint"], opened(inputs)["environmentFingerprint"]];
  };

  /** The first release's; a change would publish a version of every function there is. */
  it("is frozen", async () => {
    const { region, accountId, functionName, resourceUrn, runtime, handler, code } = FUNCTION;
    const least = { region, accountId, functionName, resourceUrn, runtime, handler, code };
    expect(await of(least)).toEqual(["f1:154bed58ebd72fae0559e046886bb65a", "none"]);
    expect(await of({ ...least, environmentVariables: { B: "2", A: "1" }, memorySize: 1024, layers: [] })).toEqual(
      PINNED.some,
    );
    expect(await of(FUNCTION)).toEqual(PINNED.full);
  });

  it("is the same whatever the order of keys, and with every member that no version freezes", async () => {
    const turned = (value: unknown): unknown =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, member]) => [key, turned(member)]),
          )
        : value;
    expect(await of(turned(FUNCTION) as Props)).toEqual(PINNED.full);
    const { description: _d, tags: _t, connection: _c, replaceFunction: _r, waitSeconds: _w, ...rest } = FUNCTION;
    expect(await of({ ...rest, code: { path: "/elsewhere", hash: "t1:abc" } })).toEqual(PINNED.full);
  });

  it("is the marker where a part of it is, and the secret one where a secret is", async () => {
    const secret = ["environmentVariables", "juiceFsConfig"];
    const table: Readonly<Record<string, { frozen: boolean }>> = FUNCTION_SETTINGS;
    for (const path of pathsIn(FUNCTION)) {
      const field = String(path[0]);
      const [open, closed] = await of(put(FUNCTION, path, UNKNOWN) as Props);
      const whole = path.length === 1 && field === "environmentVariables";
      const frozen = table[field]?.frozen === true && !secret.includes(field) && path[1] !== "path";
      expect({ path, open }).toEqual({ path, open: frozen || whole ? UNKNOWN : PINNED.full[0] });
      expect({ path, closed }).toEqual({ path, closed: secret.includes(field) ? UNKNOWN : PINNED.full[1] });
    }
  });

  it("changes with each frozen setting that is set", async () => {
    const fields = Object.entries(FUNCTION_SETTINGS).filter(([field, { frozen }]) => frozen && field in FUNCTION);
    expect(fields.length).toBeGreaterThan(18);
    for (const [field] of fields) {
      const { [field]: _gone, ...rest } = FUNCTION;
      const changed = { runtime: "nodejs18", handler: "other.handler", code: { path: "./src", hash: "t1:x" } }[field];
      const size = { memorySize: 1088, cpu: 0.55, diskSize: 10_240, timeout: 9, instanceConcurrency: 9 }[field];
      const news = { ...rest, ...((changed ?? size) ? { [field]: changed ?? size } : {}) };
      if (field === "internetAccess") continue; // Set to what its absence means.
      expect({ field, prints: await of(news) }).not.toEqual({ field, prints: PINNED.full });
    }
  });
});
