/**
 * A message contains no encoded form of a secret, and the rest of the message is unchanged. The tests encode the secret
 * without the code under test.
 */
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { nameTexts, redact, secretTexts } from "../../provider/core/redact";

const PEM = `-----BEGIN PRIVATE KEY-----
MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj
MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu
NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ
-----END PRIVATE KEY-----`;
const ODD = `Pa$$ "wörd"/<&>' +%0A\\n=?日本 end`;

const ascii = (text: string) =>
  text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The encodings of a secret, by name. */
const FORMS: Record<string, (text: string) => string> = {
  raw: (text) => text,
  json: (text) => JSON.stringify(text),
  "json, ASCII alone": (text) => ascii(JSON.stringify(text)),
  "json of Go": (text) => JSON.stringify(text).replace(/[<>&]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`),
  "json of PHP": (text) => JSON.stringify(text).replaceAll("/", "\\/"),
  "json in json": (text) => JSON.stringify(JSON.stringify({ Message: text })),
  "json in json in json": (text) => JSON.stringify(JSON.stringify(JSON.stringify([text]))),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64 without padding": (text) => Buffer.from(text).toString("base64").replaceAll("=", ""),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64 in lines": (text) =>
    (
      Buffer.from(text)
        .toString("base64")
        .match(/.{1,76}/g) ?? []
    ).join("\r\n"),
  "base64 of longer text, by one": (text) => Buffer.from(`{"TOKEN":"x${text}y"}`).toString("base64"),
  "base64 of longer text, by two": (text) => Buffer.from(`{"TOKEN":"xx${text}yy"}`).toString("base64"),
  "base64 of longer text, by three": (text) => Buffer.from(`{"TOKEN":"xxx${text}yyy"}`).toString("base64url"),
  percent: encodeURIComponent,
  "percent, small letters": (text) => encodeURIComponent(text).replace(/%../g, (c) => c.toLowerCase()),
  "percent, all": (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  "percent of percent": (text) => encodeURIComponent(encodeURIComponent(text)),
  form: (text) => new URLSearchParams({ v: text }).toString().slice(2),
  "percent of json": (text) => encodeURIComponent(JSON.stringify({ text })),
  "percent of base64": (text) => encodeURIComponent(Buffer.from(text).toString("base64")),
  "json of base64": (text) => JSON.stringify(Buffer.from(text).toString("base64").replaceAll("/", "\\/")),
  html: (text) =>
    text.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c] ?? "&#39;"),
  "lines of their own": (text) => text.split("\n").reverse().join(" | "),
  "one line": (text) => text.replaceAll("\n", ""),
  hex: (text) => Buffer.from(text).toString("hex"),
  "hex, capital letters": (text) => Buffer.from(text).toString("hex").toUpperCase(),
  "small letters": (text) => text.toLowerCase(),
  "capital letters": (text) => text.toUpperCase(),
  "Windows lines": (text) => text.replaceAll("\n", "\r\n"),
};

/** The pieces of a secret that no message may contain. */
const pieces = (text: string) => text.split("\n").flatMap((line) => line.match(/[A-Za-z0-9ö日]{4,}/g) ?? []);

describe.each([
  ["a PEM", PEM],
  ["odd characters", ODD],
  ["a password", "correct-horse-battery"],
])("%s", (_name, secret) => {
  it.each(Object.entries(FORMS))("as %s", (_form, encode) => {
    const form = encode(secret);
    const message = `CreateFunction: variable TOKEN is wrong: ${form}; try again (HTTP 400, request id 1-2)`;
    const shown = redact(message, [secret]);
    expect(shown.startsWith("CreateFunction: variable TOKEN is wrong: ")).toBe(true);
    expect(shown.endsWith("; try again (HTTP 400, request id 1-2)")).toBe(true);
    expect(shown).toContain("[secret]");
    const left = shown.slice("CreateFunction: variable TOKEN is wrong: ".length);
    expect(pieces(secret).filter((piece) => left.includes(piece))).toEqual([]);
    // Long pieces of the encoded secret must be removed. Text that also appears around an empty value is allowed.
    const around = new Set(encode("").match(/[A-Za-z0-9+/_-]{4,}/g) ?? []);
    const stretches = (form.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).filter((stretch) => !around.has(stretch));
    expect(stretches.filter((stretch) => left.includes(stretch))).toEqual([]);
  });
});

it("finds a secret in JSON that a program in another language wrote", () => {
  // An SDK may print an object with `console.log`, which uses the inspection of Node.js.
  const shown = execFileSync(process.execPath, ["-p", `({ message: ${JSON.stringify(ODD)} })`]).toString();
  expect(redact(shown, [ODD])).toMatch(/^\{ message: .?\[secret\].? \}\n$/);
});

it("does not remove short values, common words and parts of words", () => {
  const message = "alias prod of function api: version 12 gets true traffic; set adopt: true";
  expect(redact(message, ["1", "12", "api", "true"])).toBe(message);
  expect(redact("a token abcd, abcde and xabcd", ["abcd"])).toBe("a token [secret], abcde and xabcd");
  expect(redact("xcorrect-horsex", ["correct-horse"])).toBe("x[secret]x");
  expect(redact(message, [])).toBe(message);
});

it("finds the rest of a value that the service truncated", () => {
  expect(redact('TOKEN is "correct-hors…", too long', ["correct-horse-battery"])).toBe(
    'TOKEN is "[secret]…", too long',
  );
  expect(redact("TOKEN is correct-h... (21 characters)", ["correct-horse-battery"])).toBe(
    "TOKEN is [secret]... (21 characters)",
  );
  expect(redact("TOKEN ends in ...e-battery", ["correct-horse-battery"])).toBe("TOKEN ends in ...[secret]");
  expect(redact("CreateFunction: TOKEN is correct-ho", ["correct-horse-battery"])).toBe(
    "CreateFunction: TOKEN is [secret]",
  );
  expect(redact(PEM.slice(0, 70) + "[truncated]", [PEM])).not.toContain("MIIEvQ");
  expect(redact("https://... is no address", ["https://example.com/token"])).toBe("[secret]... is no address");
});

it.each<[string, string, string[], string]>([
  ["a whole message", "correct-horse", ["correct-horse"], "[secret]"],
  ["a whole message that could also be decoded", "ab%41cd-secret", ["ab%41cd-secret"], "[secret]"],
  ["the shortest value, alone", "abcd", ["abcd"], "[secret]"],
  ["the shortest value, at the end", "is abcd", ["abcd"], "is [secret]"],
  ["the shortest value, in base64", "is YWJjZA, ok", ["abcd"], "is [secret], ok"],
  ["a word like the beginning of the base64 of the shortest value", "is YWJjZ", ["abcd"], "is YWJjZ"],
  ["a shorter value, in base64", "is YWJj", ["abc"], "is YWJj"],
  ["a shorter value, in hexadecimal", "is 3132", ["12"], "is 3132"],
  ["8 characters in capital letters", "is ABCDEFGH", ["abcdefgh"], "is [secret]"],
  ["7 characters in capital letters", "is ABCDEFG", ["abcdefg"], "is ABCDEFG"],
  ["8 characters in a word", "xabcdefghx", ["abcdefgh"], "x[secret]x"],
  ["base64 with its padding", "is Y29ycmVjdC1ob3JzZQ== ok", ["correct-horse"], "is [secret] ok"],
  [
    "an indented line of a value",
    "line second-line is wrong",
    ["first-line\n   second-line"],
    "line [secret] is wrong",
  ],
  ["an escaped line break", 'is "line one\\nline two"', ["line one\nline two"], 'is "[secret]"'],
  ["6 characters before a cut", "is correc... (21)", ["correct-horse-battery"], "is [secret]... (21)"],
  ["5 characters before a cut", "is corre... (21)", ["correct-horse-battery"], "is corre... (21)"],
  ["characters of 4 bytes in a URL", "is %F0%9F%94%91-password", ["🔑-password"], "is [secret]"],
  ["an escape of two digits", "is \\x70assword-one", ["password-one"], "is [secret]"],
  ["an HTML reference of digits", "is &#112;assword-one", ["password-one"], "is [secret]"],
  ["an HTML reference of hexadecimal digits", "is &#x70;assword-one", ["password-one"], "is [secret]"],
  ["the last character of Unicode", "is &#x10FFFF;-password", ["\u{10ffff}-password"], "is [secret]"],
  ["a reference to no character", "&#9999999; correct-horse", ["correct-horse"], "&#9999999; [secret]"],
  ["a line that is broken in the value", "is correct-horse\n  -battery", ["correct-horse-battery"], "is [secret]"],
  ["no UTF-8 before a URL", "%c0%80%63orrect-horse", ["correct-horse"], "%c0%80[secret]"],
  ["an encoded end", "is correct-horse%21 ok", ["correct-horse!"], "is [secret] ok"],
  ["two values", "a correct-horse b battery-staple c", ["battery-staple", "correct-horse"], "a [secret] b [secret] c"],
  ["two values that touch", "correct-horsebattery-staple", ["battery-staple", "correct-horse"], "[secret]"],
])("%s", (_what, message, secrets, expected) => {
  expect(redact(message, secrets)).toBe(expected);
});

it.each([1, 2, 3, 4, 5])(
  "in base64 of longer text, %i bytes before it: no bit of the value stays, and little else goes",
  (before) => {
    for (const value of ["abcdefghi", "correct-horse", "correct-horses"]) {
      const text = Buffer.from(`${"x".repeat(before)}${value}yyyyy`).toString("base64");
      const [kept = "", rest = ""] = redact(text, [value]).split("[secret]");
      const first = Math.floor((before * 8) / 6);
      const last = Math.ceil(((before + value.length) * 8) / 6);
      expect([value, text.startsWith(kept), text.endsWith(rest)]).toEqual([value, true, true]);
      expect([0, 1]).toContain(first - kept.length);
      expect([0, 1]).toContain(text.length - last - rest.length);
    }
  },
);

it("a value of 6 bytes is found in base64 of longer text", () => {
  const text = Buffer.from("xxxabcdefyyy").toString("base64");
  expect(redact(text, ["abcdef"])).not.toContain("YWJjZGVm");
});

it("in base64 of JSON, a value with escapes is found", () => {
  const value = 'say "hello" to me';
  const text = Buffer.from(JSON.stringify({ TOKEN: `Bearer ${value}, please` })).toString("base64");
  const [before = "", after = ""] = redact(text, [value]).split("[secret]");
  const left = (part: string) => Buffer.from(part, "base64").toString();
  expect(left(before)).toMatch(/^\{"TOKEN":"Bearer? ?.?$/);
  expect(text.endsWith(after)).toBe(true);
  expect(after.length).toBeLessThanOrEqual(Math.ceil((', please"}'.length * 8) / 6) + 2);
});

it("numbers are secrets too, and a name that is a secret input is none", () => {
  expect(secretTexts({ environmentVariables: { PIN: 12345678, FLAG: true } })).toEqual(["12345678"]);
  expect(nameTexts({ functionName: "api", aliasName: "prod", secretInputs: ["functionName"] })).toEqual(["prod"]);
  const names = { region: "r", accountId: "a", functionName: "f", aliasName: "l", triggerName: "t", versionId: "v" };
  expect(nameTexts({ ...names, runtime: "n", handler: "h", description: "d" })).toEqual(["r", "a", "f", "l", "t", "v", "n", "h"]); // prettier-ignore
});

it("overlapping values are replaced together", () => {
  expect(redact("abcdefghij-klmnopqrst", ["abcdefghij-k", "ghij-klmnopqrst"])).toBe("[secret]");
});

it("secretTexts finds the members that are secrets, and nameTexts those that are names", () => {
  const props = {
    functionName: "api",
    resourceUrn: "urn:pulumi:dev::shop::pulumi-nodejs:dynamic/alicloud-fc:Function::api",
    environmentVariables: { TOKEN: "one", OTHER: "two" },
    juiceFsConfig: { mountPoints: [{ token: "three" }] },
    customContainerConfig: { image: "i", registryConfig: { authConfig: { password: "four" } } },
    environmentFingerprint: "five",
    description: "six",
    tags: { team: "seven" },
    secretInputs: ["description"],
  };
  expect(secretTexts(props).sort()).toEqual(["five", "four", "one", "six", "three", "two"]);
  expect(nameTexts(props)).toEqual(expect.arrayContaining(["api", "dev", "shop"]));
  expect(secretTexts({ secretInputs: null, environmentVariables: null, customContainerConfig: null })).toEqual([]);
});

it("never throws, and is fast for long texts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.array(fc.string({ unit: "binary" })), (message, secrets) => {
      redact(message, secrets);
    }),
  );
  fc.assert(
    fc.property(
      fc.stringMatching(/^[\x21-\x7e]{8,60}$/),
      fc.constantFrom(...Object.values(FORMS)),
      (secret, encode) => {
        expect(redact(`<${encode(secret)}>`, [secret])).not.toContain(secret);
      },
    ),
  );
  const start = performance.now();
  const many = Array.from({ length: 1000 }, (_, i) => `secret-value-number-${i}`);
  redact(`${"\\\\n%25%41&amp;+".repeat(2000)}`, many);
  expect(performance.now() - start).toBeLessThan(20_000);
});
