/** A report as one HTML page without scripts and without resources from other addresses. Pure. */
import { createHash } from "node:crypto";
import { formatSeconds, type Policy, type Proportion } from "../../provider/analysis";
import { splitWords, valueWords } from "../release/words";
import { type Chart, type Charts, gradeText } from "./charts";
import type { Judged, JudgedWindow, ReportData, Side } from "./data";
import { type Html, type Value, markup, trusted } from "./html";
import {
  type Meaning,
  badge,
  bdi,
  digits,
  figure,
  number,
  percentText,
  proportion,
  rateText,
  table,
  timeWords,
  when,
} from "./parts";
import { STYLE } from "./style";

/** Content of the page's `generator` meta tag, by which a report is recognised. */
export const GENERATOR = "pulumi-alicloud-fc report";

/**
 * Makes the page of a report. `charts` are the charts of `data.judged`.
 *
 * @param version version of this package
 */
export function reportPage(data: ReportData, charts: Charts | undefined, version: string): string {
  const { release, judged } = data;
  const hash = createHash("sha256").update(STYLE).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const sections = [
    summary(data),
    ...(judged === undefined || charts === undefined ? [] : judgedSections(judged, charts)),
    updates(data),
    splits(data),
  ];
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="${GENERATOR}" />
        <title>${titleOf(data)}</title>
        <style>${trusted(STYLE)}</style>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the report</a>
        <header>
          <h1>${titleOf(data)}</h1>
          <p class="place">
            Release ${bdi(release)}: alias ${bdi(data.aliasName)} of function ${bdi(data.functionName)},
            ${bdi(data.region)}, account ${bdi(data.accountId)}, stack ${bdi(data.stack)}
          </p>
          <nav aria-label="Sections">
            <ul>
              ${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">${sections.map(sectionOf)}</main>
        <footer>
          <p>
            Made ${timeWords(data.made)} by pulumi-alicloud-fc ${version}, from the stack's state alone. Times are in
            UTC. The splits are the one that the last run decided and the one that it last read from the alias.
          </p>
        </footer>
      </body>
    </html> `;
  return page.text;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly content: readonly Html[];
}

function sectionOf({ id, title, content }: Section): Html {
  return markup`<section aria-labelledby="${id}">
    <h2 id="${id}" tabindex="-1">${title}</h2>
    ${content}
  </section> `;
}

const PHASES: Readonly<Record<ReportData["phase"], (data: ReportData) => string>> = {
  stable: ({ release, stable }) => `${release}: v${stable} has all traffic`,
  canary: ({ release, candidate = "", weight }) => `${release}: v${candidate} is a canary at ${weight} %`,
  paused: ({ release, candidate = "" }) => `${release}: v${candidate} is paused`,
  rejected: ({ release, candidate = "" }) => `${release}: v${candidate} was rejected`,
  lowered: ({ release, candidate = "" }) => `${release}: v${candidate} was lowered by hand`,
  waiting: ({ release, candidate = "" }) => `${release}: v${candidate} waits`,
};

/** The headline of the report, in one line. */
function titleOf(data: ReportData): string {
  return PHASES[data.phase](data);
}

function summary(data: ReportData): Section {
  const { judged, steps, step, rejected, candidate, previousStable } = data;
  const last = judged?.windows.at(-1);
  const facts: [string, Value][] = [
    ["Phase", step === undefined ? data.phase : `${data.phase}, step ${step}`],
    ["Stable version", `v${data.stable}`],
    ...(candidate === undefined ? [] : [["Candidate", `v${candidate} at ${data.weight} %`] as [string, string]]),
    ...(previousStable === undefined ? [] : [["Stable before", `v${previousStable}`] as [string, string]]),
    ["Steps", `${steps.join(", ")} %`],
    ["Split decided", splitWords(data.desired)],
    ["Split seen last", splitWords(data.live)],
    ["Alias written", data.written === undefined ? "not known" : timeWords(data.written)],
    ...(rejected.length === 0 ? [] : [["Rejected", rejected.map((id) => `v${id}`).join(", ")] as [string, string]]),
  ];
  return {
    id: "summary",
    title: "Summary",
    content: [
      judged === undefined || last === undefined
        ? markup`<p>No decisions are stored: runs decide only while the weight is <code>auto</code>.</p>`
        : markup`<p class="lead">${badge(last.verdict)} ${lastWords(judged, last)}</p>
            <p>${last.reasons.slice(1).join("; ")}</p>`,
      ...(judged === undefined ? [] : [sides(judged), replayed(judged)]),
      markup`<dl class="facts">
        ${facts.map(
          ([name, value]) =>
            markup`<div>
              <dt>${name}</dt>
              <dd>${value}</dd>
            </div>`,
        )}
      </dl>`,
    ],
  };
}

function lastWords({ candidate }: Judged, { verdict, weight, to }: JudgedWindow): string {
  const about = `v${candidate} at ${weight} %, judged up to ${timeWords(to)} UTC`;
  const meaning = { pass: "The last decision let the candidate go on", fail: "The last decision rejected the candidate", hold: "The last decision held the candidate: both versions fail", inconclusive: "The last decision waits for more evidence" }; // prettier-ignore
  return `${meaning[verdict]}: ${about}.`;
}

/** A table that compares both versions over all windows. */
function sides({ all, stable, candidate, policy }: Judged): Html {
  const metrics: [string, (side: Side) => Proportion][] = [
    ["Failed requests", ({ failed }) => failed],
    ...policy.latency.map(({ quantile }, i): [string, (side: Side) => Proportion] => [
      `Slow warm requests (${quantile})`,
      slowAt(i),
    ]),
  ];
  return table(
    "All windows of the evidence",
    ["Count", `v${stable}, stable`, `v${candidate}, candidate`],
    [
      [markup`Requests`, number(all.stable.requests), number(all.candidate.requests)],
      ...metrics.map(([name, pick]) => [
        markup`${name}`,
        proportion(pick(all.stable)),
        proportion(pick(all.candidate)),
      ]),
    ],
    [1, 2],
  );
}

const slowAt =
  (i: number) =>
  ({ slow }: Side): Proportion =>
    slow[i] ?? { events: 0, of: 0, low: 0, high: 1 };

function replayed({ windows, differences }: Judged): Html {
  if (differences.length === 0) {
    const what =
      windows.length === 1 ? "The stored decision was" : `Each of the ${windows.length} stored decisions was`;
    return markup`<p>${what} recomputed from its counts for this report; the result is the same.</p>`;
  }
  return markup`<div class="alert">
    <p class="lead fail">The stored decisions differ from the recomputed ones.</p>
    <ul>
      ${differences.map(({ decision, member, stored, replayed: again }) => markup`<li>${decision === undefined ? "" : `decision ${decision + 1}, `}${member}: stored <code>${JSON.stringify(stored) ?? "nothing"}</code>, recomputed <code>${JSON.stringify(again) ?? "nothing"}</code></li>`)}
    </ul>
  </div>`;
}

function judgedSections(judged: Judged, charts: Charts): Section[] {
  const { windows, candidate, stable, policy, all } = judged;
  const confidence = `${digits(100 * judged.confidence)} %`;
  const interval = `Brackets are exact binomial intervals (Clopper and Pearson) at ${confidence}, in percent.`;
  return [
    {
      id: "split",
      title: "Split over time",
      content: [
        figure(
          charts.split,
          `Share of v${candidate} over time: ${windows.map(({ weight, share }) => `${weight} % asked, ${rateText(share)} observed`).join("; ")}`,
          [
            ["rest", `v${stable}, asked for`],
            ["share", `v${candidate}, asked for`],
            ["seen", `share of v${candidate} observed, with its interval`],
          ],
        ),
        markup`<p class="note">Gaps are periods without a decision. After the last decision, the chart shows the split that the last run decided. ${interval}</p>`,
        table(
          "Share of the requests by window",
          ["Window", "Weight", `Requests v${stable}`, `Requests v${candidate}`, `Share of v${candidate}`],
          [
            ...windows.map((window) => [
              when(window),
              number(`${window.weight} %`),
              number(window.stable.requests),
              number(window.candidate.requests),
              proportion(window.share),
            ]),
            allRow(number(""), number(all.stable.requests), number(all.candidate.requests), proportion(all.share)),
          ],
          [1, 2, 3, 4],
        ),
      ],
    },
    {
      id: "failed",
      title: "Failed requests",
      content: [
        versusFigure(
          judged,
          charts.failed,
          "Failed requests",
          ({ failed }) => failed,
          policy.errorLimit < 1 ? [["line", `limit, ${percentText(policy.errorLimit)}`]] : [],
        ),
        versusTable(judged, "Failed requests by window", ({ failed }) => failed),
        markup`<p class="note">${interval} The candidate may fail ${policy.errorRatio} times as often as the stable version${policy.errorLimit < 1 ? `; ${percentText(policy.errorLimit)} is acceptable in any case` : ""}.</p>`,
      ],
    },
    ...(policy.latency.length === 0 ? [] : [latency(judged, charts, interval)]),
    evidence(judged, charts.evidence),
    decisions(judged),
    policySection(judged),
  ];
}

function latency(judged: Judged, charts: Charts, interval: string): Section {
  const { policy } = judged;
  return {
    id: "latency",
    title: "Latency",
    content: [
      markup`<p class="note">
        Durations are not stored, only how many warm requests were slow. A request is slow if it takes longer than this
        quantile of both versions' durations in its window; the candidate's durations are first divided by the allowed
        factor. A candidate that is slower by exactly this factor has the same share of slow requests as the stable
        version.
        ${interval}
      </p>`,
      ...policy.latency.flatMap(({ quantile, tolerance }, i) => {
        const pick = slowAt(i);
        const name = `Slow requests, ${quantile} with a tolerance of ${percentText(tolerance)}`;
        const chart = charts.slow[i];
        return [
          markup`<h3>${name}</h3>`,
          ...(chart === undefined ? [] : [versusFigure(judged, chart, name, pick)]),
          versusTable(judged, `${name}, by window`, pick),
        ];
      }),
    ],
  };
}

function versusFigure(
  judged: Judged,
  chart: Chart,
  name: string,
  pick: (side: Side) => Proportion,
  more: readonly Meaning[] = [],
): Html {
  const { candidate, stable, all } = judged;
  const text = `${name} by window. All windows: v${stable} ${rateText(pick(all.stable))}, v${candidate} ${rateText(pick(all.candidate))}`;
  return figure(chart, text, [["stable", `v${stable}, stable`], ["candidate", `v${candidate}, candidate`], ...more]);
}

function versusTable(judged: Judged, caption: string, pick: (side: Side) => Proportion): Html {
  const { windows, candidate, stable, all } = judged;
  return table(
    caption,
    ["Window", "Weight", `v${stable}, stable`, `v${candidate}, candidate`],
    [
      ...windows.map((window) => [
        when(window),
        number(`${window.weight} %`),
        proportion(pick(window.stable)),
        proportion(pick(window.candidate)),
      ]),
      allRow(number(""), proportion(pick(all.stable)), proportion(pick(all.candidate))),
    ],
    [1, 2, 3],
  );
}

function evidence({ windows, policy }: Judged, chart: Chart): Section {
  const metrics = [
    "errors",
    ...(policy.errorLimit < 1 ? ["limit"] : []),
    ...policy.latency.map(({ quantile }) => quantile),
  ];
  const names: Readonly<Record<string, string>> = { errors: "Failures", limit: "Beyond the limit" };
  const limit = gradeText(windows.at(-1)?.threshold ?? 0);
  return {
    id: "evidence",
    title: "Evidence against the candidate",
    content: [
      figure(
        chart,
        `E-value over time: ${windows.map(({ eValue }) => gradeText(eValue)).join(", ")}; a fail from ${limit} on`,
        [["line", `a fail from ${limit} on`]],
      ),
      markup`<p class="note">An e-value of 1 is no evidence. Checking often does not cause false alarms: at most ${percentText(policy.falseAlarms)} of good candidates ever reach the threshold. ✗ marks a value that reached its threshold.</p>`,
      table(
        `E-values after each window; a fail where they reach ${limit} together`,
        ["Window", "Together", ...metrics.map((metric) => names[metric] ?? `Slow (${metric})`)],
        windows.map((window) => [
          when(window),
          number(`${gradeText(window.eValue)}${window.eValue >= window.threshold ? " ✗" : ""}`),
          ...metrics.map((metric) => {
            const value = (window.eValues as Readonly<Record<string, number | undefined>>)[metric];
            const crossed = (window.failed as readonly string[]).includes(metric) ? " ✗" : "";
            return number(value === undefined ? "not counted" : `${gradeText(value)}${crossed}`);
          }),
        ]),
        metrics.map((_, i) => i + 2).concat(1),
      ),
    ],
  };
}

function decisions({ windows }: Judged): Section {
  const newest = [...windows].reverse();
  return {
    id: "decisions",
    title: "Decisions and reasons",
    content: [
      markup`<p class="note">
        Newest first. The last 20 are stored. The digest covers a decision, its policy and the decision before it. It
        detects accidental changes and edits; it is not a signature.
      </p>`,
      markup`<ol class="steps" reversed>
        ${newest.map(
          (window) =>
            markup`<li>
              <h3>${badge(window.verdict)} ${timeWords(window.from)} to ${timeWords(window.to)}</h3>
              <p>${window.reasons[0] ?? ""}</p>
              <ul>
                ${window.reasons.slice(1).map((reason) => markup`<li>${reason}</li>`)}
              </ul>
              ${window.shown.length === 0 ? [] : [markup`<p>Shown to be good so far: ${window.shown.join(", ")}</p>`]}
              <p class="range">
                rules ${window.rules}, digest <code>${window.digest}</code>, ${formatSeconds(window.baked)} at this
                weight
              </p>
            </li>`,
        )}
      </ol>`,
    ],
  };
}

function policySection({ policy, windows }: Judged): Section {
  const rules = [...new Set(windows.map((window) => window.rules))].join(", ");
  return {
    id: "policy",
    title: "Policy",
    content: [
      table("Settings", ["Setting", "Value", "Meaning"], settingsOf(policy, rules), []),
      table(
        "Steps",
        ["Step", "Weight", "Shortest time", "Fewest requests to the candidate"],
        policy.steps.map(({ weight, bake, requests }, i) => [
          markup`${i + 1}`,
          number(`${weight / 10} %`),
          number(formatSeconds(bake)),
          number(requests),
        ]),
        [1, 2, 3],
      ),
    ],
  };
}

function settingsOf(policy: Policy, rules: string): Html[][] {
  const rows: [string, string, string][] = [
    ["errorRatio", String(policy.errorRatio), "how many times as often as the stable version the candidate may fail"],
    ["errorLimit", percentText(policy.errorLimit), "failed requests that are acceptable in any case"],
    ...policy.latency.map(({ quantile, tolerance }): [string, string, string] => [
      `latency.${quantile}`,
      percentText(tolerance),
      "by how much this quantile of the durations of warm requests may be longer",
    ]),
    ["falseAlarms", percentText(policy.falseAlarms), "good candidates that may be rejected"],
    ["falsePasses", percentText(policy.falsePasses), "bad candidates that may pass"],
    ["invocations", policy.invocations, "which invocations count"],
    ["errorStatus", String(policy.errorStatus), "lowest HTTP status that is a failure"],
    ["logDelay", formatSeconds(policy.logDelay), "how long the log source may take to show a request"],
    ["rules", rules, "version of the rules of judging"],
  ];
  return rows.map(([name, value, meaning]) => [markup`<code>${name}</code>`, markup`${value}`, markup`${meaning}`]);
}

function updates({ updates: all }: ReportData): Section {
  const rows = all.map(({ version, startTime, kind, result, message, commit, keys }) => [
    markup`${version === undefined ? "" : `#${version}`}`,
    markup`<span class="when">${timeWords(startTime.replace(/\.\d+Z$/, "Z"))}</span>`,
    markup`${kind} ${result}`,
    markup`${Object.entries(keys).map(([key, value]) => markup`<div><code>${key} ${valueWords(value)}</code></div>`)}`,
    markup`${message === undefined ? "" : bdi(message)}${commit === undefined ? "" : markup` <code>${commit.slice(0, 10)}</code>`}`,
  ]);
  return {
    id: "updates",
    title: "Updates of the stack",
    content: [
      rows.length === 0
        ? markup`<p>The stack has no updates.</p>`
        : table(
            "Newest first, with the config keys of each update",
            ["Update", "Started", "Result", "Config", "Message and commit"],
            rows,
            [],
          ),
    ],
  };
}

function splits({ splits: all }: ReportData): Section {
  const rows = [...all].reverse().map((split, i) => [markup`${i + 1}`, markup`${split}`]);
  return {
    id: "splits",
    title: "Splits that the release remembers",
    content: [
      markup`<p class="note">The last 20 splits that a run wrote, without the time of each. The rules are those of docs/releases.md.</p>`,
      rows.length === 0
        ? markup`<p>No run has written a split yet.</p>`
        : table("Newest first", ["Back", "Split"], rows, []),
    ],
  };
}

/** The last row of a table with one row for each window. The cells of the last row are about all windows together. */
function allRow(...cells: readonly Html[]): Html[] {
  return [markup`All windows of the evidence`, ...cells];
}
