#!/usr/bin/env node
/** The `fc-emulator` command: starts an emulator, or invokes a function of a running one. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Readable } from "node:stream";

import FcClient, { InvokeFunctionHeaders, InvokeFunctionRequest } from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import { Command, InvalidArgumentError, Option } from "commander";
import { createColors } from "picocolors";

import { packageRoot } from "./base/packageRoot";
import { parseFaults } from "./faults/plan";
import { type CallingPages, type Emulator, type Fault, type Json, startEmulator, type Switches } from "./index";
import { learnCommand, type LearnFlags } from "./learn/command";
import { pasteLines } from "./pasteLines";
import { parseSwitch } from "./base/switches";

/**
 * Time after which the command stops waiting for a function, in ms. The time is longer than the longest synchronous
 * invocation of the service.
 */
const INVOKE_TIMEOUT_MS = 24 * 60 * 60 * 1000;

// Colours only on a terminal. Without this setting, they would be printed into a pipe if a CI variable is set.
const pc = createColors(Boolean(process.stdout.isTTY));

interface StartFlags {
  readonly listen?: string;
  readonly unsafeListen?: boolean;
  readonly port: number;
  readonly callingPages: CallingPages;
  readonly domainPort?: number;
  readonly data?: string;
  readonly oss?: string;
  readonly region?: string;
  readonly page: number | false;
  readonly admin?: number;
  readonly seed?: number;
  readonly fault?: readonly Fault[];
  readonly set?: Partial<Switches>;
  readonly profile?: string;
}

interface InvokeFlags {
  readonly qualifier?: string;
  readonly event?: string;
  readonly log?: boolean;
}

const program = new Command("fc-emulator")
  .description("Function Compute 3.0 on this machine, for development")
  .version(version(), "--version", "print the version");

const startCommand = program
  .command("start", { isDefault: true })
  .description("start an emulator (the default command)")
  .option("--listen <address>", "IPv4 address to listen on (default: 127.0.0.1)")
  .option(
    "--unsafe-listen",
    "allow access by other machines: they can call functions, whose code runs with your rights",
  )
  .option("--port <number>", "port to listen on, 0 = any free one", parsePort, 0)
  .option(
    "--domain-port <number>",
    "port of custom domains (default: the port stored in the data folder, else any free one)",
    parsePort,
  )
  .option("--data <folder>", "keep functions, code and keys in this folder")
  .option("--oss <folder>", "folder in place of OSS, with files <bucket>/<object> (default: code in OSS is refused)")
  .option("--region <name>", "region of the emulator (default: the region stored in the data folder, else cn-hangzhou)")
  .option("--set <name=value>", "set a switch of unconfirmed behaviour (repeatable)", collectSwitch)
  .option("--profile <file>", "take the switches from a file that fc-emulator learn wrote; --set takes precedence")
  .option("--page <number>", "port of the page that shows aliases and their live split, 0 = any free one", parsePort, 0)
  .option("--no-page", "do not serve the page")
  .addOption(
    new Option("--calling-pages <where>", "web pages whose scripts may call functions")
      .choices(["local", "anywhere"])
      .default("local"),
  )
  .option("--seed <number>", "choose the versions of weighted aliases by this seed (default: at random)", parseSeed)
  .option("--fault <json>", "add a fault or a list of them, @FILE reads a file (repeatable)", collectFaults)
  .option("--admin <number>", "port of the test API, 0 = any free one (default: no test API)", parsePort)
  .action(start);

program
  .command("invoke")
  .description("invoke a function of the emulator named by ALICLOUD_FC_EMULATOR")
  .argument("<function>", "name of the function")
  .option("--qualifier <name>", "LATEST, a version or an alias")
  .option("--event <file>", "file with the event, - = standard input")
  .option("--log", "print the end of the log")
  .action(invoke);

