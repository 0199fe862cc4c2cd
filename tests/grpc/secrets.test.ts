/** Errors of the service that quote a secret: the provider process removes the secret in any form. */
import { spawnSync } from "node:child_process";
import type { Emulator } from "../../emulator";
import { hashCode } from "../../provider/code";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type CallError, type ProviderProcess, tokenAt } from "../support/providerProcess";
import { root } from "../support/root";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;

const PEM = [
  "-----BEGIN PRIVATE KEY-----",
  "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
  "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu",
  "-----END PRIVATE KEY-----",
].join("\n");
const LINES = PEM.split("\n");
const TOKEN = `p@ss/word+"with" 100%`;
const FORMS: Record<string, string> = {
  raw: PEM,
  "json-escaped": JSON.stringify({ KEY: PEM, TOKEN }),
  "one line of several": `line 2 is wrong: ${LINES[1]}`,
  base64: Buffer.from(PEM).toString("base64"),
  "base64 of all variables": Buffer.from(JSON.stringify({ KEY: PEM, TOKEN })).toString("base64"),
  base64url: Buffer.from(PEM).toString("base64url"),
  percent: encodeURIComponent(PEM) + encodeURIComponent(TOKEN),
};

let emulator: Emulator;
let provider: ProviderProcess;
let folder: string;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, folder, close } = await startEmulatedProvider("grpc-secrets"));
});

afterAll(() => close());

afterEach(() => emulator.faults.clear());

async function checked(functionName: string, more: Props = {}): Promise<Props> {
  const { region, accountId } = emulator;
  const { inputs, failures } = await provider.of("Function").check(
    {},
    {
      ...{ region, accountId, functionName, runtime: "nodejs20", handler: "index.handler" },
      resourceUrn: `urn:pulumi:dev::shop::${tokenAt("Function")}::${functionName}`,
      code: { path: "src", hash: hashCode("src", folder) },
      environmentVariables: { KEY: PEM, TOKEN },
      ...more,
    },
  );
  expect(failures).toEqual([]);
  return opened(inputs);
}

/** The parts of the test's secrets that a text contains, plain or encoded. The encoded forms are computed here. */
function leaks(text: string): string[] {
  const stretches = [...LINES.slice(1, 3), TOKEN, "p@ss", "p%40ss", "MIIEvQIBADAN"];
  const encoded = Buffer.from(PEM).toString("base64").slice(40, 80);
  const inner = ["", "x", "xx"].map((shift) => Buffer.from(shift + PEM).toString("base64").slice(40, 80)); // prettier-ignore
  const all = [...stretches, encoded, ...inner, ...inner.map((one) => one.replace(/\+/g, "-").replace(/\//g, "_"))];
  return all.filter((stretch) => text.includes(stretch));
}

async function failure(call: Promise<unknown>): Promise<CallError> {
  return await call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (error: unknown) => error as CallError,
  );
}

it.each(Object.entries(FORMS))("a refused create: %s", async (_form, quoted) => {
  const inputs = await checked("refused");
  const message = `variable KEY is wrong: ${quoted} (end)`;
  emulator.faults.add({
    operation: "CreateFunction",
    action: { kind: "reject", status: 400, code: "InvalidArgument", message },
  });
  const { details } = await failure(provider.of("Function").create(inputs));
  expect(details).toContain("variable KEY is wrong: ");
  expect(details).toContain("[secret]");
  expect(details).toMatch(/\(end\) \(HTTP 400, code InvalidArgument, request id \S+\)/);
  expect(leaks(details)).toEqual([]);
});

it("an unfinished function: the reasons in state and on the screen contain no secret value", async () => {
  const inputs = await checked("unfinished");
  emulator.faults.add({
    operation: "GetFunction",
    nth: 2,
    times: Infinity,
    action: { kind: "reject", status: 403, code: "AccessDenied", message: `KEY=${PEM}` },
  });
  const { details, kept } = await failure(provider.of("Function").create(inputs));
  expect(leaks(details + JSON.stringify(kept?.reasons ?? []))).toEqual([]);
});

it("no message contains a secret of a read, of an older run or of another argument", async () => {
  const inputs = await checked("read", { description: "a-secret-description", secretInputs: ["description"] });
  const { id, outs } = await provider.of("Function").create(inputs);
  const plan = (operation: string) =>
    emulator.faults.add({
      operation,
      action: { kind: "reject", status: 400, code: "InvalidArgument", message: `a-secret-description ${PEM}` },
    });
  const state = opened(outs);
  plan("UpdateFunction");
  const news = { ...(await checked("read")), environmentVariables: { KEY: "another-value" } };
  const updated = await failure(provider.of("Function").update(id, state, news));
  plan("GetFunction");
  const read = await failure(provider.of("Function").read(id, state));
  for (const { details } of [updated, read]) {
    expect(details).toContain("[secret]");
    expect(leaks(details)).toEqual([]);
    expect(details).not.toContain("a-secret-description");
  }
});

it("a warning contains no secret value, and names its object", () => {
  const script = `
    const v1 = require("pulumi-alicloud-fc/v1");
    const path = require("node:path");
    const runtime = require(path.join(${JSON.stringify(root)}, "dist", "provider", "runtime"));
    const inputs = { functionName: "prod", environmentVariables: { STAGE: "prod", KEY: ${JSON.stringify(PEM)} } };
    v1.Function.check({}, inputs).then(() => {
      runtime.warn("urn", "function prod is kept: " + JSON.stringify(inputs.environmentVariables));
    });`;
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { stderr: shown } = spawnSync(process.execPath, ["-e", script.replace(/\n/g, " "), "--", "x"], options);
  expect(shown).toContain('warning: function prod is kept: {"STAGE":"prod","KEY":"[secret]"}');
  expect(leaks(shown)).toEqual([]);
});
