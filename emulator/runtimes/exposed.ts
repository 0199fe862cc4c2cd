/** Finds out whether a server listens on an address that other machines may reach. */
import * as fs from "node:fs";

/** State of a listening socket, in the system's table. */
const LISTENING = "0A";

/** Loopback addresses in the form of the system's table, where the bytes of each word are reversed. */
const LOOPBACKS = /^(......7F|00000000000000000000000001000000|0000000000000000FFFF0000......7F)$/;

/**
 * Whether a process listens on the port at an address that other machines may reach, by `/proc/net/tcp` and `tcp6`;
 * undefined if neither can be read.
 */
export function isExposed(port: number): boolean | undefined {
  const tables = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) => {
    try {
      return [fs.readFileSync(file, "latin1")];
    } catch {
      return [];
    }
  });
  if (tables.length === 0) return undefined;
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return tables.some((table) =>
    table
      .split("\n")
      .slice(1)
      .some((line) => isOpen(line, wanted)),
  );
}

function isOpen(line: string, wanted: string): boolean {
  const [, local = "", , state] = line.trim().split(/\s+/);
  const [address = "", port] = local.split(":");
  return state === LISTENING && port === wanted && !LOOPBACKS.test(address);
}
