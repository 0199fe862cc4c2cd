/**
 * Implements {@link FcApi} with the official SDK. Importing this module loads the SDK, so only code that calls the
 * service imports this module.
 */
import { Readable, addAbortSignal } from "node:stream";
import FcClient, * as sdk from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import type { FunctionBody } from "../core/function";
import type { Invoked } from "../core/invocation";
import type {
  AliasBody,
  ObservedAlias,
  ObservedAsyncConfig,
  ObservedDomain,
  ObservedFunction,
  ObservedTrigger,
  ObservedVersion,
  TriggerBody,
} from "../core/model";
import { type Place, elsewhere, namesPlace } from "../core/place";
import { type Answer, type Operation, readAnswer } from "./answers";
import type { FcApi } from "./api";
import { type Endpoints, type Environment, endpointsFor, stsEndpointFor } from "./endpoints";
import { Code, FcError, afterwards, fromSdkFailure, isFcError, isNotFound } from "./errors";
import { type Head, withHead } from "./head";
import { callerIdentity } from "./identity";
import { findKeys, secretsOf } from "./credentials";
import { type AlicloudOptions, READ_TIMEOUT } from "./options";
import { type Clock, retryRead, systemClock } from "./retry";

const TIMEOUT = 60_000;
/** Upload speed that the timeout of an upload assumes, in bytes per millisecond (100 kB/s). */
const SLOWEST_UPLOAD = 100;
/** The header of each answer of Function Compute. */
const REQUEST_ID = "x-fc-request-id";
/** Items on one page of a list: the largest number that the service accepts. */
const PAGE = 100;
/** Largest number of pages of a list. A list with more pages is assumed to repeat itself. */
const MAX_PAGES = 1000;

/**
 * Creates a client of Function Compute for one place, which is a region and an account. Before the first call, the
 * client compares the region and account in the host's name with the place. Before it sends a change or uses a result,
 * it confirms the account of the keys: by an answer whose ARN contains the account, or by a call to STS. It refuses an
 * answer whose ARN names another region or account.
 */
export function alicloudApi(place: Place, options: AlicloudOptions = {}): FcApi {
  return new AlicloudApi(place, options);
}

class AlicloudApi implements FcApi {
  private readonly clock: Clock;
  private readonly env: Environment;
  private known: Endpoints | undefined;
  private account: Promise<string> | undefined;
  /** True after an answer whose ARN contained the place: the keys belong to the account of the place. */
  private seen = false;
  /** The service's clock in the last answer, and the local clock at that moment; both in milliseconds. */
  private answered: { readonly date: number; readonly at: number } | undefined;

  constructor(
    private readonly place: Place,
    private readonly options: AlicloudOptions,
  ) {
    this.clock = options.clock ?? systemClock;
    this.env = options.env ?? process.env;
  }

  private get endpoints(): Endpoints {
    return (this.known ??= endpointsFor(this.place, this.options.connection, this.env));
  }

  getFunction(name: string, qualifier?: string): Promise<ObservedFunction | undefined> {
    return this.read("GetFunction", async (client, runtime) => {
      const request = new sdk.GetFunctionRequest(qualifier === undefined ? {} : { qualifier });
      return await client.getFunctionWithOptions(name, request, {}, runtime);
    }).then((body) => (body === undefined ? undefined : plain<ObservedFunction>(body)));
  }

  async getCodeUrl(name: string): Promise<string> {
    const body = await this.read("GetFunctionCode", (client, runtime) =>
      client.getFunctionCodeWithOptions(name, new sdk.GetFunctionCodeRequest({}), {}, runtime),
    );
    return body?.url ?? "";
  }

  async createFunction(body: FunctionBody): Promise<ObservedFunction> {
    return await this.write<ObservedFunction>("CreateFunction", bytesOf(body), (client, runtime) => {
      const request = new sdk.CreateFunctionRequest({ body: new sdk.CreateFunctionInput(body) });
      return client.createFunctionWithOptions(request, {}, runtime);
    });
  }

