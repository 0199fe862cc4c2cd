/** Creates functions for experiments under new names, and repeats reads until their result is stable. */
import * as fc from "@alicloud/fc20230330";
import { strToU8, zipSync } from "fflate";

import { canonical, field } from "../base/json";
import type { Account, Reading } from "./account";
import type { Journal } from "./journal";

/** Name of the environment variable that marks a function of a run. */
export const MARK = "LEARN_RUN";

/** Largest number of reads until an expected state shows. */
const LOOKS = 20;

/** Thrown if an experiment has no result and a repetition would not help. */
export class NotDecided extends Error {
  override readonly name = "NotDecided";
}

/** The function of most experiments, with three versions. */
export interface Base {
  readonly name: string;
  /** Version ids in the order in which they were published. The versions have timeouts of 3, 4 and 5 seconds. */
  readonly versions: readonly [string, string, string];
}

/** Descriptions of the base function and of its first version. */
export const BASE_DESCRIPTIONS = { function: "of the function", version: "of the version" };

/** A function that returns its context, or fails for the event "fail". */
const CODE = `exports.handler = async (event, context) => {
  if (event.toString() === "fail") throw new Error("ran " + process.env.V);
  return { versionId: context.service && context.service.versionId };
};
`;

/** Creates and reads objects for experiments. */
export class Laboratory {
  readonly #journal: Journal;
  #base: Promise<Base> | undefined;
  #aliases = 0;

  constructor(
    readonly account: Account,
    journal: Journal,
  ) {
    this.#journal = journal;
  }

  /** Environment variables of a function, with the mark of the run. */
  environment(more: Record<string, string> = {}): Record<string, string> {
    return { [MARK]: this.#journal.head.mark, ...more };
  }

  /** A new name for a function, which is written to the journal. */
  nextName(): string {
    const name = `${this.#journal.head.prefix}${this.#journal.names.length + 1}`;
    this.#journal.add(name);
    return name;
  }

  /** A new name for an alias. */
  nextAlias(): string {
    this.#aliases += 1;
    return `alias${this.#aliases}`;
  }

  /** Creates a function of the smallest size, and returns its name. */
  async makeFunction(input: Partial<fc.CreateFunctionInput> = {}): Promise<string> {
    const functionName = this.nextName();
    await this.accepted(() => this.account.createFunction(smallest(functionName, this.environment(), input)));
    return functionName;
  }

  /**
   * Returns the function with three versions, which most experiments use. The function is created on first use, and
   * created again after a lost answer.
   */
  base(): Promise<Base> {
    this.#base ??= this.#makeBase().catch((error: unknown) => {
      if (!(error instanceof NotDecided)) this.#base = undefined;
      throw error;
    });
    return this.#base;
  }

  async #makeBase(): Promise<Base> {
    const name = await this.makeFunction({ description: BASE_DESCRIPTIONS.function });
    const first = await this.publish(name, BASE_DESCRIPTIONS.version);
    await this.accepted(() => this.account.updateFunction(name, { timeout: 4 }));
    const second = await this.publish(name, "second");
    await this.accepted(() => this.account.updateFunction(name, { timeout: 5 }));
    return { name, versions: [first, second, await this.publish(name, "third")] };
  }

  /** Publishes a version and returns its id. */
  async publish(name: string, description?: string): Promise<string> {
    return versionOf(await this.accepted(() => this.account.publish(name, description)));
  }

  /** Sends a request that must succeed. The request is repeated while an object that was just created is not found. */
  async accepted(send: () => Promise<Reading>): Promise<Reading> {
    for (let look = 1; ; look++) {
      const answer = await send();
      if (answer.code === undefined) return answer;
      if (answer.status !== 404 || look >= LOOKS) {
        throw new NotDecided(`${answer.operation} was refused with ${answer.status} ${answer.code}`);
      }
      await this.account.pause();
    }
  }

  /** Reads an object until two consecutive reads show the expected state and are equal. */
  async settled(read: () => Promise<Reading>, isAwaited: (reading: Reading) => boolean): Promise<Reading> {
    let before: string | undefined;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) await this.account.pause();
      const seen = await read();
      const content = isAwaited(seen) ? contentOf(seen) : undefined;
      if (content !== undefined && content === before) return seen;
      before = content;
    }
    throw new NotDecided(`the expected change was not visible after ${LOOKS} reads`);
  }
}

/** The smallest input of CreateFunction. */
export function smallest(
  functionName: string,
  environmentVariables: Record<string, string>,
  input: Partial<fc.CreateFunctionInput>,
): Partial<fc.CreateFunctionInput> {
  return {
    functionName,
    runtime: "nodejs20",
    handler: "index.handler",
    code: new fc.InputCodeLocation({ zipFile: Buffer.from(zipSync({ "index.js": strToU8(CODE) })).toString("base64") }),
    timeout: 3,
    memorySize: 128,
    cpu: 0.05,
    diskSize: 512,
    environmentVariables,
    ...input,
  };
}

/** The version id in an answer. Throws if there is none. */
export function versionOf({ operation, body }: Reading): string {
  const id = field(body, "versionId");
  if (typeof id === "string" && /^\d+$/.test(id)) return id;
  throw new NotDecided(`the answer of ${operation} names no version`);
}

function contentOf({ status, code, body }: Reading): string {
  const { RequestId: _lower, requestId: _upper, ...lasting } = body;
  return canonical({ status, code: code ?? "", lasting });
}
