/**
 * A release from creation to deletion, with one fault at a call that changes something. Each change must be applied exactly
 * once, and the result must be the same as without a fault. Time is simulated.
 */
import { type Emulator, type FaultAction, startEmulator } from "../../emulator";
import { crc64 } from "../../provider/code";
import { type AliasInputs, checkAlias } from "../../provider/core/alias";
import { type FunctionInputs, checkFunction } from "../../provider/core/function";
import { type VersionInputs, checkVersion } from "../../provider/core/version";
import { deleteAlias, reconcileAlias } from "../../provider/reconcile/alias";
import { type PackedCode, deleteFunction, reconcileFunction } from "../../provider/reconcile/function";
import { deleteVersions, reconcileVersion } from "../../provider/reconcile/version";
import { virtualSession } from "../support/session";

/** The emulator; each test starts a new one. */
export let emulator: Emulator;

beforeEach(async () => {
  emulator = await startEmulator({});
});

afterEach(() => emulator.close());

export const session = () => virtualSession(emulator, 2_000, warnings);

export const warnings: string[] = [];

/** Code that is not a zip. The service does not read it at this point, and neither does the emulator. */
export function pack(code: object): PackedCode {
  const { path } = code as { path: string };
  const zip = Buffer.from(`code of ${path}`);
  return { hash: `t1:${path}`, zip, checksum: crc64(zip) };
}

export function valid<T>({ inputs, failures }: { inputs: object; failures: unknown[] }): T {
  expect(failures).toEqual([]);
  return inputs as T;
}

export function common(kind: string) {
  const resourceUrn = `urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:${kind}::api`;
  return { region: emulator.region, accountId: emulator.accountId, resourceUrn };
}

export function functionInputs(
  release: string,
  tags: Record<string, string>,
  olds: Partial<FunctionInputs> = {},
): FunctionInputs {
  const code = { path: release, hash: `t1:${release}` };
  const own = { functionName: "api", runtime: "nodejs20", handler: "index.handler", code, tags };
  return valid(checkFunction(olds, { ...common("Function"), ...own }));
}

export function versionInputs(fn: FunctionInputs & { content: string }): VersionInputs {
  const { functionName, fingerprint, environmentFingerprint, content } = fn;
  return valid(checkVersion({}, { ...common("Version"), functionName, fingerprint, environmentFingerprint, content }));
}

export function aliasInputs(versionId: string, weight: number): AliasInputs {
  const own = { functionName: "api", aliasName: "prod", canary: { versionId, weight } };
  return valid(checkAlias({}, { ...common("Alias"), ...own }));
}

/**
 * Creates function, version and alias, releases a canary with a new tag, and destroys all of them. Returns the objects
 * before the destroy.
 */
export async function story(): Promise<object> {
  const at = session();
  const fn = await reconcileFunction(at, pack, functionInputs("one", {}));
  const version = await reconcileVersion(at, versionInputs(fn));
  const alias = await reconcileAlias(at, aliasInputs(version.versionId, 0));
  const fn2 = await reconcileFunction(at, pack, functionInputs("two", { team: "shop" }, fn), fn);
  const version2 = await reconcileVersion(at, versionInputs(fn2), version);
  const alias2 = await reconcileAlias(at, aliasInputs(version2.versionId, 10), alias);
  const { split, mainVersionId } = alias2;
  const { versionId, published } = version2;
  const { revision, codeChecksum, content } = fn2;
  await deleteAlias(at, alias2);
  await deleteVersions(at, version2);
  await deleteFunction(at, fn2);
  expect(emulator.store.functions.size).toBe(0);
  return { split, mainVersionId, versionId, published, revision, codeChecksum, content };
}

export const OPERATIONS = [
  "CreateFunction",
  "PublishFunctionVersion",
  "CreateAlias",
  "UpdateFunction",
  "TagResources",
  "PublishFunctionVersion",
  "UpdateAlias",
  "DeleteAlias",
  "DeleteFunctionVersion",
  "DeleteFunctionVersion",
  "DeleteFunction",
];

export const EXPECTED = {
  split: { "1": 90, "2": 10 },
  mainVersionId: "1",
  versionId: "2",
  published: ["1", "2"],
  revision: 2,
  codeChecksum: crc64(Buffer.from("code of two")),
};

export const applied = () => emulator.mutations().map(({ operation }) => operation);

const FAULTS: Record<string, FaultAction> = {
  "applied, then the connection breaks": { kind: "applyThenReset" },
  "applied, then an error page": { kind: "applyThenHtml", status: 502 },
  "applied, then half an answer": { kind: "applyThenTruncate" },
  "the connection breaks before": { kind: "resetBefore" },
  "an error page before": { kind: "html", status: 503 },
  throttled: { kind: "reject", status: 429, code: "Throttling.User", message: "slow down" },
  "refused as concurrent": { kind: "reject", status: 409, code: "ConcurrentUpdateError", message: "busy" },
};

/** The tests of this story: each has one kind of fault at one call that changes something. */
export const DISTURBED = [...new Set(OPERATIONS)].flatMap((operation) =>
  Object.entries(FAULTS).map(([fault, action]) => ({ operation, fault, action })),
);

/** Registers tests that expect the same result with a fault as without one. */
export function testDisturbed(disturbed: typeof DISTURBED): void {
  it.each(disturbed)("$operation: $fault", async ({ operation, action }) => {
    emulator.faults.add({ operation, action });
    expect(await story()).toMatchObject(EXPECTED);
    expect(emulator.requests.filter(({ fault }) => fault !== undefined)).toHaveLength(1);
    // Tags are idempotent by value and are simply sent again after a lost answer.
    const once = applied().filter((name, i, all) => !(name === "TagResources" && all[i - 1] === name));
    expect(once).toEqual(OPERATIONS);
  });
}