  async updateFunction(name: string, body: FunctionBody): Promise<ObservedFunction> {
    return await this.write<ObservedFunction>("UpdateFunction", bytesOf(body), (client, runtime) => {
      const request = new sdk.UpdateFunctionRequest({ body: new sdk.UpdateFunctionInput(body) });
      return client.updateFunctionWithOptions(name, request, {}, runtime);
    });
  }

  async deleteFunction(name: string): Promise<void> {
    await this.change("DeleteFunction", 0, (client, runtime) => client.deleteFunctionWithOptions(name, {}, runtime));
  }

  async changeResourceGroup(functionName: string, resourceGroupId: string): Promise<void> {
    await this.change("ChangeResourceGroup", 0, (client, runtime) => {
      const body = new sdk.ChangeResourceGroupInput({
        resourceType: "function",
        resourceId: functionName,
        newResourceGroupId: resourceGroupId,
      });
      return client.changeResourceGroupWithOptions(new sdk.ChangeResourceGroupRequest({ body }), {}, runtime);
    });
  }

  async setTags(functionArn: string, tags: Record<string, string>): Promise<void> {
    await this.change("TagResources", 0, (client, runtime) => {
      const tag = Object.entries(tags).map(([key, value]) => new sdk.Tag({ key, value }));
      const body = new sdk.TagResourcesInput({ resourceType: "function", resourceId: [functionArn], tag });
      return client.tagResourcesWithOptions(new sdk.TagResourcesRequest({ body }), {}, runtime);
    });
  }

  async removeTags(functionArn: string, keys: readonly string[]): Promise<void> {
    await this.change("UntagResources", 0, (client, runtime) => {
      const request = new sdk.UntagResourcesRequest({
        resourceType: "function",
        resourceId: [functionArn],
        tagKey: [...keys],
      });
      return client.untagResourcesWithOptions(request, {}, runtime);
    });
  }

  listVersions(functionName: string): Promise<ObservedVersion[] | undefined> {
    return this.list("ListFunctionVersions", async (client, runtime, nextToken) => {
      const request = new sdk.ListFunctionVersionsRequest({ direction: "BACKWARD", limit: PAGE, ...token(nextToken) });
      return await client.listFunctionVersionsWithOptions(functionName, request, {}, runtime);
    }).then((pages) => pages?.flatMap(({ versions = [] }) => versions.map((item) => plain<ObservedVersion>(item))));
  }

  async publishVersion(functionName: string, description: string): Promise<ObservedVersion> {
    return await this.write<ObservedVersion>("PublishFunctionVersion", 0, (client, runtime) => {
      const body = new sdk.PublishVersionInput({ description });
      const request = new sdk.PublishFunctionVersionRequest({ body });
      return client.publishFunctionVersionWithOptions(functionName, request, {}, runtime);
    });
  }

  async deleteVersion(functionName: string, versionId: string): Promise<void> {
    await this.change("DeleteFunctionVersion", 0, (client, runtime) =>
      client.deleteFunctionVersionWithOptions(functionName, versionId, {}, runtime),
    );
  }

  getAlias(functionName: string, aliasName: string): Promise<ObservedAlias | undefined> {
    return this.read("GetAlias", (client, runtime) =>
      client.getAliasWithOptions(functionName, aliasName, {}, runtime),
    ).then((body) => (body === undefined ? undefined : plain<ObservedAlias>(body)));
  }

  async createAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias> {
    return await this.write<ObservedAlias>("CreateAlias", 0, (client, runtime) => {
      const input = new sdk.CreateAliasInput({ aliasName, ...body });
      return client.createAliasWithOptions(functionName, new sdk.CreateAliasRequest({ body: input }), {}, runtime);
    });
  }

  async updateAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias> {
    return await this.write<ObservedAlias>("UpdateAlias", 0, (client, runtime) => {
      const input = new sdk.UpdateAliasInput(body);
      const request = new sdk.UpdateAliasRequest({ body: input });
      return client.updateAliasWithOptions(functionName, aliasName, request, {}, runtime);
    });
  }

