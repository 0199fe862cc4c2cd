/**
 * Secrets on the real engine: neither a secret nor its hash is plain text in state, on the screen, in errors, or in
 * dependent resources.
 */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as fc from "pulumi-alicloud-fc";
import { type Workbench, failure, workbench } from "../support/engine";

let bench: Workbench;

/** The places of secrets in the program. The text of a secret contains its place and the value of `turn`. */
const PLACES = [
  ...["config", "variable", "file-system", "description", "version", "trigger", "alias", "tag", "whole", "hook"],
] as const;
const settings = { turn: "one", bad: false, note: "" };
const plain = (place: (typeof PLACES)[number], turn = settings.turn) => `hunter2-${place}-${turn}`;
const secret = (place: (typeof PLACES)[number]) => pulumi.secret(plain(place));

function program(code: string): Promise<Record<string, unknown>> {
  const least = { runtime: "nodejs20", handler: "index.handler", code };
  const bad = settings.bad ? "\n" : "";
  const fn = new fc.Function("api", {
    functionName: "api",
    ...least,
    description: secret("description").apply((text) => text + bad),
    environmentVariables: { TOKEN: new pulumi.Config().requireSecret("token"), OTHER: secret("variable") },
    juiceFsConfig: { mountPoints: [{ mountDir: "/j", token: secret("file-system") }] },
    tags: { team: secret("tag") },
  });
  const version = new fc.Version("api", {
    function: fn,
    description: secret("version").apply((text) => text + settings.note),
    triggers: [secret("trigger")],
  });
  const canary = { versionId: version.versionId, weight: 10 };
  const alias = new fc.Alias("api", { function: fn, aliasName: "prod", canary, description: secret("alias") });
  const whole = pulumi.secret({
    description: plain("whole"),
    environmentVariables: { TOKEN: plain("whole") },
    instanceLifecycleConfig: { initializer: { handler: plain("hook") } },
    timeout: 30,
  });
  const { description, environmentVariables, instanceLifecycleConfig, timeout } = whole;
  const more = { description, environmentVariables, instanceLifecycleConfig, timeout };
  const second = new fc.Function("whole", { functionName: "whole", ...least, ...more });
  new fc.Version("whole", { function: second.ref });
  const seen = settings.turn === "one" ? undefined : fc.Function.get("seen", { functionName: "dependent" });
  new fc.Function("dependent", {
    functionName: "dependent",
    ...least,
    environmentVariables: { COPY: fn.environmentVariables.apply((all) => all?.["TOKEN"] ?? "") },
    juiceFsConfig: { mountPoints: [{ mountDir: "/j", token: secret("file-system") }] },
  });
  new fc.Function("bare", { functionName: "bare", ...least });
  return Promise.resolve({
    variables: fn.environmentVariables,
    seen: seen?.environmentVariables,
    fingerprint: fn.fingerprint,
    derived: pulumi.all([fn.environmentFingerprint, fn.content, second.environmentFingerprint, second.content]),
    description: fn.description,
    ref: fn.ref,
    split: alias.split,
    versionId: version.versionId,
  });
}

beforeAll(async () => {
  bench = await workbench(program);
  await bench.stack.setConfig("token", { value: plain("config"), secret: true });
});

afterAll(() => bench.close());

/** A text and its unsalted hashes. None of these may appear. */
function traces(text: string): [string, string][] {
  const hashes = ["sha256", "sha1", "md5"].flatMap((algorithm) =>
    (["hex", "base64"] as const).map((form): [string, string] => [
      `${algorithm} in ${form}`,
      createHash(algorithm).update(text).digest(form).slice(0, 16),
    ]),
  );
  return [["plain text", text], ["base64", Buffer.from(text).toString("base64").slice(0, -4)], ...hashes];
}

const derived: string[] = [];

/** The secrets of this test, or their hashes, that appear in a text. */
function leaks(text: string): string[] {
  const texts = PLACES.flatMap((place) => ["one", "two"].map((turn) => plain(place, turn)));
  const found = texts.flatMap((one) => traces(one).map(([how, trace]) => [`${one}: ${how}`, trace] as const));
  const computed = derived.map((value) => [`derived ${value}`, value] as const);
  return [...found, ...computed].filter(([, trace]) => text.includes(trace)).map(([what]) => what);
}

