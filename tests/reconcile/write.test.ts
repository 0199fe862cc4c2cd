/**
 * What is sent and read while an object is written: refusals, lost answers, reads that lag behind, and changes by somebody else.
 * Time is simulated.
 */
import { Unfinished, poll } from "../../provider/reconcile/session";
import {
  type Change,
  type ConcurrentChange,
  cleanUp,
  converge,
  keepInState,
  messageOf,
  sendAndConfirm,
} from "../../provider/reconcile/write";
import { answers, busy, denied, exists, lost, noVersion, redirect, simulated } from "./simulated";

/** The waits between the reads of one window of 3 s. */
const WINDOW = [100, 200, 400, 800, 1_500];

describe("a change", () => {
  type Codes = Pick<Change<string>, "laggingCodes" | "duplicateCodes" | "window">;
  const CODES: Codes = { laggingCodes: ["Other", "VersionNotFound"], duplicateCodes: ["Other", "AliasAlreadyExists"] };

  /** Sends a change. The result has the numbers of requests and reads, and the waits. */
  async function run(sends: (string | Error)[], reads: (string | undefined | Error)[], codes = CODES, late = 0) {
    const { session, slept, pass } = simulated();
    const [sent, read] = [answers(sends), answers(reads)];
    const send = () => {
      if (sent.count === 0) pass(late);
      return sent.next();
    };
    const result = await sendAndConfirm(session, { send, observe: read.next, ...codes }).catch(
      (error: unknown) => error,
    );
    return { result, sent: sent.count, read: read.count, slept };
  }

  it("that is accepted is sent once, without a read", async () => {
    expect(await run(["done"], [undefined])).toEqual({ result: "done", sent: 1, read: 0, slept: [] });
  });

  it("whose answer is lost is not sent again if a read shows the result", async () => {
    const expected = { result: "found", sent: 1, read: 3, slept: [100, 200] };
    expect(await run([lost], [undefined, undefined, "found"])).toEqual(expected);
    expect(await run([redirect], [undefined, undefined, "found"])).toEqual(expected);
  });

  it("whose answer is lost is sent again after reads for 3 s, three times in all", async () => {
    expect(await run([lost, "done"], [undefined])).toEqual({ result: "done", sent: 2, read: 6, slept: WINDOW });
    const slept = [...WINDOW, ...WINDOW, ...WINDOW];
    expect(await run([lost], [undefined])).toEqual({ result: lost, sent: 3, read: 18, slept });
  });

  it("that is refused between two lost answers is sent again", async () => {
    expect(await run([lost, busy, lost, "done"], [undefined])).toMatchObject({ result: "done", sent: 4 });
  });

  it("is read once before it is sent again if its window is 0", async () => {
    const codes = { ...CODES, window: 0 };
    expect(await run([lost, "done"], [undefined], codes)).toEqual({ result: "done", sent: 2, read: 1, slept: [] });
  });

  it("that is answered with a redirect is not sent again", async () => {
    expect(await run([redirect], [undefined])).toEqual({ result: redirect, sent: 1, read: 6, slept: WINDOW });
  });

  it("that is refused because the object exists is not sent again", async () => {
    expect(await run([exists], [undefined, "found"])).toEqual({ result: "found", sent: 1, read: 2, slept: [100] });
    expect(await run([exists], [undefined])).toEqual({ result: exists, sent: 1, read: 6, slept: WINDOW });
    expect(await run([exists], ["found"], {})).toEqual({ result: exists, sent: 1, read: 0, slept: [] });
  });

  it("that is refused because the service does not find another object yet is sent again for 3 s", async () => {
    expect(await run([noVersion, "done"], [undefined])).toEqual({ result: "done", sent: 2, read: 1, slept: [100] });
    expect(await run([noVersion], ["found"])).toEqual({ result: "found", sent: 1, read: 1, slept: [100] });
    const slept = [100, 200, 400, 800, 1_000];
    expect(await run([noVersion], [undefined], CODES, 500)).toEqual({ result: noVersion, sent: 6, read: 5, slept });
    expect(await run([noVersion], ["found"], {})).toEqual({ result: noVersion, sent: 1, read: 0, slept: [] });
  });

  it("that is refused as concurrent is sent again up to ten times, with longer waits each time", async () => {
    expect(await run([busy, busy, "done"], [undefined])).toMatchObject({ result: "done", sent: 3, read: 2, slept: [150, 300] }); // prettier-ignore
    expect(await run([busy], ["found"])).toEqual({ result: "found", sent: 1, read: 1, slept: [150] });
    const { result, sent } = await run([busy], [undefined]);
    expect([messageOf(result), sent]).toEqual([expect.stringContaining("busy; given up after 10 attempts"), 10]);
  });

  it("that is refused for another reason, or fails in this program, is not sent again", async () => {
    expect(await run([denied], ["found"])).toEqual({ result: denied, sent: 1, read: 0, slept: [] });
    const mistake = new TypeError("a mistake");
    expect(await run([mistake], ["found"])).toEqual({ result: mistake, sent: 1, read: 0, slept: [] });
  });
});

