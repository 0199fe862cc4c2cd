/** The tests of a subject: the sequences by name, random ones, all of small alphabets. */
import { ALPHABETS } from "./alphabets";
import { NAMED, check } from "./named";
import { exhaustive, judge, print, search, shrink } from "./sequences";
import type { Subject } from "./subject";

/** What a subject is asked: how many random sequences, and how deep the exhaustive ones go. */
export interface Sizes {
  readonly random: number;
  readonly seed: number;
  readonly depth: number;
}

export function suite<S>(name: string, subject: Subject<S>, { random, seed, depth }: Sizes): void {
  describe(name, () => {
    test.each(NAMED)("$name", (named) => {
      expect(check(subject, named)).toBeUndefined();
    });

    test(`${random} random sequences`, () => {
      const found = search(subject, random, { seed });
      const text = [...found].map(([one, it]) => `${one} ×${it.count}\n  ${it.text}\n  ${print(it.sequence)}`);
      expect(text.join("\n")).toBe("");
    });

    test.each(ALPHABETS)(`all sequences of ${depth} letters: $name`, ({ first, before, letters }) => {
      for (const events of exhaustive(letters, depth)) {
        const sequence = { ...(first ? { first } : {}), events: [...before, ...events] };
        const [violation] = judge(subject, sequence);
        if (violation === undefined) continue;
        throw new Error(
          `${violation.check}: ${violation.text}\n  ${print(shrink(subject, sequence, violation.check))}`,
        );
      }
    });
  });
}
