/** Listening on the loopback address, for every port of the emulator. */
import type * as http from "node:http";
import type { AddressInfo, Socket } from "node:net";

/** Starts listening on 127.0.0.1 and answers the port; `port` 0 = any free one. Rejects when it is taken. */
export function listen(server: http.Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Stops listening and closes every connection, hanging ones too. */
export function closeServer(server: http.Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Whether a Host header is a loopback name with the port the request came to. */
export function isOwnHost(host: string | undefined, socket: Socket): boolean {
  const port = String(socket.localPort);
  return ["127.0.0.1", "localhost", "[::1]"].some((name) => host?.toLowerCase() === `${name}:${port}`);
}
