/** Set-up for the tests of the emulator: the official SDK with an emulator as endpoint, and small archives. */
import { execFileSync } from "node:child_process";
import { Readable } from "node:stream";

import FcClient, * as fc from "@alicloud/fc20230330";
import { $OpenApiUtil, OpenApiUtil } from "@alicloud/openapi-core";
import { Request, RuntimeOptions } from "@darabonba/typescript";
import { zipSync } from "fflate";

import { type Emulator, startEmulator, type StartOptions } from "../../emulator";

/** Both timeouts are needed, because the SDK treats a slow answer as a connect timeout. */
const TIMEOUT_MS = 30_000;

/** Starts one emulator for the suite and closes it at the end. */
export function useEmulator(options: StartOptions = {}): () => Emulator {
  let emulator: Emulator | undefined;
  beforeAll(async () => {
    emulator = await startEmulator(options);
  });
  afterAll(() => emulator?.close());
  return () => {
    if (emulator === undefined) throw new Error("the emulator is not started yet");
    return emulator;
  };
}

/** Key and scheme of a client's signature; by default the emulator's permanent key and the SDK's usual scheme. */
export interface Keys {
  readonly id?: string;
  readonly secret?: string;
  readonly token?: string;
  /** `v2` is the older scheme, HMAC-SHA1. */
  readonly scheme?: string;
}

/** Address and keys for a client. An emulator has these members. */
export interface Place extends Pick<Emulator, "endpoint" | "region" | "accessKeyId" | "accessKeySecret"> {
  /** The security token of a temporary key. */
  readonly token?: string;
}

/** The calls that the suites need, by the official SDK. */
export class Api {
  readonly sdk: FcClient;
  /** Both timeouts, for calls for which this class has no method. */
  readonly runtime: RuntimeOptions;

  constructor(at: Place, keys: Keys = {}, timeoutMs = TIMEOUT_MS, Client: typeof FcClient = FcClient) {
    this.runtime = new RuntimeOptions({ readTimeout: timeoutMs, connectTimeout: timeoutMs });
    const { protocol, host } = new URL(at.endpoint);
    const token = keys.token ?? at.token;
    this.sdk = new Client(
      new $OpenApiUtil.Config({
        accessKeyId: keys.id ?? at.accessKeyId,
        accessKeySecret: keys.secret ?? at.accessKeySecret,
        ...(token === undefined ? {} : { securityToken: token }),
        ...(keys.scheme === undefined ? {} : { signatureAlgorithm: keys.scheme }),
        endpoint: host,
        protocol: protocol.replace(":", ""),
        regionId: at.region,
      }),
    );
  }

  async create(functionName: string, input: Partial<fc.CreateFunctionInput> = {}): Promise<fc.Function> {
    const body = new fc.CreateFunctionInput({
      functionName,
      runtime: "nodejs20",
      handler: "index.handler",
      code: zipInput({ "index.js": "exports.handler = async () => 'ok';" }),
      ...input,
    });
    const answer = await this.sdk.createFunctionWithOptions(new fc.CreateFunctionRequest({ body }), {}, this.runtime);
    return present(answer.body);
  }

