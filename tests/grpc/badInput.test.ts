/**
 * Every argument of every resource: a wrong value is refused with its property before any request, and the limits are accepted.
 * `badInput.deep.ts` gives every value of the tables.
 */
import { FUNCTION_SETTINGS } from "../../provider/core/function";
import type { Kind } from "../../provider/resources/tokens";
import { TABLES } from "./badInput";
import { emulator, given, least, provider, testArguments } from "./everyArgument";
import { CONTAINER, type Props } from "./inputs";

testArguments(1);

/** The members of an argument, from the error message of `check`; none if the argument is not an object. */
async function membersOf(kind: Kind, way: string): Promise<string[]> {
  const answers = [{ nonsense: 1 }, [{ nonsense: 1 }]].map(async (value) => {
    const { failures } = await provider.of(kind).check({}, given(kind, way, value));
    return failures.map(({ reason }) => /has no nonsense; allowed: (.*)$/.exec(reason)?.[1]);
  });
  const told = (await Promise.all(answers)).flat().filter((members) => members !== undefined);
  return told.flatMap((members) => members.split(", "));
}

it.each(TABLES)("%s: the table of bad inputs has a row for every argument, at any depth", async (kind, table) => {
  const top = kind === "Function" ? Object.keys(FUNCTION_SETTINGS) : [];
  const members = Object.keys(table).map(async (way) => (await membersOf(kind, way)).map((name) => `${way}.${name}`));
  const ways = [...top, ...(await Promise.all(members)).flat()];
  const made = /^code\.(path|hash|problem)$/; // the resource class sets these members
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
    "canary.weight: got 100 while versionId names the main version; to promote the canary, set versionId to the canary's " +
      "version, or remove versionId",
  ],
])("%s: refuses %s", async (kind, _what, wrong, message) => {
  const before = emulator.requests.length;
  const { failures } = await provider.of(kind).check({}, { ...least(kind), ...wrong });
  expect(failures.map(({ reason }) => reason)).toEqual([message]);
  expect(emulator.requests.length).toBe(before);
});

it("one error lists every wrong argument, each once", async () => {
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

/** Secrets in right and in wrong places. The refusal must not contain any part of them. */
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
])("the error message does not contain %s", async (_what, wrong) => {
  const { failures } = await provider.of("Function").check({}, { ...least("Function"), ...wrong });
  expect(failures).toHaveLength(1);
  expect(JSON.stringify(failures)).not.toContain("hunter2");
});
