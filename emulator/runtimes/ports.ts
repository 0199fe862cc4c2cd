/**
 * Ports of custom runtimes. In the service each instance has a network of its own; here all share one machine, so the
 * configured port goes to one instance at a time and the others get a free one.
 */
import * as net from "node:net";

/** Who has which port. */
export class Ports {
  readonly #leased = new Set<number>();

  /** The wanted port if nobody has it, else any free one. */
  async lease(wanted: number): Promise<number> {
    const isOurs = this.#leased.has(wanted);
    // Taken at once: the look below takes its time, and two may want the same.
    if (!isOurs) this.#leased.add(wanted);
    if (!isOurs && (await freePort(wanted)) !== undefined) return wanted;
    if (!isOurs) this.#leased.delete(wanted);
    for (;;) {
      const port = await freePort(0);
      if (port === undefined || this.#leased.has(port)) continue;
      this.#leased.add(port);
      return port;
    }
  }

  release(port: number): void {
    this.#leased.delete(port);
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