program
  .command("learn")
  .description("find out on a real account which value each switch has, and write the values to a profile")
  .option("--region <name>", "region of Function Compute (default: ALIBABA_CLOUD_REGION)")
  .option("--out <file>", "the profile; it must not exist", "fc-profile.json")
  .option("--prefix <text>", "prefix of the name of every created function (default: a new one)")
  .option("--yes", "do not ask for confirmation")
  .option("--clean", "delete the functions that a killed run left")
  .option("--journal <file>", "file that lists each created function until it is deleted", "fc-learn-journal.jsonl")
  .action(async (flags: LearnFlags) => {
    process.exitCode = await learnCommand(flags, process.env, sdkVersion());
  });

const EXAMPLES = `
Examples:
  fc-emulator                                       start on a free port; nothing is kept after the end
  fc-emulator --port 9000 --data ./.fc-data         start on one port and keep functions, code and keys
  fc-emulator --set readAfterWrite=late --seed 7    another behaviour, and a repeatable choice of versions
  fc-emulator --admin 0 --fault '{"operation": "GetAlias", "action": {"kind": "resetBefore"}}'
  fc-emulator invoke NAME --qualifier live --event event.json --log
  fc-emulator learn --region cn-hangzhou            test how an account behaves; keys from the environment
  fc-emulator --profile fc-profile.json             an emulator that behaves like that account`;

// The help also lists the options of the default command.
program.addHelpText("after", () => {
  const options = startCommand.helpInformation();
  return `\nOptions of start:\n${options.slice(options.indexOf("Options:\n") + "Options:\n".length)}${EXAMPLES}`;
});

program.parseAsync().catch((error: unknown) => {
  console.error(pc.red(error instanceof Error ? error.message : String(error)));
  process.exitCode = 1;
});

function version(): string {
  const file = path.join(packageRoot(__dirname), "package.json");
  return (JSON.parse(fs.readFileSync(file, "utf8")) as { version: string }).version;
}

/** Name and version of the installed Function Compute SDK. */
function sdkVersion(): string {
  const name = "@alicloud/fc20230330";
  const folder = packageRoot(path.dirname(require.resolve(name)));
  const { version: found } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8")) as {
    version: string;
  };
  return `${name} ${found}`;
}

async function start(flags: StartFlags): Promise<void> {
  const emulator = await startEmulator({
    ...flags.set,
    ...(flags.listen === undefined ? {} : { listen: flags.listen }),
    ...(flags.profile === undefined ? {} : { profile: flags.profile }),
    unsafeListen: flags.unsafeListen === true,
    port: flags.port,
    callingPages: flags.callingPages,
    warn: (text) => console.error(pc.yellow(`Warning: ${text}`)),
    ...(flags.domainPort === undefined ? {} : { domainPort: flags.domainPort }),
    ...(flags.data === undefined ? {} : { dataDir: flags.data }),
    ...(flags.oss === undefined ? {} : { ossDir: flags.oss }),
    ...(flags.region === undefined ? {} : { region: flags.region }),
    ...(flags.page === false ? {} : { page: flags.page }),
    ...(flags.admin === undefined ? {} : { admin: flags.admin }),
    ...(flags.seed === undefined ? {} : { seed: flags.seed }),
  });
  await orderOrClose(emulator, flags.fault ?? []);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void emulator.close().then(() => process.exit(0)));
  }
  printStart(emulator, flags.data);
}

async function orderOrClose(emulator: Emulator, faults: readonly Fault[]): Promise<void> {
  try {
    emulator.faults.add(...faults);
  } catch (error) {
    await emulator.close();
    throw error;
  }
}