  async deleteAlias(functionName: string, aliasName: string): Promise<void> {
    await this.change("DeleteAlias", 0, (client, runtime) =>
      client.deleteAliasWithOptions(functionName, aliasName, {}, runtime),
    );
  }

  async listAliases(functionName: string): Promise<ObservedAlias[]> {
    const pages = await this.list("ListAliases", (client, runtime, nextToken) => {
      const request = new sdk.ListAliasesRequest({ limit: PAGE, ...token(nextToken) });
      return client.listAliasesWithOptions(functionName, request, {}, runtime);
    });
    return (pages ?? []).flatMap(({ aliases = [] }) => aliases.map((item) => plain<ObservedAlias>(item)));
  }

  getTrigger(functionName: string, triggerName: string): Promise<ObservedTrigger | undefined> {
    return this.read("GetTrigger", (client, runtime) =>
      client.getTriggerWithOptions(functionName, triggerName, {}, runtime),
    ).then((body) => (body === undefined ? undefined : plain<ObservedTrigger>(body)));
  }

  async createHttpTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger> {
    return await this.write<ObservedTrigger>("CreateTrigger", 0, (client, runtime) => {
      const input = new sdk.CreateTriggerInput({ triggerName, triggerType: "http", ...body });
      return client.createTriggerWithOptions(functionName, new sdk.CreateTriggerRequest({ body: input }), {}, runtime);
    });
  }

  async updateTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger> {
    return await this.write<ObservedTrigger>("UpdateTrigger", 0, (client, runtime) => {
      const request = new sdk.UpdateTriggerRequest({ body: new sdk.UpdateTriggerInput(body) });
      return client.updateTriggerWithOptions(functionName, triggerName, request, {}, runtime);
    });
  }

  async deleteTrigger(functionName: string, triggerName: string): Promise<void> {
    await this.change("DeleteTrigger", 0, (client, runtime) =>
      client.deleteTriggerWithOptions(functionName, triggerName, {}, runtime),
    );
  }

  async listTriggers(functionName: string): Promise<ObservedTrigger[]> {
    const pages = await this.list("ListTriggers", (client, runtime, nextToken) => {
      const request = new sdk.ListTriggersRequest({ limit: PAGE, ...token(nextToken) });
      return client.listTriggersWithOptions(functionName, request, {}, runtime);
    });
    return (pages ?? []).flatMap(({ triggers = [] }) => triggers.map((item) => plain<ObservedTrigger>(item)));
  }

  async listAsyncInvokeConfigs(functionName: string): Promise<ObservedAsyncConfig[]> {
    const pages = await this.list("ListAsyncInvokeConfigs", (client, runtime, nextToken) => {
      const request = new sdk.ListAsyncInvokeConfigsRequest({ functionName, limit: PAGE, ...token(nextToken) });
      return client.listAsyncInvokeConfigsWithOptions(request, {}, runtime);
    });
    return (pages ?? []).flatMap(({ configs = [] }) => configs.map((item) => plain<ObservedAsyncConfig>(item)));
  }

  async listCustomDomains(): Promise<ObservedDomain[]> {
    const pages = await this.list("ListCustomDomains", (client, runtime, nextToken) => {
      const request = new sdk.ListCustomDomainsRequest({ limit: PAGE, ...token(nextToken) });
      return client.listCustomDomainsWithOptions(request, {}, runtime);
    });
    return (pages ?? []).flatMap(({ customDomains = [] }) => customDomains.map((item) => plain<ObservedDomain>(item)));
  }

  async invoke(functionName: string, qualifier: string, event: string): Promise<Invoked> {
    let invoked: Invoked = { headers: {}, body: "" };
    await this.change("InvokeFunction", event.length, async (client, runtime) => {
      const sent = event === "" ? {} : { body: Readable.from([Buffer.from(event)]) };
      const request = new sdk.InvokeFunctionRequest({ qualifier, ...sent });
      const sync = new sdk.InvokeFunctionHeaders({ xFcInvocationType: "Sync" });
      const answer = await client.invokeFunctionWithOptions(functionName, request, sync, runtime);
      // The body is always read, because an answer with an unread body keeps its connection.
      const body = await textIn(answer.body, this.changeTimeout(event.length));
      const { headers = {} } = answer;
      assertOfFunction(headers, answer.statusCode);
      invoked = { headers, body };
      return answer;
    });
    return invoked;
  }