it("up: no secret value is on the screen or in state as plain text; outputs that contain secrets are secrets; the fingerprint is not", async () => {
  const { outputs, stdout, stderr } = await bench.stack.up({ diff: true });
  derived.push(...(outputs["derived"]?.value as string[]));
  expect(derived.every((value) => value.length > 16)).toBe(true);
  expect(leaks(stdout + stderr)).toEqual([]);
  expect(leaks(bench.state())).toEqual([]);
  expect(bench.state()).toContain('"functionName":"api"'); // proves that the state was searched
  const isSecret = Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.secret]));
  expect(isSecret).toEqual({
    ...{ variables: true, derived: true, description: true },
    ...{ fingerprint: false, ref: false, split: false, versionId: false },
  });
  expect(outputs["variables"]?.value).toEqual({ TOKEN: plain("config"), OTHER: plain("variable") });
});

/**
 * With `-v=9`, the engine and its SDK print the properties of every call, including secrets. Pulumi documents this. The
 * pattern matches these lines.
 */
const ENGINE =
  /"msg":"(eventSink::Debug\(<\{%reset%\}>)?(Marshaling|Unmarshaling) property for RPC\[|(Register|Read)Resource RPC finished:/;

it("preview and up of changed secrets show that they changed, and no part of their values; with -v=9 only the engine's own lines about its calls contain them", async () => {
  settings.turn = "two";
  await bench.stack.setConfig("token", { value: plain("config"), secret: true });
  const preview = await bench.stack.preview({ diff: true });
  expect(preview.stdout).toContain("environmentVariables");
  expect(leaks(preview.stdout + preview.stderr)).toEqual([]);
  const { outputs, stdout, stderr } = await bench.stack.up({ diff: true, logVerbosity: 9, logToStdErr: true });
  derived.push(...(outputs["derived"]?.value as string[]));
  expect(outputs["versionId"]?.value).toBe("2");
  expect(outputs["seen"]).toEqual({ value: { COPY: plain("config", "one") }, secret: true });
  const lines = `${stdout}\n${stderr}`.split("\n");
  expect(lines.some((line) => ENGINE.test(line))).toBe(true);
  expect(lines.filter((line) => !ENGINE.test(line)).flatMap(leaks)).toEqual([]);
  expect(leaks(bench.state())).toEqual([]);
});

it("a refresh finds a secret value that was changed by hand, and the new value is a secret", async () => {
  const config = bench.emulator.store.functions.get("api")?.config ?? {};
  Object.assign(config, {
    environmentVariables: { TOKEN: plain("config", "one"), OTHER: plain("variable", "one") },
    description: plain("description", "one"),
    juiceFsConfig: { mountPoints: [{ mountDir: "/j", token: plain("file-system", "one") }] },
  });
  const bare = bench.emulator.store.functions.get("bare")?.config ?? {};
  Object.assign(bare, { environmentVariables: { TOKEN: plain("variable", "one") } });
  const { stdout, stderr } = await bench.stack.refresh();
  expect(leaks(stdout + stderr)).toEqual([]);
  expect(leaks(bench.state())).toEqual([]);
  const preview = await bench.stack.preview({ diff: true });
  expect(leaks(preview.stdout + preview.stderr)).toEqual([]);
});

it("an error about a secret value does not contain the value", async () => {
  settings.bad = true;
  const message = await failure(bench.stack.preview());
  settings.bad = false;
  expect(message).toContain("description: got a secret; allowed: text of at most 256 characters on one line");
  expect(leaks(message)).toEqual([]);
});

it("a publish without a change is refused with a message that does not contain the secret description", async () => {
  settings.note = " again";
  const message = await failure(bench.stack.preview());
  settings.note = "";
  expect(message).toContain("version api of function api: only the description changed (to (a secret))");
  expect(leaks(message)).toEqual([]);
});
