/** Removes secret values from messages, in every encoding in which a service may quote them. Pure. */

/** Replacement of a secret in a message, the same as in the engine. */
const REDACTED = "[secret]";

/** Shorter values are not removed: they occur in ordinary words, and are not real secrets. */
const SHORTEST = 4;
/** Values shorter than this are removed only if they are whole words. */
const SHORTEST_INSIDE_WORDS = 8;
/** Values with at least this number of bytes are also searched inside longer base64 text. */
const SHORTEST_EMBEDDED = 6;
/** Shortest beginning or end of a value that is removed next to a cut in the message. */
const SHORTEST_CUT = 6;
/** Text that a service writes where it cut a value short. */
const CUTS = /\.\.\.|…|\[truncated\]/g;
/** Largest number of nested encodings of a value, such as JSON inside JSON inside a query. */
const DEPTH = 3;
/** Values that are not removed, because they are ordinary words of messages and configurations. */
const PLAIN_WORDS: ReadonlySet<string> = new Set(["true", "false", "null", "undefined", "none", "text"]);

/** Inputs and outputs whose values may be secrets even if the program does not mark them as secrets. */
const SECRET_MEMBERS = ["environmentVariables", "environmentFingerprint", "environments", "content"];
/** Members that name an object. Messages keep their values. */
const NAMES = [
  ...["region", "accountId", "functionName", "aliasName", "triggerName", "versionId", "runtime", "handler"],
  ...["resourceUrn"],
];

/** The texts among a resource's members that are removed from messages. */
export function secretTexts(props: Readonly<Record<string, unknown>>): string[] {
  const { customContainerConfig, juiceFsConfig, secretInputs } = props;
  const { registryConfig } = members(customContainerConfig);
  const { password } = members(members(registryConfig)["authConfig"]);
  const { envs, mountPoints } = members(juiceFsConfig);
  const tokens = Array.isArray(mountPoints) ? mountPoints.map((point) => members(point)["token"]) : [];
  const given = Array.isArray(secretInputs) ? (secretInputs as unknown[]).map(String) : [];
  return [...[...SECRET_MEMBERS, ...given].map((name) => props[name]), password, envs, tokens].flatMap(texts);
}

function members(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** The names among a resource's members. Names stay in messages, even if a secret setting has the same value. */
export function nameTexts(props: Readonly<Record<string, unknown>>): string[] {
  const secrets = Array.isArray(props["secretInputs"]) ? (props["secretInputs"] as unknown[]) : [];
  const names = NAMES.filter((name) => !secrets.includes(name)).flatMap((name) => texts(props[name]));
  return names.flatMap((name) => [name, ...(name.startsWith("urn:") ? name.split(/::?/) : [])]);
}

function texts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value === "number") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/**
 * The message without the secrets. A secret is found unchanged, escaped for JSON, HTML or a URL (in any mixture and up
 * to three times), in base64 or base64url, alone or inside longer text, in hexadecimal, in capital or small letters
 * only, or cut short. For a value of several lines, each line is found as well.
 */
export function redact(message: string, secrets: Iterable<string>): string {
  const readings = readingsOf(message);
  const longest = Math.max(...readings.map(({ text }) => text.length));
  const spans = [...new Set(secrets)].flatMap((secret) => spansOf(secret, readings, longest));
  return replaced(message, spans);
}

/** Start and end of a part of the message; the end is exclusive. */
type Span = readonly [number, number];

function spansOf(secret: string, readings: readonly Reading[], longest: number): Span[] {
  const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
  const wanted = new Set([secret, ...lines].filter((text) => text.length >= SHORTEST && !PLAIN_WORDS.has(text)));
  // A text that is longer than every reading of the message cannot occur in it.
  const forms = new Set([...wanted].filter((text) => text.length <= longest).flatMap(plainForms));
  const plain = [...forms].map((text) => ({ text, base64: false }));
  // Inside base64 nothing is decoded. The encoded value may have JSON escapes, so the escaped value is searched too,
  // and each of its lines separately.
  const encoded = new Set([...wanted, JSON.stringify(secret).slice(1, -1)]);
  const coded = [...encoded]
    .filter((text) => text.length >= SHORTEST && text.length <= longest)
    .flatMap(base64Forms)
    .map((text) => ({ text, base64: true }));
  return readings.flatMap((reading) => [
    ...[...plain, ...coded].flatMap((needle) => found(reading, needle)),
    ...[...wanted].flatMap((text) => foundCut(reading, text)),
  ]);
}

