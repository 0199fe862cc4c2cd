/** Code as assets and archives of Pulumi describe it, as plain data. */
import { ARCHIVE_SIGNATURE, ASSET_SIGNATURE, SIGNATURE_KEY } from "../core/signatures";
import { CodeError } from "./errors";

/** Code as a program gives it: a path, text, an address, or a map of these by file name. */
export type CodeSource =
  /** A folder, a `.zip` or a single file. */
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "text"; readonly text: string }
  /** Bytes behind an http(s) address: one file, or with `archive` a zip. */
  | { readonly kind: "remote"; readonly uri: string; readonly archive: boolean }
  | { readonly kind: "map"; readonly members: Readonly<Record<string, CodeSource>> };

/** Largest number of characters of all text assets in one function's code. The engine keeps text in state. */
export const TEXT_LIMIT = 65_536;

const SIGNATURES: ReadonlySet<unknown> = new Set([ASSET_SIGNATURE, ARCHIVE_SIGNATURE]);

/** True for an asset or archive as the engine hands it over. */
function isAssetMarker(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && SIGNATURES.has((value as Record<string, unknown>)[SIGNATURE_KEY])
  );
}

/**
 * The source that an asset of the engine describes.
 *
 * @throws CodeError for a value that is no asset, and for an asset without content
 */
export function sourceOfMarker(marker: unknown): CodeSource {
  if (!isAssetMarker(marker)) throw new CodeError(String(marker), "is no asset or archive.");
  const { path, text, uri, assets, [SIGNATURE_KEY]: signature } = marker;
  if (typeof path === "string" && path !== "") return { kind: "path", path };
  if (typeof uri === "string" && uri !== "") return remote(uri, signature === ARCHIVE_SIGNATURE);
  if (typeof assets === "object" && assets !== null) {
    const members = Object.entries(assets).map(([name, member]): [string, CodeSource] => [
      name,
      sourceOfMarker(member),
    ]);
    return { kind: "map", members: Object.fromEntries(members) };
  }
  return { kind: "text", text: typeof text === "string" ? text : "" };
}

/** The source for an address; `file://` gives a path. */
export function remote(uri: string, archive: boolean): CodeSource {
  return uri.startsWith("file://")
    ? { kind: "path", path: uri.slice("file://".length) }
    : { kind: "remote", uri, archive };
}
