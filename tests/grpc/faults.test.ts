/**
 * The provider process over gRPC, with lost answers: each call that changes something is applied once, and the result for state is
 * complete. The answer is lost after the change was applied. The process uses the real clock.
 */
import { type Emulator, type FaultAction } from "../../emulator";
import { hashCode } from "../../provider/code";
import { type Kind, providerText } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type CallError, type ProviderProcess, tokenAt } from "../support/providerProcess";
import { opened } from "../support/wire";

type Props = Record<string, unknown>;
interface Stored {
  id: string;
  outs: Props;
}

let emulator: Emulator;
let provider: ProviderProcess;
let folder: string;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, folder, close } = await startEmulatedProvider("grpc-faults", {
    one: `exports.handler = async () => "one";\n`,
    two: `exports.handler = async () => "two";\n`,
  }));
});

afterAll(() => close());

afterEach(() => emulator.faults.clear());

async function checked(kind: Kind, own: Props): Promise<Props> {
  const { region, accountId } = emulator;
  const resourceUrn = `urn:pulumi:dev::shop::${tokenAt(kind)}::api`;
  const { inputs, failures } = await provider.of(kind).check({}, { region, accountId, resourceUrn, ...own });
  expect(failures).toEqual([]);
  return opened(inputs);
}

async function up(kind: Kind, own: Props, state?: Stored): Promise<Stored> {
  const inputs = await checked(kind, own);
  if (state !== undefined)
    return { id: state.id, outs: opened(await provider.of(kind).update(state.id, state.outs, inputs)) };
  const { id, outs } = await provider.of(kind).create(inputs);
  return { id, outs: opened(outs) };
}

const settings = (release: string): Props => ({
  functionName: "api",
  runtime: "nodejs20",
  handler: "index.handler",
  code: { path: release, hash: hashCode(release, folder) },
});
const ofFunction = ({ functionName, fingerprint, environmentFingerprint, content }: Props): Props => ({
  functionName,
  fingerprint,
  environmentFingerprint,
  content,
});
const ofVersion = ({ functionName, versionId }: Props, weight: number): Props => ({
  functionName,
  aliasName: "prod",
  canary: { versionId, weight },
});

/** Creates all resources, releases a canary and destroys the resources. Returns the outputs of each step without times. */
async function story(): Promise<Props[]> {
  const fn = await up("Function", settings("one"));
  const version = await up("Version", ofFunction(fn.outs));
  const alias = await up("Alias", ofVersion(version.outs, 0));
  const fn2 = await up("Function", settings("two"), fn);
  const version2 = await up("Version", ofFunction(fn2.outs), version);
  const alias2 = await up("Alias", ofVersion(version2.outs, 25), alias);
  const states: [Kind, Stored][] = [["Alias", alias2], ["Version", version2], ["Function", fn2]]; // prettier-ignore
  for (const [kind, { id, outs }] of states) {
    expect((await provider.of(kind).read(id, outs)).id).toBe(id);
    await provider.of(kind).delete(id, outs);
    expect((await provider.of(kind).read(id, outs)).id).toBe("");
  }
  expect(emulator.store.functions.size).toBe(0);
  return [fn, version, alias, fn2, version2, alias2].map(({ outs }) => {
    const { createdTime, lastModifiedTime, functionId, ...rest } = outs;
    // A version has no time of modification, because it never changes.
    for (const answered of "published" in rest ? [createdTime] : [createdTime, lastModifiedTime])
      expect(String(answered)).toMatch(/^20\d\d-/);
    if ("codeSize" in rest) expect(functionId).toEqual(expect.stringMatching(/./));
    return rest;
  });
}

const OPERATIONS = [
  "CreateFunction",
  "PublishFunctionVersion",
  "CreateAlias",
  "UpdateFunction",
  "PublishFunctionVersion",
  "UpdateAlias",
  "DeleteAlias",
  "DeleteFunctionVersion",
  "DeleteFunctionVersion",
  "DeleteFunction",
];

let clean: Props[];

it("undisturbed, sends each change once", async () => {
  clean = await story();
  expect(emulator.mutations().map(({ operation }) => operation)).toEqual(OPERATIONS);
  expect(clean.at(-1)).toMatchObject({ mainVersionId: "1", split: { "1": 75, "2": 25 } });
});

const LOST: FaultAction[] = [
  { kind: "applyThenReset" },
  { kind: "applyThenTruncate" },
  { kind: "applyThenHtml", status: 200 },
  { kind: "applyThenHtml", status: 502 },
];

describe.each([...new Set(OPERATIONS)])("%s", (operation) => {
  it.each(LOST)("applied once when the answer is lost: %j", async (action) => {
    const before = emulator.mutations().length;
    emulator.faults.add({ operation, action });
    expect(await story()).toEqual(clean);
    const since = emulator.mutations().slice(before);
    expect(since.map((request) => request.operation)).toEqual(OPERATIONS);
    expect(since.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
  });
});

const caught = (call: Promise<unknown>): Promise<CallError> =>
  call.then(
    () => Promise.reject(new Error("it did not fail")),
    (error: unknown) => error as CallError,
  );

describe("if the function exists already", () => {
  let fn: Stored;

  beforeAll(async () => {
    fn = await up("Function", settings("one"));
  });

  it.each([403, 404])(
    "a read that is refused with %i is an error and does not mean that the object was deleted",
    async (status) => {
      const action: FaultAction = { kind: "reject", status, code: "AccessDenied", message: "not yours" };
      emulator.faults.add({ operation: "GetFunction", action });
      const { message } = await caught(provider.of("Function").read(fn.id, fn.outs));
      expect(message).toContain(`GetFunction: not yours (HTTP ${status}, code AccessDenied, request id `);
    },
  );

  it("a 'not found' with the keys of another account is an error", async () => {
    const { accountId: _mine, ...rest } = fn.outs;
    const gone = { ...rest, accountId: "0000000000000001", functionName: "other" };
    const { message } = await caught(provider.of("Function").read("id", gone));
    expect(message).toContain(
      `the credentials in use belong to account ${emulator.accountId}, but this resource lives`,
    );
  });

  it("a redirect is an error", async () => {
    const before = emulator.mutations().length;
    const action: FaultAction = { kind: "redirect", status: 302, location: "https://evil.example/" };
    emulator.faults.add({ operation: "DeleteFunction", action, times: Number.POSITIVE_INFINITY });
    const { message } = await caught(provider.of("Function").delete(fn.id, fn.outs));
    expect(message).toContain("DeleteFunction: unexpected HTTP status 302");
    expect(emulator.mutations().length).toBe(before);
    expect(emulator.store.functions.has("api")).toBe(true);
  });

  it("an update that does not become usable keeps id, properties and provider text for the next call", async () => {
    emulator.options.pendingReads = 1_000;
    const news = await checked("Function", { ...settings("two"), waitSeconds: 1 });
    const { message, kept } = await caught(provider.of("Function").update(fn.id, fn.outs, news));
    emulator.options.pendingReads = 0;
    for (const entry of emulator.store.functions.values()) Object.assign(entry, { pendingReads: 0 });
    expect(message).toContain("function api did not become usable within 1 s");
    expect(kept).toMatchObject({ id: fn.id, reasons: [message.replace(/^\d+ [A-Z_]+: /, "")] });
    expect(kept?.properties).toMatchObject({ functionName: "api", __provider: providerText("Function") });
    const stored = opened(kept?.properties ?? {});
    expect((await provider.of("Function").read(fn.id, stored)).id).toBe(fn.id);
    await provider.of("Function").delete(fn.id, stored);
  });
});
