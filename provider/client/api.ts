/** The operations of Function Compute 3.0 that this package uses. Failures are {@link FcError}s. */
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

/**
 * A client of the service at one place. A call to another place, or with keys of another account, fails before it
 * changes or returns anything. Reads return undefined if the service answers that the object does not exist, and are
 * repeated after temporary failures. Changes are sent once.
 */
export interface FcApi {
  /** Reads LATEST, or the version with the number `qualifier`. */
  getFunction(name: string, qualifier?: string): Promise<ObservedFunction | undefined>;
  /** Address from which the code of LATEST can be downloaded. The address is valid for a limited time, without credentials. */
  getCodeUrl(name: string): Promise<string>;
  createFunction(body: FunctionBody): Promise<ObservedFunction>;
  updateFunction(name: string, body: FunctionBody): Promise<ObservedFunction>;
  deleteFunction(name: string): Promise<void>;
  changeResourceGroup(functionName: string, resourceGroupId: string): Promise<void>;
  setTags(functionArn: string, tags: Record<string, string>): Promise<void>;
  removeTags(functionArn: string, keys: readonly string[]): Promise<void>;
  /** All published versions; undefined if the function does not exist. */
  listVersions(functionName: string): Promise<ObservedVersion[] | undefined>;
  publishVersion(functionName: string, description: string): Promise<ObservedVersion>;
  deleteVersion(functionName: string, versionId: string): Promise<void>;
  getAlias(functionName: string, aliasName: string): Promise<ObservedAlias | undefined>;
  createAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias>;
  updateAlias(functionName: string, aliasName: string, body: AliasBody): Promise<ObservedAlias>;
  deleteAlias(functionName: string, aliasName: string): Promise<void>;
  listAliases(functionName: string): Promise<ObservedAlias[]>;
  getTrigger(functionName: string, triggerName: string): Promise<ObservedTrigger | undefined>;
  createHttpTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger>;
  updateTrigger(functionName: string, triggerName: string, body: TriggerBody): Promise<ObservedTrigger>;
  deleteTrigger(functionName: string, triggerName: string): Promise<void>;
  listTriggers(functionName: string): Promise<ObservedTrigger[]>;
  /** The configurations of asynchronous invocations of the function, of all its qualifiers. */
  listAsyncInvokeConfigs(functionName: string): Promise<ObservedAsyncConfig[]>;
  /** The custom domains of the whole account in the region. */
  listCustomDomains(): Promise<ObservedDomain[]>;
  /**
   * Invokes a function once and waits for its answer, at most the time of a change. If the function failed, this also
   * counts as an answer, and nothing is thrown.
   */
  invoke(functionName: string, qualifier: string, event: string): Promise<Invoked>;
  /**
   * The service's clock by its last answer, in seconds since 1970; undefined before the first one. The clock of this
   * machine is not used.
   */
  serviceTime(): number | undefined;
  /** Id of the account of the credentials in use: one call to STS per client. */
  callerAccount(): Promise<string>;
}