describe("an object", () => {
  interface Plan {
    readonly value: string;
    readonly writes: boolean;
  }
  interface Observed {
    readonly value: string;
  }
  type Concurrent = ConcurrentChange<Observed, Plan> | undefined;

  /** Writes an object that has one value: reads find one after the other of `reads`. The plans are `plan 1`, `plan 2` and so on. */
  async function run(
    reads: (string | undefined | Error)[],
    sends: (string | Error)[] = ["accepted"],
    more: { readonly isNew?: boolean; readonly laggingCodes?: string[]; readonly duplicateCodes?: string[] } = {},
  ) {
    const { session } = simulated();
    const found = reads.map((each) => (typeof each === "string" ? { value: each } : each));
    const [sent, read] = [answers(sends), answers(found)];
    const [written, concurrent]: [[string, string | undefined][], Concurrent[]] = [[], []];
    const result = await converge<Observed, Plan>(session, {
      label: "object api",
      observe: read.next,
      plan(observed, changed) {
        concurrent.push(changed);
        const value = `plan ${concurrent.length}`;
        return Promise.resolve({ value, writes: observed?.value !== value });
      },
      send({ value }, observed) {
        written.push([value, observed?.value]);
        return sent.next();
      },
      matches: ({ value }, observed) => value === observed.value,
      same: (a, b) => a.value === b.value,
      outputs: ({ value }) => ({ stored: value }),
      ...more,
    }).catch((error: unknown) => error);
    return { result, written, read: read.count, concurrent: concurrent.slice(1) };
  }

  const done = (value: string) => ({ observed: { value }, plan: { value, writes: expect.any(Boolean) as boolean } });
  const unfinished = (message: string, stored: string) => ({ name: "Unfinished", message, outputs: { stored } });

  it("that has the desired values is not written", async () => {
    expect(await run(["plan 1"])).toMatchObject({ result: done("plan 1"), written: [], read: 1 });
  });

  it("is read, written, and read back", async () => {
    const expected = { result: done("plan 1"), written: [["plan 1", "old"]], read: 2, concurrent: [] };
    expect(await run(["old", "plan 1"])).toEqual(expected);
  });

  it("that this run makes first is not read before", async () => {
    const expected = { result: done("plan 1"), written: [["plan 1", undefined]], read: 1, concurrent: [] };
    expect(await run(["plan 1"], ["accepted"], { isNew: true })).toEqual(expected);
    expect(await run([undefined, "plan 1"])).toEqual({ ...expected, read: 2 });
  });

  it("that lags behind is read until it shows the change", async () => {
    expect(await run(["old", "old", "old", "plan 1"])).toMatchObject({ result: done("plan 1"), read: 4 });
    expect(await run([undefined, undefined, "plan 1"])).toMatchObject({ result: done("plan 1"), read: 3 });
  });

  it.each(["old", undefined])(
    "that shows its former value (%j) for 3 s is in state with the new value",
    async (old) => {
      const { result, written, read } = await run([old]);
      const message =
        "object api: the service accepted the change, but for 3 s reads showed the former values. State has the new " +
        "values; run pulumi up --refresh";
      expect(result).toMatchObject(unfinished(message, "plan 1"));
      expect([written.length, read]).toEqual([1, 7]);
    },
  );

  it.each<[string, string | Error, string | undefined, string | undefined, boolean]>([
    ["after the change was accepted", "accepted", "old", "theirs", true],
    ["after the answer was lost", lost, "old", "theirs", true],
    ["before the change was refused", busy, "old", "theirs", false],
    ["by deleting it", "accepted", "old", undefined, true],
    ["by creating it", busy, undefined, "theirs", false],
  ])("that somebody else changes %s is planned again", async (_when, sent, base, theirs, applied) => {
    const { result, written, concurrent } = await run([base, theirs, "plan 2"], [sent, "accepted"]);
    expect(result).toEqual(done("plan 2"));
    expect(written).toEqual([["plan 1", base], ["plan 2", theirs]]); // prettier-ignore
    expect(concurrent).toEqual([{ base: base && { value: base }, plan: { value: "plan 1", writes: true }, applied }]);
  });

  it("that somebody else deleted, and that lags behind when it is made again, is read until it shows the change", async () => {
    expect(await run(["old", undefined, undefined, "plan 2"])).toMatchObject({ result: done("plan 2"), read: 4 });
  });

  it("that somebody else changes each time is planned four times", async () => {
    const { result, written } = await run(["0", "1", "2", "3", "4", "5", "6"]);
    expect(messageOf(result)).toContain("object api: somebody else changed it 4 times while this run was writing");
    expect(written.map(([value]) => value)).toEqual(["plan 1", "plan 2", "plan 3", "plan 4"]);
  });

  it("that shows an earlier write of this run is read again, and is planned again only if it shows it for 3 s", async () => {
    const lagging = ["old", "theirs", "plan 1", "plan 1"];
    expect(await run([...lagging, "plan 2"])).toMatchObject({ result: done("plan 2"), read: 5 });
    const { result, concurrent } = await run([...lagging, "plan 1", "plan 1", "plan 1", "plan 1", "plan 3"]);
    expect(result).toEqual(done("plan 3"));
    expect(concurrent.map((each) => each?.base?.value)).toEqual(["old", "theirs"]);
    const back = await run([...lagging, "theirs"]);
    expect(back.result).toMatchObject(unfinished(expect.stringContaining("former values") as string, "plan 2"));
  });

  it("that may have been written, but cannot be read, is in state", async () => {
    expect((await run([undefined, denied])).result).toMatchObject(unfinished("not yours", "plan 1"));
    expect((await run([undefined, denied], [lost])).result).toMatchObject(unfinished("not yours", "plan 1"));
    expect((await run(["old", denied])).result).toMatchObject(unfinished("not yours", "plan 1"));
  });

  it("that this run did not make, and that cannot be read, is an error", async () => {
    expect((await run([denied])).result).toBe(denied);
    expect((await run([undefined, denied], [busy])).result).toBe(denied);
    expect((await run(["old", denied], [lost])).result).toBe(denied);
  });

  it("that the service refuses to write with one of the object's own codes is read", async () => {
    const codes = { laggingCodes: ["VersionNotFound"], duplicateCodes: ["AliasAlreadyExists"] };
    const again = await run([undefined, undefined, "plan 1"], [noVersion, "accepted"], codes);
    expect(again).toMatchObject({ result: done("plan 1"), written: [["plan 1", undefined], ["plan 1", undefined]] }); // prettier-ignore
    expect(await run([undefined, "plan 1"], [exists], codes)).toMatchObject({ result: done("plan 1"), read: 2 });
    expect((await run([undefined, "plan 1"], [exists])).result).toBe(exists);
    expect((await run([undefined, "plan 1"], [noVersion])).result).toBe(noVersion);
  });
});

