import * as net from "node:net";

import { Ports } from "../../emulator/runtimes/ports";

const servers: net.Server[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done)))));

/** Listens on a port, as a custom runtime does. Port 0 means any free port. Returns the port. */
async function listen(port = 0): Promise<number> {
  const server = net.createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, "0.0.0.0", resolve));
  return (server.address() as net.AddressInfo).port;
}

async function closeLast(): Promise<void> {
  await new Promise((done) => servers.pop()?.close(done));
}

it("a requested port is given to one instance at a time; others get a free port", async () => {
  const wanted = await listen();
  await closeLast();
  const ports = new Ports();
  const [first, second, third] = await Promise.all([ports.lease(wanted), ports.lease(wanted), ports.lease(wanted)]);
  expect(first).toBe(wanted);
  expect(new Set([first, second, third]).size).toBe(3);
  ports.release(wanted);
  expect(await ports.lease(wanted)).toBe(wanted);
});

it("a port that another program uses is not given to an instance", async () => {
  const taken = await listen();
  expect(await new Ports().lease(taken)).not.toBe(taken);
});

it("a port is used again only after the process that had it has ended", async () => {
  const wanted = await listen();
  await closeLast();
  const ports = new Ports();
  await ports.lease(wanted);
  await listen(wanted);
  ports.release(wanted);
  const next = ports.lease(wanted);
  // This lease resolves after the lease `next` has found in its first check that the port is still in use.
  await ports.lease(wanted);
  await closeLast();
  expect(await next).toBe(wanted);
});
