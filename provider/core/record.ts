/** What an alias's description carries of a release, beside the owner: the memory, as short as can be. Pure. */
import { type Known, type Memory, hexOf } from "./decision";

/** Scheme of the record. */
const SCHEME = "1";
/** Entries kept of each list, newest last; state keeps them all. */
const KEPT = { older: 4, rejected: 5, pulled: 3, spent: 3 };
/** Hex digits kept of the candidate's fingerprint. */
const FINGERPRINT = 8;

/** A memory as text of at most some 130 characters: digits, hex, and `;,:-`. */
export function record(memory: Memory): string {
  const { sequence, stable, older, candidate, share, seen, rev, rejected, pulled, spent, replaced } = memory;
  const ids = (versions: readonly Known[]) => versions.map(({ versionId }) => versionId);
  return [
    SCHEME,
    sequence,
    stable.versionId,
    ids(older).slice(0, KEPT.older).join(","),
    candidate === undefined
      ? ""
      : `${candidate.versionId}:${hexOf(candidate.fingerprint).slice(0, FINGERPRINT)}:${share}`,
    seen ?? "",
    rev ?? "",
    rejected.slice(-KEPT.rejected).join(","),
    pulled.slice(-KEPT.pulled).join(","),
    spent.slice(-KEPT.spent).join(","),
    replaced,
  ].join(";");
}

/** The memory in a record; undefined for text that is none, or of a scheme not known here. */
export function parseRecord(text: string | undefined): Memory | undefined {
  const parts = (text ?? "").split(";");
  if (parts.length !== 11 || parts[0] !== SCHEME) return undefined;
  const [, sequence = "", stable = "", older = "", candidate = "", seen = "", rev = "", ...lists] = parts;
  const [rejected = "", pulled = "", spent = "", replaced = ""] = lists;
  const [id = "", fingerprint = "", share = "0"] = candidate.split(":");
  const numbers = [sequence, stable, share, replaced, ...[seen, rev].filter((value) => value !== "")];
  if (!numbers.every((value) => /^\d{1,17}$/.test(value))) return undefined;
  const bare = (versionId: string): Known => ({ versionId, fingerprint: "" });
  return {
    sequence: Number(sequence),
    stable: bare(stable),
    older: items(older).map(bare),
    ...(id === "" ? {} : { candidate: { versionId: id, fingerprint } }),
    share: Number(share),
    ...(seen === "" ? {} : { seen: Number(seen) }),
    ...(rev === "" ? {} : { rev: Number(rev) }),
    rejected: items(rejected),
    pulled: items(pulled),
    spent: items(spent),
    replaced: Number(replaced),
  };
}

function items(list: string): string[] {
  return list === "" ? [] : list.split(",");
}
