/** A stack of the plain resources changes its language in the middle of a canary, with environment variables. */
import { type LanguageBench, hostsOnPath, languageBench, pluginFolder } from "../support/languages";
import type { ProgramFolder } from "../support/program";

jest.setTimeout(600_000);

/** The environment variable of each function. One value is plain, and the other is a secret. */
const VALUES = { plain: "visible", hidden: "hunter-two" } as const;
type Name = keyof typeof VALUES;
const NAMES = Object.keys(VALUES) as Name[];

const SETTINGS = (name: Name) => ({
  ...{ functionName: name, runtime: "nodejs20", handler: "index.handler", code: "./src" },
});

const inJavaScript = (program: ProgramFolder) => {
  program.file("Pulumi.yaml", "name: canary\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n");
  const resources = NAMES.map((name) => {
    const value = name === "hidden" ? `pulumi.secret("${VALUES[name]}")` : `"${VALUES[name]}"`;
    return `
  const fn = new fc.Function("${name}", { ...${JSON.stringify(SETTINGS(name))}, environmentVariables: { A: ${value} } });
  const version = new fc.Version("${name}", { function: fn });
  const { versionId } = version;
  new fc.Alias("${name}", { function: fn, aliasName: "plain", canary: { versionId, weight: 10 } });
  exports.${name} = new fc.Release("${name}", { function: fn, aliasName: "live", version, weight: 25 }).split;`;
  });
  const head = `const pulumi = require("@pulumi/pulumi");\nconst fc = require("pulumi-alicloud-fc");\n`;
  program.file("index.js", `${head}${resources.map((text) => `{${text}\n}\n`).join("")}`);
};

type Form = { readonly function: readonly string[]; readonly version: readonly string[] };
/** The documented form: the program passes every member that a TypeScript program passes. */
const WHOLE: Form = {
  function: ["functionName", "fingerprint", "environmentFingerprint", "revision", "content"],
  version: ["versionId", "fingerprint", "environmentFingerprint", "revision"],
};
/** The least that the plugin accepts, as for a function of another stack. */
const LEAST: Form = {
  function: ["functionName", "fingerprint", "revision"],
  version: ["versionId", "fingerprint", "revision"],
};
/** The version has no hash of environment values, but the program passes this output to the release. */
const MIXED: Form = { function: LEAST.function, version: WHOLE.version };

const inYaml = (form: Form) => (program: ProgramFolder) => {
  const members = (of: string, names: readonly string[]) =>
    Object.fromEntries(names.map((member) => [member, `\${${of}.${member}}`]));
  const resources = NAMES.flatMap((name) => {
    const A = name === "hidden" ? { "fn::secret": VALUES[name] } : VALUES[name];
    const resource = (kind: string, properties: object) =>
      [`${name}${kind}`, { type: `alicloud-fc:${kind}`, name, properties }] as const;
    const [fn, version] = [`${name}Function`, `${name}Version`];
    const like = members(fn, ["functionName"]);
    const canary = { versionId: `\${${version}.versionId}`, weight: 10 };
    return [
      resource("Function", { ...SETTINGS(name), environmentVariables: { A } }),
      resource("Version", { function: members(fn, form.function) }),
      resource("Alias", { function: like, aliasName: "plain", canary }),
      resource("Release", { function: like, aliasName: "live", version: members(version, form.version), weight: 25 }),
    ];
  });
  const program_ = {
    ...{ name: "canary", runtime: "yaml", packages: { "alicloud-fc": pluginFolder } },
    resources: Object.fromEntries(resources),
    outputs: Object.fromEntries(NAMES.map((name) => [name, `\${${name}Release.split}`])),
  };
  // JSON is valid YAML.
  program.file("Pulumi.yaml", JSON.stringify(program_, undefined, 2));
};

interface State {
  readonly deployment: { readonly resources?: { type: string; id?: string; inputs?: object; outputs?: object }[] };
}

let bench: LanguageBench;

/** Our resources in state, without what names the language: the URN, and the names of function and version. */
async function state(): Promise<unknown> {
  const { deployment } = (await bench.stack.exportStack()) as State;
  const key = ({ id = "", type }: { id?: string; type: string }) => `${id} ${type.split(":").at(-1) ?? ""}`;
  const ours = (deployment.resources ?? []).filter(({ type }) => /alicloud-fc:(index:)?[A-Z]/.test(type));
  const own = ours
    .sort((a, b) => key(a).localeCompare(key(b)))
    .map(({ id, inputs, outputs }) => {
      const { function: _function, version: _version, ...rest } = inputs as Record<string, unknown>;
      return { id, inputs: { ...rest, resourceUrn: "" }, outputs: { ...outputs, resourceUrn: "" } };
    });
  return JSON.parse(JSON.stringify(own, (name, value: unknown) => (name === "ciphertext" ? "…" : value)));
}

/** The mark of a secret in state. Source: Pulumi `sdk/go/common/resource/properties.go` (SecretSig). */
const holdsSecret = (members: unknown) => JSON.stringify(members).includes("1b47061264138c4ac30d75fd1eb44270");

describe.each([
  ["JavaScript, then YAML with all members", inJavaScript, inYaml(WHOLE), true],
  ["YAML with all members, then JavaScript", inYaml(WHOLE), inJavaScript, true],
  ["JavaScript, then YAML with the least members", inJavaScript, inYaml(LEAST), false],
  ["YAML with a hash that the version has not, then JavaScript", inYaml(MIXED), inJavaScript, false],
] as const)("%s", (_what, first, second, same) => {
  beforeAll(async () => {
    bench = await languageBench(first, hostsOnPath("yaml"));
    await bench.up();
    bench.code("two");
    const { outputs } = await bench.stack.up();
    expect(NAMES.map((name) => outputs[name]?.value as unknown)).toEqual([
      { "1": 95, "2": 5 },
      { "1": 95, "2": 5 },
    ]);
  });

  afterAll(() => bench.close());

  it("no change in either language, and nothing is sent", async () => {
    const before = await state();
    await bench.unchanged();
    second(bench.program);
    await bench.unchanged();
    if (same) expect(await state()).toEqual(before);
    first(bench.program);
    await bench.unchanged();
    if (same) expect(await state()).toEqual(before);
  });

  it("values that are not secrets are not secrets in state", async () => {
    const all = (await state()) as { id: string }[];
    // What a release remembers of all its versions is always a secret.
    const remembered = (name: string, value: unknown) => (name === "environments" ? undefined : value);
    const plain = JSON.parse(
      JSON.stringify(
        all.filter(({ id }) => id.includes(":plain")),
        remembered,
      ),
    ) as object[];
    expect(plain).toHaveLength(4);
    expect([holdsSecret(plain), holdsSecret(all), bench.stored().includes(VALUES.hidden)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});