it("what follows a creation keeps the object in state if it fails, whatever is thrown", async () => {
  const fail = (thrown: unknown) =>
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- any value may be thrown
    keepInState(() => ({ stored: "here" }), () => Promise.reject(thrown)).catch((error: unknown) => error); // prettier-ignore
  expect(await fail(denied)).toMatchObject({ name: "Unfinished", message: "not yours", outputs: { stored: "here" } });
  expect(await fail("a text")).toMatchObject({ name: "Unfinished", message: "a text", outputs: { stored: "here" } });
  const inner = new Unfinished("further in", { stored: "there" });
  expect(await fail(inner)).toBe(inner);
  expect(await keepInState(Object, () => Promise.resolve("result"))).toBe("result");
});

it("a clean-up that fails is a warning", async () => {
  const { session, warnings } = simulated();
  let ran = 0;
  await cleanUp(session, "urn", "cleaning", () => Promise.resolve(void (ran += 1)));
  expect([ran, warnings]).toEqual([1, []]);
  await cleanUp(session, "urn", "cleaning", () => Promise.reject(denied));
  expect(warnings).toEqual(["urn: cleaning failed; everything else is done: not yours"]);
});

it.each([3_000, 5_000])("an object whose read takes %i ms is read three times nevertheless", async (late) => {
  const { session, slept, pass } = simulated();
  let read = 0;
  const ask = () => Promise.resolve(pass(late)).then(() => void (read += 1));
  expect([await poll(session.clock, 3_000, ask), read, slept]).toEqual([undefined, 3, [100, 200]]);
});
