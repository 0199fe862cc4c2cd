/** Versions as the rules of a release know them: what they hold, and the names that keys of config use. Pure. */
import { digest } from "../canonical";

/** What a version freezes. */
export interface Content {
  /** Hash of code and configuration; empty where it is not known. */
  readonly fingerprint: string;
  /** Hash of the values of environment variables; absent where it is not known. */
  readonly environment?: string;
  /** How often the function's content had changed, from 1; absent where it is not known. */
  readonly revision?: number;
}

/** A published version. */
export interface Version extends Content {
  /** Its number, as text; {@link UNPUBLISHED} in a preview while it has none. */
  readonly versionId: string;
  /** Further revisions under which it was deployed, the last one last: the function changed back and forth. */
  readonly revisions?: readonly number[];
  /** See {@link traceOf}; where no more of its content is known. */
  readonly trace?: string;
}

/** What the program deploys. */
export interface Deployed extends Content {
  /** Undefined in a preview while it is not known. */
  readonly versionId: string | undefined;
}

/** Stands for the number of a version that has none yet. */
export const UNPUBLISHED = "new";

/** A version as a key names it: `8` for version 8, `r12` for revision 12. */
export type VersionKey = string;

const KEY = /^(?:v?([1-9]\d{0,17})|(r[1-9]\d{0,9}))$/;

/** Reads `8`, `v8` or `r12`; undefined for anything else. */
export function parseVersionKey(text: unknown): VersionKey | undefined {
  const match = KEY.exec(typeof text === "number" ? String(text) : typeof text === "string" ? text : "");
  return match?.[1] ?? match?.[2];
}

/** A key as people write it: `v8`, `r12`. */
export function showKey(key: VersionKey): string {
  return key.startsWith("r") ? key : `v${key}`;
}

/** True when the key names the version. */
export function names(key: VersionKey, { versionId, revision, revisions = [] }: Version): boolean {
  if (!key.startsWith("r")) return key === versionId;
  return [revision, ...revisions].some((each) => each !== undefined && key === `r${each}`);
}

/** Further revisions that are remembered of a version. */
const REVISIONS = 6;

/** The revisions of a version that is deployed, with the present one: each names it for as long as it is remembered. */
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

/** Whether two versions hold the same; `unknown` where a part of one is not known. */
export function compareContent(a: Content, b: Content): "same" | "different" | "unknown" {
  if (a.fingerprint === "" || b.fingerprint === "") return "unknown";
  if (a.fingerprint !== b.fingerprint) return "different";
  if (a.environment !== undefined && b.environment !== undefined)
    return a.environment === b.environment ? "same" : "different";
  if (a.environment !== b.environment) return "unknown";
  // Without environment values (a function of another stack) an equal revision is the proof.
  return a.revision === b.revision ? "same" : "unknown";
}

/** Characters of a trace. */
const TRACE = 5;

/**
 * What an alias's description keeps of a rejected version's code and configuration, so that they are known again when state is lost and the
 * version deleted. Nothing of environment values: guesses could be tried against it.
 */
export function traceOf({ fingerprint, trace }: Pick<Version, "fingerprint" | "trace">): string | undefined {
  return fingerprint === "" ? trace : digest(fingerprint).slice(0, TRACE);
}

/** A version for people: `v8`, or `new (r12)` before it has a number. */
export function nameOf({ versionId, revision }: Deployed): string {
  if (versionId !== undefined && versionId !== UNPUBLISHED) return `v${versionId}`;
  return revision === undefined ? "the new version" : `the new version (r${revision})`;
}

/** A version as a line of config names it; undefined while it has no name. */
export function keyOf({ versionId, revision }: Version): string | undefined {
  if (versionId !== UNPUBLISHED) return `v${versionId}`;
  return revision === undefined ? undefined : `r${revision}`;
}
