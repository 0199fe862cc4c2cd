/**
 * Assigns ports to custom runtimes. In the service, each instance has its own network. In the emulator all instances
 * share one machine, so one instance has the configured port, and the others get free ports.
 */
import * as net from "node:net";

/** Longest time that a port may stay in use after its process was killed, in ms. */
const LINGER_MS = 2000;

/** Pause between two checks of a port, in ms. */
const LOOK_MS = 10;

/** The ports in use. */
export class Ports {
  readonly #leased = new Set<number>();
  /** Released ports, with the time of their release. */
  readonly #released = new Map<number, number>();

  /** Reserves the wanted port if it is free, else any free port. */
  async lease(wanted: number): Promise<number> {
    if (!this.#leased.has(wanted)) {
      // The port is reserved before the check, because another request for the same port may come during the check.
      this.#leased.add(wanted);
      if (await this.#isFree(wanted)) return wanted;
      this.#leased.delete(wanted);
    }
    for (;;) {
      const port = await freePort(0);
      if (port === undefined || this.#leased.has(port)) continue;
      this.#leased.add(port);
      return port;
    }
  }

  release(port: number): void {
    this.#leased.delete(port);
    this.#released.set(port, performance.now());
  }

  async #isFree(port: number): Promise<boolean> {
    const until = (this.#released.get(port) ?? -Infinity) + LINGER_MS;
    while ((await freePort(port)) === undefined) {
      if (performance.now() > until) return false;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return true;
  }
}

/**
 * Returns the port if a server can listen on it now on every address, as the server of a custom runtime must. 0 means
 * any free port.
 */
function freePort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.on("error", () => resolve(undefined));
    server.listen(port, "0.0.0.0", () => {
      const { port: found } = server.address() as net.AddressInfo;
      server.close(() => resolve(found));
    });
  });
}
