/** The targets of the cases: a separate emulator, or the real service. */
import { randomBytes } from "node:crypto";
import * as fc from "@alicloud/fc20230330";
import { Api, type Place } from "../emulator/support";
import { type Emulator, startEmulator, SWITCHES, type SwitchName, type Switches } from "../../emulator";
import { RecordingClient } from "../../emulator/learn/recordingClient";
import type { Case, Target } from "./case";
import { recorded, type Recorded } from "./recording";

/** An emulator or a real account on which cases run. */
export interface Running {
  /**
   * Runs a case, which expects the given switches, and deletes its objects afterwards, also if the case fails. An emulator has
   * the same switches by default. Returns the recorded calls, with references for values that differ from run to run.
   */
  run(single: Case, switches: Switches, has?: Switches): Promise<Recorded[]>;
  close(): Promise<void>;
}

/** Every switch at its default. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(SWITCHES).map(([name, { default: value }]) => [name, value]),
) as Switches;

/** Every combination of some switches, defaults first. */
export function combinations(names: readonly SwitchName[] = []): Switches[] {
  return names.reduce<Switches[]>(
    (all, name) => all.flatMap((each) => SWITCHES[name].values.map((value): Switches => ({ ...each, [name]: value }))),
    [DEFAULTS],
  );
}

/** An emulator whose switches are set as a case expects them. */
export async function emulatorTarget(start = startEmulator): Promise<Running> {
  const emulator = await start();
  return {
    async run(single, switches, has = switches) {
      Object.assign(emulator.options, has);
      return await runCase(emulator, single, switches, (api, name) => forget(emulator, api, name));
    },
    close: () => emulator.close(),
  };
}

/** The real service, with the usual environment variables. Requires a prefix for the names of all created objects. */
export function realTarget(env: Readonly<Record<string, string | undefined>>): Running {
  const read = (name: string): string => {
    const value = env[name];
    if (value === undefined || value === "") throw new Error(`${name} is not set; see tests/contract/README.md`);
    return value;
  };
  const prefix = read("FC_CONTRACT_PREFIX");
  const [region, accountId] = [read("ALIBABA_CLOUD_REGION"), read("ALIBABA_CLOUD_ACCOUNT_ID")];
  const token = env["ALIBABA_CLOUD_SECURITY_TOKEN"];
  const place: Place & { readonly accountId: string } = {
    accountId,
    region,
    endpoint: env["FC_ENDPOINT"] ?? `https://${accountId}.${region}.fc.aliyuncs.com`,
    accessKeyId: read("ALIBABA_CLOUD_ACCESS_KEY_ID"),
    accessKeySecret: read("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    ...(token === undefined ? {} : { token }),
  };
  return {
    run: (single, switches) => runCase(place, single, switches, remove, prefix),
    close: () => Promise.resolve(),
  };
}

/** Deletes the objects of a case by their name. */
type Cleaner = (api: Api, name: string) => Promise<void>;

async function runCase(
  place: Place & { readonly accountId: string },
  single: Case,
  switches: Switches,
  clean: Cleaner,
  prefix = "",
): Promise<Recorded[]> {
  const api = new Api(place, {}, undefined, RecordingClient);
  const names: string[] = [];
  const name = (stem = "f"): string => {
    const made = `${prefix}${stem}${randomBytes(6).toString("hex")}`;
    names.push(made);
    return made;
  };
  const target: Target = {
    api,
    region: place.region,
    accountId: place.accountId,
    switches,
    name,
    async make(input = {}) {
      const functionName = input.functionName ?? name();
      if (!names.includes(functionName)) names.push(functionName);
      await api.create(functionName, input);
      return functionName;
    },
  };
  try {
    await single.run(target);
    const { accountId, region } = place;
    return recorded((api.sdk as RecordingClient).heard, { accountId, region, names });
  } finally {
    for (const each of names.filter((made) => made !== "")) await clean(api, each);
  }
}

/** An object that does not exist counts as deleted. */
const gone = (call: Promise<unknown>) => call.catch(() => undefined);

const domainOf = (name: string) => `${name.replaceAll("_", "-").toLowerCase()}.example.com`;

/** Deletes objects directly in the state of the emulator, which is much faster. Only ports and processes are ended by the API. */
async function forget({ store }: Emulator, api: Api, name: string): Promise<void> {
  store.layers.delete(name);
  store.customDomains.delete(domainOf(name));
  const entry = store.functions.get(name);
  if (entry === undefined) return;
  for (const trigger of entry.triggers.keys()) {
    await gone(api.sdk.deleteTriggerWithOptions(name, trigger, {}, api.runtime));
  }
  for (const kept of [entry.versions, entry.aliases, entry.provisionConfigs, entry.scalingConfigs]) kept.clear();
  await gone(api.delete(name));
  store.functions.delete(name);
}

/** Deletes objects by the API, as it is necessary on the service. */
async function remove(api: Api, name: string): Promise<void> {
  for (const qualifier of ["LATEST", "live", "1"]) {
    const request = new fc.DeleteProvisionConfigRequest({ qualifier });
    await gone(api.sdk.deleteProvisionConfigWithOptions(name, request, {}, api.runtime));
    const scaling = new fc.DeleteScalingConfigRequest({ qualifier });
    await gone(api.sdk.deleteScalingConfigWithOptions(name, scaling, {}, api.runtime));
  }
  for (const version of ["1", "2"]) await gone(api.sdk.deleteLayerVersionWithOptions(name, version, {}, api.runtime));
  await gone(api.sdk.deleteCustomDomainWithOptions(domainOf(name), {}, api.runtime));
  const triggers = await api.triggers(name).catch(() => []);
  for (const trigger of triggers) await gone(api.sdk.deleteTriggerWithOptions(name, trigger, {}, api.runtime));
  const aliases = await api.listAliases(name).catch(() => ({ aliases: [] }));
  for (const { aliasName = "" } of aliases.aliases ?? []) await gone(api.deleteAlias(name, aliasName));
  const versions = await api.versions(name).catch(() => ({ versions: [] }));
  for (const { versionId = "" } of versions.versions ?? []) await gone(api.deleteVersion(name, versionId));
  await gone(api.delete(name));
}
