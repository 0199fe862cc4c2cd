/** The loop of `watch`, the lines that it prints without a terminal, and what counts as a change. */
import { Writable } from "node:stream";
import { watchReleases } from "../../../cli/release/watch/loop";
import { plainLines } from "../../../cli/release/watch/line";
import { lineOutput } from "../../../cli/release/watch/output";
import type { ReleaseView, View } from "../../../cli/release/watch/view";
import { VIEWS } from "./views";

const canary = VIEWS["canary"]?.releases[0] as ReleaseView;
const rejected: ReleaseView = { ...canary, phase: "rejected" };
const promoted: ReleaseView = { ...canary, phase: "stable" };

/**
 * Runs the loop of `watch`. Each read returns the next view of `looks`, one second after the read before. If the next
 * item is an Error, the read throws it.
 */
async function watched(looks: readonly (ReleaseView | Error)[], more: { once?: boolean; until?: string } = {}) {
  const views: View[] = [];
  let seen = 0;
  const ended = watchReleases({
    look: () => {
      const found = looks[seen++];
      if (found === undefined) throw new Error("one look too many");
      return found instanceof Error ? Promise.reject(found) : Promise.resolve([found]);
    },
    show: (view) => void views.push(view),
    wait: () => Promise.resolve(),
    now: () => seen * 1000,
    ...{ stack: "prod", once: more.once ?? false, until: more.until },
  });
  return { code: await ended, views };
}

it.each([
  ["the phase that was waited for", [canary, promoted], "stable", 0],
  ["a rejection instead", [canary, rejected], "stable", 1],
  ["a rejection that was waited for", [canary, rejected], "rejected", 0],
])("ends with %s", async (_name, looks, until, code) => {
  const { code: got, views } = await watched(looks, { until });
  expect([got, views.length]).toEqual([code, 2]);
});

it("--once reads once and ends with exit code 2 if the phase is another one", async () => {
  expect((await watched([canary], { once: true })).code).toBe(0);
  expect((await watched([canary], { once: true, until: "stable" })).code).toBe(2);
  expect((await watched([promoted], { once: true, until: "stable" })).code).toBe(0);
});

it("a failed read is shown with the last result and its time, and reading continues", async () => {
  const { code, views } = await watched([canary, new Error("down"), promoted], { until: "stable" });
  expect(code).toBe(0);
  expect(views.map(({ time, problem, releases }) => [time, problem, releases[0]?.phase])).toEqual([
    [1000, undefined, "canary"],
    [1000, "down", "canary"],
    [3000, undefined, "stable"],
  ]);
});

it("fails if the first read fails", async () => {
  await expect(watched([new Error("down"), canary])).rejects.toThrow("down");
});

it("prints a line with the time for each change, and no line for growing counts", () => {
  let text = "";
  const output = lineOutput(new Writable({ write: (chunk, _, done) => ((text += String(chunk)), done()) }));
  const view = VIEWS["canary"] as View;
  const { judgement } = canary;
  const { found } = judgement;
  if (found === undefined) throw new Error("no counts");
  const more = { ...found, candidate: { ...found.candidate, requests: 499 } };
  const grown = { ...canary, judgement: { ...judgement, found: more }, next: ["api: v8 at 25 % for 26 min"] };
  output.show(view);
  output.show({ ...view, time: view.time + 1000, releases: [grown] });
  output.show({ ...view, time: view.time + 2000, releases: [{ ...grown, live: { "7": 100 } }] });
  output.show({ ...view, time: view.time + 2000, releases: [grown], problem: "down\nagain" });
  output.show({ ...view, time: view.time + 2000, releases: [grown], problem: "down\nstill" });
  expect(text.split("\n").map((line) => line.slice(0, 78))).toEqual([
    "2026-11-27T08:10:32Z api: canary, v8 at 25 % (step 2/4), live v7 75 %, v8 25 %",
    "2026-11-27T08:10:34Z api: canary, v8 at 25 % (step 2/4), live v7 100 %; inconc",
    "2026-11-27T08:10:34Z cannot be read: down again",
    "",
  ]);
});

it("a line contains the verdict with the missing conditions, or the reason for no verdict", () => {
  expect(plainLines(VIEWS["failed"] as View)[0]).toContain(
    "; fail at 25 % (step 2 of 3; evidence over 1,000,000, fail at 20 or more); worse than allowed: failures against 2 times",
  );
  expect(plainLines(VIEWS["unreadable"] as View)[0]).toContain(
    "; inconclusive; the candidate cannot be judged: rows of",
  );
  expect(plainLines(VIEWS["several"] as View)[1]).toBe(
    "2026-11-27T08:10:32Z thumbnails: stable, v12, live v12 100 %; v12 is stable, and there is no candidate to judge",
  );
});
