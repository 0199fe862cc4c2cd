/** Inputs of every kind of resource with one value of the tables of `badInput.ts`, and the messages about this value. */
import type { Place } from "../../provider/core/place";
import type { Kind } from "../../provider/resources/tokens";
import { tokenAt } from "../support/providerProcess";

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

/** The smallest inputs that each kind of resource accepts. */
export function leastAt({ region, accountId }: Place, kind: Kind): Props {
  const own: Record<Kind, Props> = {
    Release: { aliasName: "live", versionId: "1", fingerprint: "f1:aaaaaaaa" },
    HttpTrigger: { triggerName: "http", qualifier: "prod" },
    Function: { runtime: "nodejs20", handler: "index.handler", code: CODE },
    Version: { fingerprint: "f1:a" },
    Alias: { aliasName: "prod", canary: { versionId: "1", weight: 0 } },
  };
  const resourceUrn = `urn:pulumi:dev::shop::${tokenAt(kind)}::api`;
  return { region, accountId, functionName: "api", resourceUrn, ...own[kind] };
}

/** The smallest inputs, with a value at the given path. */
export function givenAt(place: Place, kind: Kind, way: string, value: unknown): Props {
  const [field = "", ...steps] = way.split(".");
  const container = field === "customContainerConfig" ? CONTAINER : {};
  return { ...leastAt(place, kind), ...container, [field]: nested(field, steps, value) };
}

function nested(at: string, [step, ...rest]: string[], value: unknown): unknown {
  if (step === undefined) return value;
  const members = { ...BESIDE[at], [step]: nested(`${at}.${step}`, rest, value) };
  return LISTS.test(at) ? [members] : members;
}

/** The path in the form of messages, with an index for each list. */
export function named(way: string): string {
  const steps = way.split(".");
  const shown = steps.map((step, i) => (LISTS.test(steps.slice(0, i + 1).join(".")) && i < steps.length - 1 ? `${step}[0]` : step)); // prettier-ignore
  return shown.join(".").replace(/^connection\./, "").replace(/^waitSeconds/, "customTimeouts"); // prettier-ignore
}

/** The whole message of a row. A message that begins with `!` already contains the name of the property. */
export function whole(way: string, message: string): string {
  return message.startsWith("!") ? message.slice(1) : `${named(way)}${message}`;
}