function printStart(emulator: Emulator, folder: string | undefined): void {
  console.log(`Function Compute emulator at ${pc.bold(emulator.endpoint)} (${emulator.region})`);
  if (!emulator.options.listen.startsWith("127.")) {
    console.log(
      pc.red(
        `The emulator listens on ${emulator.options.listen}: other machines may reach it. Code runs with your rights.`,
      ),
    );
  }
  console.log(`Custom domains at ${emulator.domainEndpoint}, by their Host header.`);
  if (emulator.page !== undefined) console.log(`Aliases and their live split: ${pc.bold(emulator.page)}`);
  console.log(
    folder === undefined ? "Nothing is kept after the end; use --data to keep functions and keys." : `Data: ${folder}`,
  );
  for (const { client, note, lines } of pasteLines(emulator)) {
    console.log(`\n${pc.bold(`For ${client}`)}: ${note}`);
    for (const line of lines) console.log(line);
  }
  if (emulator.admin === undefined) return;
  console.log(`\n${pc.bold("For tests")}: the test API`);
  console.log(`export FC_EMULATOR_ADMIN=${emulator.admin.endpoint}`);
  console.log(`export FC_EMULATOR_ADMIN_TOKEN=${emulator.admin.token}`);
  console.log('curl -H "x-fc-emulator-token: $FC_EMULATOR_ADMIN_TOKEN" $FC_EMULATOR_ADMIN/requests');
}

async function invoke(name: string, flags: InvokeFlags): Promise<void> {
  const request = new InvokeFunctionRequest({
    ...(flags.qualifier === undefined ? {} : { qualifier: flags.qualifier }),
    // The SDK needs bytes: a stream of text makes it crash.
    body: Readable.from([readEvent(flags.event)]),
  });
  const headers = new InvokeFunctionHeaders({ xFcLogType: flags.log === true ? "Tail" : "None" });
  const timeout = { readTimeout: INVOKE_TIMEOUT_MS, connectTimeout: INVOKE_TIMEOUT_MS };
  const answer = await client().invokeFunctionWithOptions(name, request, headers, new RuntimeOptions(timeout));
  const received = answer.headers ?? {};
  for await (const chunk of answer.body ?? []) process.stdout.write(chunk as Buffer);
  process.stdout.write("\n");
  console.error(pc.dim(`version ${received["x-fc-invocation-function-version"] ?? "unknown"}`));
  const log = received["x-fc-log-result"];
  if (log !== undefined) console.error(Buffer.from(log, "base64").toString());
  const errorType = received["x-fc-error-type"];
  if (errorType === undefined) return;
  console.error(pc.red(errorType));
  process.exitCode = 1;
}

/** A client of the emulator in the environment. The client uses only the emulator's variables and keys. */
function client(): FcClient {
  const endpoint = new URL(setting("ALICLOUD_FC_EMULATOR"));
  const accessKeyId = setting("ALIBABA_CLOUD_ACCESS_KEY_ID");
  if (!accessKeyId.startsWith("fcemu-")) {
    throw new Error(
      "ALIBABA_CLOUD_ACCESS_KEY_ID is not a key of the emulator; use the lines that the emulator printed when it started",
    );
  }
  const config = {
    accessKeyId,
    accessKeySecret: setting("ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
    endpoint: endpoint.host,
    protocol: "http",
    regionId: process.env["ALIBABA_CLOUD_REGION"] ?? "cn-hangzhou",
  };
  return new FcClient(new $OpenApiUtil.Config(config));
}

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set; run the export lines fc-emulator printed when it started`);
  }
  return value;
}

function readEvent(file: string | undefined): Buffer {
  return file === undefined ? Buffer.alloc(0) : fs.readFileSync(file === "-" ? 0 : file);
}

function collectSwitch(text: string, before: Partial<Switches> = {}): Partial<Switches> {
  try {
    return { ...before, ...parseSwitch(text) };
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function collectFaults(text: string, before: readonly Fault[] = []): readonly Fault[] {
  try {
    const plan = text.startsWith("@") ? fs.readFileSync(text.slice(1), "utf8") : text;
    return [...before, ...parseFaults(JSON.parse(plan) as Json)];
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseSeed(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError("a seed is a whole number of up to 15 digits");
  return Number(text);
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65535)) throw new InvalidArgumentError("a port is a whole number from 0 to 65535");
  return port;
}
