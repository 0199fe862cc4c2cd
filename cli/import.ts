/** `import`: reads a live function and writes the import file for `pulumi import -f` and the program. */
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { unpack } from "../archive/unpack";
import {
  type Live,
  type SecretSetting,
  type Target,
  callerAccount,
  describe,
  hashCode,
  readFunction,
  secretValue,
} from "../provider/import";
import { replaceFile } from "./file";
import { Refused } from "./refused";

/** Flags of the command; its help describes them. */
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

/** Largest time for the download of the code, in milliseconds. */
const DOWNLOAD_TIMEOUT = 120_000;

/** The text that the command prints. */
export interface Imported {
  /** The program that the user should write. */
  readonly program: string;
  /** Further notes for the user. */
  readonly notes: readonly string[];
  /** Commands that the user should run next, in this order. */
  readonly commands: readonly string[];
}

/** Writes the import file, and the code if its folder does not exist. Returns the program and the commands to run next. */
export async function importFunction(functionName: string, flags: ImportFlags, env: Environment): Promise<Imported> {
  const target = await targetOf(functionName, flags, env);
  const { codeUrl, ...found } = await readFunction(target, { profile: flags.profile, env });
  const source = await codeOf(codeUrl, flags.code);
  try {
    const live: Live = { ...found, ...source.live };
    const { file, program, notes, secrets } = describe(target, live);
    // The code is placed only now, because for a function that is refused no file is written.
    source.place();
    // The file contains secrets.
    replaceFile(flags.out, `${JSON.stringify(file, undefined, 2)}\n`, 0o600);
    return { program, notes, commands: commandsFor(flags, secrets) };
  } finally {
    source.remove();
  }
}

/** Value of a setting in an import file, for a pipe into `pulumi config set`. */
export function settingIn(file: string, setting: string): string {
  return secretValue(JSON.parse(fs.readFileSync(file, "utf8")), setting);
}

/** The commands that the user should run next. Each command names the stack, because another stack may be selected. */
function commandsFor({ out, stack }: ImportFlags, secrets: readonly SecretSetting[]): string[] {
  const [file, name] = [quoted(out), quoted(stack)];
  return [
    ...secrets.map(
      ({ setting, key }) =>
        `npx pulumi-alicloud-fc value ${file} ${setting} | pulumi config set --secret ${key} --stack ${name}`,
    ),
    `pulumi import -f ${file} --generate-code=false --protect=false --yes --stack ${name}`,
    `pulumi preview --stack ${name}`,
  ];
}

/** Quotes a word so that every shell reads it as one word. */
function quoted(word: string): string {
  return /^[\w./:@-]+$/.test(word) ? word : JSON.stringify(word);
}

async function targetOf(functionName: string, flags: ImportFlags, env: Environment): Promise<Target> {
  const region = flags.region ?? env["ALIBABA_CLOUD_REGION"] ?? env["ALICLOUD_REGION"];
  if (region === undefined || region === "") throw new Refused("region: give --region, or set ALIBABA_CLOUD_REGION");
  const name = flags.name ?? functionName;
  // A stack may have its organisation and project in front of its name.
  const stack = flags.stack.split("/").at(-1) ?? flags.stack;
  const target = { functionName, name, region, accountId: "", project: flags.project ?? projectName(), stack };
  const given = flags.account ?? env["ALIBABA_CLOUD_ACCOUNT_ID"] ?? env["ALICLOUD_ACCOUNT_ID"];
  if (given !== undefined && given !== "") return { ...target, accountId: given };
  return { ...target, accountId: await callerAccount(region, { profile: flags.profile, env }) };
}

function projectName(): string {
  const file = ["Pulumi.yaml", "Pulumi.yml"].find((name) => fs.existsSync(name));
  if (file === undefined) throw new Refused("no Pulumi.yaml here: run this in the program's folder, or give --project");
  const { name } = parse(fs.readFileSync(file, "utf8")) as { name?: unknown };
  if (typeof name === "string" && name !== "") return name;
  throw new Refused(`${file} has no name: give --project`);
}

/** The live code, unpacked beside the folder to which it is moved later. */
interface LiveCode {
  readonly live: Pick<Live, "code" | "codeDiffers">;
  /** Moves the code to its folder, unless this folder exists. */
  place(): void;
  /** Removes the code if it was not moved. */
  remove(): void;
}

/** The live code in the form of the program, with the hash of the live content; undefined for a container image. */
async function codeOf(url: string | undefined, folder: string): Promise<LiveCode> {
  if (url === undefined) return { live: { codeDiffers: false }, place: () => undefined, remove: () => undefined };
  const zip = await download(url);
  const unpacked = fs.mkdtempSync(path.join(path.dirname(path.resolve(folder)), ".import-"));
  const remove = () => fs.rmSync(unpacked, { recursive: true, force: true });
  try {
    await unpack(zip, unpacked);
    const hash = hashCode(unpacked, "/");
    const exists = fs.existsSync(folder);
    const codeDiffers = exists && hashCode(folder, process.cwd()) !== hash;
    const place = () => void (exists || fs.renameSync(unpacked, folder));
    return { live: { code: { path: folder, hash }, codeDiffers }, place, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function download(url: string): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT) });
  if (!response.ok) throw new Error(`the function's code cannot be fetched: HTTP status ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}
