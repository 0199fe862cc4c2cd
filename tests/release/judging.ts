/**
 * Random sequences of requests, runs, changes by hand and crashes with weight `auto`, on the functions that the provider process calls and a
 * service in memory. Expected values are literals; only the tested code of the package is imported.
 */
import * as fc from "fast-check";
import type { FcApi } from "../../provider/client/api";
import type { Row, RowSource } from "../../provider/core/analysis";
import type { AliasBody, ObservedAlias } from "../../provider/core/model";
import {
  type ReleaseInputs,
  type ReleaseOutputs,
  checkRelease,
  diffRelease,
  refreshedRelease,
} from "../../provider/core/release";
import { reconcileRelease } from "../../provider/reconcile/release";
import type { Session } from "../../provider/reconcile/session";

/** Version 1 is stable; 2 never fails; 3 always does. */
type Content = "2" | "3";
type Keys = Readonly<Record<string, unknown>>;

/** One thing that happens. */
type Event =
  | { readonly kind: "serve"; readonly requests: number }
  | { readonly kind: "hand"; readonly percent: number }
  | {
      readonly kind: "run";
      readonly content: Content;
      readonly keys: Keys;
      /** State is lost after the run. */
      readonly crash: boolean;
      readonly logs: "up" | "down" | "unversioned";
      /** A hand writes this share while rows are read. */
      readonly meanwhile: number | undefined;
    };

const STEPS = [10, 50];
const AUTO = {
  weight: "auto",
  steps: STEPS.map((weight) => ({ weight, bake: "1m", requests: 5 })),
  analysis: {
    errorLimit: 50,
    falsePasses: 50,
    falseAlarms: 20,
    latency: {},
    logDelay: "1m",
    logs: { project: "judged", logstore: "rows" },
  },
};
const PLACE = { region: "cn-hangzhou", accountId: "1234567890123456" };
const URN = "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Release::api";

const keys: fc.Arbitrary<Keys> = fc.constantFrom<Keys[]>(
  ...Array<Keys>(12).fill(AUTO),
  { ...AUTO, hold: true },
  { ...AUTO, weight: 20 },
  { ...AUTO, weight: 0 },
  { ...AUTO, retry: "v3" },
  { ...AUTO, retry: "v3@2" },
  { ...AUTO, reject: "v2" },
);
const event: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("serve" as const), requests: fc.constantFrom(0, 1, 30, 200) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("hand" as const), percent: fc.constantFrom(0, 1, 30, 60) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("run" as const),
      content: fc.constantFrom<Content[]>("2", "2", "3"),
      keys,
      crash: fc.constantFrom(false, false, false, true),
      logs: fc.constantFrom<("up" | "down" | "unversioned")[]>("up", "up", "up", "up", "down", "unversioned"),
      meanwhile: fc.option(fc.constantFrom(0, 1, 60), { nil: undefined, freq: 12 }),
    }),
  },
);

/** Sequences of 4 to 24 things. */
const sequences = fc.array(event, { minLength: 4, maxLength: 24 });

const LINE =
  /(pass|fail|inconclusive|hold) at ([\d.]+)[ %].*in this window: candidate (?:no requests|(\d+) of (\d+) failed)/;

/** One release, its service, and what must hold of both. */
class World {
  private alias: ObservedAlias | undefined;
  private state: ReleaseOutputs | undefined;
  private seconds = 1_800_000_000;
  private readonly rows: { readonly time: number; readonly row: Row }[] = [];
  private served = 0;
  private messages: string[] = [];
  private event: Extract<Event, { kind: "run" }> | undefined;
  private retry = "";
  /** What a hand left to the candidate while this run read rows. */
  private left: number | undefined;
  /** Verdicts heard so far, by name. */
  readonly verdicts = new Map<string, number>();
  private readonly failed = new Set<string>();
  /** The largest share that each version has had by config, a hand or a verdict. */
  private readonly reached = new Map<string, number>();
  /** The last number in config for a version that was not judged bad. After a lowering by hand, a retry gives this share (rule E). */
  private readonly asked = new Map<string, number>();
  /** Requests of each candidate that decisions in state have counted, and those it was sent. */
  private readonly counted = new Map<string, number>();
  private readonly sent = new Map<string, number>();

  async play(sequence: readonly Event[]): Promise<void> {
    await this.run({ kind: "run", content: "2", keys: {}, crash: false, logs: "up", meanwhile: undefined }, "1");
    for (const each of sequence) {
      this.seconds += 300;
      if (each.kind === "serve") this.serve(each.requests);
      else if (each.kind === "hand") this.hand(each.percent);
      else await this.run(each);
    }
  }

