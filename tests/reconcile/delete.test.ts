/** What is sent and read while an object is deleted. Time is simulated. */
import { FcError } from "../../provider/client/errors";
import { deleteOnce, deleteVersion } from "../../provider/reconcile/delete";
import { Proven } from "../../provider/reconcile/proven";
import { answers, busy, denied, lost, noVersion, simulated } from "./simulated";

const gone = new FcError("no alias", "rejected", "AliasNotFound", 404);

async function run(sends: (void | Error)[], reads: (boolean | Error)[]) {
  const { session, slept } = simulated();
  const [sent, read] = [answers(sends), answers(reads)];
  const result = await deleteOnce(session, "api", sent.next, read.next).catch((error: unknown) => error);
  return { result, sent: sent.count, read: read.count, slept };
}

const ok = undefined;

it("a deletion is sent once, and the object is read until it is not found", async () => {
  expect(await run([ok], [false])).toEqual({ result: ok, sent: 1, read: 1, slept: [] });
  expect(await run([ok], [true, true, false])).toEqual({ result: ok, sent: 1, read: 3, slept: [100, 200] });
});

it("the wait for a deletion ends after 3 s, or with a read that fails", async () => {
  const slept = [100, 200, 400, 800, 1_500];
  expect(await run([ok], [true])).toEqual({ result: ok, sent: 1, read: 6, slept });
  expect(await run([ok], [true, denied])).toEqual({ result: ok, sent: 1, read: 2, slept: [100] });
  const mistake = new TypeError("a mistake");
  expect(await run([ok], [mistake])).toMatchObject({ result: mistake });
});

it("an object that does not exist counts as deleted, and a refusal does not", async () => {
  for (const error of [gone, noVersion]) expect(await run([error], [false])).toMatchObject({ result: ok, sent: 1 });
  expect(await run([denied], [true])).toEqual({ result: denied, sent: 1, read: 0, slept: [] });
});

it("after a lost answer or a refusal as concurrent, the object is read before the deletion is sent again", async () => {
  expect(await run([lost, ok], [true, false])).toEqual({ result: ok, sent: 2, read: 2, slept: [] });
  expect(await run([lost], [false])).toEqual({ result: ok, sent: 1, read: 2, slept: [] });
  expect(await run([busy, ok], [true, false])).toEqual({ result: ok, sent: 2, read: 2, slept: [150] });
});

it("after a deletion, what was known of the function is read again", async () => {
  const { session } = simulated();
  const proven = new Proven(session.clock);
  proven.versionPublished("api", "1");
  await deleteOnce({ ...session, proven }, "api", () => Promise.resolve(), () => Promise.resolve(false)); // prettier-ignore
  expect(proven.hasVersion("api", "1")).toBe(false);
});

describe("a version", () => {
  /** Deletes version 7. The service shows it until it was deleted. */
  async function deleted(sends: (void | Error)[], mayDelete?: () => Promise<boolean>): Promise<string[]> {
    const { session } = simulated();
    const sent = answers(sends);
    const calls: string[] = [];
    let isThere = true;
    const api = {
      async deleteVersion(name: string, id: string) {
        calls.push(`delete ${name} ${id}`);
        await sent.next();
        isThere = false;
      },
      getFunction(name: string, id: string) {
        calls.push(`get ${name} ${id}`);
        return Promise.resolve(isThere ? {} : undefined);
      },
    };
    await deleteVersion({ ...session, api: api as never }, "api", "7", mayDelete);
    return calls;
  }

  it("is deleted, and read until it is not found", async () => {
    expect(await deleted([ok])).toEqual(["delete api 7", "get api 7"]);
    expect(await deleted([lost, ok])).toEqual(["delete api 7", "get api 7", "delete api 7", "get api 7"]);
  });

  it("that came into use is left, also after a refused deletion", async () => {
    expect(await deleted([ok], () => Promise.resolve(false))).toEqual([]);
    expect(await deleted([ok], () => Promise.resolve(true))).toEqual(["delete api 7", "get api 7"]);
    const may = answers([true, false]);
    expect(await deleted([lost, ok], may.next)).toEqual(["delete api 7", "get api 7"]);
  });
});