/** Forms of a value: unchanged, in small and in capital letters, and in hexadecimal. */
function plainForms(value: string): string[] {
  const hex = Buffer.from(value).toString("hex");
  const letters = value.length < SHORTEST_INSIDE_WORDS ? [] : [value.toLowerCase(), value.toUpperCase()];
  return [value, ...letters, hex, hex.toUpperCase()];
}

/** Finds the beginning or the end of a value next to a cut, or at an end of the message. */
function foundCut({ text, cuts, from, to }: Reading, value: string): Span[] {
  const lengths = Array.from({ length: Math.max(0, value.length - SHORTEST_CUT) }, (_, i) => value.length - 1 - i);
  return cuts.flatMap(([before, after]): Span[] => {
    const head = lengths.find((length) => text.endsWith(value.slice(0, length), before));
    const tail = lengths.find((length) => text.startsWith(value.slice(-length), after));
    return [
      ...(head === undefined ? [] : [[from[before - head] ?? 0, to[before - 1] ?? 0] as const]),
      ...(tail === undefined ? [] : [[from[after] ?? 0, to[after + tail - 1] ?? 0] as const]),
    ];
  });
}

function found({ text, beginnings, from, to }: Reading, needle: { text: string; base64: boolean }): Span[] {
  const spans: Span[] = [];
  if (!beginnings.has(needle.text.slice(0, SHORTEST))) return spans;
  for (let at = text.indexOf(needle.text); at >= 0; at = text.indexOf(needle.text, at + 1)) {
    let [start, end] = [at, at + needle.text.length];
    if (needle.text.length < SHORTEST_INSIDE_WORDS && (isWord(text[start - 1]) || isWord(text[end]))) continue;
    if (needle.base64) {
      // The characters before and after the match may also contain bits of the value, and the padding reveals its
      // length, so the match is extended to them.
      if (isWord(text[start - 1])) start--;
      if (isWord(text[end])) end++;
      while (text[end] === "=") end++;
    }
    spans.push([from[start] ?? 0, to[end - 1] ?? 0]);
  }
  return spans;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

/** The forms of a value in base64 and base64url. A longer value also has forms inside the encoding of longer text. */
function base64Forms(value: string): string[] {
  const bytes = Buffer.from(value);
  const whole = bytes.toString("base64").replace(/=+$/, "");
  const shifts = bytes.length < SHORTEST_EMBEDDED ? [] : [0, 1, 2];
  const embedded = shifts.map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const complete = Math.floor((padded.length * 8) / 6);
    return padded.toString("base64").slice([0, 2, 3][shift], complete);
  });
  const forms = [whole, ...embedded];
  return [...new Set([...forms, ...forms.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"))])];
}

/** One decoding of the message. Each character has the part of the message from which it was decoded. */
interface Reading {
  readonly text: string;
  /** All substrings that are as long as the shortest secret. One look-up in this set excludes most secrets. */
  readonly beginnings: ReadonlySet<string>;
  /** Positions where the message was cut: the end of the text before a cut, and the beginning of the text after it. */
  readonly cuts: readonly Span[];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/**
 * One encoding of characters: the pattern of an encoded character, and its decoding; undefined if the match is not an
 * encoding.
 */
interface Encoding {
  readonly pattern: RegExp;
  readonly decode: (found: string) => string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
/** Pattern of one character of UTF-8 in percent-encoding. */
const PERCENT =
  /%[0-7][0-9a-f]|%[cd][0-9a-f]%[89ab][0-9a-f]|%e[0-9a-f](?:%[89ab][0-9a-f]){2}|%f[0-7](?:%[89ab][0-9a-f]){3}/gi;

const ENCODINGS: readonly Encoding[] = [
  {
    // Escapes of JSON, and of string literals in most languages.
    pattern: /\\(?:u[0-9a-f]{4}|x[0-9a-f]{2}|["'\\/ntrbf])/gi,
    decode: (found) =>
      found.length > 2
        ? String.fromCharCode(parseInt(found.slice(2), 16))
        : (ESCAPES[found[1] ?? ""] ?? found[1] ?? undefined),
  },
  { pattern: PERCENT, decode: percentDecoded },
  {
    // Encoding of HTML forms: as in a URL, with spaces written as plus.
    pattern: new RegExp(`${PERCENT.source}|\\+`, "gi"),
    decode: (found) => (found === "+" ? " " : percentDecoded(found)),
  },
  {
    pattern: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-f]{1,6});/gi,
    decode: (found) => {
      const name = found.slice(1, -1).toLowerCase();
      if (!name.startsWith("#")) return ENTITIES[name];
      const point = name.startsWith("#x") ? parseInt(name.slice(2), 16) : Number(name.slice(1));
      return point > 0x10ffff ? undefined : String.fromCodePoint(point);
    },
  },
  // Line breaks inside long text: the lines are joined.
  { pattern: /\r?\n[ \t]*/g, decode: () => "" },
];

function percentDecoded(found: string): string | undefined {
  try {
    return decodeURIComponent(found);
  } catch {
    return undefined;
  }
}

/** The message itself, and every decoding of it that differs. */
function readingsOf(message: string): Reading[] {
  const positions = Array.from({ length: message.length }, (_, i) => i);
  const readings = [reading(message, positions, positions.map((at) => at + 1))]; // prettier-ignore
  const known = new Set([message]);
  let last = readings;
  for (let depth = 0; depth < DEPTH; depth++) {
    last = last
      .flatMap((reading) => ENCODINGS.map((encoding) => decoded(reading, encoding)))
      .filter(({ text }) => !known.has(text) && known.add(text));
    readings.push(...last);
  }
  return readings;
}

function reading(text: string, from: readonly number[], to: readonly number[]): Reading {
  const beginnings = new Set<string>();
  for (let at = 0; at + SHORTEST <= text.length; at++) beginnings.add(text.slice(at, at + SHORTEST));
  return { text, beginnings, cuts: cutsOf(text), from, to };
}

function cutsOf(text: string): Span[] {
  return [
    [text.length, 0],
    ...[...text.matchAll(CUTS)].map(({ 0: mark, index }): Span => [index, index + mark.length]),
  ];
}

function decoded(same: Reading, { pattern, decode }: Encoding): Reading {
  const { text, from, to } = same;
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return same;
  const result = { text: "", from: [] as number[], to: [] as number[] };
  const copy = (start: number, end: number) => {
    result.text += text.slice(start, end);
    for (let at = start; at < end; at++) {
      result.from.push(from[at] ?? 0);
      result.to.push(to[at] ?? 0);
    }
  };
  let done = 0;
  for (const match of matches) {
    const plain = decode(match[0]);
    if (plain === undefined) continue;
    copy(done, match.index);
    done = match.index + match[0].length;
    result.text += plain;
    for (let i = 0; i < plain.length; i++) {
      result.from.push(from[match.index] ?? 0);
      result.to.push(to[done - 1] ?? 0);
    }
  }
  copy(done, text.length);
  return reading(result.text, result.from, result.to);
}

/** The message with its spans replaced. Spans that overlap or touch are replaced by one text. */
function replaced(message: string, spans: readonly Span[]): string {
  let result = "";
  let end = 0;
  let open = false;
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    if (!open || from > end) result += message.slice(end, from) + REDACTED;
    open = true;
    end = Math.max(end, to);
  }
  return result + message.slice(end);
}
