/** {@link FcApi} over the official SDK. Loading this loads the SDK: do it only where the cloud is talked to. */
import FcClient, * as sdk from "@alicloud/fc20230330";
import { $OpenApiUtil } from "@alicloud/openapi-core";
import { RuntimeOptions } from "@darabonba/typescript";
import type { Connection } from "../core/common";
import type {
  AliasBody,
  FunctionBody,
  ObservedAlias,
  ObservedFunction,
  ObservedTrigger,
  ObservedVersion,
  TriggerBody,
} from "../core/model";
import { type Place, elsewhere } from "../core/place";
import type { FcApi } from "./api";
import { Code, FcError, fromSdkFailure, isNotFound } from "./errors";
import { callerIdentity } from "./identity";
import { type Clock, systemClock, withRetry } from "./retry";
import { type Endpoints, type Environment, endpointsFor, findKeys, stsEndpointFor } from "./settings";

/** What a client may be given; defaults are the process's own. */
export interface AlicloudOptions {
  readonly connection?: Connection;
  readonly env?: Environment;
  readonly clock?: Clock;
  /** Milliseconds without an answer before a call counts as lost; uploads get more. Default 60 000. */
  readonly timeout?: number;
}

const TIMEOUT = 60_000;
/** The slowest upload we wait for, in bytes per millisecond (100 kB/s). */
const SLOWEST_UPLOAD = 100;
/** Lists are read in pages of the largest size the service takes. */
const PAGE = 100;
/** A list that has more pages than this repeats itself. */
const MAX_PAGES = 1000;

/**
 * The service at a place, and no other. Before the first call the host's region and account are compared with the place, and
 * the account of the keys in use is confirmed; each answer that holds an ARN is compared by it.
 */
export function alicloudApi(place: Place, options: AlicloudOptions = {}): FcApi {
  return new AlicloudApi(place, options);
}

