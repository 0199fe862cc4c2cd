/** Sends the values of `badInput.ts` to a provider process. The number of values for each argument is a parameter. */
import type { Emulator } from "../../emulator";
import type { Kind } from "../../provider/resources/tokens";
import { type EmulatedProvider, startEmulatedProvider } from "../support/emulatedProvider";
import type { ProviderProcess } from "../support/providerProcess";
import { TABLES } from "./badInput";
import { type Props, givenAt, leastAt, named, whole } from "./inputs";

export let emulator: Emulator;
export let provider: ProviderProcess;
let close: EmulatedProvider["close"];

beforeAll(async () => {
  ({ emulator, provider, close } = await startEmulatedProvider("bad-input", {}));
});

afterAll(() => close());

/** The smallest inputs that each kind of resource accepts. */
export const least = (kind: Kind): Props => leastAt(emulator, kind);

/** The smallest inputs, with a value at the given path. */
export const given = (kind: Kind, way: string, value: unknown): Props => givenAt(emulator, kind, way, value);

/** Registers the tests. `most` is the largest number of refused values, and of accepted values, for each argument. */
export function testArguments(most: number): void {
  it.each(TABLES)("%s: shows no value of an argument that the program gave as a secret", async (kind, table) => {
    for (const [way, { refused }] of Object.entries(table)) {
      const field = named(way).split(/[.[]/)[0];
      for (const [value] of refused.slice(0, most)) {
        const news = { ...given(kind, way, value), secretInputs: [field] };
        const { failures } = await provider.of(kind).check({}, news);
        const told = failures.map(({ reason }) => reason.replace(/; allowed.*/s, ""));
        for (const reason of told) expect(reason).toMatch(/^[^:]+: (required|got a secret)/);
      }
    }
  });

  describe.each(TABLES)("%s", (kind, table) => {
    const ways = Object.entries(table);

    it.each(ways)("%s: a wrong value is refused with property, value and allowed values", async (way, { refused }) => {
      const some = refused.slice(0, most);
      const before = emulator.requests.length;
      const answers = [];
      for (const [value] of some) {
        const { failures } = await provider.of(kind).check({}, given(kind, way, value));
        answers.push({ value, reasons: failures.map(({ reason }) => reason) });
      }
      expect(answers).toEqual(some.map(([value, message]) => ({ value, reasons: [whole(way, message)] })));
      expect(emulator.requests.length).toBe(before);
    });

    it.each(ways)("%s: accepts the largest and smallest allowed values", async (way, { accepted }) => {
      for (const value of accepted.slice(0, most)) {
        const { failures } = await provider.of(kind).check({}, given(kind, way, value));
        expect({ value, failures }).toEqual({ value, failures: [] });
      }
    });
  });
}