  serviceTime(): number | undefined {
    if (this.answered === undefined) return undefined;
    return (this.answered.date + this.clock.now() - this.answered.at) / 1000;
  }

  callerAccount(): Promise<string> {
    this.account ??= this.requestCaller().catch((error: unknown) => {
      this.account = undefined;
      throw error;
    });
    return this.account;
  }

  private async requestCaller(): Promise<string> {
    // This call works before the account is known, because the endpoint of STS contains no account.
    const endpoint = stsEndpointFor(this.place.region, this.options.connection, this.env);
    return await retryRead(this.clock, async () => {
      const keys = await this.keys(endpoint.emulator);
      const head: Head = {};
      try {
        return await withHead(head, () => callerIdentity(endpoint, keys, this.readTimeout()));
      } catch (error) {
        throw fromSdkFailure("GetCallerIdentity", endpoint.sts, error, { head, secrets: secretsOf(keys) });
      }
    });
  }

  private keys(emulator: boolean) {
    return findKeys(emulator, this.options.connection?.profile, this.env);
  }

  /**
   * Throws unless the keys in use belong to the account of the place. Calls STS at most once, and never after an answer
   * whose ARN contained the place.
   */
  private async confirmAccount(): Promise<void> {
    if (this.seen) return;
    // The getter throws if the host belongs to another place. Its message is more useful than the one about the
    // account, so it comes first.
    void this.endpoints;
    const account = await this.callerAccount();
    const { accountId } = this.place;
    if (account === accountId) return;
    throw new FcError(
      `the credentials in use belong to account ${account}, but this resource lives in account ${accountId}; nothing was ` +
        `changed. Use credentials of account ${accountId}`,
      "notSent",
      Code.WrongPlace,
    );
  }

  private readTimeout(): number {
    return Math.min(this.options.timeout ?? TIMEOUT, READ_TIMEOUT);
  }

  /** Sends one request and checks the members of its answer. Every failure is an {@link FcError}. */
  private async send<B>(operation: Operation, timeout: number, call: Call<B>): Promise<B | undefined> {
    const keys = await this.keys(this.endpoints.emulator);
    const head: Head = {};
    try {
      const { protocol, fc: endpoint } = this.endpoints;
      const client = new FcClient(
        new $OpenApiUtil.Config({ ...keys, endpoint, protocol, regionId: this.place.region }),
      );
      // Both timeouts are equal, because the connect timeout also fires on an established socket that is idle.
      const runtime = new RuntimeOptions({ readTimeout: timeout, connectTimeout: timeout });
      const body = readAnswer(operation, await withHead(head, () => call(client, runtime)), head);
      this.seen ||= ofPlace(operation, this.place, body);
      if (head.date !== undefined) this.answered = { date: head.date, at: this.clock.now() };
      return body;
    } catch (error) {
      throw fromSdkFailure(operation, this.endpoints.fc, error, { head, secrets: secretsOf(keys) });
    }
  }

  /** Sends a change once. The caller reads the object before it sends the change again. */
  private async change(operation: Operation, bytes: number, call: Call<unknown>): Promise<void> {
    await this.confirmAccount();
    await this.send(operation, this.changeTimeout(bytes), call);
  }

  /** Sends a change once, and returns the object in its answer. */
  private async write<T>(operation: Operation, bytes: number, call: Call<object>): Promise<T> {
    await this.confirmAccount();
    return plain<T>((await this.send(operation, this.changeTimeout(bytes), call)) ?? {});
  }

  private changeTimeout(bytes: number): number {
    return (this.options.timeout ?? TIMEOUT) + Math.round(bytes / SLOWEST_UPLOAD);
  }

