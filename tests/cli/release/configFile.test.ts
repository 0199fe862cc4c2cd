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
  ["config:\n  a:b: 1", 'config:\n  a:b: 1\n  canary:hold: "true"'],
  ["a: 1\r\nconfig:", 'a: 1\r\nconfig:\r\n  canary:hold: "true"'],
  ["config:\n  canary:hold: 'false'", 'config:\n  canary:hold: "true"'],
  ["\uFEFFconfig:\n  a:b: 1\n", '\uFEFFconfig:\n  a:b: 1\n  canary:hold: "true"\n'],
  ["config: {  } # none\n", 'config: { canary:hold: "true" } # none\n'],
  ["b: [1,2]\nconfig: {'a:b':  1,}\n", "b: [1,2]\nconfig: {'a:b':  1, canary:hold: \"true\",}\n"],
  ["config:\n  1: x\n  ? [a,  b]\n  : y\n", 'config:\n  1: x\n  ? [a,  b]\n  : y\n  canary:hold: "true"\n'],
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
  ["an anchor that another value follows", "config:\n  canary:weight: &w\n    - 5\n  api:weight: *w\n"],
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

it("a key that is not text causes no warning of the YAML library", () => {
  const warned = jest.spyOn(process, "emitWarning").mockReturnValue();
  const text = "? [a,  b]\n: y\nconfig:\n  ? { c: d }\n  : y\n  canary:weight: 5\n";
  expect(withKey(text, "canary:weight", "v8=25").after).toBe(text.replace(" 5\n", " v8=25\n"));
  expect(lineOf(text, "canary:weight")).toBe(6);
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

it("values in every form around a key stay as they are written", () => {
  const text = "b: [1,2]\nconfig: { canary:hold: 1, api:mode: 010 }\n";
  expect(withKey(text, "canary:weight", "v8=25").after).toBe(text.replace("010 }", "010, canary:weight: v8=25 }"));
  expect(withKey(text, "canary:hold", undefined).after).toBe(text.replace("canary:hold: 1, ", ""));
  const big = "config:\n  canary:weight:\n  api:big: 12345678901234567890\n";
  expect(withKey(big, "canary:weight", "v8=25").after).toBe(big.replace("weight:", "weight: v8=25"));
});

/**
 * Values of a key, as the text behind the colon, in every form of YAML except `|+`. With `|+` the blank lines below the
 * value belong to the value.
 */
const FORMS = [
  ...[
    "",
    " # why",
    ' "25"',
    " 25",
    " v8=25 # why",
    " 'it''s'",
    " {a: 1,b: 2}",
    " [10, 50]   # keep",
    " !!str 5",
    " &own 5 # why",
  ],
  ...[
    "\n    - 1\n    - 2 # two",
    " # why\n    - 1",
    "\n  - 1\n  - 2",
    "\n    a: 1\n\n    # of b\n    b: |\n      x",
    "\n    v3=20 # why",
  ],
  ...[" >-\n    v3=20", " |\n    a\n\n    b", " >- # why\n    a", ' "a\n    b" # why', " a\n    b", " &own\n    - 1"],
];
const OWN = [...FORMS, " *w", " *w # why"];
const KEYS = ["a:b", "canary:hold", "canary:steps", "shop:list", "z:z", "'quoted:key'"];

/** Random config files in two parts. A test puts the lines of the changed key between the parts. */
const file = fc
  .record({
    others: fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...KEYS),
        form: fc.constantFrom(...FORMS),
        above: fc.constantFrom("", "\n", "  # about it\n", "\n\n  #   it\n"),
        explicit: fc.boolean(),
      }),
      { selector: ({ name }) => name, maxLength: 5 },
    ),
    own: fc.option(fc.constantFrom(...OWN)),
    explicit: fc.boolean(),
    at: fc.nat(5),
    head: fc.constantFrom("# head\n", "encryptionsalt:   v1:a=\n", "---\n", ""),
    tail: fc.constantFrom("", "# tail\n", "\n", "  # tail\n", "other:  { a: 1,b: 2 }   # tail\n"),
  })
  .map(({ others, own, explicit, at, head, tail }) => {
    const entry = (name: string, form: string, asked: boolean) =>
      asked ? `  ? ${name}\n  :${form}\n` : `  ${name}:${form}\n`;
    const all = others.map((each) => each.above + entry(each.name, each.form.replace("&own ", ""), each.explicit));
    const before = `${head}anchor: &w "5"\nconfig:\n  first:one: 1\n${all.slice(0, at).join("")}`;
    return {
      before,
      own: own === null ? "" : entry("canary:weight", own, explicit),
      after: `${all.slice(at).join("")}${tail}`,
    };
  });

it("changes only the lines of the key: every other line of any file is the same, byte for byte", () => {
  fc.assert(
    fc.property(
      file,
      fc.option(fc.constantFrom("v8=25", "true", "0.5%")),
      fc.constantFrom("", "\uFEFF"),
      fc.boolean(),
      fc.boolean(),
      (parts, set, mark, windows, whole) => {
        const as = (text: string) => (windows ? text.replaceAll("\n", "\r\n") : text);
        const open = (text: string) => (whole ? text : text.replace(/\r?\n$/, ""));
        const text = open(as(mark + parts.before + parts.own + parts.after));
        const configOf = (yaml: string) =>
          (parse(yaml, { schema: "failsafe" }) as { config: Record<string, unknown> }).config;
        const { "canary:weight": _old, ...others } = configOf(text);
        const { after, removed, added } = withKey(text, "canary:weight", set ?? undefined);
        expect(configOf(after)).toEqual({ ...others, ...(set === null ? {} : { "canary:weight": set }) });
        expect({ ...(parse(after) as object), config: undefined }).toEqual({
          ...(parse(text) as object),
          config: undefined,
        });
        if (windows) expect(after.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
        const linesOf = (yaml: string) => yaml.split(/\r?\n/);
        const now = linesOf(after);
        if (parts.own === "") {
          const at = now.findIndex((line) => line.startsWith("  canary:weight:"));
          expect(at === -1 ? now : now.toSpliced(at, 1)).toEqual(linesOf(text));
          expect([removed.length, added.length]).toEqual([0, set === null ? 0 : 1]);
          return;
        }
        const [start, end] = [as(mark + parts.before), open(as(parts.after))];
        expect(after.startsWith(start)).toBe(true);
        expect(after.endsWith(end)).toBe(true);
        const own = after.slice(start.length, after.length - end.length);
        if (set === null) expect(own).toBe("");
        else if (/^  canary.*# why/.test(parts.own)) expect(own).toContain("# why");
      },
    ),
    { numRuns: 1000 },
  );
});
