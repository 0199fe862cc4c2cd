/** The rules for values: what they accept, and the message about what they refuse. */
import { UNKNOWN } from "../../provider/core/unknown";
import * as rules from "../../provider/core/validate";

const { boolean, check, integer, json, line, list, object, oneOf, required, secretLine, show, textMap, unlessBlank } =
  rules;

it.each<[unknown, string]>([
  ["text", '"text"'],
  [Number.NaN, "NaN"],
  [Infinity, "Infinity"],
  [1.5, "1.5"],
  [["secret", 2], "a list of 2"],
  [{ a: "secret", b: 1 }, "{ a, b }"],
  [undefined, "undefined"],
  [null, "null"],
  [true, "true"],
  [Symbol("what is not shown"), "what is not shown"],
  ["x".repeat(78), `"${"x".repeat(78)}"`],
  ["x".repeat(79), `"${"x".repeat(76)}...`],
])("a message shows %p as %s", (value, shown) => {
  expect(show(value)).toBe(shown);
});

const SIZE = integer(64, 1024, "MB", 64);
const RANGE = "allowed: a whole number from 64 to 1024 in steps of 64 (MB)";
const BOOL = "allowed: true or false";
const ONE_LINE = "allowed: text of 1 to 3 characters on one line";
const JSON_TEXT = "allowed: JSON in text of at most 7 characters";
const PORT = object({ port: integer(1, 9, ""), name: line(3) }, "port");

it.each<[string, rules.Rule, unknown, string | undefined]>([
  ["the smallest", SIZE, 64, undefined],
  ["the largest", SIZE, 1024, undefined],
  ["a step", SIZE, 128, undefined],
  ["too small", SIZE, 0, `got 0; ${RANGE}`],
  ["too large", SIZE, 1088, `got 1088; ${RANGE}`],
  ["between two steps", SIZE, 65, `got 65; ${RANGE}`],
  ["no whole number", SIZE, 64.5, `got 64.5; ${RANGE}`],
  ["a number as text", SIZE, "64", `got "64"; ${RANGE}`],
  ["without steps and unit", integer(0, 9, ""), 10, "got 10; allowed: a whole number from 0 to 9"],
  ["one of the values", oneOf("a", 1), 1, undefined],
  ["none of the values", oneOf("a", 1), "1", 'got "1"; allowed: "a", 1'],
  ["false", boolean, false, undefined],
  ["false as text", boolean, "false", `got "false"; ${BOOL}`],
  ["a line", line(3), "abc", undefined],
  ["a line that is too long", line(3), "abcd", `got text of 4 characters; ${ONE_LINE}`],
  ["an empty line", line(3), "", `got ""; ${ONE_LINE}`],
  ["a line break at the end", line(3), "a\n", `got "a\\n"; ${ONE_LINE}`],
  ["a line break at the beginning", line(3), "\na", `got "\\na"; ${ONE_LINE}`],
  ["a list in place of a line", line(3), ["a", "b", "c", "d"], `got a list of 4; ${ONE_LINE}`],
  ["a secret line that is right", secretLine(3), "abc", undefined],
  ["a secret line", secretLine(3), "a\n", `got a value that is not shown; ${ONE_LINE}`],
  ["JSON", json(7), '{"a":1}', undefined],
  ["JSON that is too long", json(7), '{"a":12}', `got text of 8 characters; ${JSON_TEXT}`],
  ["no JSON", json(7), "{a:1}", `got "{a:1}"; ${JSON_TEXT}`],
  ["an object in place of JSON", json(7), { a: 1 }, `got { a }; ${JSON_TEXT}`],
  ["an empty list", list(line(3), 2), [], undefined],
  ["a full list", list(line(3), 2), ["a", "b"], undefined],
  ["a list that is too long", list(line(3), 2), ["a", "b", "c"], "got a list of 3; allowed: a list of at most 2"],
  ["a list that is too short", list(line(3), 2, 1), [], "got a list of 0; allowed: a list of 1 to 2"],
  ["text in place of a list", list(line(3), 9), "a", 'got "a"; allowed: a list of at most 9'],
  ["a wrong item", list(line(3), 2), ["a", ""], `[1]: got ""; ${ONE_LINE}`],
  ["an item that is not known", list(line(3), 2), [UNKNOWN, undefined], undefined],
  ["an object", PORT, { port: 1, name: "a" }, undefined],
  ["an object with a member that is not known", PORT, { port: UNKNOWN, name: undefined }, undefined],
  ["an object without a member", PORT, { name: "a" }, ".port: required"],
  ["an object with an empty member", PORT, { port: "" }, ".port: required"],
  ["an object with another member", PORT, { port: 1, toString: 1 }, "has no toString; allowed: port, name"],
  ["an object with a wrong member", PORT, { port: 0 }, ".port: got 0; allowed: a whole number from 1 to 9"],
  ["a list in place of an object", PORT, [], "got a list of 0; allowed: { port, name }"],
  ["null in place of an object", PORT, null, "got null; allowed: { port, name }"],
  ["a wrong member of an item", list(PORT, 2), [{ port: 0 }], "[0].port: got 0; allowed: a whole number from 1 to 9"],
  ["a map", textMap, { A: "a\n\tb" }, undefined],
  ["a map with a number", textMap, { A: 123 }, ".A: got a value that is not shown; allowed: text"],
  ["text in place of a map", textMap, "a", "got a value that is not shown; allowed: a map from name to text"],
  ["a list in place of a map", textMap, ["a"], "got a list of 1; allowed: a map from name to text"],
  [
    "a map with an invisible character",
    textMap,
    { A: "\u0007a" },
    ".A: got a control character, U+0007 at position 1; allowed: text without control characters but newline and tab",
  ],
])("%s", (_what, rule, value, reason) => {
  expect(rule(value)).toBe(reason);
});

it("lines of Windows in the value of a variable are named", () => {
  expect(rules.unseenCharacter("a\r\n")).toBe(
    "got a control character, U+000D at position 2 (a carriage return, as Windows ends lines: convert the text to newlines alone); " +
      "allowed: text without control characters but newline and tab",
  );
});

it("a failure names the property, and the member in it", () => {
  expect(check("size", 1.5, integer(1, 9, ""))).toMatchObject([
    { reason: "size: got 1.5; allowed: a whole number from 1 to 9" },
  ]);
  expect(check("size", 0, integer(1, 9, ""))).toEqual([
    { property: "size", reason: "size: got 0; allowed: a whole number from 1 to 9" },
  ]);
  expect(check("web", { port: 0 }, PORT)).toMatchObject([
    { reason: expect.stringMatching(/^web\.port: got 0/) as string },
  ]);
  expect(check("webs", [{ port: 0 }], list(PORT, 1))).toMatchObject([
    { reason: expect.stringMatching(/^webs\[0\]\.port: got 0/) as string },
  ]);
  for (const value of [undefined, null, UNKNOWN, 1]) expect(check("size", value, integer(1, 9, ""))).toEqual([]);
});

it("a required property is refused if it is absent or blank", () => {
  for (const value of [undefined, null, ""])
    expect(required("name", value, "set it")).toEqual([{ property: "name", reason: "name: required; set it" }]);
  for (const value of ["a", 0, false, UNKNOWN]) expect(required("name", value, "set it")).toEqual([]);
  expect(["", "a", 0].map(unlessBlank)).toEqual([undefined, "a", 0]);
});
