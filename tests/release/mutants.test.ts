/**
 * The checkers notice when a rule is missing: each mutant is the decision's own source with one rule taken out, compiled and
 * put under the sequences and the random search.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import * as canonical from "../../provider/core/canonical";
import type { decide } from "../../provider/core/decision";
import * as weights from "../../provider/core/weights";
import { search } from "./invariants";
import { SEQUENCES } from "./sequences";

const source = readFileSync(join(__dirname, "../../provider/core/decision.ts"), "utf8");

/** A rule, and what its code becomes without it. */
interface Mutant {
  readonly rule: string;
  readonly code: string;
  readonly without: string;
  /** Whether traffic goes where nobody meant it to, so that the random search has to find it. */
  readonly unsafe: boolean;
}

// prettier-ignore
const MUTANTS: Mutant[] = [
  { rule: "the landed promotion", code: "if (live.main === candidate?.versionId && live.main !== stable.versionId) {", without: "if (live.main === undefined && candidate !== undefined) {", unsafe: true },
  { rule: "what a first release says of a weight", code: "      if (wish.weight !== undefined && wish.weight !== ALL)\n        this.say(\"first\", \"a first release gets all traffic: weight and hold do not apply to it\");\n", without: "", unsafe: false },
  { rule: "the stable version of an alias that is gone", code: "{ main: before?.stable.versionId ?? this.candidate.versionId }", without: "{ main: this.candidate.versionId }", unsafe: true },
  { rule: "what an alias that is gone says", code: "      if (live === undefined)\n        this.say(\n", without: "      if (live === null)\n        this.say(\n", unsafe: false },
  { rule: "nothing newly set on an alias taken over", code: "if (meant && this.adopted === undefined)", without: "if (wish.weight !== undefined)", unsafe: true },
  { rule: "the rejection", code: "    this.draft.rejected.add(versionId);\n", without: "", unsafe: true },
  { rule: "the memory of a rejection", code: "rejected: new Set(before.rejected),", without: "rejected: new Set(),", unsafe: true },
  { rule: "a rejection while other code waits", code: "if (this.draft.candidate?.versionId === versionId) this.draft.share = 0;", without: "", unsafe: true },
  { rule: "the refusal to reject and retry the same version", code: "if (reject !== undefined && this.resolve", without: "if (reject === null && this.resolve", unsafe: true },
  { rule: "tokens that count once", code: "if (this.draft.spent.has(token)) return;", without: "", unsafe: true },
  { rule: "retries by a new commit alone", code: "if (retry === undefined || this.stale) return;", without: "if (retry === undefined) return;", unsafe: false },
  { rule: "the way back from a rejected stable", code: "if (!draft.rejected.has(stable.versionId)) return;", without: "if (stable !== undefined) return;", unsafe: false },
  { rule: "the refusal where there is nothing to go back to", code: "    if (this.candidate.versionId === stable.versionId) {\n      throw", without: "    if (stable === undefined) {\n      throw", unsafe: false },
  { rule: "no traffic for a rejected candidate", code: "if (draft.rejected.has(versionId) && versionId !== draft.stable.versionId) {", without: "if (versionId === \"\") {", unsafe: true },
  { rule: "a rejected version that waits its turn", code: "if (other && (wish.hold || this.stale)) return this.finish(\"rejected\", this.heldShare());", without: "", unsafe: true },
  { rule: "stable code that drops the candidate", code: "    if (versionId === draft.stable.versionId) {\n      this.dropCandidate();", without: "    if (versionId === draft.stable.versionId) {", unsafe: true },
  { rule: "the way straight back", code: "return this.goBack(c);", without: "return this.enter(c);", unsafe: false },
  { rule: "the first step for new code", code: "const share = this.start(c, first);", without: "const share = wish.weight ?? first;", unsafe: true },
  { rule: "a weight below the first step", code: "if (this.isMeant(c) || weight <= first) return weight;", without: "if (this.isMeant(c)) return weight;", unsafe: true },
  { rule: "a weight meant for new code", code: "if (this.isMeant(c) || weight <= first) return weight;", without: "if (weight <= first) return weight;", unsafe: true },
  { rule: "strategy direct", code: "if (strategy === \"direct\" && weight !== 0) return ALL;", without: "", unsafe: true },
  { rule: "weight 0 under strategy direct", code: "if (strategy === \"direct\" && weight !== 0) return ALL;", without: "if (strategy === \"direct\") return ALL;", unsafe: true },
  { rule: "weights that are heeded once", code: "const meant = wish.weight !== undefined && (wish.weight !== draft.seen || this.isMeant(c));", without: "const meant = wish.weight !== undefined;", unsafe: true },
  { rule: "a weight that is newly set", code: "(wish.weight !== draft.seen || this.isMeant(c))", without: "this.isMeant(c)", unsafe: false },
  { rule: "a lower weight that is always heeded", code: "return this.move(Math.min(ceiling, draft.share));", without: "return this.move(draft.share);", unsafe: false },
  { rule: "what a weight seen before says", code: "    this.explain(c);\n", without: "", unsafe: false },
  { rule: "the refusal of new code from an old commit", code: "    if (this.stale) throw new Refused(this.staleMessage(`version ${c.versionId} is not the one in progress`));\n", without: "", unsafe: true },
  { rule: "the refusal of a raise by an old commit", code: "      if (raises)\n        throw new Refused", without: "      if (raises === undefined)\n        throw new Refused", unsafe: true },
  { rule: "hold for new code", code: "    if (wish.hold) {\n      this.say(\"hold\", `hold: ${nameOf(c)} waits", without: "    if (wish.hold === undefined) {\n      this.say(\"hold\", `hold: ${nameOf(c)} waits", unsafe: true },
  { rule: "hold for the candidate in progress", code: "if (wish.hold && raises) {", without: "if (wish.hold === undefined) {", unsafe: false },
  { rule: "what is seen under hold", code: "if (!this.stale && !this.wish.hold) this.draft", without: "if (!this.stale) this.draft", unsafe: true },
  { rule: "a weight that is absent", code: "if (!this.stale && !this.wish.hold) this.draft", without: "if (!this.stale && !this.wish.hold && this.wish.weight !== undefined) this.draft", unsafe: false },
  { rule: "the brake", code: "if (!this.draft.pulled.has(c.versionId) || share <= now) return share;", without: "if (share !== undefined) return share;", unsafe: false },
  { rule: "the mark of what was lowered by hand", code: "    if (candidate !== undefined && this.liveShare(candidate.versionId) < share) draft.pulled.add(candidate.versionId);\n", without: "", unsafe: true },
  { rule: "a main version that was moved by hand", code: "    if (live.main === stable.versionId) return;\n", without: "    if (live !== undefined) return;\n", unsafe: true },
  { rule: "the mark of a stable version that was replaced by hand", code: "    draft.pulled.add(stable.versionId);\n", without: "", unsafe: true },
  { rule: "marks that a promotion clears", code: "    draft.pulled.clear();\n", without: "", unsafe: false },
  { rule: "what candidates that replace each other say", code: "if (draft.replaced >= 2) {", without: "if (draft.replaced >= 99) {", unsafe: false },
  { rule: "what a revert that is no rollback says", code: "    if (share < ALL) this.sayNoRollback(c);\n", without: "", unsafe: false },
  { rule: "the order of runs that wrote", code: "const rev = Math.max(wish.rev ?? -1, before?.rev ?? -1);", without: "const rev = wish.rev ?? -1;", unsafe: true },
];

