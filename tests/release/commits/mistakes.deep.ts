/** Tests that the oracle finds mistakes in the rules. Each mistake is one change in the source of the rules. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as ts from "typescript";
import { NAMED, check } from "./named";
import { draw, judge } from "./sequences";
import type { Subject } from "./subject";

const root = join(__dirname, "..", "..", "..");
const HISTORIES = 250;

/** Each mistake: its name, the file below provider/core/release, the code in it, and the code that replaces it. */
const MISTAKES: readonly (readonly [what: string, file: string, code: string, instead: string])[] = [
  [
    "A: an older run counts as a new one",
    "rules/decide.ts",
    "before !== undefined && isOlder(before, desired)",
    "before !== undefined && before === null",
  ],
  ["A: the order of a run is not recorded", "rules/result.ts", "...(rev < 0 ? {} : { rev }),", ""],
  ["C1: a lowered share is forgotten", "rules/manualChanges.ts", "    lower(run, version, live);\n", ""],
  [
    "C2: a raised share is undone",
    "rules/manualChanges.ts",
    "run.candidate = acceptShare(run, candidate, shareOf(",
    "acceptShare(run, candidate, shareOf(",
  ],
  [
    "C3: a main version that was set by hand is ignored",
    "rules/manualChanges.ts",
    "acceptMainVersion(run, observed.main);",
    "void 0;",
  ],
  ["C5: the candidate of a lost alias keeps its share", "rules/manualChanges.ts", "    acceptLostAlias(run);\n", ""],
  [
    "D: nothing is rejected",
    "rules/reject.ts",
    "  addRejection(run, { version, retry: sameRetry",
    "  void ({ version, retry: sameRetry",
  ],
  [
    "D: a rejection applies to a number, not to the content",
    "rules/run.ts",
    'return a.versionId === b.versionId || compareContent(a, b) === "same";',
    "return a.versionId === b.versionId;",
  ],
  [
    "D: a rejected candidate keeps its share",
    "rules/weight.ts",
    "  if (isRejected(run, deployed)) {\n    run.notice(",
    "  if (isRejected(run, deployed) && run.meaningKey === null) {\n    run.notice(",
  ],
  [
    "D: a rejected stable version stays",
    "rules/reject.ts",
    "if (!isRejected(run, stable)) return;",
    "if (stable !== undefined) return;",
  ],
  ["D: a run that cannot roll back succeeds", "rules/reject.ts", "    run.failure =\n", "    run.uncertain[0] =\n"],
  [
    "E: every retry lifts everything",
    "rules/blocks.ts",
    "return now !== undefined && now.count > retry && run.isNamed(now.version, version);",
    "return now !== undefined;",
  ],
  [
    "F: the stable content keeps the candidate",
    "rules/revert.ts",
    "  run.candidate = undefined;\n  run.waiting = undefined;\n  const weight",
    "  run.waiting = undefined;\n  const weight",
  ],
  [
    "G: the former stable content is new content",
    "rules/decide.ts",
    "if (isFormer && !isRejected(run, deployed)) return returnToFormerStable(run);",
    "",
  ],
  [
    "H: new content starts at the weight",
    "rules/newContent.ts",
    "return Math.min(weight.share, first, then);",
    "return weight.share;",
  ],
  [
    "H: a weight that was in config before the content applies",
    "rules/newContent.ts",
    "...meaningsAtStart(run, share, waited === undefined ? [] : [waited.weight]),",
    "",
  ],
  [
    "H: environment values do not count as content",
    "version.ts",
    "return a.environment === b.environment",
    'return a.environment !== "-"',
  ],
  [
    "I: a weight for another version counts",
    "rules/run.ts",
    'this.withoutWeight = this.configuredWeight === "" || !this.isWeightForDeployed();',
    'this.withoutWeight = this.configuredWeight === "";',
  ],
  [
    "I: a removed weight raises",
    "rules/weight.ts",
    "const target = raised ? before : withoutWeight ? Math.min(share, before) : share;",
    "const target = raised ? before : withoutWeight ? desired.first : share;",
  ],
  [
    "J: a promotion cannot be taken back",
    "rules/revert.ts",
    "const isReverted = weight === promotion.before",
    "const isReverted = weight === null",
  ],
  [
    "K: hold does not stop a rise of the candidate",
    "rules/weight.ts",
    "if (!desired.hold || candidate === undefined || share <= candidate.share) return share;",
    "return share;",
  ],
  [
    "K: hold does not stop new content",
    "rules/newContent.ts",
    "return run.desired.hold ? wait(run) : start(run);",
    "return start(run);",
  ],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "release-mistakes-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A change of a file below provider/core/release. */
interface Change {
  readonly file: string;
  readonly code: string;
  readonly instead: string;
}

/** Compiles the modules that the adapter needs, with one change, into a separate folder. */
function compiled(name: string, change?: Change): Subject<unknown> {
  const at = join(folder, name);
  for (const from of [
    "provider/core",
    "provider/core/analysis",
    "provider/core/release",
    "provider/core/release/rules",
    "tests/release",
    "tests/release/commits",
  ]) {
    mkdirSync(join(at, from), { recursive: true });
    for (const file of readdirSync(join(root, from)).filter(
      (each) => each.endsWith(".ts") && !/\.(test|deep)\.ts$/.test(each),
    )) {
      const source = readFileSync(join(root, from, file), "utf8");
      const changed = `provider/core/release/${change?.file}` === `${from}/${file}` ? planted(source, change) : source;
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

function planted(source: string, change: Change | undefined): string {
  if (change === undefined) return source;
  const { file, code, instead } = change;
  const parts = source.split(code);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that read: ${code}`);
  return parts.join(instead);
}

function notices(subject: Subject<unknown>): boolean {
  if (NAMED.some((named) => check(subject, named) !== undefined)) return true;
  for (let seed = 1; seed <= HISTORIES; seed += 1) if (judge(subject, draw(seed)).length > 0) return true;
  return false;
}

it("finds no mistake in the unchanged rules, compiled in the same way", () => {
  const subject = compiled("none");
  expect(NAMED.filter((named) => check(subject, named) !== undefined)).toEqual([]);
});

it.each(MISTAKES.map((mistake, i) => [...mistake, i] as const))("notices: %s", (_what, file, code, instead, i) => {
  expect(notices(compiled(`m${i}`, { file, code, instead }))).toBe(true);
});
