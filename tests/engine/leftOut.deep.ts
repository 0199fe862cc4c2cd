/** Outputs of arguments that a program leaves out can be read, on the real engine. */
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, changes, workbench } from "../support/engine";

let bench: Workbench;
let program: (code: string) => Record<string, unknown>;

beforeAll(async () => {
  bench = await workbench((code) => Promise.resolve(program(code)));
});

afterAll(() => bench.close());

const ROLE = "acs:ram::1234567890123456:role/api";
const least = (code: string) => ({ functionName: "api", runtime: "nodejs20", handler: "index.handler", code });

/** A function with a version and an alias. Returns the members that the program leaves out. */
function stack(fn: fc.Function): Record<string, unknown> {
  const version = new fc.Version("api", { function: fn });
  const alias = new fc.Alias("api", { function: fn, aliasName: "prod", versionId: version.versionId });
  const read = { tags: fn.tags, layers: fn.layers, texts: [fn.description, version.description, alias.description] };
  return Object.fromEntries(Object.entries(read).map(([name, value]) => [name, shown(value)]));
}

/** The value as JSON, because the engine does not store an output that is undefined. */
function shown(value: unknown): pulumi.Output<string> {
  const json: pulumi.Output<unknown> = pulumi.output(value as Promise<unknown>);
  return json.apply((known) => JSON.stringify(known ?? null, (_key, part: unknown) => part ?? null));
}

async function up(): Promise<Record<string, unknown>> {
  const { outputs, summary } = await bench.stack.up();
  const values = Object.entries(outputs).map(([name, { value }]) => [name, value as unknown]);
  return { ...Object.fromEntries(values), steps: changes(summary.resourceChanges) } as Record<string, unknown>;
}

it("are undefined after the first run, and unknown in its preview", async () => {
  const known: string[] = [];
  program = (code) => {
    const fn = new fc.Function("api", { ...least(code), tags: { team: "shop" }, role: pulumi.secret(ROLE) });
    fn.layers.apply(() => known.push("layers"));
    fn.tags.apply(() => known.push("tags"));
    return stack(fn);
  };
  await bench.stack.preview();
  expect(known).toEqual(["tags"]);
  expect(await up()).toMatchObject({ tags: '{"team":"shop"}', layers: "null", texts: "[null,null,null]" });
});

it("have the value in state under ignoreChanges, and a secret stays one", async () => {
  let secret: boolean | undefined;
  program = (code) => {
    const fn = new fc.Function("api", least(code), { ignoreChanges: ["tags", "role"] });
    void pulumi.isSecret(fn.role).then((found) => (secret = found));
    return { ...stack(fn), role: pulumi.unsecret(fn.role) };
  };
  expect(await up()).toMatchObject({ tags: '{"team":"shop"}', layers: "null", role: ROLE, steps: {} });
  expect(secret).toBe(true);
});

it("have the value that a transform of the engine gives", async () => {
  program = (code) => {
    pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
      type === fc.Function.__pulumiType ? { props: { ...props, description: "transformed" }, opts } : undefined,
    );
    return stack(new fc.Function("api", least(code)));
  };
  expect(await up()).toMatchObject({ tags: "null", layers: "null", texts: '["transformed",null,null]' });
});
