/** The oracle notices mistakes in the rules: each is the rules' own source with one place changed, beside all else as it is. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import { NAMED, check } from "./named";
import { draw, judge } from "./sequences";
import type { Subject } from "./subject";

const root = join(__dirname, "..", "..", "..");
const HISTORIES = 250;

/** What is left out or changed in provider/core/release/rules.ts. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ["A: an older run counts as a new one", "return stale\n", "return stale && observed === null\n"],
  ["A: the order of a run is not recorded", "...(rev < 0 ? {} : { rev }),", ""],
  ["C1: a lowered share is forgotten", "      this.lower(version, live);\n", ""],
  [
    "C2: a raised share is undone",
    "this.keepOthers(observed);\n  }\n\n  /** Rule C3.",
    "this.candidate = candidate; this.keepOthers(observed);\n  }\n\n  /** Rule C3.",
  ],
  ["C3: the main version chosen by hand does not count", "this.followMain(observed.main);", "void 0;"],
  [
    "C5: the candidate of a lost alias keeps its share",
    "for (const each of [this.candidate, this.waiting]) if (each !== undefined) this.lower(each.version, 0);",
    "",
  ],
  ["D: nothing is rejected", "    this.addRejection({ version, retry: stands", "    void ({ version, retry: stands"],
  [
    "D: a rejection is for a number, not for content",
    'return a.versionId === b.versionId || compareContent(a, b) === "same";',
    "return a.versionId === b.versionId;",
  ],
  [
    "D: a rejected candidate keeps its share",
    "    if (this.isRejected(deployed)) {\n      this.notice(",
    "    if (this.isRejected(deployed) && this.key === null) {\n      this.notice(",
  ],
  ["D: a rejected stable version stays", "if (!this.isRejected(stable)) return;", "if (stable !== undefined) return;"],
  ["D: a run that cannot roll back is green", "      this.failure =\n", "      this.uncertain =\n"],
  [
    "E: every retry lifts everything",
    "return now !== undefined && now.count > retry && this.isNamed(now.version, version);",
    "return now !== undefined;",
  ],
  [
    "F: the stable content keeps the candidate",
    "    this.candidate = undefined;\n    this.waiting = undefined;\n    if (promotion",
    "    this.waiting = undefined;\n    if (promotion",
  ],
  ["G: the former stable content is new content", "if (back && !this.isRejected(deployed)) return this.goBack();", ""],
  ["H: new content starts at the weight", "return Math.min(weight.share, first, then);", "return weight.share;"],
  ["H: a weight from before counts", "...this.startMeanings(share) };", "};"],
  ["H: environment values are no content", "return a.environment === b.environment", 'return a.environment !== "-"'],
  [
    "I: a weight for another version counts",
    'this.absent = this.rawKey === "" || !this.isForDeployed();',
    'this.absent = this.rawKey === "";',
  ],
  [
    "I: a removed weight raises",
    "const wanted = raised ? before : absent ? Math.min(plain, before) : plain;",
    "const wanted = raised ? before : absent ? this.desired.first : plain;",
  ],
  [
    "J: a promotion cannot be taken back",
    "const back = this.fullKey() === promotion.before",
    "const back = this.fullKey() === null",
  ],
  [
    "K: hold stops nothing in progress",
    "if (!desired.hold || candidate === undefined || share <= candidate.share) return share;",
    "return share;",
  ],
  ["K: hold stops no new content", "    if (desired.hold) {\n", "    if (desired.hold === undefined) {\n"],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-mistakes-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Compiles what the adapter needs, with one file changed, into a folder of its own. */
function compiled(name: string, code: string, without: string): Subject<unknown> {
  const at = join(folder, name);
  for (const from of [
    "provider/core",
    "provider/core/analysis",
    "provider/core/release",
    "tests/release",
    "tests/release/commits",
  ]) {
    mkdirSync(join(at, from), { recursive: true });
    for (const file of readdirSync(join(root, from)).filter(
      (each) => each.endsWith(".ts") && !/\.(test|deep)\.ts$/.test(each),
    )) {
      const source = readFileSync(join(root, from, file), "utf8");
      const changed = planted(from, file, source, code, without);
      const { outputText } = ts.transpileModule(changed, {
        compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
      });
      writeFileSync(join(at, from, file.replace(/\.ts$/, ".js")), outputText);
    }
  }
  cpSync(join(root, "package.json"), join(at, "package.json"));
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled just now
  const { Release } = require(join(at, "tests/release/commits/real.js")) as { Release: new () => Subject<unknown> };
  return new Release();
}

function planted(from: string, file: string, source: string, code: string, without: string): string {
  const place = code.includes("environment === b") ? "version.ts" : "rules.ts";
  if (code === "" || from !== "provider/core/release" || file !== place) return source;
  const parts = source.split(code);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that read: ${code}`);
  return parts.join(without);
}

function notices(subject: Subject<unknown>): boolean {
  if (NAMED.some((named) => check(subject, named) !== undefined)) return true;
  for (let seed = 1; seed <= HISTORIES; seed += 1) if (judge(subject, draw(seed)).length > 0) return true;
  return false;
}

it("notices nothing in the rules as they are, compiled the same way", () => {
  const subject = compiled("none", "", "");
  expect(NAMED.filter((named) => check(subject, named) !== undefined)).toEqual([]);
});

it.each(MISTAKES.map((mistake, i) => [...mistake, i] as const))("notices: %s", (_what, code, without, i) => {
  expect(notices(compiled(`m${i}`, code, without))).toBe(true);
});
