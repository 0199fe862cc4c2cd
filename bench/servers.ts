/** The servers `npm run bench:emulator` compares, each in a process of its own that loads nothing else. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";

/** What a server's process says when it listens. */
export interface Address {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Which server. */
export type Kind = "emulator" | "bare";

/** A body such as the emulator answers, so that both servers send as much. */
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
  // Asked for its memory; the kernel's own figure, after a collection where one can be asked for.
  process.on("message", () => process.send?.(process.memoryUsage().rss));
  process.on("disconnect", () => process.exit(0));
}

const [kind, dataDir] = process.argv.slice(2);
serve(kind === "emulator" ? "emulator" : "bare", dataDir).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