/** The decision with one place of its source changed. */
function mutated({ code, without }: Mutant): typeof decide {
  const parts = source.split(code);
  if (parts.length !== 2) throw new Error(`the source has ${parts.length - 1} places that read: ${code}`);
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(parts.join(without), { compilerOptions: options });
  const modules: Record<string, object> = { "./canonical": canonical, "./weights": weights };
  const exported: { decide?: typeof decide } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code under test, compiled from our own source
  const module = new Function("require", "exports", outputText) as (
    require: (name: string) => unknown,
    exports: object,
  ) => void;
  module((name) => modules[name], exported);
  if (exported.decide === undefined) throw new Error("the mutant exports no decision");
  return exported.decide;
}

/** Names of the sequences that fail. */
function failing(under: typeof decide): string[] {
  const fails = ({ run }: (typeof SEQUENCES)[number]): boolean => {
    try {
      run(under);
      return false;
    } catch {
      return true;
    }
  };
  return SEQUENCES.filter(fails).map(({ name }) => name);
}

it("the unchanged source passes, compiled the same way", () => {
  expect(failing(mutated({ rule: "", code: "class Deciding", without: "class Deciding", unsafe: false }))).toEqual([]);
});

it.each(MUTANTS)("without $rule a sequence or an invariant fails", (mutant) => {
  const under = mutated(mutant);
  expect(failing(under)[0] ?? search(20_000, under)).toBeDefined();
});

it.each(MUTANTS.filter(({ unsafe }) => unsafe))("without $rule an invariant fails", (mutant) => {
  expect(search(20_000, mutated(mutant))).toBeDefined();
});
