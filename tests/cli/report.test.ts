/** The content of a report, and the escaping of text from state and commits. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { reportData } from "../../cli/report/data";
import { markup, trusted } from "../../cli/report/html";
import { fileName } from "../../cli/release/report";
import type { StoredRelease } from "../../provider/rollout";
import { root } from "../support/root";
import { UPDATE, judgedRecord, rendered, storedRelease } from "../support/report";

const dataOf = (release: object, updates: readonly object[] = [UPDATE]) =>
  reportData(release as StoredRelease, "dev", updates as Parameters<typeof reportData>[2], new Date("2026-11-27T12:00:00Z")); // prettier-ignore

describe("a template", () => {
  it("escapes text and numbers, in content and in attributes, and leaves HTML as it is", () => {
    expect(
      markup`<b title="${`"'`}">${"<&>"}${7}${markup`<i></i>`}${[markup`<u></u>`, markup`${"<"}`]}${trusted("<s>")}</b>`
        .text,
    ).toBe('<b title="&quot;&#39;">&lt;&amp;&gt;7<i></i><u></u>&lt;<s></b>');
  });

  it("shows a visible symbol in place of a control character", () => {
    expect(markup`${"a\u0000b\u001b[31mc\td"}`.text).toBe("a\ufffdb\ufffd[31mc\td");
  });
});

describe("the data", () => {
  it("the data of a report are those of state, with exact intervals, UTC times and percent", () => {
    const { judged, ...rest } = dataOf(storedRelease());
    expect(rest).toMatchObject({
      made: "2026-11-27T12:00:00Z",
      ...{ stack: "dev", release: "api", functionName: "checkout", phase: "rejected", weight: 0 },
      ...{ steps: [5, 25, 50, 100], written: "2026-11-27T10:00:05Z", desired: { "7": 100 } },
    });
    const windows = judged?.windows ?? [];
    expect(windows.map(({ from, to, weight, verdict }) => [from, to, weight, verdict])).toEqual([
      ["2026-11-27T08:00:03Z", "2026-11-27T08:30:03Z", 5, "inconclusive"],
      ["2026-11-27T08:30:03Z", "2026-11-27T09:00:03Z", 5, "inconclusive"],
      ["2026-11-27T09:00:03Z", "2026-11-27T09:30:03Z", 25, "pass"],
      ["2026-11-27T09:30:03Z", "2026-11-27T10:00:03Z", 25, "fail"],
    ]);
    // For 0 events, a closed formula gives the bounds.
    expect(windows[1]?.candidate.failed).toEqual({
      ...{ events: 0, of: 250, rate: 0, low: 0 },
      high: expect.closeTo(1 - 0.025 ** (1 / 250), 12) as number,
    });
    expect(judged?.all.candidate.failed).toMatchObject({ events: 50, of: 2440 });
    expect(judged?.all.share).toMatchObject({ events: 2440, of: 16_000 });
    expect(judged?.byWeight.map(({ weight, candidate }) => [weight, candidate.requests])).toEqual([
      [5, 450],
      [25, 1990],
    ]);
    expect(windows[3]?.reasons[0]).toMatch(/^fail at 25 %/);
    expect(judged?.differences).toEqual([]);
  });

  it("contains only keys of the release, not other keys of the namespace", () => {
    const keys = { "canary:weight": "auto", "canary:token": "value-nobody-may-see", "canary:analysis": {} };
    expect(dataOf(storedRelease(), [{ ...UPDATE, keys }]).updates[0]?.keys).toEqual({
      "canary:weight": "auto",
      "canary:analysis": {},
    });
  });

  it("has no part about judging if no decision is stored", () => {
    expect(dataOf(storedRelease({}, null)).judged).toBeUndefined();
    expect(dataOf(storedRelease({}, { ...judgedRecord(), decisions: [] })).judged).toBeUndefined();
  });

  it("names a stored decision that differs from its recomputation", () => {
    const record = judgedRecord();
    const [first, ...others] = record.decisions;
    const altered = { ...record, decisions: [{ ...first, verdict: "pass" }, ...others] };
    expect(dataOf(storedRelease({}, altered)).judged?.differences).toEqual([
      { decision: 0, member: "verdict", stored: "pass", replayed: "inconclusive" },
    ]);
  });
});

describe("the page", () => {
  const page = rendered();
  const text = (name: string) => new RegExp(`<h2 id="${name}"[\\s\\S]*?</section>`).exec(page)?.[0] ?? "";

  it("is the same for the same data", () => {
    expect(rendered()).toBe(page);
  });

  it("the content security policy forbids scripts and external content, and contains the right hash of the style", () => {
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    const [, style = ""] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    expect(policy?.replaceAll("&#39;", "'")).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`); // prettier-ignore
    expect(page.match(/<style/g)).toHaveLength(1);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\sstyle="|\son\w+=|url\(/i);
    expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].filter(([, to = ""]) => !to.startsWith("#"))).toEqual([]);
  });

  it("has each count, each interval, each reason, thresholds, policy and rule version as text", () => {
    expect(text("summary")).toContain("✗</span> fail");
    expect(text("summary")).toContain("recomputed from its counts for this report; the result is the same");
    expect(text("split")).toContain("1000 of 4000: 25 %");
    expect(text("failed")).toMatch(/46 of 990: 4.65 %\s+<span class="range">\[3.42, 6.15\]</);
    expect(text("latency")).toContain("720 of 2400: 30 %");
    expect(text("evidence")).toContain("a fail where they reach 20 together");
    expect(text("decisions")).toContain("worse than allowed: failures against the limit of 1 %");
    expect(text("policy")).toMatch(/errorRatio<\/code><\/th>\s*<td>2<[\s\S]*rules<\/code><\/th>\s*<td>1</);
    expect(text("updates")).toContain("canary:weight auto");
    expect(text("splits")).toContain("v7 100 % (rule D)");
    expect(page.match(/<svg/g)).toHaveLength(10);
  });

  it("has no charts and says why, for a release without decisions", () => {
    const plain = rendered(storedRelease({ phase: "stable" }, null), []);
    expect(plain).toContain("No decisions are stored");
    expect(plain).toContain("The stack has no updates");
    expect(plain).not.toContain("<svg");
  });

  it("warns of altered decisions before everything else", () => {
    const record = judgedRecord();
    const decisions = record.decisions.map((each, i) => (i === 1 ? { ...each, eValue: 0 } : each));
    expect(rendered(storedRelease({}, { ...record, decisions }))).toContain("The stored decisions differ from the recomputed ones."); // prettier-ignore
  });

  it("text from state or commits is escaped", () => {
    const bad = `</title></style></svg>"'><script>alert(1)</script><img src=x onerror=alert(1)>&lt;`;
    const release = storedRelease({
      ...{ functionName: bad, aliasName: bad, region: bad, accountId: bad, phase: "canary", candidate: bad },
      ...{ stable: bad, previousStable: bad, step: bad, rejected: [bad], split: { [bad]: 1 }, live: { [bad]: 1 } },
      history: [bad],
    });
    const { judging } = release.outputs as unknown as { judging: { decisions: object[] } };
    Object.assign(judging, { candidate: bad, stable: bad });
    judging.decisions = judging.decisions.map((each) => ({ ...each, digest: bad, shown: [bad] }));
    const update = { ...UPDATE, message: bad, commit: bad, kind: bad, result: bad, keys: { "canary:weight": bad } };
    const hostile = rendered({ ...release, name: bad }, [update]);
    const count = (what: RegExp, where: string) => where.match(what)?.length ?? 0;
    expect(hostile).not.toMatch(/<script|<img/);
    expect([count(/<\/style>/g, hostile), count(/<\/svg>/g, hostile)]).toEqual([1, 10]);
    expect(hostile).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    // The ampersand of the input is escaped too, so no text is unescaped twice.
    expect(hostile).toContain("&amp;lt;");
  });
});

it.each([
  ["api", "8", "api-v8-report.html"],
  ["../../etc/passwd", "8", "etc-passwd-v8-report.html"],
  ["Läden und mehr", "12", "L-den-und-mehr-v12-report.html"],
  ["...", "1", "release-v1-report.html"],
])("the file of release %s is %s", (name, version, file) => {
  expect(fileName(name, version)).toBe(file);
});

it("without the plotting library report is refused at once, and the message names the packages to install", () => {
  const hook = `export function resolve(name, context, next) {
    if (name === "@observablehq/plot") throw new Error("Cannot find package '" + name + "'");
    return next(name, context);
  }`;
  const absent = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const loader = `data:text/javascript,${encodeURIComponent(absent)}`;
  const command = ["--import", loader, join(root, "bin", "pulumi-alicloud-fc.cjs"), "report", "--cwd", "/"];
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  expect([status, stderr]).toEqual([
    3,
    "the plotting library cannot be loaded (Cannot find package '@observablehq/plot'): install @observablehq/plot and @xmldom/xmldom, which are optional dependencies of pulumi-alicloud-fc, or use --json\n",
  ]);
});
