/** Removes the data of one account from a profile. Pure. */
import type { Profile } from "../base/profile";

/** The profile with placeholders instead of these texts, of long numbers, and of text that looks like an id or a key. */
export function withoutSecrets(profile: Profile, secrets: readonly string[]): Profile {
  const known = secrets.filter((text) => text !== "").flatMap((text) => [text, encodeURIComponent(text)]);
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return cleanText(value, known);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, clean(item)]));
  };
  return clean(profile) as Profile;
}

const PATTERNS: readonly [RegExp, string][] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<id>"],
  [/\b1-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{12}\b/gi, "<request>"],
  [/\b(LTAI|STS\.|TMP\.)[\w.]{8,}/g, "<key>"],
  [/\b\d{12,}\b/g, "<number>"],
];

function cleanText(text: string, known: readonly string[]): string {
  const without = known.reduce((rest, secret) => rest.replaceAll(secret, "<redacted>"), text);
  return PATTERNS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), without);
}
