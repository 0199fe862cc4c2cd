/** Calls the account that `fc-emulator learn` examines, counts the calls, and decides whether an answer is clear. */
import { Readable } from "node:stream";

import * as fc from "@alicloud/fc20230330";
import { RuntimeOptions } from "@darabonba/typescript";

import { isObject, type Json, type JsonObject } from "../base/json";
import { clientConfig, type Place } from "./place";
import { RecordingClient } from "./recordingClient";

/** The clock and the waits of a run. Tests replace both, so that waits take no time. */
export interface Pace {
  /** Pause between two reads of the same object, and after a lost answer, in ms. The pause doubles while answers are lost. */
  readonly pauseMs: number;
  /** Waits for a number of ms. */
  readonly wait: (ms: number) => Promise<void>;
  /** Ms since 1970. */
  readonly now: () => number;
}

/** Limits of one run of `fc-emulator learn`. */
export interface Limits {
  /** Largest number of requests of the experiments. Clean-up is not limited. */
  readonly calls: number;
  /** Largest number of runs of functions. */
  readonly runs: number;
  /** Longest time of the experiments, in ms. */
  readonly ms: number;
}

/** The answer of a trigger. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A clear answer: the service accepted the call, or refused it with a code. */
export interface Reading {
  readonly operation: string;
  readonly status: number;
  /** The service's error code; absent if the call was accepted. */
  readonly code?: string;
  /** The body; `{}` if there is none. */
  readonly body: JsonObject;
  /** Headers with names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The function's answer. */
  readonly text: string;
  /** True if this is the answer to the first attempt. */
  readonly isFirst: boolean;
  /** Number of times that the request was sent and got this answer: 1, or 2 for a refusal. */
  readonly sendings: number;
}

/**
 * Thrown for a request whose result is not known: the answer was lost or unclear, or a refusal was not repeated when the
 * request was sent again.
 */
export class Unclear extends Error {
  override readonly name = "Unclear";
}

/** Thrown if the experiments must not continue. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Largest number of attempts of a request that may be repeated. */
export const SENDINGS = 8;

/** The longest pause after a lost answer, as a multiple of the usual pause. */
const LONGEST_PAUSE = 16;

/** Time after which an answer counts as lost, in ms. */
const TIMEOUT_MS = 30_000;

/** Largest number of runs of an asynchronous event: the first run and eight retries. */
const RUNS_OF_AN_EVENT = 9;

type Send = (client: RecordingClient, runtime: RuntimeOptions) => Promise<unknown>;

/** Sends the calls of a run to one account, and counts them. */
export class Account {
  readonly #client: RecordingClient;
  readonly #runtime = new RuntimeOptions({ readTimeout: TIMEOUT_MS, connectTimeout: TIMEOUT_MS });
  readonly #endsAt: number;
  /** True during clean-up, which has no limits. */
  #isCleaning = false;
  calls = 0;
  runs = 0;

  constructor(
    place: Place,
    accountId: string,
    readonly pace: Pace,
    readonly limits: Limits,
    readonly signal: AbortSignal,
  ) {
    this.#client = new RecordingClient(clientConfig(place, place.endpoint(accountId)));
    this.#endsAt = pace.now() + limits.ms;
  }

  /** Removes limits and interruption, for the clean-up. */
  startCleaning(): void {
    this.#isCleaning = true;
  }

  /** Sends a request until its answer is clear. The request may be applied twice. */
  async repeat(send: Send, runs = 0): Promise<Reading> {
    for (let sending = 1; ; sending++) {
      try {
        const answer = await this.ask(send, runs);
        return { ...answer, isFirst: answer.isFirst && sending === 1 };
      } catch (error) {
        if (!(error instanceof Unclear) || sending >= SENDINGS) throw error;
        await this.pause(sending);
      }
    }
  }