  async update(functionName: string, input: Partial<fc.UpdateFunctionInput>): Promise<fc.Function> {
    const request = new fc.UpdateFunctionRequest({ body: new fc.UpdateFunctionInput(input) });
    return present((await this.sdk.updateFunctionWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async get(functionName: string, qualifier?: string): Promise<fc.Function> {
    const request = new fc.GetFunctionRequest(qualifier === undefined ? {} : { qualifier });
    return present((await this.sdk.getFunctionWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async delete(functionName: string): Promise<number> {
    return present((await this.sdk.deleteFunctionWithOptions(functionName, {}, this.runtime)).statusCode);
  }

  async list(query: Partial<fc.ListFunctionsRequest> = {}): Promise<fc.ListFunctionsOutput> {
    return present(
      (await this.sdk.listFunctionsWithOptions(new fc.ListFunctionsRequest(query), {}, this.runtime)).body,
    );
  }

  async code(functionName: string, qualifier?: string): Promise<fc.OutputFuncCode> {
    const request = new fc.GetFunctionCodeRequest(qualifier === undefined ? {} : { qualifier });
    return present((await this.sdk.getFunctionCodeWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async publish(functionName: string, description?: string): Promise<fc.Version> {
    const body = description === undefined ? {} : { body: new fc.PublishVersionInput({ description }) };
    const request = new fc.PublishFunctionVersionRequest(body);
    return present((await this.sdk.publishFunctionVersionWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async versions(functionName: string, query: Partial<fc.ListFunctionVersionsRequest> = {}) {
    const request = new fc.ListFunctionVersionsRequest(query);
    return present((await this.sdk.listFunctionVersionsWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async deleteVersion(functionName: string, versionId: string): Promise<void> {
    await this.sdk.deleteFunctionVersionWithOptions(functionName, versionId, {}, this.runtime);
  }

  async createAlias(functionName: string, aliasName: string, input: Partial<fc.CreateAliasInput>): Promise<fc.Alias> {
    const body = new fc.CreateAliasInput({ aliasName, ...input });
    const request = new fc.CreateAliasRequest({ body });
    return present((await this.sdk.createAliasWithOptions(functionName, request, {}, this.runtime)).body);
  }

  async getAlias(functionName: string, aliasName: string): Promise<fc.Alias> {
    return present((await this.sdk.getAliasWithOptions(functionName, aliasName, {}, this.runtime)).body);
  }

  async updateAlias(functionName: string, aliasName: string, input: Partial<fc.UpdateAliasInput>): Promise<fc.Alias> {
    const request = new fc.UpdateAliasRequest({ body: new fc.UpdateAliasInput(input) });
    return present((await this.sdk.updateAliasWithOptions(functionName, aliasName, request, {}, this.runtime)).body);
  }

  async deleteAlias(functionName: string, aliasName: string): Promise<void> {
    await this.sdk.deleteAliasWithOptions(functionName, aliasName, {}, this.runtime);
  }

  async listAliases(functionName: string, query: Partial<fc.ListAliasesRequest> = {}): Promise<fc.ListAliasesOutput> {
    const request = new fc.ListAliasesRequest(query);
    return present((await this.sdk.listAliasesWithOptions(functionName, request, {}, this.runtime)).body);
  }

  /** Names of a function's triggers, the first hundred. */
  async triggers(functionName: string): Promise<string[]> {
    const request = new fc.ListTriggersRequest({ limit: 100 });
    const { body } = await this.sdk.listTriggersWithOptions(functionName, request, {}, this.runtime);
    return (body?.triggers ?? []).map(({ triggerName }) => present(triggerName));
  }

  async invoke(functionName: string, options: InvokeInput = {}): Promise<Invocation> {
    const request = new fc.InvokeFunctionRequest({
      ...(options.qualifier === undefined ? {} : { qualifier: options.qualifier }),
      body: Readable.from([Buffer.from(options.event ?? "")]),
    });
    const headers = new fc.InvokeFunctionHeaders({
      xFcInvocationType: options.type ?? "Sync",
      xFcLogType: options.log === true ? "Tail" : "None",
    });
    const answer = await this.sdk.invokeFunctionWithOptions(functionName, request, headers, this.runtime);
    const chunks: Buffer[] = [];
    for await (const chunk of answer.body ?? []) chunks.push(Buffer.from(chunk as Uint8Array));
    const received = answer.headers ?? {};
    return {
      status: present(answer.statusCode),
      headers: received,
      body: Buffer.concat(chunks).toString(),
      version: received["x-fc-invocation-function-version"] ?? "",
      errorType: received["x-fc-error-type"],
      log: Buffer.from(received["x-fc-log-result"] ?? "", "base64").toString(),
    };
  }
}

/** Headers that sign a request to an HTTP trigger, made by the official SDK as the documentation's samples make them. */
export function signHttp(
  keys: { readonly accessKeyId: string; readonly accessKeySecret: string },
  method: string,
  url: string,
  {
    at = new Date(),
    headers = {},
    payload = "",
  }: { at?: Date; headers?: Record<string, string>; payload?: string } = {},
): Record<string, string> {
  const { pathname, searchParams } = new URL(url);
  const signed = { "x-acs-date": `${at.toISOString().slice(0, 19)}Z`, ...headers };
  const request = new Request();
  Object.assign(request, { method, pathname, query: Object.fromEntries(searchParams), headers: signed });
  const { accessKeyId, accessKeySecret } = keys;
  const algorithm = "ACS3-HMAC-SHA256";
  const authorization = OpenApiUtil.getAuthorization(request, algorithm, payload, accessKeyId, accessKeySecret);
  return { ...signed, authorization };
}

/** Options of an invocation in a test. */
export interface InvokeInput {
  readonly qualifier?: string;
  readonly event?: string;
  readonly type?: "Sync" | "Async";
  readonly log?: boolean;
}

/** The result of an invocation. */
export interface Invocation {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly version: string;
  readonly errorType: string | undefined;
  readonly log: string;
}

/** A zip of text files as the API takes it. */
export function zipInput(files: Record<string, string>, mode?: number): fc.InputCodeLocation {
  return new fc.InputCodeLocation({ zipFile: zip(files, mode).toString("base64") });
}

/** A zip of text files; `mode` is that of each file, for example 0o755. */
export function zip(files: Record<string, string>, mode?: number): Buffer {
  const attributes = mode === undefined ? {} : { os: 3, attrs: (0o100000 | mode) * 0x10000 };
  const entries = Object.fromEntries(
    Object.entries(files).map(([name, text]): [string, [Uint8Array, typeof attributes]] => [
      name,
      [Buffer.from(text), attributes],
    ]),
  );
  return Buffer.from(zipSync(entries, { mtime: new Date("2026-01-01T00:00:00Z") }));
}

/** Makes a version of a layer from text files and returns its ARN. */
export async function layer(api: Api, layerName: string, files: Record<string, string>): Promise<string> {
  const body = new fc.CreateLayerVersionInput({ code: zipInput(files) });
  const { body: made } = await api.sdk.createLayerVersion(layerName, new fc.CreateLayerVersionRequest({ body }));
  return present(made?.layerVersionArn);
}

/** True if a process runs. A zombie process does not run. */
export function isRunning(pid: number): boolean {
  const all = execFileSync("ps", ["-A", "-o", "pid=,stat="], { encoding: "utf8" });
  const state = new RegExp(`^\\s*${pid}\\s+(\\S+)`, "m").exec(all)?.[1];
  return state !== undefined && !state.startsWith("Z");
}

/** The error of a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; statusCode: number; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, statusCode, message } = error as { code: string; statusCode: number; message: string };
    return { code, statusCode, message };
  }
  throw new Error("the call was expected to be refused");
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the answer lacks a part");
  return value;
}
