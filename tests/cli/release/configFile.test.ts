/** Tests that a change of one key keeps comments, order and forms of values in the config file. */
import * as fc from "fast-check";
import { parse } from "yaml";
import { lineOf, withKey } from "../../../cli/release/configFile";

const FILE = `# of the shop
encryptionsalt: v1:abc=
config:
  aws:region: eu # first
  # who may see what
  canary:steps:
    - 5
    - 25 # a quarter
  canary:weight: "5" # raised by hand

  shop:token:
    secure: AAAB
  shop:name: 'it''s'
`;

it("replaces the value and changes no other character", () => {
  const { after, line, removed, added } = withKey(FILE, "canary:weight", "v8=25");
  expect(after).toBe(FILE.replace('"5"', "v8=25"));
  expect([line, removed, added]).toEqual([
    9,
    ['  canary:weight: "5" # raised by hand'],
    ["  canary:weight: v8=25 # raised by hand"],
  ]);
});

it("adds a new key after the keys of its namespace, and a key of a new namespace at the end", () => {
  expect(withKey(FILE, "canary:reject", "v8").after).toBe(FILE.replace("by hand\n", "by hand\n  canary:reject: v8\n"));
  expect(withKey(FILE, "api:hold", "true").after).toBe(`${FILE}  api:hold: "true"\n`);
});

it("removes a key with its value in any form, and keeps the others", () => {
  expect(withKey(FILE, "canary:weight", undefined).after).toBe(
    FILE.replace('  canary:weight: "5" # raised by hand\n', ""),
  );
  expect(withKey(FILE, "canary:steps", undefined).after).toBe(
    FILE.replace("  canary:steps:\n    - 5\n    - 25 # a quarter\n", ""),
  );
  expect(withKey(FILE, "canary:hold", undefined)).toMatchObject({ after: FILE, added: [], removed: [] });
});

it.each([
  ["", 'config:\n  canary:hold: "true"\n'],
  ["encryptionsalt: v1:a=\n", 'encryptionsalt: v1:a=\nconfig:\n  canary:hold: "true"\n'],
  ["config:\n", 'config:\n  canary:hold: "true"\n'],
  ["config: {}\n", 'config: { canary:hold: "true" }\n'],
  ["config: { 'a:b': 1 } # one line\n", "config: { 'a:b': 1, canary:hold: \"true\" } # one line\n"],
  ["config:\n  a:b: 1", 'config:\n  a:b: 1\n  canary:hold: "true"\n'],
  ["config:\r\n  a:b: 1\r\n", 'config:\r\n  a:b: 1\r\n  canary:hold: "true"\r\n'],
  ["config:\n  canary:hold:\n  a:b: 1\n", 'config:\n  canary:hold: "true"\n  a:b: 1\n'],
  [
    "config:\n    a:b: |\n        two\n        lines\nother: 1\n",
    'config:\n    a:b: |\n        two\n        lines\n    canary:hold: "true"\nother: 1\n',
  ],
])("sets a key in %j", (before, after) => {
  expect(withKey(before, "canary:hold", "true").after).toBe(after);
});

it("refuses a file that is not YAML, and a key whose value is a secret", () => {
  expect(() => withKey("config: [", "canary:hold", "true")).toThrow("the config file is not valid YAML");
  expect(() => withKey("config:\n  canary:hold: { secure: A }\n", "canary:hold", "true")).toThrow(
    "canary:hold is a secret in the config file",
  );
});

it.each([
  ["an anchor that another value follows", 'config:\n  canary:weight: &w "5"\n  api:weight: *w\n'],
  ["a number that is an octal one to pulumi", "config: { canary:hold: 1, api:mode: 010 }\n"],
  ["a number of many digits", "config:\n  canary:weight:\n  api:big: 12345678901234567890\n"],
])("refuses what would change another value: %s", (_what, text) => {
  expect(() => withKey(text, "canary:weight", "v8=25")).toThrow(
    /^canary:weight cannot be set to v8=25 automatically: .* would change another value in the config file/,
  );
});

it("numbers in every YAML form stay as they are written", () => {
  const text = "config:\n  canary:weight: 5\n  api:big: 12345678901234567890\n  api:mode: 010\n";
  expect(withKey(text, "canary:weight", "v8=25").after).toBe(text.replace(" 5\n", " v8=25\n"));
});

it("names the line of a key", () => {
  expect([lineOf(FILE, "canary:weight"), lineOf(FILE, "canary:hold")]).toEqual([9, undefined]);
});

const name = fc.constantFrom("canary:weight", "canary:hold", "canary:steps", "a:b", "shop:list", "z:z");
const value = fc.oneof(
  fc.constantFrom(
    '"25"',
    "25",
    "v8=25 # why",
    "'it''s'",
    "\n    - 1\n    - 2 # two",
    "\n    secure: AAA",
    "|\n    a\n    b",
    "",
    "{ a: 1 }",
  ),
);

it("changes the one key and nothing else in any file, and every comment stays that is not on a removed line", () => {
  const entries = fc.uniqueArray(fc.tuple(name, value, fc.boolean()), { selector: ([key]) => key, maxLength: 6 });
  fc.assert(
    fc.property(
      entries,
      fc.constantFrom("canary:weight", "canary:hold"),
      fc.option(fc.constantFrom("v8=25", "true", "0.5%")),
      (pairs, key, set) => {
        if (pairs.some(([other, text]) => other === key && text.includes("secure"))) return;
        const lines = pairs.map(
          ([k, v, comment]) =>
            `${comment ? `  # about ${k}\n` : ""}  ${k}:${v.startsWith("\n") || v === "" ? v : ` ${v}`}\n`,
        );
        const text = `# head\nencryptionsalt: v1:a=\nconfig:\n${lines.join("")}# tail\n`;
        const { after } = withKey(text, key, set ?? undefined);
        const { [key]: _old, ...others } = ((parse(text) as { config?: object }).config ?? {}) as Record<
          string,
          unknown
        >;
        const config = { ...others, ...(set === null ? {} : { [key]: set }) };
        expect((parse(after) as { config?: object }).config ?? {}).toEqual(config);
        for (const [, comment = ""] of text.matchAll(/(# (?:head|tail|about .*))$/gm)) expect(after).toContain(comment);
      },
    ),
    { numRuns: 500 },
  );
});
