/** One emulator for a test file, with a function that has the versions 1, 2 and 3. Real SDK over HTTP, simulated time. */
import { type Emulator, startEmulator } from "../../emulator";
import type { Session } from "../../provider/reconcile/session";
import { Api } from "../emulator/support";
import { virtualSession } from "../support/session";

export let emulator: Emulator;
export const warnings: string[] = [];
let start: number;

/** Starts the emulator before the tests of a file, and removes what a test left. Each test file calls this function. */
export function useService(): void {
  beforeAll(async () => {
    emulator = await startEmulator({});
    const api = new Api(emulator);
    await api.create("api");
    for (const release of ["1", "2", "3"]) {
      await api.update("api", { environmentVariables: { RELEASE: release } });
      await api.publish("api");
    }
  });

  afterAll(() => emulator.close());

  beforeEach(() => {
    emulator.faults.clear();
    aliases()?.clear();
    triggers()?.clear();
    warnings.length = 0;
    start = emulator.requests.length;
  });
}

export const aliases = () => emulator.store.functions.get("api")?.aliases;
export const triggers = () => emulator.store.functions.get("api")?.triggers;
export const session = (): Session => virtualSession(emulator, 500, warnings);

/** The inputs of a resource named `api`, as `check` returns them. */
export function checked<T>(
  check: (olds: object, news: object) => { inputs: object; failures: unknown[] },
  own: object,
): T {
  const resourceUrn = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Kind::api";
  const place = { region: emulator.region, accountId: emulator.accountId, resourceUrn, functionName: "api" };
  const { inputs, failures } = check({}, { ...place, ...own });
  expect(failures).toEqual([]);
  return inputs as T;
}

/** The requests since the last call of this function, without those by which a new client finds its account. */
export function requests(): string[] {
  const since = emulator.requests.slice(start).map(({ operation }) => operation);
  start = emulator.requests.length;
  return since.filter((operation) => operation !== "GetCallerIdentity");
}

/** The message of a call that must fail. */
export const failure = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "it did not fail",
    (error: unknown) => (error as Error).message,
  );