  /** Percent of a version. */
  private share(id: string): number {
    const { versionId, additionalVersionWeight = {} } = this.alias ?? {};
    const others = Object.entries(additionalVersionWeight).filter(([other]) => other !== versionId);
    if (id === versionId) return others.reduce((rest, [, weight]) => rest - Math.round(Number(weight) * 100), 100);
    return Math.round(Number(additionalVersionWeight[id] ?? 0) * 100);
  }

  private serve(requests: number): void {
    for (const id of ["1", "2", "3"]) {
      const count = Math.round((requests * this.share(id)) / 100);
      this.sent.set(id, (this.sent.get(id) ?? 0) + count);
      for (let i = 0; i < count; i++) {
        const row = {
          qualifier: "prod",
          versionId: id,
          hasFunctionError: String(id === "3"),
          __time__: String(this.seconds),
        };
        this.rows.push({ time: this.seconds, row: { ...row, requestId: String(++this.served), durationMs: "1" } });
      }
    }
  }

  /** Gives the candidate another share. */
  private hand(percent: number): void {
    const { alias } = this;
    const id = ["2", "3"].find((version) => version !== alias?.versionId && this.share(version) > 0);
    if (alias === undefined || id === undefined) return;
    this.write({ additionalVersionWeight: percent === 0 ? {} : { [id]: percent / 100 } });
    if (percent > (this.reached.get(id) ?? 0)) this.reached.set(id, percent);
  }

  private write(body: Partial<AliasBody>): ObservedAlias {
    this.seconds += 1;
    const lastModifiedTime = new Date(this.seconds * 1000).toISOString();
    return (this.alias = {
      createdTime: "2026-01-01T00:00:00Z",
      aliasName: "prod",
      ...this.alias,
      ...body,
      lastModifiedTime,
    });
  }

  private session(): Session {
    const api: Partial<FcApi> = {
      getAlias: () => Promise.resolve(this.alias && { ...this.alias }),
      createAlias: (_function, _alias, body) => Promise.resolve(this.write(body)),
      updateAlias: (_function, _alias, body) => Promise.resolve(this.write(body)),
      listVersions: () => Promise.resolve(["1", "2", "3"].map((versionId) => ({ versionId }))),
      listAliases: () => Promise.resolve(this.alias === undefined ? [] : [this.alias]),
      listTriggers: () => Promise.resolve([]),
      getFunction: () => Promise.resolve({ functionName: "api" }),
      serviceTime: () => this.seconds,
    };
    const heard = (_urn: string, message: string) => void this.messages.push(message);
    return {
      api: api as FcApi,
      clock: { now: () => this.seconds * 1000, sleep: () => Promise.resolve(), random: () => 0.5 },
      report: { info: heard, warning: heard, progress: () => undefined },
      logs: () => (query) => this.read(query),
    };
  }

  private read({ from, to, offset, line }: Parameters<RowSource>[0]): ReturnType<RowSource> {
    const { logs, meanwhile } = this.event ?? {};
    if (offset === 0 && meanwhile !== undefined) {
      this.hand(meanwhile);
      this.left = this.share(this.event?.content ?? "");
    }
    if (logs === "down") return Promise.reject(new Error("the log service is down"));
    const found = this.rows.filter(({ time }) => time >= from && time < to).map(({ row }) => row);
    if (logs === "unversioned" && found[0] !== undefined) found[0] = { ...found[0], versionId: undefined };
    return Promise.resolve({ rows: found.reverse().slice(offset, offset + line), complete: true });
  }

  private async run(event: Extract<Event, { kind: "run" }>, content: string = event.content): Promise<void> {
    this.event = event;
    this.messages = [];
    this.left = undefined;
    const before = new Map(["1", "2", "3"].map((id) => [id, this.share(id)]));
    const judged = this.state?.judging?.decisions.length;
    try {
      await this.update(event, content);
    } finally {
      this.event = undefined;
    }
    this.examine(event, content, before, judged);
  }

