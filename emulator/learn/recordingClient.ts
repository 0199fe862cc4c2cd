/** The SDK's client, extended so that it also keeps each answer before the SDK converts it to a model. */
import { Readable } from "node:stream";

import FcClient from "@alicloud/fc20230330";

/** Placeholder for a body that can be read only once, by the caller. */
const BYTES = "<bytes>";

/** An answer before the SDK converts it to a model. */
export interface RawAnswer {
  readonly operation: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A refusal of the service, in the form in which the SDK throws it. */
export interface RawRefusal {
  readonly operation: string;
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The SDK's client, which also keeps every raw answer and every refusal. */
export class RecordingClient extends FcClient {
  /** Answers and refusals, in the order in which they were received. */
  readonly heard: (RawAnswer | RawRefusal)[] = [];

  /** The answers that are not refusals. */
  get answers(): RawAnswer[] {
    return this.heard.filter((each) => "body" in each);
  }

  override async callApi(...args: Parameters<FcClient["callApi"]>): Promise<Record<string, unknown>> {
    const operation = String(args[0].action);
    try {
      const answer = (await super.callApi(...args)) as Record<string, unknown>;
      const { statusCode, body } = answer;
      const headers = (answer["headers"] ?? {}) as Record<string, string>;
      this.heard.push({
        operation,
        status: Number(statusCode),
        body: body instanceof Readable ? BYTES : body,
        headers,
      });
      return answer;
    } catch (error) {
      const { statusCode, code, message } = error as { statusCode?: unknown; code?: unknown; message?: unknown };
      this.heard.push({ operation, status: Number(statusCode), code: String(code), message: String(message) });
      throw error;
    }
  }
}
