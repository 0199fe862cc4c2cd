/**
 * Tests an implementation of the release rules with random sequences of events, and with all sequences of small sets of
 * events (alphabets).
 */
import { ALPHABETS } from "./alphabets";
import { exhaust, judge, print, search, shrink } from "./sequences";
import type { Subject } from "./subject";

/** Number of sequences in one test. It is small, so that no test takes long on a slow machine. */
const PART = 1_000;

/** The size of the tests: how many random sequences, and the length of the exhaustive ones. */
export interface Sizes {
  readonly random: number;
  readonly seed: number;
  readonly depth: number;
}

export function suite<S>(name: string, subject: Subject<S>, { random, seed, depth }: Sizes): void {
  describe(name, () => {
    // The random sequences are divided into tests of this many, so that no test takes long on a slow machine.
    const part = Math.min(PART, random);
    const seeds = Array.from({ length: Math.ceil(random / part) }, (_, i) => seed + i * part);
    test.each(seeds)(`${part} random sequences from seed %i`, (from) => {
      const found = search(subject, part, { seed: from });
      const text = [...found].map(([one, it]) => `${one} ×${it.count}\n  ${it.text}\n  ${print(it.sequence)}`);
      expect(text.join("\n")).toBe("");
    });

    const starts = ALPHABETS.flatMap((alphabet) => alphabet.letters.map((letter, at) => ({ ...alphabet, letter, at })));
    test.each(starts)(`all sequences of ${depth} letters from $at: $name`, ({ letter, ...alphabet }) => {
      const broken = exhaust(subject, alphabet, letter, depth);
      if (broken === undefined) return;
      const [{ check, text } = { check: undefined, text: "" }] = judge(subject, broken);
      throw new Error(`${check}: ${text}\n  ${print(check === undefined ? broken : shrink(subject, broken, check))}`);
    });
  });
}