  /** Sends a read and returns its answer; undefined if the service answers that the object does not exist. */
  private async read<B>(operation: Operation, call: Call<B>): Promise<B | undefined> {
    // With keys of another account, every object is absent, or another object has the same name. The answer about a
    // function contains its account, so the account is checked separately only after a refusal.
    if (operation !== "GetFunction") await this.confirmAccount();
    let body: B | undefined;
    try {
      body = await retryRead(this.clock, () => this.send(operation, this.readTimeout(), call));
    } catch (error) {
      if (isFcError(error) && error.outcome === "rejected") await this.confirmAccount();
      if (isNotFound(error)) return undefined;
      throw error;
    }
    await this.confirmAccount();
    return body;
  }

  private async list<P extends { nextToken?: string }>(
    operation: Operation,
    page: (client: FcClient, runtime: RuntimeOptions, nextToken: string | undefined) => Promise<Answer<P>>,
  ): Promise<P[] | undefined> {
    const pages: P[] = [];
    let nextToken: string | undefined;
    for (;;) {
      const current = nextToken;
      const answer = await this.read(operation, (client, runtime) => page(client, runtime, current));
      if (answer === undefined) return undefined;
      pages.push(answer);
      nextToken = answer.nextToken === "" ? undefined : answer.nextToken;
      if (nextToken === undefined) return pages;
      if (nextToken === current || pages.length >= MAX_PAGES) {
        throw new FcError(`${operation}: the list does not end (page ${pages.length})`, "rejected", "EndlessList");
      }
    }
  }
}

type Call<B> = (client: FcClient, runtime: RuntimeOptions) => Promise<Answer<B>>;

/**
 * Whether an answer contains the ARN of an object in the place. Throws for an ARN of another place, because such an
 * answer must not reach state.
 */
function ofPlace(operation: Operation, place: Place, body: unknown): boolean {
  const { functionArn, targetArn } = (body ?? {}) as { functionArn?: unknown; targetArn?: unknown };
  const reason = elsewhere(place, functionArn) ?? elsewhere(place, targetArn);
  if (reason === undefined) return namesPlace(place, functionArn);
  throw new FcError(
    `${operation}: ${reason}. Check the endpoint and the region; to move the stack, use another one`,
    "rejected",
    Code.WrongPlace,
  );
}

/**
 * Refuses an answer that did not come from a function. The body of a function's answer may be anything, so only the
 * headers distinguish it from the page of a proxy with status 200. Source of the header: the service's page
 * "InvokeFunction".
 */
function assertOfFunction(headers: Readonly<Record<string, string>>, status: number | undefined): void {
  const { [REQUEST_ID]: requestId = "", "content-type": type = "" } = headers;
  const isPage = /^text\/html\b/i.test(type);
  if (requestId !== "" && !isPage) return;
  const what = isPage
    ? `the answer is a web page, for example of a proxy (${type})`
    : `the answer lacks the header ${REQUEST_ID}`;
  const where = `HTTP ${status ?? "none"}, request id ${requestId || "none"}`;
  throw new FcError(
    `InvokeFunction: ${what} (${where})${afterwards("InvokeFunction")}`,
    "unknown",
    "Transport",
    status,
    requestId || undefined,
  );
}

/** The content of a stream as text. Rejects if the stream has not ended after `timeout` milliseconds. */
async function textIn(stream: Readable | undefined, timeout: number): Promise<string> {
  if (stream === undefined) return "";
  const chunks: Buffer[] = [];
  for await (const chunk of addAbortSignal(AbortSignal.timeout(timeout), stream)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** Copies an SDK model to a plain object. */
function plain<T>(model: object): T {
  const { ...copy } = model;
  return copy as T;
}

function bytesOf(body: FunctionBody): number {
  return body.code?.zipFile?.length ?? 0;
}

function token(nextToken: string | undefined): { nextToken?: string } {
  return nextToken === undefined ? {} : { nextToken };
}
