/** Versions of a release: their content, and their names in config. Pure. */
import { digest } from "../canonical";

/** The content of a version: everything that the version freezes. */
export interface Content {
  /** Hash of code and configuration; empty if it is not known. */
  readonly fingerprint: string;
  /** Hash of the values of environment variables; absent if it is not known. */
  readonly environment?: string;
  /** Revision of the function's content, from 1; absent if it is not known. */
  readonly revision?: number;
}

/** A published version. */
export interface Version extends Content {
  /** Number of the version, as text; {@link UNPUBLISHED} in a preview before it has a number. */
  readonly versionId: string;
  /** Further revisions with the same content, newest last. A version has several if the function changed back and forth. */
  readonly revisions?: readonly number[];
  /** Short hash of the content: see {@link traceOf}. Present only if the fingerprint is not known. */
  readonly trace?: string;
}

/** The version that the program deploys. */
export interface Deployed extends Content {
  /** Number of the version, as text; undefined in a preview while the number is not known. */
  readonly versionId: string | undefined;
}

/** Placeholder for the number of a version that is not published yet. */
export const UNPUBLISHED = "new";

/** Name of a version in config: `8` for version 8, `r12` for revision 12. */
export type VersionKey = string;

const KEY = /^(?:v?([1-9]\d{0,17})|(r[1-9]\d{0,9}))$/;

/** Parses `8`, `v8` or `r12`; undefined for any other text. */
export function parseVersionKey(text: unknown): VersionKey | undefined {
  const match = KEY.exec(typeof text === "number" ? String(text) : typeof text === "string" ? text : "");
  return match?.[1] ?? match?.[2];
}

/** The key in the form in which users write it: `v8`, `r12`. */
export function showKey(key: VersionKey): string {
  return key.startsWith("r") ? key : `v${key}`;
}

/** True if the key names the version. */
export function names(key: VersionKey, { versionId, revision, revisions = [] }: Version): boolean {
  if (!key.startsWith("r")) return key === versionId;
  return [revision, ...revisions].some((each) => each !== undefined && key === `r${each}`);
}

/** Largest number of further revisions of a version. */
const REVISIONS = 6;

/** The revisions of a deployed version, including the current one. Each of them is a name of the version in config. */
export function revisionsOf(
  known: Version | undefined,
  { revision }: Content,
): Pick<Version, "revision" | "revisions"> {
  const first = known?.revision ?? revision;
  if (first === undefined) return {};
  const others = (known?.revisions ?? []).filter((each) => each !== revision);
  const now = revision === undefined || revision === first ? [] : [revision];
  const revisions = [...others, ...now].slice(-REVISIONS);
  return { revision: first, ...(revisions.length === 0 ? {} : { revisions }) };
}

/** Whether two versions have the same content; `unknown` if a part of one of them is not known. */
export function compareContent(a: Content, b: Content): "same" | "different" | "unknown" {
  if (a.fingerprint === "" || b.fingerprint === "") return "unknown";
  if (a.fingerprint !== b.fingerprint) return "different";
  if (a.environment !== undefined && b.environment !== undefined)
    return a.environment === b.environment ? "same" : "different";
  if (a.environment !== b.environment) return "unknown";
  // If the function belongs to another stack, its environment values are not known. In this case an equal revision
  // shows that the content is equal.
  return a.revision === b.revision ? "same" : "unknown";
}

/** Number of characters of a trace, which is a short hash of a version's content. */
const TRACE = 5;

/**
 * The trace of a version: the part of its fingerprint that the alias's description has. After state was lost and the
 * version was deleted, rejected content is recognised by its trace. A trace does not cover environment values, because
 * guessed values could be tested against it.
 */
export function traceOf({ fingerprint, trace }: Pick<Version, "fingerprint" | "trace">): string | undefined {
  return fingerprint === "" ? trace : digest(fingerprint).slice(0, TRACE);
}

/** Name of a version in messages: `v8`, or `new (r12)` before it has a number. */
export function nameOf({ versionId, revision }: Deployed): string {
  if (versionId !== undefined && versionId !== UNPUBLISHED) return `v${versionId}`;
  return revision === undefined ? "the new version" : `the new version (r${revision})`;
}
