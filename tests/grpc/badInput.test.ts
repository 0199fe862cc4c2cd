/** Every argument of every resource: what is no good is refused before any request, and by name; the edges are taken. */
import type { Emulator } from "../../emulator";
import { FUNCTION_SETTINGS } from "../../provider/core/function";
import type { Kind } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type ProviderProcess, tokenAt } from "../support/providerProcess";
import { TABLES } from "./badInput";

type Props = Record<string, unknown>;

const CODE = { path: "./src", hash: "t1:abc" };
const CONTAINER = { runtime: "custom-container", code: null };

/** Members that stand beside an argument, so that it alone is wrong. */
const BESIDE: Readonly<Record<string, Props>> = {
  code: { ossBucketName: "my-code", ossObjectName: "api.zip" },
  logConfig: { project: "p", logstore: "l" },
  customContainerConfig: { image: "r/x:1" },
  "customDNS.dnsOptions": { name: "ndots" },
  gpuConfig: { gpuType: "fc.gpu.ada.1", gpuMemorySize: 1024 },
  "juiceFsConfig.mountPoints": { mountDir: "/j" },
  "nasConfig.mountPoints": { serverAddr: "a:/", mountDir: "/n" },
  "ossMountConfig.mountPoints": { bucketName: "b", mountDir: "/o" },
  "polarFsConfig.mountPoints": { instanceId: "pfs-1", mountDir: "/p" },
  tracingConfig: { type: "Jaeger" },
  vpcConfig: { vpcId: "v", vSwitchIds: ["s"], securityGroupId: "g" },
  canary: { versionId: "2", weight: 10 },
  steps: { weight: 5 },
  "analysis.logs": { project: "judged", logstore: "requests" },
};
/** Lists on the way to an argument. */
const LISTS = /^(steps|customDNS\.dnsOptions|(juiceFsConfig|nasConfig|ossMountConfig|polarFsConfig)\.mountPoints)$/;

let emulator: Emulator;
let provider: ProviderProcess;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("bad-input", {}));
});

afterAll(() => close());

/** The least a resource takes. */
function least(kind: Kind): Props {
  const own: Record<Kind, Props> = {
    Release: { aliasName: "live", versionId: "1", fingerprint: "f1:aaaaaaaa" },
    HttpTrigger: { triggerName: "http", qualifier: "prod" },
    Function: { runtime: "nodejs20", handler: "index.handler", code: CODE },
    Version: { fingerprint: "f1:a" },
    Alias: { aliasName: "prod", canary: { versionId: "1", weight: 0 } },
  };
  const { region, accountId } = emulator;
  const resourceUrn = `urn:pulumi:dev::shop::${tokenAt(kind)}::api`;
  return { region, accountId, functionName: "api", resourceUrn, ...own[kind] };
}

/** Inputs with a value at the end of a way; only what stands on that way is there besides the least. */
function given(kind: Kind, way: string, value: unknown): Props {
  const [field = "", ...steps] = way.split(".");
  const container = field === "customContainerConfig" ? CONTAINER : {};
  return { ...least(kind), ...container, [field]: nested(field, steps, value) };
}

function nested(at: string, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  const members = { ...BESIDE[at], [step]: nested(`${at}.${step}`, rest, value) };
  return LISTS.test(at) ? [members] : members;
}

/** The way as a message shows it. */
function named(way: string): string {
  const steps = way.split(".");
  const shown = steps.map((step, i) => (LISTS.test(steps.slice(0, i + 1).join(".")) && i < steps.length - 1 ? `${step}[0]` : step)); // prettier-ignore
  return shown.join(".").replace(/^connection\./, "").replace(/^waitSeconds/, "customTimeouts"); // prettier-ignore
}

/** The whole message of a row; one that begins with `!` names its property itself. */
function whole(way: string, message: string): string {
  return message.startsWith("!") ? message.slice(1) : `${named(way)}${message}`;
}

