/** The servers that `npm run bench:emulator` compares. Each runs in a separate process that loads nothing else. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** Message of a server's process when it listens. */
export interface Address {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** The kinds of servers. */
export type Kind = "emulator" | "bare";

/** A body like that of the emulator, so that both servers send the same amount. */
const FUNCTION = JSON.stringify({ functionName: "f", runtime: "nodejs20", handler: "index.handler", memorySize: 512 });

async function serve(kind: Kind, dataDir: string | undefined): Promise<void> {
  if (kind === "emulator") {
    const { startEmulator } = await import("../emulator/index.js");
    const { endpoint, accessKeyId, accessKeySecret } = await startEmulator(dataDir === undefined ? {} : { dataDir });
    process.send?.({ endpoint, accessKeyId, accessKeySecret } satisfies Address);
  } else {
    const server = http.createServer((request, response) => {
      request.resume().on("end", () => response.writeHead(200, { "content-type": "application/json" }).end(FUNCTION));
    });
    server.listen(0, "127.0.0.1", () => {
      const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      process.send?.({ endpoint, accessKeyId: "fcemu-bare", accessKeySecret: "fcemu-bare" } satisfies Address);
    });
  }
  // Answers each message with the resident memory of the process, in bytes.
  process.on("message", () => process.send?.(process.memoryUsage().rss));
  process.on("disconnect", () => process.exit(0));
}

const [kind, dataDir] = process.argv.slice(2);
serve(kind === "emulator" ? "emulator" : "bare", dataDir).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
