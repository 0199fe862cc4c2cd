/** Versions in the rules of a release: their content, and their names in config. Pure. */
import { digest } from "../canonical";

/** What a version freezes. */
export interface Content {
  /** Hash of code and configuration; empty where it is not known. */
  readonly fingerprint: string;
  /** Hash of the values of environment variables; absent where it is not known. */
  readonly environment?: string;
  /** Revision of the function's content, from 1; absent where it is not known. */
  readonly revision?: number;
}

/** A published version. */
export interface Version extends Content {
  /** Its number, as text; {@link UNPUBLISHED} in a preview while it has none. */
  readonly versionId: string;
  /** Further revisions with the same content, newest last. There are some when the function changed back and forth. */
  readonly revisions?: readonly number[];
  /** See {@link traceOf}. Present where nothing else about the content is known. */
  readonly trace?: string;
}

/** What the program deploys. */
export interface Deployed extends Content {
  /** Undefined in a preview while it is not known. */
  readonly versionId: string | undefined;
}

/** Placeholder for the number of a version that is not published yet. */
export const UNPUBLISHED = "new";

/** Name of a version in config: `8` for version 8, `r12` for revision 12. */
export type VersionKey = string;

const KEY = /^(?:v?([1-9]\d{0,17})|(r[1-9]\d{0,9}))$/;

/** Reads `8`, `v8` or `r12`; undefined for anything else. */
export function parseVersionKey(text: unknown): VersionKey | undefined {
  const match = KEY.exec(typeof text === "number" ? String(text) : typeof text === "string" ? text : "");
  return match?.[1] ?? match?.[2];
}

/** The key as users write it: `v8`, `r12`. */
export function showKey(key: VersionKey): string {
  return key.startsWith("r") ? key : `v${key}`;
}

/** True when the key names the version. */
export function names(key: VersionKey, { versionId, revision, revisions = [] }: Version): boolean {
  if (!key.startsWith("r")) return key === versionId;
  return [revision, ...revisions].some((each) => each !== undefined && key === `r${each}`);
}

/** Largest number of further revisions of a version. */
const REVISIONS = 6;

/** The revisions of a deployed version, the present one included. Each of them names the version in config. */
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

/** Whether two versions have the same content; `unknown` where a part of one is not known. */
export function compareContent(a: Content, b: Content): "same" | "different" | "unknown" {
  if (a.fingerprint === "" || b.fingerprint === "") return "unknown";
  if (a.fingerprint !== b.fingerprint) return "different";
  if (a.environment !== undefined && b.environment !== undefined)
    return a.environment === b.environment ? "same" : "different";
  if (a.environment !== b.environment) return "unknown";
  // The environment values of another stack's function are not known; there an equal revision proves equal content.
  return a.revision === b.revision ? "same" : "unknown";
}

/** Characters of a trace. */
const TRACE = 5;

/**
 * The part of a rejected version's fingerprint that the alias's description keeps. Rejected content is recognised by it
 * when state is lost and the version is deleted. It contains nothing of environment values, since a guessed value could
 * be tried against it.
 */
export function traceOf({ fingerprint, trace }: Pick<Version, "fingerprint" | "trace">): string | undefined {
  return fingerprint === "" ? trace : digest(fingerprint).slice(0, TRACE);
}

/** Name of a version in messages: `v8`, or `new (r12)` before it has a number. */
export function nameOf({ versionId, revision }: Deployed): string {
  if (versionId !== undefined && versionId !== UNPUBLISHED) return `v${versionId}`;
  return revision === undefined ? "the new version" : `the new version (r${revision})`;
}

/** Name of a version in config; undefined while it has none. */
export function keyOf({ versionId, revision }: Version): string | undefined {
  if (versionId !== UNPUBLISHED) return `v${versionId}`;
  return revision === undefined ? undefined : `r${revision}`;
}
