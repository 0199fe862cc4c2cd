/**
 * Ports of custom runtimes. In the service each instance has a network of its own; here all share one machine, so the
 * configured port goes to one instance at a time and the others get a free one.
 */
import * as net from "node:net";

/** How long a port may still be taken after the process that had it was killed, ms. */
const LINGER_MS = 2000;

/** Pause between two looks at a port, ms. */
const LOOK_MS = 10;

/** Who has which port. */
export class Ports {
  readonly #leased = new Set<number>();
  /** Ports given back, by the time they were. */
  readonly #released = new Map<number, number>();

  /** The wanted port if nobody has it, else any free one. */
  async lease(wanted: number): Promise<number> {
    if (!this.#leased.has(wanted)) {
      // Taken before the look, which takes its time: two may want the same.
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

/** The port if a server could listen on it now, on every address as custom runtimes must; 0 = any. */
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
