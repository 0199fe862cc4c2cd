/** Measures how long a warm function takes for events of 8, 16 and 32 MB, in each runtime whose programs are installed. */
import { Readable } from "node:stream";

import type FcClient from "@alicloud/fc20230330";
import * as fc from "@alicloud/fc20230330";
import { RuntimeOptions } from "@darabonba/typescript";
import { zipSync } from "fflate";

import { checkTools } from "../emulator/runtimes/language";
import { languageOf } from "../emulator/runtimes/languages";

/** Sizes of the events, MB. */
export const EVENT_MB = [8, 16, 32];

/** Seconds for each size, the fastest of three calls. Undefined if the programs of the runtime are not installed. */
export interface LargeEvents {
  readonly runtime: string;
  readonly seconds: readonly number[] | undefined;
}

const SERVER = `require("node:http").createServer((request, response) => {
  let size = 0;
  request.on("data", (chunk) => (size += chunk.length));
  request.on("end", () => response.end(String(size)));
}).listen(process.env.FC_CUSTOM_LISTEN_PORT, "127.0.0.1");`;

const SHARP = `public class App {
  public string Handler(System.IO.Stream input, Aliyun.Serverless.Core.IFcContext context) {
    var event_ = new System.IO.MemoryStream();
    input.CopyTo(event_);
    return event_.Length.ToString();
  }
}`;

/** Runtimes, each with a function that returns the size of its event. */
const FUNCTIONS: Readonly<Record<string, { files: Record<string, string>; input?: Partial<fc.CreateFunctionInput> }>> =
  {
    nodejs20: { files: { "index.js": "exports.handler = async (event) => String(event.length);" } },
    "custom.debian12": {
      files: { "server.js": SERVER },
      input: { customRuntimeConfig: new fc.CustomRuntimeConfig({ command: ["node", "server.js"] }) },
    },
    "python3.12": { files: { "index.py": "def handler(event, context):\n    return str(len(event))\n" } },
    "php7.2": {
      files: { "index.php": "<?php\nfunction handler($event, $context) { return strval(strlen($event)); }\n" },
    },
    "dotnetcore3.1": { files: { "App.cs": SHARP }, input: { handler: "App::App::Handler" } },
  };

/** Measures the time of each runtime for events of each size. */
export async function largeEvents(client: FcClient): Promise<LargeEvents[]> {
  const all: LargeEvents[] = [];
  for (const runtime of Object.keys(FUNCTIONS)) {
    all.push({ runtime, seconds: isInstalled(runtime) ? await secondsOf(client, runtime) : undefined });
  }
  return all;
}

function isInstalled(runtime: string): boolean {
  const language = languageOf(runtime);
  if (language === undefined) return true;
  try {
    checkTools(language, runtime);
    return true;
  } catch {
    return false;
  }
}

async function secondsOf(client: FcClient, runtime: string): Promise<number[]> {
  const functionName = `large-${runtime.replace(".", "-")}`;
  await create(client, functionName, runtime);
  const seconds: number[] = [];
  await timed(client, functionName, 1);
  for (const size of EVENT_MB) {
    const times: number[] = [];
    for (let round = 0; round < 3; round++) times.push(await timed(client, functionName, size * 2 ** 20));
    seconds.push(Math.min(...times));
  }
  return seconds;
}

async function create(client: FcClient, functionName: string, runtime: string): Promise<void> {
  const { files = {}, input = {} } = FUNCTIONS[runtime] ?? {};
  const packed = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));
  const code = new fc.InputCodeLocation({ zipFile: Buffer.from(packed).toString("base64") });
  const given = { functionName, runtime, handler: "index.handler", code, memorySize: 1024, timeout: 120, ...input };
  const request = new fc.CreateFunctionRequest({ body: new fc.CreateFunctionInput(given) });
  await client.createFunctionWithOptions(request, {}, new RuntimeOptions({}));
}

/** Seconds of one call. Throws if the function did not receive the whole event. */
async function timed(client: FcClient, functionName: string, bytes: number): Promise<number> {
  const request = new fc.InvokeFunctionRequest({ body: Readable.from([Buffer.alloc(bytes, 120)]) });
  const options = new RuntimeOptions({ readTimeout: 120_000, connectTimeout: 120_000 });
  const started = performance.now();
  const { body } = await client.invokeFunctionWithOptions(functionName, request, new fc.InvokeFunctionHeaders({}), options); // prettier-ignore
  const chunks: Buffer[] = [];
  for await (const chunk of body ?? []) chunks.push(Buffer.from(chunk as Uint8Array));
  const seconds = (performance.now() - started) / 1000;
  // The C# runtime returns the text as JSON, with quotation marks.
  const answer = Buffer.concat(chunks).toString().replaceAll('"', "");
  if (answer !== String(bytes)) throw new Error(`${functionName} answered ${answer.slice(0, 200)}, not ${bytes}`);
  return seconds;
}
