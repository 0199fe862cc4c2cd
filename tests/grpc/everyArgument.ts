/** Sends the values of `badInput.ts` to a provider process. The number of values for each argument is a parameter. */
import type { Emulator } from "../../emulator";
import type { Kind } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import { type ProviderProcess, tokenAt } from "../support/providerProcess";
import { TABLES } from "./badInput";

export type Props = Record<string, unknown>;

const CODE = { path: "./src", hash: "t1:abc" };
export const CONTAINER = { runtime: "custom-container", code: null };

/** Members that another member of the same object requires. With these, only the tested argument can be wrong. */
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
/** The arguments that are lists. */
const LISTS = /^(steps|customDNS\.dnsOptions|(juiceFsConfig|nasConfig|ossMountConfig|polarFsConfig)\.mountPoints)$/;

export let emulator: Emulator;
export let provider: ProviderProcess;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("bad-input", {}));
});

afterAll(() => close());

/** The smallest inputs that each kind of resource accepts. */
export function least(kind: Kind): Props {
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

/** The smallest inputs, with a value at the given path. */
export function given(kind: Kind, way: string, value: unknown): Props {
  const [field = "", ...steps] = way.split(".");
  const container = field === "customContainerConfig" ? CONTAINER : {};
  return { ...least(kind), ...container, [field]: nested(field, steps, value) };
}

function nested(at: string, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  const members = { ...BESIDE[at], [step]: nested(`${at}.${step}`, rest, value) };
  return LISTS.test(at) ? [members] : members;
}

/** The path in the form of messages, with an index for each list. */
function named(way: string): string {
  const steps = way.split(".");
  const shown = steps.map((step, i) => (LISTS.test(steps.slice(0, i + 1).join(".")) && i < steps.length - 1 ? `${step}[0]` : step)); // prettier-ignore
  return shown.join(".").replace(/^connection\./, "").replace(/^waitSeconds/, "customTimeouts"); // prettier-ignore
}

/** The whole message of a row. A message that begins with `!` already contains the name of the property. */
function whole(way: string, message: string): string {
  return message.startsWith("!") ? message.slice(1) : `${named(way)}${message}`;
}

/** Registers the tests. `most` is the largest number of refused values, and of accepted values, for each argument. */
export function testArguments(most: number): void {
  it.each(TABLES)("%s: shows no value of an argument that the program gave as a secret", async (kind, table) => {
    for (const [way, { refused }] of Object.entries(table)) {
      const field = named(way).split(/[.[]/)[0];
      for (const [value] of refused.slice(0, most)) {
        const news = { ...given(kind, way, value), secretInputs: [field] };
        const { failures } = await provider.of(kind).check({}, news);
        const told = failures.map(({ reason }) => reason.replace(/; allowed.*/s, ""));
        for (const reason of told) expect(reason).toMatch(/^[^:]+: (required|got a secret)/);
      }
    }
  });

  describe.each(TABLES)("%s", (kind, table) => {
    const ways = Object.entries(table);

    it.each(ways)("%s: a wrong value is refused with property, value and allowed values", async (way, { refused }) => {
      const some = refused.slice(0, most);
      const before = emulator.requests.length;
      const answers = [];
      for (const [value] of some) {
        const { failures } = await provider.of(kind).check({}, given(kind, way, value));
        answers.push({ value, reasons: failures.map(({ reason }) => reason) });
      }
      expect(answers).toEqual(some.map(([value, message]) => ({ value, reasons: [whole(way, message)] })));
      expect(emulator.requests.length).toBe(before);
    });

    it.each(ways)("%s: accepts the largest and smallest allowed values", async (way, { accepted }) => {
      for (const value of accepted.slice(0, most)) {
        const { failures } = await provider.of(kind).check({}, given(kind, way, value));
        expect({ value, failures }).toEqual({ value, failures: [] });
      }
    });
  });
}
