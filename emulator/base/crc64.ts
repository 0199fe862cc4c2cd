/** CRC-64/XZ, the service's code checksum: reflected ECMA-182 polynomial, all ones in and out. */

const POLYNOMIAL_HIGH = 0xc96c5795;
const POLYNOMIAL_LOW = 0xd7870f42;

/**
 * The table of the checksum: 256 high words and 256 low words. Arithmetic with two 32-bit words is far faster than with
 * BigInt.
 */
const [TABLE_HIGH, TABLE_LOW] = makeTable();

function makeTable(): [Uint32Array, Uint32Array] {
  const highs = new Uint32Array(256);
  const lows = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let high = 0;
    let low = byte;
    for (let bit = 0; bit < 8; bit++) {
      const carry = low & 1;
      low = ((low >>> 1) | (high << 31)) >>> 0;
      high >>>= 1;
      if (carry === 1) {
        high = (high ^ POLYNOMIAL_HIGH) >>> 0;
        low = (low ^ POLYNOMIAL_LOW) >>> 0;
      }
    }
    highs[byte] = high;
    lows[byte] = low;
  }
  return [highs, lows];
}

/**
 * Checksum of the bytes as the service prints it: an unsigned decimal; `"0"` for no bytes.
 *
 * @example
 * ```ts
 * const checksum = crc64(Buffer.from("123456789")); // "11051210869376104954"
 * ```
 */
export function crc64(bytes: Uint8Array): string {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of bytes) {
    const index = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ (TABLE_LOW[index] ?? 0)) >>> 0;
    high = ((high >>> 8) ^ (TABLE_HIGH[index] ?? 0)) >>> 0;
  }
  const value = (BigInt((high ^ 0xffffffff) >>> 0) << 32n) | BigInt((low ^ 0xffffffff) >>> 0);
  return value.toString();
}
