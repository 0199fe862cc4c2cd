/** Code in the form of Pulumi's assets and archives, as plain data. */
import { ARCHIVE_SIGNATURE, ASSET_SIGNATURE, SIGNATURE_KEY } from "../core/signatures";
import { CodeError } from "./errors";

/** Code of a program: a path, text, an address, or a map of these by file name. */
export type CodeSource =
  /** A folder, a `.zip` or a single file. */
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "text"; readonly text: string }
  /** Bytes at an http(s) address: one file, or with `archive` a zip. */
  | { readonly kind: "remote"; readonly uri: string; readonly archive: boolean }
  | { readonly kind: "map"; readonly members: Readonly<Record<string, CodeSource>> };

/**
 * Largest number of characters of all text assets in the code of one function. The limit exists because the engine
 * stores text in state.
 */
export const TEXT_LIMIT = 65_536;

const SIGNATURES: ReadonlySet<unknown> = new Set([ASSET_SIGNATURE, ARCHIVE_SIGNATURE]);

/** True for an asset or archive in the form of the engine. */
function isAssetMarker(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && SIGNATURES.has((value as Record<string, unknown>)[SIGNATURE_KEY])
  );
}

/**
 * Converts an asset of the engine to a source.
 *
 * @throws CodeError for a value that is not an asset, and for an asset without content
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

/** The source for an address; a `file://` address becomes a path. */
export function remote(uri: string, archive: boolean): CodeSource {
  return uri.startsWith("file://")
    ? { kind: "path", path: uri.slice("file://".length) }
    : { kind: "remote", uri, archive };
}