  private async update(event: Extract<Event, { kind: "run" }>, versionId: string): Promise<void> {
    if (this.state !== undefined) this.state = refreshedRelease(this.state, this.alias, () => true);
    const own = { ...PLACE, resourceUrn: URN, functionName: "api", aliasName: "prod" };
    const version = { versionId, fingerprint: `f1:${versionId}`, environmentFingerprint: "none" };
    const { inputs, failures } = checkRelease(this.state ?? {}, { ...own, ...version, ...(event.keys as object) });
    expect(failures).toEqual([]);
    const news = inputs as unknown as ReleaseInputs;
    if (this.state !== undefined && diffRelease(this.state, news, this.seconds).changes === false) return;
    let outs: ReleaseOutputs;
    try {
      outs = await reconcileRelease(this.session(), news, this.state);
    } catch (error) {
      this.messages.push(String(error));
      const { name, outputs } = error as { name: string; outputs?: ReleaseOutputs };
      // No key and no state of the alias refuses a run: the only failure is that of a rejection, with all that is to be kept.
      expect([name, String(error)]).toEqual(["Unfinished", expect.stringContaining("and failed")]);
      if (outputs === undefined) throw error;
      outs = outputs;
    }
    // What stands in state has been written as JSON.
    if (!event.crash) this.state = JSON.parse(JSON.stringify(outs)) as ReleaseOutputs;
  }

  private examine(
    { keys: given, crash, meanwhile }: Extract<Event, { kind: "run" }>,
    content: string,
    before: ReadonlyMap<string, number>,
    judged: number | undefined,
  ): void {
    const line = this.messages.map((message) => LINE.exec(message)).find((found) => found !== null);
    const [, verdict, at, , requests = "0"] = line ?? [];
    const retry = (given["retry"] as string | undefined) ?? "";
    const [has, had] = [this.share(content), before.get(content) ?? 0];
    // Neither a good version fails, nor does a bad one pass.
    expect([content, verdict]).not.toEqual(content === "3" ? ["3", "pass"] : [content, "fail"]);
    if (verdict !== undefined) this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
    if (verdict === "fail") this.failed.add(content);
    // Another share that a hand wrote meanwhile is not raised; a retry lifts it as what was lowered before (rule E).
    if (this.left !== undefined && this.left !== had && retry === "") expect(has).toBeLessThanOrEqual(this.left);
    const lifted = retry !== "" && retry !== this.retry;
    // What was promoted before gets all traffic when its content comes back (rule F), also under hold.
    const promoted = this.reached.get(content) === 100;
    this.retry = retry;
    if (lifted) this.failed.delete("3");
    // What failed has no traffic but what a hand gives it, and nothing of this run raises it.
    if (this.failed.has(content) && meanwhile === undefined)
      expect([content, has]).toEqual([content, Math.min(has, had)]);
    if (this.failed.has(content) && verdict === "fail") expect(has).toBe(0);
    if (given["weight"] === "auto" && has > had && content !== "1" && meanwhile === undefined) {
      const next = [...STEPS, 100].find((step) => step > had);
      if (verdict === "pass") expect([at, has]).toEqual([String(had), next]);
      // New content, a retry, or what comes back with its config: the first step, or what it had once.
      else {
        const asked = retry === "" ? 0 : (this.asked.get(content) ?? 0);
        expect(has).toBeLessThanOrEqual(Math.max(10, this.reached.get(content) ?? 0, asked));
      }
      if (had > 0 && had < 100 && !promoted && !lifted && verdict !== "pass" && retry === "")
        expect([had, has]).toEqual([had, had]);
    }
    if (has > (this.reached.get(content) ?? 0)) this.reached.set(content, has);
    if (this.failed.has(content)) this.asked.delete(content);
    else if (typeof given["weight"] === "number") this.asked.set(content, given["weight"]);
    if (given["hold"] === true && meanwhile === undefined && !promoted) expect(has).toBeLessThanOrEqual(had);
    // No stretch of time is counted twice.
    const { decisions = [] } = this.state?.judging ?? {};
    for (const [i, { from, to }] of decisions.entries()) {
      expect(to).toBeGreaterThan(from);
      expect(from).toBeGreaterThanOrEqual(decisions[i - 1]?.to ?? 0);
    }
    // A request is counted once, however often state was lost.
    if (!crash && line !== undefined && this.state?.judging?.decisions.length !== judged) {
      this.counted.set(content, (this.counted.get(content) ?? 0) + Number(requests));
      expect(this.counted.get(content)).toBeLessThanOrEqual(this.sent.get(content) ?? 0);
    }
  }
}

/** Plays so many random sequences; answers how often each verdict was heard. */
export async function playMany(numRuns: number, seed: number): Promise<Readonly<Record<string, number>>> {
  const heard: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(sequences, async (sequence) => {
      const world = new World();
      await world.play(sequence);
      for (const [verdict, count] of world.verdicts) heard[verdict] = (heard[verdict] ?? 0) + count;
    }),
    { numRuns, seed, endOnFailure: true },
  );
  return heard;
}
