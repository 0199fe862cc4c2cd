/**
 * Largest CreateFunction or UpdateFunction request, whose `zipFile` is base64 text: 100 MB, taken as decimal megabytes,
 * the smaller unit.
 */
export const REQUEST_LIMIT = 100_000_000;

/** Room left in the request for everything that is not code: configuration, environment variables, JSON syntax. */
export const REQUEST_RESERVE = 1_000_000;

/** The largest zip whose base64 text (4 characters for 3 bytes) fits in the request. */
export const ZIP_LIMIT = Math.floor((REQUEST_LIMIT - REQUEST_RESERVE) / 4) * 3;

/** Largest number of files: a zip without the 64-bit extension counts its entries in 16 bits. */
export const FILE_LIMIT = 65_535;

/** Largest size of a file in bytes: a zip without the 64-bit extension has 32 bits for it. */
export const FILE_BYTES_LIMIT = 0xffff_ffff;

/**
 * Largest number of folders, including those reached through links. It bounds the time for links that multiply without
 * reaching a file.
 */
export const FOLDER_LIMIT = 65_535;

/**
 * Largest depth of packages inside packages. Real trees stay below 10; only dependency cycles with two versions of a
 * package nest endlessly.
 */
export const NESTING_LIMIT = 32;

/** A size in megabytes, the unit of the service's limits. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