class AlicloudApi implements FcApi {
  private readonly clock: Clock;
  private readonly env: Environment;
  private known: Endpoints | undefined;
  private account: Promise<string> | undefined;

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
    return withMember("GetFunctionCode", body, "url").url ?? "";
  }

  async createFunction(body: FunctionBody): Promise<ObservedFunction> {
    const answer = await this.mutate("CreateFunction", bytesOf(body), (client, runtime) => {
      const request = new sdk.CreateFunctionRequest({ body: new sdk.CreateFunctionInput(body) });
      return client.createFunctionWithOptions(request, {}, runtime);
    });
    return plain<ObservedFunction>(withMember("CreateFunction", answer, "functionName"));
  }

  async updateFunction(name: string, body: FunctionBody): Promise<ObservedFunction> {
    const answer = await this.mutate("UpdateFunction", bytesOf(body), (client, runtime) => {
      const request = new sdk.UpdateFunctionRequest({ body: new sdk.UpdateFunctionInput(body) });
      return client.updateFunctionWithOptions(name, request, {}, runtime);
    });
    return plain<ObservedFunction>(withMember("UpdateFunction", answer, "functionName"));
  }

  async deleteFunction(name: string): Promise<void> {
    await this.mutate("DeleteFunction", 0, (client, runtime) => client.deleteFunctionWithOptions(name, {}, runtime));
  }

  async changeResourceGroup(functionName: string, resourceGroupId: string): Promise<void> {
    await this.mutate("ChangeResourceGroup", 0, (client, runtime) => {
      const body = new sdk.ChangeResourceGroupInput({
        resourceType: "function",
        resourceId: functionName,
        newResourceGroupId: resourceGroupId,
      });
      return client.changeResourceGroupWithOptions(new sdk.ChangeResourceGroupRequest({ body }), {}, runtime);
    });
  }

  async setTags(functionArn: string, tags: Record<string, string>): Promise<void> {
    await this.mutate("TagResources", 0, (client, runtime) => {
      const tag = Object.entries(tags).map(([key, value]) => new sdk.Tag({ key, value }));
      const body = new sdk.TagResourcesInput({ resourceType: "function", resourceId: [functionArn], tag });
      return client.tagResourcesWithOptions(new sdk.TagResourcesRequest({ body }), {}, runtime);
    });
  }

  async removeTags(functionArn: string, keys: readonly string[]): Promise<void> {
    await this.mutate("UntagResources", 0, (client, runtime) => {
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
      const { body, statusCode } = await client.listFunctionVersionsWithOptions(functionName, request, {}, runtime);
      const items = (body?.versions ?? []).map((version) => plain<ObservedVersion>(version));
      return { statusCode, items, nextToken: body?.nextToken };
    });
  }

  async publishVersion(functionName: string, description: string): Promise<ObservedVersion> {
    const answer = await this.mutate("PublishFunctionVersion", 0, (client, runtime) => {
      const body = new sdk.PublishVersionInput({ description });
      const request = new sdk.PublishFunctionVersionRequest({ body });
      return client.publishFunctionVersionWithOptions(functionName, request, {}, runtime);
    });
    return plain<ObservedVersion>(withMember("PublishFunctionVersion", answer, "versionId"));
  }

  async deleteVersion(functionName: string, versionId: string): Promise<void> {
    await this.mutate("DeleteFunctionVersion", 0, (client, runtime) =>
      client.deleteFunctionVersionWithOptions(functionName, versionId, {}, runtime),
    );
  }

  getAlias(functionName: string, aliasName: string): Promise<ObservedAlias | undefined> {
    return this.read("GetAlias", (client, runtime) =>
      client.getAliasWithOptions(functionName, aliasName, {}, runtime),
    ).then((body) => (body === undefined ? undefined : plain<ObservedAlias>(body)));
  }

  async createAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias> {
    const answer = await this.mutate("CreateAlias", 0, (client, runtime) => {
      const input = new sdk.CreateAliasInput({ aliasName, ...body });
      return client.createAliasWithOptions(functionName, new sdk.CreateAliasRequest({ body: input }), {}, runtime);
    });
    return plain<ObservedAlias>(withMember("CreateAlias", answer, "aliasName"));
  }

  async updateAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias> {
    const answer = await this.mutate("UpdateAlias", 0, (client, runtime) => {
      const input = new sdk.UpdateAliasInput(body);
      const request = new sdk.UpdateAliasRequest({ body: input });
      return client.updateAliasWithOptions(functionName, aliasName, request, {}, runtime);
    });
    return plain<ObservedAlias>(withMember("UpdateAlias", answer, "aliasName"));
  }

  async deleteAlias(functionName: string, aliasName: string): Promise<void> {
    await this.mutate("DeleteAlias", 0, (client, runtime) =>
      client.deleteAliasWithOptions(functionName, aliasName, {}, runtime),
    );
  }

  async listAliases(functionName: string): Promise<ObservedAlias[]> {
    const aliases = await this.list("ListAliases", async (client, runtime, nextToken) => {
      const request = new sdk.ListAliasesRequest({ limit: PAGE, ...token(nextToken) });
      const { body, statusCode } = await client.listAliasesWithOptions(functionName, request, {}, runtime);
      const items = (body?.aliases ?? []).map((alias) => plain<ObservedAlias>(alias));
      return { statusCode, items, nextToken: body?.nextToken };
    });
    return aliases ?? [];
  }

  getTrigger(functionName: string, triggerName: string): Promise<ObservedTrigger | undefined> {
    return this.read("GetTrigger", (client, runtime) =>
      client.getTriggerWithOptions(functionName, triggerName, {}, runtime),
    ).then((body) => (body === undefined ? undefined : plain<ObservedTrigger>(body)));
  }

  async createHttpTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger> {
    const answer = await this.mutate("CreateTrigger", 0, (client, runtime) => {
      const input = new sdk.CreateTriggerInput({ triggerName, triggerType: "http", ...body });
      return client.createTriggerWithOptions(functionName, new sdk.CreateTriggerRequest({ body: input }), {}, runtime);
    });
    return plain<ObservedTrigger>(withMember("CreateTrigger", answer, "triggerName"));
  }

  async updateTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger> {
    const answer = await this.mutate("UpdateTrigger", 0, (client, runtime) => {
      const request = new sdk.UpdateTriggerRequest({ body: new sdk.UpdateTriggerInput(body) });
      return client.updateTriggerWithOptions(functionName, triggerName, request, {}, runtime);
    });
    return plain<ObservedTrigger>(withMember("UpdateTrigger", answer, "triggerName"));
  }

  async deleteTrigger(functionName: string, triggerName: string): Promise<void> {
    await this.mutate("DeleteTrigger", 0, (client, runtime) =>
      client.deleteTriggerWithOptions(functionName, triggerName, {}, runtime),
    );
  }

  async listTriggers(functionName: string): Promise<ObservedTrigger[]> {
    const triggers = await this.list("ListTriggers", async (client, runtime, nextToken) => {
      const request = new sdk.ListTriggersRequest({ limit: PAGE, ...token(nextToken) });
      const { body, statusCode } = await client.listTriggersWithOptions(functionName, request, {}, runtime);
      const items = (body?.triggers ?? []).map((trigger) => plain<ObservedTrigger>(trigger));
      return { statusCode, items, nextToken: body?.nextToken };
    });
    return triggers ?? [];
  }

  callerAccount(): Promise<string> {
    this.account ??= this.askCaller().catch((error: unknown) => {
      this.account = undefined;
      throw error;
    });
    return this.account;
  }

  private async askCaller(): Promise<string> {
    // Asked before the account is known, too: it takes no endpoint of Function Compute.
    const endpoint = stsEndpointFor(this.place.region, this.options.connection, this.env);
    return await withRetry(this.clock, true, async () => {
      const keys = await this.keys(endpoint.emulator);
      try {
        return await callerIdentity(endpoint, keys, this.options.timeout ?? TIMEOUT);
      } catch (error) {
        throw fromSdkFailure("GetCallerIdentity", endpoint.sts, error);
      }
    });
  }

  private keys(emulator: boolean) {
    return findKeys(emulator, this.options.connection?.profile, this.env);
  }

  /** Throws unless the keys in use belong to the place's account; asked once. */
  private async confirmAccount(): Promise<void> {
    // A host of another place is the better reason.
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

  /** One request: keys, client, SDK; whatever goes wrong leaves as an {@link FcError}. */
  private async send<T extends Answer>(operation: string, bytes: number, call: Call<T>): Promise<T> {
    const keys = await this.keys(this.endpoints.emulator);
    try {
      const { protocol, fc: endpoint } = this.endpoints;
      const client = new FcClient(
        new $OpenApiUtil.Config({ ...keys, endpoint, protocol, regionId: this.place.region }),
      );
      const timeout = (this.options.timeout ?? TIMEOUT) + Math.round(bytes / SLOWEST_UPLOAD);
      // Both knobs, always equal: the connect timeout fires on an idle established socket too.
      const answer = await call(client, new RuntimeOptions({ readTimeout: timeout, connectTimeout: timeout }));
      return ofPlace(operation, this.place, documented(operation, answer));
    } catch (error) {
      throw fromSdkFailure(operation, this.endpoints.fc, error);
    }
  }

  private async mutate<B>(operation: string, bytes: number, call: Call<Answer<B>>): Promise<B | undefined> {
    await this.confirmAccount();
    return await withRetry(this.clock, false, async () => (await this.send(operation, bytes, call)).body);
  }

  private async read<B>(operation: string, call: Call<Answer<B>>): Promise<B | undefined> {
    // To the keys of another account everything is absent, or another object of the same name.
    await this.confirmAccount();
    try {
      return await withRetry(this.clock, true, async () => {
        const { body } = await this.send(operation, 0, call);
        return withMember(operation, body, undefined);
      });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  private async list<T>(
    operation: string,
    page: (client: FcClient, runtime: RuntimeOptions, nextToken: string | undefined) => Promise<Page<T>>,
  ): Promise<T[] | undefined> {
    const items: T[] = [];
    let nextToken: string | undefined;
    for (let pages = 1; ; pages++) {
      const current = nextToken;
      const answer = await this.read<Page<T>>(operation, async (client, runtime) => {
        const body = await page(client, runtime, current);
        return { statusCode: body.statusCode, body };
      });
      if (answer === undefined) return undefined;
      items.push(...answer.items);
      nextToken = answer.nextToken === "" ? undefined : answer.nextToken;
      if (nextToken === undefined) return items;
      if (nextToken === current || pages >= MAX_PAGES) {
        throw new FcError(`${operation}: the list does not end (page ${pages})`, "rejected", "EndlessList");
      }
    }
  }
}

interface Answer<B = unknown> {
  statusCode?: number | undefined;
  body?: B | undefined;
}

interface Page<T> {
  statusCode: number | undefined;
  items: T[];
  nextToken: string | undefined;
}

type Call<T> = (client: FcClient, runtime: RuntimeOptions) => Promise<T>;

/** The SDK reports any status below 400 as success, redirects included. */
function documented<T extends Answer>(operation: string, answer: T): T {
  if (answer.statusCode !== undefined && [200, 201, 204].includes(answer.statusCode)) return answer;
  const status = answer.statusCode ?? 0;
  throw new FcError(
    `${operation}: unexpected HTTP status ${status}; the request may have been applied`,
    "unknown",
    "Transport",
    status,
  );
}

/** An answer about an object of another place is no answer; it would end up in state. */
function ofPlace<T extends Answer>(operation: string, place: Place, answer: T): T {
  const { functionArn, targetArn } = (answer.body ?? {}) as { functionArn?: unknown; targetArn?: unknown };
  const reason = elsewhere(place, functionArn) ?? elsewhere(place, targetArn);
  if (reason === undefined) return answer;
  throw new FcError(
    `${operation}: ${reason}. Check the endpoint and the region; to move the stack, use another one`,
    "rejected",
    Code.WrongPlace,
  );
}

/** A success without the member that makes it one is an answer that got lost on the way. */
function withMember<B>(operation: string, body: B | undefined, member: (keyof B & string) | undefined): B {
  if (body !== undefined && body !== null && (member === undefined || Boolean(body[member]))) return body;
  throw new FcError(
    `${operation}: the answer lacks ${member ?? "a body"}; the request may have been applied`,
    "unknown",
    "Transport",
  );
}

/** An SDK model as plain data. */
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
