/**
 * Random sequences of requests, runs, changes by hand and crashes with weight `auto`. They use the functions that the
 * provider process calls, and a service in memory. Expected values are literals. This file imports only the code under
 * test from the package.
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

/** The content of a version. Version 1 is the first stable version, version 2 never fails, and version 3 always fails. */
type Content = "2" | "3";
type Keys = Readonly<Record<string, unknown>>;

/** One event of a sequence. */
type Event =
  | { readonly kind: "serve"; readonly requests: number }
  | { readonly kind: "hand"; readonly percent: number }
  | {
      readonly kind: "run";
      readonly content: Content;
      readonly keys: Keys;
      /** State is not saved after the run. */
      readonly crash: boolean;
      readonly logs: "up" | "down" | "unversioned";
      /** The share of the candidate that somebody writes while the run reads rows. Undefined for no such write. */
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

/** Sequences of 4 to 24 events. */
const sequences = fc.array(event, { minLength: 4, maxLength: 24 });

const LINE =
  /(pass|fail|inconclusive|hold) at ([\d.]+)[ %].*in this window: candidate (?:no requests|(\d+) of (\d+) failed)/;

/** One release, and the service in memory on which it runs. After each run, the conditions of the test are checked. */
class World {
  private alias: ObservedAlias | undefined;
  private state: ReleaseOutputs | undefined;
  private seconds = 1_800_000_000;
  private readonly rows: { readonly time: number; readonly row: Row }[] = [];
  private served = 0;
  private messages: string[] = [];
  private event: Extract<Event, { kind: "run" }> | undefined;
  private retry = "";
  /** The share of the candidate that somebody wrote while this run read rows. */
  private left: number | undefined;
  /** Number of verdicts so far, by name. */
  readonly verdicts = new Map<string, number>();
  private readonly failed = new Set<string>();
  /** The largest share that each version has had. */
  private readonly reached = new Map<string, number>();
  /**
   * For each version that did not fail: the last number as weight in config. After a lowering by hand, a retry gives
   * this share (rule E).
   */
  private readonly asked = new Map<string, number>();
  /** For each candidate: the number of requests that decisions in state have counted. `sent` has the number of requests that were sent. */
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

  /** The share of a version in percent. */
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

  /** Sets the share of the candidate by hand. */
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
      // No key and no state of the alias makes a run fail. The only failure is that of a rejection, and it contains the
      // outputs for state.
      expect([name, String(error)]).toEqual(["Unfinished", expect.stringContaining("and failed")]);
      if (outputs === undefined) throw error;
      outs = outputs;
    }
    // State is stored as JSON.
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
    // The good version never fails, and the bad version never passes.
    expect([content, verdict]).not.toEqual(content === "3" ? ["3", "pass"] : [content, "fail"]);
    if (verdict !== undefined) this.verdicts.set(verdict, (this.verdicts.get(verdict) ?? 0) + 1);
    if (verdict === "fail") this.failed.add(content);
    // If somebody changed the share while rows were read, the run does not raise it. A retry may raise it, as any
    // lowered share (rule E).
    if (this.left !== undefined && this.left !== had && retry === "") expect(has).toBeLessThanOrEqual(this.left);
    const lifted = retry !== "" && retry !== this.retry;
    // A version that was promoted before gets all traffic when its content comes back (rule F), also under hold.
    const promoted = this.reached.get(content) === 100;
    this.retry = retry;
    if (lifted) this.failed.delete("3");
    // The run does not raise the share of a failed version.
    if (this.failed.has(content) && meanwhile === undefined)
      expect([content, has]).toEqual([content, Math.min(has, had)]);
    if (this.failed.has(content) && verdict === "fail") expect(has).toBe(0);
    if (given["weight"] === "auto" && has > had && content !== "1" && meanwhile === undefined) {
      const next = [...STEPS, 100].find((step) => step > had);
      if (verdict === "pass") expect([at, has]).toEqual([String(had), next]);
      // After new content, a retry or a revert, the share is at most the first step, the largest share that the version
      // had before, or with a retry the last number as weight in config.
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
    // The windows of two decisions do not overlap.
    const { decisions = [] } = this.state?.judging ?? {};
    for (const [i, { from, to }] of decisions.entries()) {
      expect(to).toBeGreaterThan(from);
      expect(from).toBeGreaterThanOrEqual(decisions[i - 1]?.to ?? 0);
    }
    // A number as weight ends the judging, so the evidence and its counts start again.
    if (this.state?.judging === undefined && !crash) this.counted.delete(content);
    // Each request is counted at most once, also after lost states.
    if (!crash && line !== undefined && this.state?.judging?.decisions.length !== judged) {
      this.counted.set(content, (this.counted.get(content) ?? 0) + Number(requests));
      expect(this.counted.get(content)).toBeLessThanOrEqual(this.sent.get(content) ?? 0);
    }
  }
}

/** Plays this number of random sequences. Returns the number of verdicts by name. */
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
