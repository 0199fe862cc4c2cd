/** `import`: reads a live function and writes what `pulumi import -f` and the program need. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { unpack } from "../emulator/runtimes/archive";
import { alicloudApi } from "../provider/client/alicloud";
import type { FcApi } from "../provider/client/api";
import { hashCode } from "../provider/code";
import type { LocalCode } from "../provider/core/function";
import type { ObservedFunction } from "../provider/core/model";
import { newestFirst } from "../provider/core/version";
import { firstEqual } from "../provider/reconcile/version";
import { type Live, type Target, describe } from "./importFile";

/** Flags of the command; see its help. */
export interface ImportFlags {
  readonly stack: string;
  readonly project?: string;
  readonly name?: string;
  readonly code: string;
  readonly out: string;
  readonly region?: string;
  readonly account?: string;
  readonly profile?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Milliseconds the download of the code may take. */
const DOWNLOAD_TIMEOUT = 120_000;

/** Writes the import file and, where there is none, the code; answers the program to write and what else to know. */
export async function importFunction(
  functionName: string,
  flags: ImportFlags,
  env: Environment,
): Promise<{ program: string; notes: string[] }> {
  const target = await targetOf(functionName, flags, env);
  const api = apiOf(target, flags, env);
  const observed = await api.getFunction(functionName);
  if (observed === undefined) {
    throw new Error(
      `function ${functionName} does not exist in region ${target.region} of account ${target.accountId}`,
    );
  }
  const code = await codeOf(api, observed, flags.code);
  const versions = newestFirst((await api.listVersions(functionName)) ?? []);
  const version = await firstEqual(api, functionName, observed, versions);
  const live: Live = { observed, version, aliases: await api.listAliases(functionName), ...code };
  const { file, program, notes } = describe(target, live);
  fs.writeFileSync(flags.out, `${JSON.stringify(file, undefined, 2)}\n`, { mode: 0o600 });
  const next =
    `Next: write the program above, then pulumi import -f ${flags.out} --generate-code=false --protect=false. ` +
    `Delete ${flags.out} afterwards: it holds the values of environment variables.`;
  return { program, notes: [...notes, next] };
}

function apiOf({ region, accountId }: Target, { profile }: ImportFlags, env: Environment): FcApi {
  return alicloudApi({ region, accountId }, { env, ...(profile === undefined ? {} : { connection: { profile } }) });
}

async function targetOf(functionName: string, flags: ImportFlags, env: Environment): Promise<Target> {
  const region = flags.region ?? env["ALIBABA_CLOUD_REGION"] ?? env["ALICLOUD_REGION"];
  if (region === undefined || region === "") throw new Error("region: give --region, or set ALIBABA_CLOUD_REGION");
  const name = flags.name ?? functionName;
  // A stack may be given with its organisation and project in front.
  const stack = flags.stack.split("/").at(-1) ?? flags.stack;
  const target = { functionName, name, region, accountId: "", project: flags.project ?? projectName(), stack };
  const given = flags.account ?? env["ALIBABA_CLOUD_ACCOUNT_ID"] ?? env["ALICLOUD_ACCOUNT_ID"];
  if (given !== undefined && given !== "") return { ...target, accountId: given };
  // Not known yet: neither real nor an emulator's; the environment's switch decides.
  const anybody = env["ALICLOUD_FC_EMULATOR"] ? "0000" : "1";
  return { ...target, accountId: await apiOf({ ...target, accountId: anybody }, flags, env).callerAccount() };
}

function projectName(): string {
  const file = ["Pulumi.yaml", "Pulumi.yml"].find((name) => fs.existsSync(name));
  if (file === undefined) throw new Error("no Pulumi.yaml here: run this in the program's folder, or give --project");
  const { name } = parse(fs.readFileSync(file, "utf8")) as { name?: unknown };
  if (typeof name === "string" && name !== "") return name;
  throw new Error(`${file} has no name: give --project`);
}

/** The live code as the program will name it, with the hash of what is live; none for a container image. */
async function codeOf(
  api: FcApi,
  { functionName = "", codeChecksum }: ObservedFunction,
  folder: string,
): Promise<Pick<Live, "code" | "codeDiffers">> {
  if (codeChecksum === undefined || codeChecksum === "") return { codeDiffers: false };
  const zip = await download(await api.getCodeUrl(functionName));
  const unpacked = fs.mkdtempSync(path.join(path.dirname(path.resolve(folder)), ".import-"));
  try {
    await unpack(zip, unpacked);
    const hash = hashCode(unpacked, "/");
    const code: LocalCode = { path: folder, hash };
    if (fs.existsSync(folder)) return { code, codeDiffers: hashCode(folder, process.cwd()) !== hash };
    fs.renameSync(unpacked, folder);
    return { code, codeDiffers: false };
  } finally {
    fs.rmSync(unpacked, { recursive: true, force: true });
  }
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) });
  if (!response.ok) throw new Error(`the function's code cannot be fetched: HTTP status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
