/** The calls of Function Compute 3.0 we use, as one interface. Failures are {@link FcError}s. */
import type { FunctionBody } from "../core/function";
import type {
  AliasBody,
  ObservedAlias,
  ObservedFunction,
  ObservedTrigger,
  ObservedVersion,
  TriggerBody,
} from "../core/model";

/**
 * The service at one place. Calls that would reach another place, or come with the keys of another account, fail before
 * anything is changed or believed. Reads return undefined when the service answers that the object does not exist, and are
 * repeated after failures that may pass. Changes are sent once.
 */
export interface FcApi {
  /** LATEST, or a version by its number. */
  getFunction(name: string, qualifier?: string): Promise<ObservedFunction | undefined>;
  /** Address of the code of LATEST. It is valid for a limited time, without credentials. */
  getCodeUrl(name: string): Promise<string>;
  createFunction(body: FunctionBody): Promise<ObservedFunction>;
  updateFunction(name: string, body: FunctionBody): Promise<ObservedFunction>;
  deleteFunction(name: string): Promise<void>;
  changeResourceGroup(functionName: string, resourceGroupId: string): Promise<void>;
  setTags(functionArn: string, tags: Record<string, string>): Promise<void>;
  removeTags(functionArn: string, keys: readonly string[]): Promise<void>;
  /** All published versions; undefined without the function. */
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
  /** The service's clock by its last answer, in seconds since 1970; undefined before the first one. No clock of this machine counts. */
  serviceTime(): number | undefined;
  /** Id of the account that the credentials in use belong to: one call to STS per client. */
  callerAccount(): Promise<string>;
}
