/** The engine can store every result of a provider method. */
import * as fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { canonical, digest, equal } from "../../provider/core/canonical";
import { sanitise, sanitiseOutputs, secret } from "../../provider/core/outputs";

const awkward = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true });

it("converts any value to plain data", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), awkward), (value) => {
      const plain = sanitiseOutputs(value);
      const text = JSON.stringify(plain);
      expect(JSON.stringify(sanitise(JSON.parse(text)))).toBe(text);
      expect(() => Struct.fromJavaScript(plain)).not.toThrow();
    }),
    { numRuns: 300 },
  );
});

it("removes absent members and keeps the others", () => {
  const value = { a: undefined, b: null, c: 10n, d: new Date(0), e: Number.NaN, f: () => 1, g: [undefined, 1] };
  expect(sanitise(value)).toEqual({ b: null, c: "10", d: "1970-01-01T00:00:00.000Z", e: "NaN", g: [null, 1] });
});

it.each([
  [true, true],
  [false, false],
  ["text", "text"],
  [1.5, 1.5],
  [-Infinity, "-Infinity"],
  [new Date(Number.NaN), null],
  [Buffer.from("hi"), "aGk="],
])("converts %p to %p", (value, plain) => {
  expect(sanitise(value)).toEqual(plain);
});

it("marks a secret in the engine's wire form", () => {
  expect(secret("x")).toEqual({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" });
});

it("the canonical form does not depend on the order of keys, and absent and null are equal", () => {
  expect(canonical({ b: 1, a: [2, { d: null, c: "x" }] })).toBe('{"a":[2,{"c":"x"}],"b":1}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const shuffled = Object.fromEntries(Object.entries(value).reverse());
      expect(equal(value, shuffled)).toBe(true);
      expect(digest(value)).toBe(digest({ ...shuffled, [`${Object.keys(value).join("")}-absent`]: undefined }));
    }),
  );
});
