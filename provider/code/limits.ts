/**
 * Largest request of CreateFunction or UpdateFunction, whose `zipFile` is base64 text: 100 MB, read as decimal
 * megabytes, which are the smaller unit.
 */
export const REQUEST_LIMIT = 100_000_000;

/** Part of the request that is reserved for everything except code: configuration, environment variables, JSON syntax. */
export const REQUEST_RESERVE = 1_000_000;

/** The largest zip whose base64 text (4 characters for 3 bytes) fits in the request. */
export const ZIP_LIMIT = Math.floor((REQUEST_LIMIT - REQUEST_RESERVE) / 4) * 3;

/** Largest number of files: a zip without the zip64 extension counts its entries in 16 bits. */
export const FILE_LIMIT = 65_535;

/** Largest size of a file in bytes: a zip without the zip64 extension has 32 bits for it. */
export const FILE_BYTES_LIMIT = 0xffff_ffff;

/**
 * Largest number of folders, including those that are reached through links. The limit bounds the time for nested links
 * that reach no file.
 */
export const FOLDER_LIMIT = 65_535;

/**
 * Largest depth of packages inside packages. Real trees stay below 10; only dependency cycles with two versions of a
 * package nest without end.
 */
export const NESTING_LIMIT = 32;

/** Formats a size in megabytes, the unit of the service's limits. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
