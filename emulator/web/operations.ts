/** Carries operations out. This module does not depend on HTTP. */
import type { ApiRequest, ApiResponse, World } from "../service/api";
import { internalError, notImplemented, ServiceError } from "../base/errors";
import { ASYNC_ATTEMPT, type Faults, type Known, type OutOfBandRequest } from "../faults/faults";
import { History } from "../state/history";
import { LOG_ROUTES } from "../logs/dialect";
import { recordOf, type RequestRecord } from "../service/ledger";
import { newRequestId } from "../base/requestId";
import { BASE, type Match, matchRoute, ROUTES, TOKEN_SERVICE } from "../service/routes";
import { splitTarget } from "../base/signedRequest";

/** The operations that faults may name, and the requests that faults may make. */
export const KNOWN: Known = {
  operations: [...[...ROUTES, ...TOKEN_SERVICE, ...LOG_ROUTES].map(({ operation }) => operation), ASYNC_ATTEMPT],
  reads: ROUTES.filter(({ method }) => method === "GET").map(({ operation }) => operation),
  isRequest: (request) => matchOf(request) !== undefined,
};

/** The operations of one emulator. */
export class Operations {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #requests: RequestRecord;
  readonly #history = new History();
  /** True after a change until the next read, if a switch makes the first read after a change return the old state. */
  #unread = false;

  constructor(world: World, faults: Faults, requests: RequestRecord) {
    this.#world = world;
    this.#faults = faults;
    this.#requests = requests;
  }

  /**
   * Carries a request out. `changesBack`: number of changes that a read looks back; 0 means the current state. Throws a
   * ServiceError for every answer that is not a success.
   */
  async carryOut({ route }: Match, request: ApiRequest, changesBack = 0): Promise<ApiResponse> {
    if (route.action === undefined) throw notImplemented(route.operation);
    const reach = Math.max(this.#faults.reach, this.#readsAreLate ? 1 : 0);
    const before = route.mutating && reach > 0 ? this.#world.store.copy() : undefined;
    const isLate = this.#readsAreLate && route.method === "GET" && this.#unread;
    if (isLate) this.#unread = false;
    try {
      const response = await route.action(this.#worldAgo(isLate ? Math.max(changesBack, 1) : changesBack), request);
      if (before !== undefined) this.#history.keep(before, reach);
      // No fault needs an earlier state now, so the copies are dropped. A fault that is added later can look back at
      // most to this state.
      if (reach === 0) this.#history.forget();
      if (route.mutating) this.#unread = this.#readsAreLate;
      return response;
    } catch (error) {
      throw error instanceof ServiceError ? error : internalError();
    }
  }

  /** Carries out a request of another client, without a signature. The record contains it with its status. */
  async outOfBand(given: OutOfBandRequest): Promise<void> {
    const match = matchOf(given);
    if (match === undefined) throw new Error(`no operation: ${given.method} ${given.path}`);
    const { method, body } = given;
    const [path, rawQuery] = splitTarget(`${BASE}${given.path}`);
    const request: ApiRequest = {
      operation: match.route.operation,
      params: match.params,
      query: Object.fromEntries(new URLSearchParams(rawQuery)),
      headers: { "content-type": "application/json" },
      body: body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)),
      requestId: newRequestId(),
    };
    const status = await this.carryOut(match, request).then(
      (response) => response.status,
      (error: ServiceError) => error.status,
    );
    this.#requests.add({ ...recordOf({ method, path, ...request, match }, status), outOfBand: true });
  }

  get #readsAreLate(): boolean {
    return this.#world.options.readAfterWrite === "late";
  }

  #worldAgo(changesBack: number): World {
    const store = changesBack === 0 ? undefined : this.#history.ago(changesBack);
    return store === undefined ? this.#world : { ...this.#world, store };
  }
}

function matchOf({ method, path }: OutOfBandRequest): Match | undefined {
  try {
    return matchRoute(method, splitTarget(`${BASE}${path}`)[0]);
  } catch {
    // The path is not percent-encoded text.
    return undefined;
  }
}
