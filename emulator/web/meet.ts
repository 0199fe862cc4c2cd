/** Carries requests out with the faults that affect them. */
import type { ApiResponse } from "../service/api";
import { ServiceError } from "../base/errors";
import { answer, answerHalf, drop, errorResponse, type Exchange, htmlResponse } from "./exchange";
import type { OutOfBandRequest, Prelude, Refusal, Strike } from "../faults/faults";

/** A request that is about to be carried out. */
export interface Ready {
  readonly exchange: Exchange;
  /** Carries the request out. `changesBack`: number of changes that a read looks back; 0 means the current state. */
  readonly run: (changesBack: number) => Promise<ApiResponse>;
  /** Writes the request into the record, before the answer is sent. Status 0 means that nothing was applied. */
  readonly write: (status: number, fault?: string) => void;
  /** Carries out a request of another client. */
  readonly outOfBand: (request: OutOfBandRequest) => Promise<void>;
}

/** Requests whose connection was closed, and that are carried out later. */
export class LateRequests {
  #waiting: { left: number; readonly run: () => Promise<void> }[] = [];

  add(afterRequests: number, run: () => Promise<void>): void {
    this.#waiting.push({ left: afterRequests, run });
  }

  /** Counts a request that was carried out, and carries out the late requests that are due. */
  async count(): Promise<void> {
    for (const late of this.#waiting) late.left -= 1;
    const due = this.#waiting.filter(({ left }) => left <= 0);
    this.#waiting = this.#waiting.filter(({ left }) => left > 0);
    for (const { run } of due) await run();
  }
}

/** Carries out and answers a request with its faults. */
export async function meet(ready: Ready, { preludes, action }: Strike, late: LateRequests): Promise<void> {
  for (const prelude of preludes) await play(prelude, ready);
  const { exchange, write } = ready;
  const refuse = (response: ApiResponse): void => {
    write(response.status, action?.kind);
    answer(exchange, response);
  };
  const apply = async (): Promise<ApiResponse> => {
    const response = await ready.run(action?.kind === "stale" ? action.changes : 0);
    write(response.status, action?.kind);
    return response;
  };
  const applyAndCount = async (): Promise<ApiResponse> => {
    const response = await apply();
    await late.count();
    return response;
  };
  switch (action?.kind) {
    case "resetBefore":
      write(0, action.kind);
      return drop(exchange);
    case "reject":
      return refuse(refusalResponse(exchange, action));
    case "html":
      return refuse(htmlResponse(action.status));
    case "redirect":
      return refuse({ status: action.status, headers: { location: action.location } });
    case "applyLate":
      late.add(action.afterRequests, async () => void (await apply()));
      return drop(exchange);
    case "applyThenReset":
      await applyAndCount();
      return drop(exchange);
    case "applyThenReject":
      await applyAndCount();
      return answer(exchange, refusalResponse(exchange, action));
    case "applyThenHtml":
      await applyAndCount();
      return answer(exchange, htmlResponse(action.status));
    case "applyThenTruncate":
      return answerHalf(exchange, await applyAndCount());
    case "hang":
      await applyAndCount();
      return;
    case "stale":
    case undefined:
      return answer(exchange, await applyAndCount());
  }
}

async function play(prelude: Prelude, ready: Ready): Promise<void> {
  switch (prelude.kind) {
    case "before":
      return await prelude.run();
    case "delay":
      return await new Promise((resolve) => setTimeout(resolve, prelude.ms).unref());
    case "outOfBand":
      return await ready.outOfBand(prelude.request);
  }
}

function refusalResponse(exchange: Exchange, { status, code, message, headers = {} }: Refusal): ApiResponse {
  return { ...errorResponse(exchange, new ServiceError(status, code, message)), headers };
}