it.each(TABLES)("%s: shows no value of an argument that the program gave as a secret", async (kind, table) => {
  for (const [way, { refused }] of Object.entries(table)) {
    const field = named(way).split(/[.[]/)[0];
    for (const [value] of refused) {
      const news = { ...given(kind, way, value), secretInputs: [field] };
      const { failures } = await provider.of(kind).check({}, news);
      const told = failures.map(({ reason }) => reason.replace(/; allowed.*/s, ""));
      for (const reason of told) expect(reason).toMatch(/^[^:]+: (required|got a secret)/);
    }
  }
});

describe.each(TABLES)("%s", (kind, table) => {
  const ways = Object.entries(table);

  it.each(ways)("%s: refuses what it is not, with property, value and what it may be", async (way, { refused }) => {
    const before = emulator.requests.length;
    const answers = [];
    for (const [value] of refused) {
      const { failures } = await provider.of(kind).check({}, given(kind, way, value));
      answers.push({ value, reasons: failures.map(({ reason }) => reason) });
    }
    expect(answers).toEqual(refused.map(([value, message]) => ({ value, reasons: [whole(way, message)] })));
    expect(emulator.requests.length).toBe(before);
  });

  it.each(ways)("%s: takes what is just right", async (way, { accepted }) => {
    for (const value of accepted) {
      const { failures } = await provider.of(kind).check({}, given(kind, way, value));
      expect({ value, failures }).toEqual({ value, failures: [] });
    }
  });
});

/** The members an argument has, as `check` itself tells them; none where it is no structure. */
async function membersOf(kind: Kind, way: string): Promise<string[]> {
  const answers = [{ nonsense: 1 }, [{ nonsense: 1 }]].map(async (value) => {
    const { failures } = await provider.of(kind).check({}, given(kind, way, value));
    return failures.map(({ reason }) => /has no nonsense; allowed: (.*)$/.exec(reason)?.[1]);
  });
  const told = (await Promise.all(answers)).flat().filter((members) => members !== undefined);
  return told.flatMap((members) => members.split(", "));
}

it.each(TABLES)("%s: no argument is without a row, at any depth", async (kind, table) => {
  const top = kind === "Function" ? Object.keys(FUNCTION_SETTINGS) : [];
  const members = Object.keys(table).map(async (way) => (await membersOf(kind, way)).map((name) => `${way}.${name}`));
  const ways = [...top, ...(await Promise.all(members)).flat()];
  const made = /^code\.(path|hash|problem)$/; // by the resource class
  expect(ways.filter((way) => !made.test(way) && !(table[way]?.refused.length ?? 0))).toEqual([]);
  expect(Object.keys(table).filter((way) => table[way]?.refused.length === 0)).toEqual([]);
});

it.each<[Kind, string, object, string]>([
  [
    "Function",
    "memory that the CPUs cannot have",
    { memorySize: 512, cpu: 4 },
    "cpu: got 4 vCPU with 512 MB; allowed: 1 to 4 GB of memory for each vCPU",
  ],
  [
    "Function",
    "memory that is too much for the CPUs",
    { memorySize: 2048, cpu: 0.1 },
    "cpu: got 0.1 vCPU with 2048 MB; allowed: 1 to 4 GB of memory for each vCPU",
  ],
  [
    "Function",
    "code beside an image",
    { runtime: "custom-container", customContainerConfig: { image: "r/x:1" } },
    'code: not allowed with runtime "custom-container": the image is the code',
  ],
  [
    "Function",
    "an image for another runtime",
    { customContainerConfig: { image: "r/x:1" } },
    'customContainerConfig: a container image needs runtime: "custom-container"; got "nodejs20"',
  ],
  ["Function", "a name spelt wrong", { memory: 512 }, "memory: there is no such argument; check its spelling"],
  ["Version", "a name spelt wrong", { trigger: [] }, "trigger: there is no such argument; check its spelling"],
  ["Alias", "a name spelt wrong", { cannary: {} }, "cannary: there is no such argument; check its spelling"],
  [
    "Version",
    "a function's name alone",
    { fingerprint: null },
    "fingerprint: required; a function's name alone does not say when to publish: pass the Function itself, or " +
      "fingerprint or triggers",
  ],
  ["Alias", "nothing to point to", { canary: null }, "versionId: required; give versionId, canary, or both"],
  ["Release", "a name spelt wrong", { wait: 5 }, "wait: there is no such argument; check its spelling"],
  ["HttpTrigger", "a name spelt wrong", { method: [] }, "method: there is no such argument; check its spelling"],
  [
    "Alias",
    "all traffic for one, and another main version",
    { versionId: "1", canary: { versionId: "2", weight: "100%" } },
    "canary.weight: got 100 while versionId names the main version; promote by setting versionId to the canary's " +
      "version, or leave versionId out",
  ],
])("%s: refuses %s", async (kind, _what, wrong, message) => {
  const before = emulator.requests.length;
  const { failures } = await provider.of(kind).check({}, { ...least(kind), ...wrong });
  expect(failures.map(({ reason }) => reason)).toEqual([message]);
  expect(emulator.requests.length).toBe(before);
});

it("names everything that is wrong at once, each once", async () => {
  const wrong = { region: "", handler: "", timeout: 0, tags: { a: 1, b: 2 }, functionName: "1" };
  const { failures } = await provider.of("Function").check({}, { ...least("Function"), ...wrong });
  const named = failures.map(({ reason }) => reason.split(":")[0]);
  expect(named).toEqual(["region", "handler", "functionName", "timeout", "tags.a", "tags.b"]);
});

const SECRET = "hunter2-plaintext";
const image = (registryConfig: unknown) => ({
  ...CONTAINER,
  customContainerConfig: { image: "r/x:1", registryConfig },
});
const juice = (mountPoints: unknown) => ({ juiceFsConfig: { mountPoints } });

/** Secrets where they belong and where they do not: nothing of them may be in a refusal. */
it.each<[string, Props]>([
  ["environment values as text", { environmentVariables: `TOKEN=${SECRET}` }],
  ["environment values as a list", { environmentVariables: [`TOKEN=${SECRET}`] }],
  ["a structure as an environment value", { environmentVariables: { TOKEN: { value: SECRET } } }],
  ["an environment value of a reserved name", { environmentVariables: { FC_TOKEN: SECRET } }],
  ["too many environment values", { environmentVariables: { A: SECRET.repeat(300) } }],
  ["JuiceFS as text", { juiceFsConfig: SECRET }],
  ["a mount point that is no list", juice({ mountDir: "/j", token: SECRET })],
  ["a mount point as text", juice([SECRET])],
  ["mount points as text", juice(SECRET)],
  ["a token on two lines", juice([{ mountDir: "/j", token: `${SECRET}\n` }])],
  ["a token in a list", juice([{ mountDir: "/j", token: [SECRET] }])],
  ["a long token", juice([{ mountDir: "/j", token: SECRET.repeat(300) }])],
  ["JuiceFS variables as a list", { juiceFsConfig: { envs: [`TOKEN=${SECRET}`] } }],
  ["JuiceFS variables as text", { juiceFsConfig: { envs: SECRET } }],
  ["a structure as a JuiceFS variable", { juiceFsConfig: { envs: { TOKEN: { value: SECRET } } } }],
  ["a registry as text", image(`user:${SECRET}`)],
  ["a registry's login as text", image({ authConfig: `user:${SECRET}` })],
  ["a password on two lines", image({ authConfig: { password: `${SECRET}\n` } })],
  ["tracing as a list", { tracingConfig: { type: "Jaeger", params: [SECRET] } }],
])("keeps %s out of the refusal", async (_what, wrong) => {
  const { failures } = await provider.of("Function").check({}, { ...least("Function"), ...wrong });
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).not.toContain("hunter2");
});