  /**
   * Sends a request. If the service refuses the request, it is sent again after a pause, because only a repeated refusal is
   * evidence. Rejects with `Unclear` if the result is not known, or if the second answer differs from the first. There is one
   * exception: if the first answer is 404 and the second one accepts the request, an object that the request names was not
   * visible yet. During clean-up, nothing is sent again.
   */
  async ask(send: Send, runs = 0): Promise<Reading> {
    const first = await this.#sendOnce(send, runs);
    if (first.code === undefined || this.#isCleaning) return first;
    await this.pause();
    const second = await this.#sendOnce(send, runs);
    if (first.status === 404 && second.code === undefined) return { ...second, isFirst: false };
    if (first.status === second.status && first.code === second.code) return { ...second, sendings: 2 };
    throw new Unclear(
      `${first.operation} was refused with status ${first.status}, and had another result when it was sent again`,
    );
  }

  async #sendOnce(send: Send, runs: number): Promise<Reading> {
    this.#count(runs);
    const before = this.#client.heard.length;
    let text = "";
    try {
      text = await textOf(await send(this.#client, this.#runtime));
    } catch (error) {
      // The answer was received, even if the SDK cannot convert it.
      if (this.#client.heard.length === before) throw error;
      if (error instanceof BrokenBody) throw new Unclear("the answer is incomplete");
    }
    return reading(this.#client.heard.at(-1) as RecordingClient["heard"][number], text);
  }

  /** Waits; the pause doubles with the number of attempts. */
  async pause(tries = 1): Promise<void> {
    if (this.signal.aborted && !this.#isCleaning) throw new Stopped("the run was interrupted");
    await this.pace.wait(this.pace.pauseMs * Math.min(2 ** (tries - 1), LONGEST_PAUSE));
  }

  /** Sends an HTTP request to the address of a trigger; undefined means no answer, or a broken one. */
  async fetch(url: string, headers: Record<string, string>): Promise<HttpAnswer | undefined> {
    this.#count(1);
    try {
      const answer = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    } catch {
      return undefined;
    }
  }

  #count(runs: number): void {
    this.calls += 1;
    if (this.#isCleaning) return;
    if (this.signal.aborted) throw new Stopped("the run was interrupted");
    if (this.calls > this.limits.calls) throw new Stopped(`the limit of ${this.limits.calls} calls is reached`);
    if (this.runs + runs > this.limits.runs)
      throw new Stopped(`the limit of ${this.limits.runs} runs of functions is reached`);
    if (this.pace.now() > this.#endsAt) throw new Stopped("the time limit is reached");
    this.runs += runs;
  }

  // The operations, by the names of the service.

  createFunction(input: Partial<fc.CreateFunctionInput>): Promise<Reading> {
    const request = new fc.CreateFunctionRequest({ body: new fc.CreateFunctionInput(input) });
    return this.ask((client, runtime) => client.createFunctionWithOptions(request, {}, runtime));
  }

  updateFunction(name: string, input: Partial<fc.UpdateFunctionInput>): Promise<Reading> {
    const request = new fc.UpdateFunctionRequest({ body: new fc.UpdateFunctionInput(input) });
    return this.ask((client, runtime) => client.updateFunctionWithOptions(name, request, {}, runtime));
  }

  getFunction(name: string, qualifier?: string): Promise<Reading> {
    const request = new fc.GetFunctionRequest(qualifier === undefined ? {} : { qualifier });
    return this.repeat((client, runtime) => client.getFunctionWithOptions(name, request, {}, runtime));
  }

  listFunctions(prefix: string, nextToken?: string): Promise<Reading> {
    const more = nextToken === undefined ? {} : { nextToken };
    const request = new fc.ListFunctionsRequest({ prefix, fcVersion: "v3", limit: 100, ...more });
    return this.repeat((client, runtime) => client.listFunctionsWithOptions(request, {}, runtime));
  }

  deleteFunction(name: string): Promise<Reading> {
    return this.ask((client, runtime) => client.deleteFunctionWithOptions(name, {}, runtime));
  }

  publish(name: string, description?: string, headers: Record<string, string> = {}): Promise<Reading> {
    const body = new fc.PublishVersionInput(description === undefined ? {} : { description });
    const request = new fc.PublishFunctionVersionRequest({ body });
    return this.ask((client, runtime) => client.publishFunctionVersionWithOptions(name, request, headers, runtime));
  }

  listVersions(name: string): Promise<Reading> {
    const request = new fc.ListFunctionVersionsRequest({ limit: 100 });
    return this.repeat((client, runtime) => client.listFunctionVersionsWithOptions(name, request, {}, runtime));
  }

  deleteVersion(name: string, version: string): Promise<Reading> {
    return this.ask((client, runtime) => client.deleteFunctionVersionWithOptions(name, version, {}, runtime));
  }

  createAlias(name: string, aliasName: string, input: Partial<fc.CreateAliasInput>): Promise<Reading> {
    const request = new fc.CreateAliasRequest({ body: new fc.CreateAliasInput({ aliasName, ...input }) });
    return this.ask((client, runtime) => client.createAliasWithOptions(name, request, {}, runtime));
  }

  getAlias(name: string, alias: string): Promise<Reading> {
    return this.repeat((client, runtime) => client.getAliasWithOptions(name, alias, {}, runtime));
  }

  updateAlias(name: string, alias: string, input: Partial<fc.UpdateAliasInput>): Promise<Reading> {
    const request = new fc.UpdateAliasRequest({ body: new fc.UpdateAliasInput(input) });
    return this.ask((client, runtime) => client.updateAliasWithOptions(name, alias, request, {}, runtime));
  }

  deleteAlias(name: string, alias: string): Promise<Reading> {
    return this.ask((client, runtime) => client.deleteAliasWithOptions(name, alias, {}, runtime));
  }

  listAliases(name: string): Promise<Reading> {
    const request = new fc.ListAliasesRequest({ limit: 100 });
    return this.repeat((client, runtime) => client.listAliasesWithOptions(name, request, {}, runtime));
  }

  createTrigger(name: string, input: Partial<fc.CreateTriggerInput>): Promise<Reading> {
    const request = new fc.CreateTriggerRequest({ body: new fc.CreateTriggerInput(input) });
    return this.ask((client, runtime) => client.createTriggerWithOptions(name, request, {}, runtime));
  }

  listTriggers(name: string): Promise<Reading> {
    const request = new fc.ListTriggersRequest({ limit: 100 });
    return this.repeat((client, runtime) => client.listTriggersWithOptions(name, request, {}, runtime));
  }

  deleteTrigger(name: string, trigger: string): Promise<Reading> {
    return this.ask((client, runtime) => client.deleteTriggerWithOptions(name, trigger, {}, runtime));
  }

  putAsyncConfig(name: string, qualifier: string, input: Partial<fc.PutAsyncInvokeConfigInput>): Promise<Reading> {
    const body = new fc.PutAsyncInvokeConfigInput(input);
    const request = new fc.PutAsyncInvokeConfigRequest({ qualifier, body });
    return this.repeat((client, runtime) => client.putAsyncInvokeConfigWithOptions(name, request, {}, runtime));
  }

  getAsyncTask(name: string, taskId: string, qualifier: string): Promise<Reading> {
    const request = new fc.GetAsyncTaskRequest({ qualifier });
    return this.repeat((client, runtime) => client.getAsyncTaskWithOptions(name, taskId, request, {}, runtime));
  }

  /** A synchronous call of a function. */
  invoke(name: string, qualifier: string, event: string): Promise<Reading> {
    const headers = new fc.InvokeFunctionHeaders({ xFcInvocationType: "Sync" });
    return this.repeat(
      (client, runtime) => client.invokeFunctionWithOptions(name, call(qualifier, event), headers, runtime),
      1,
    );
  }

  /** An asynchronous call of a function, which is accepted with 202. If several have the same task id, one is accepted. */
  send(name: string, qualifier: string, event: string, taskId: string): Promise<Reading> {
    const headers = new fc.InvokeFunctionHeaders({ xFcInvocationType: "Async", xFcAsyncTaskId: taskId });
    return this.repeat(
      (client, runtime) => client.invokeFunctionWithOptions(name, call(qualifier, event), headers, runtime),
      RUNS_OF_AN_EVENT,
    );
  }
}

function call(qualifier: string, event: string): fc.InvokeFunctionRequest {
  return new fc.InvokeFunctionRequest({ qualifier, body: Readable.from([Buffer.from(event)]) });
}

/** Thrown when the body of an invocation's answer is incomplete. */
class BrokenBody extends Error {}

async function textOf(answer: unknown): Promise<string> {
  const { body } = answer as { body?: unknown };
  if (!(body instanceof Readable)) return "";
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(Buffer.from(chunk as Uint8Array));
  } catch (error) {
    throw new BrokenBody("the answer broke off", { cause: error });
  }
  return Buffer.concat(chunks).toString();
}

const ONCE = { isFirst: true, sendings: 1 };

/**
 * Codes of refusals that depend on the moment and not on the request, such as throttling. The same request may succeed later.
 */
const PASSING = /throttl|^concurrent/i;

function reading(heard: RecordingClient["heard"][number], text: string): Reading {
  const { operation, status } = heard;
  if ("body" in heard) {
    // An HTML page comes from a proxy, not from the service.
    const isPage = /html/i.test(heard.headers["content-type"] ?? "");
    if (isPage || !(status >= 200 && status < 300)) throw new Unclear(`${operation} was not answered by the service`);
    const body = heard.body as Json | undefined;
    return { operation, status, body: isObject(body) ? body : {}, headers: heard.headers, text, ...ONCE };
  }
  const { code } = heard;
  const isClear = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (!isClear || !/^[\w.]+$/.test(code) || code === "undefined" || PASSING.test(code)) {
    throw new Unclear(`${operation} had no clear answer`);
  }
  return { operation, status, code, body: {}, headers: {}, text: "", ...ONCE };
}
