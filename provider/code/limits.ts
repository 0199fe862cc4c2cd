/**
 * The whole CreateFunction or UpdateFunction request, of which `zipFile` is base64 text: 100 MB, read as the smaller, decimal
 * unit.
 */
export const REQUEST_LIMIT = 100_000_000;

/** Room left in the request for everything that is not code: configuration, environment variables, JSON syntax. */
export const REQUEST_RESERVE = 1_000_000;

/** The largest zip whose base64 text (4 characters for 3 bytes) fits in the request. */
export const ZIP_LIMIT = Math.floor((REQUEST_LIMIT - REQUEST_RESERVE) / 4) * 3;

/** A zip without the 64-bit extension counts its entries in 16 bits. */
export const FILE_LIMIT = 65_535;

/** A zip without the 64-bit extension gives a file's size in 32 bits. */
export const FILE_BYTES_LIMIT = 0xffff_ffff;

/** Folders walked, links followed included: bounds the time spent in links that multiply without ever reaching a file. */
export const FOLDER_LIMIT = 65_535;

/** Packages nested in packages. Real trees stay below 10; only two-version dependency cycles grow without end. */
export const NESTING_LIMIT = 32;

/** Bytes in the unit people compare with the vendor's limits. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
