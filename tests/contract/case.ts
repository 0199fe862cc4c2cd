/** The form of a case: one expected behaviour of the service, which is tested on the emulator or on a real account. */
import type * as fc from "@alicloud/fc20230330";
import type { Switches, SwitchName } from "../../emulator";
import type { Api } from "../emulator/support";

/** The evidence for an expectation: A recorded, B documented, C seen in two public clients or more, D the SDK's model, E assumed. */
export type Grade = "A" | "B" | "C" | "D" | "E";

/** What a case of the contract suite can use: a client, the place of its objects, and functions that create objects. */
export interface Target {
  readonly api: Api;
  readonly region: string;
  readonly accountId: string;
  /** The switches: the values of unconfirmed behaviours that the case must expect. */
  readonly switches: Switches;
  /** A unique name. Objects with this name are deleted after the case. */
  name(stem?: string): string;
  /** A function with a unique name that can be published. */
  make(input?: Partial<fc.CreateFunctionInput>): Promise<string>;
}

/** A case: one expected behaviour of the service, with the source of the expectation. */
export interface Case {
  readonly name: string;
  /** The source of the expectation. */
  readonly source: string;
  readonly grade: Grade;
  /** The switches of the emulator whose values change what the case expects. */
  readonly switches?: readonly SwitchName[];
  run(t: Target): Promise<void>;
}

/** Status and code of a refused call; `accepted` if the call succeeds. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "accepted";
  } catch (error) {
    const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
    return `${String(statusCode)} ${String(code)}`;
  }
}

/** The message of a refused call. */
export async function refusalText(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
