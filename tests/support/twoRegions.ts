/**
 * Two regions of the service. Each region is an emulator that is called by the host names of the service. Account and
 * keys look like real ones, so no value in a process shows that it is an emulator.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator";
import { Api } from "../emulator/support";

/** The two regions, each with its account. */
export const NORTH = { region: "cn-beijing", accountId: "1111222233334444" };
export const SOUTH = { region: "cn-shenzhen", accountId: "5555666677778888" };
/** The host of the south, which its provider sets. The north uses the default host. */
export const SOUTH_ENDPOINT = "fcv3.cn-shenzhen.aliyuncs.com";

/**
 * Operations that change something, for a program with a function, an alias and a trigger: `FIRST` in its first run,
 * `NEXT` with new code.
 */
export const FIRST = ["CreateFunction", "PublishFunctionVersion", "CreateAlias", "CreateTrigger"];
export const NEXT = ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"];

/** The emulators and what an engine needs to reach both. */
export interface TwoRegions {
  readonly north: Emulator;
  readonly south: Emulator;
  /** Environment variables without region, account and keys; the command-line profiles `north` and `south` have the keys. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs `run`, and returns the changing operations that each region received meanwhile. */
  sentBy(run: () => Promise<unknown>): Promise<{ north: string[]; south: string[] }>;
  /** The functions in both regions. */
  functions(): Promise<unknown[]>;
  close(): Promise<void>;
}

/** The alias `prod` of function `api` in the emulator, with the function's address and triggers. */
export async function seen(emulator: Emulator) {
  const api = new Api(emulator);
  const { versionId, additionalVersionWeight = {} } = await api.getAlias("api", "prod");
  const { functionArn } = await api.get("api");
  return { versionId, additionalVersionWeight, functionArn, triggers: await api.triggers("api") };
}

/** Starts both emulators. */
export async function twoRegions(): Promise<TwoRegions> {
  const folder = mkdtempSync(join(tmpdir(), "regions-"));
  const north = await region(join(folder, "north"), NORTH);
  const south = await region(join(folder, "south"), SOUTH);
  const profile = (name: string, { accessKeyId, accessKeySecret }: Emulator) => ({
    ...{ name, mode: "AK", access_key_id: accessKeyId, access_key_secret: accessKeySecret },
  });
  mkdirSync(join(folder, ".aliyun"));
  const profiles = { current: "", profiles: [profile("north", north), profile("south", south)] };
  writeFileSync(join(folder, ".aliyun", "config.json"), JSON.stringify(profiles), { mode: 0o600 });
  const hosts = {
    ...hostsOf(NORTH, [`${NORTH.accountId}.${NORTH.region}.fc.aliyuncs.com`], north),
    ...hostsOf(SOUTH, [SOUTH_ENDPOINT], south),
  };
  return {
    north,
    south,
    env: {
      HOME: folder,
      NODE_OPTIONS: `--require ${join(__dirname, "hosts.cjs")}`,
      TEST_HOSTS: JSON.stringify(hosts),
    },
    async sentBy(run) {
      const from = [north.mutations().length, south.mutations().length];
      await run();
      const since = (emulator: Emulator, start = 0) =>
        emulator
          .mutations()
          .slice(start)
          .map(({ operation }) => operation);
      return { north: since(north, from[0]), south: since(south, from[1]) };
    },
    async functions() {
      const lists = await Promise.all([north, south].map((emulator) => new Api(emulator).list()));
      return lists.flatMap(({ functions }) => functions ?? []);
    },
    async close() {
      await Promise.all([north.close(), south.close()]);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Starts an emulator whose account looks like a real one. The account is stored in its data folder. */
async function region(dataDir: string, place: { readonly region: string; readonly accountId: string }) {
  mkdirSync(dataDir);
  const keys = { accessKeyId: `LTAI${place.region}`, accessKeySecret: `secret-of-${place.region}` };
  writeFileSync(join(dataDir, "identity.json"), JSON.stringify({ ...place, ...keys }));
  return await startEmulator({ dataDir });
}

/** Maps host names of the service to the emulator. */
function hostsOf({ region: name }: { readonly region: string }, names: readonly string[], emulator: Emulator) {
  const { endpoint, accessKeyId, accessKeySecret } = emulator;
  const each = { endpoint, accessKeyId, accessKeySecret };
  return Object.fromEntries([`sts.${name}.aliyuncs.com`, ...names].map((host) => [host, each]));
}
