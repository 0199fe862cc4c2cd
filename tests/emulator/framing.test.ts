/** HTTP bodies and connections: content-length and chunked bodies, compressed bodies, connections that are used again. */
import { createHash, randomUUID } from "node:crypto";
import * as http from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import { signHttp, useEmulator, zipInput } from "./support";

const emulator = useEmulator();
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
afterAll(() => agent.destroy());

interface Sent {
  readonly status: number | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** The local port. Requests with the same port used the same connection. */
  readonly port: number | undefined;
}

/** Sends a signed request. The body is sent as it is given. Without a content length, the body is chunked. */
function send(
  method: string,
  path: string,
  body: Buffer = Buffer.alloc(0),
  extra: Record<string, string> = {},
  parts = 1,
): Promise<Sent> {
  const { endpoint } = emulator();
  const url = `${endpoint}/2023-03-30${path}`;
  const hash = createHash("sha256").update(body).digest("hex");
  const headers = {
    host: new URL(endpoint).host,
    "x-acs-version": "2023-03-30",
    "x-acs-signature-nonce": randomUUID(),
    "x-acs-content-sha256": hash,
    ...(body.length === 0 ? {} : { "content-type": "application/json" }),
  };
  const signed = { ...signHttp(emulator(), method, url, { headers, payload: hash }), ...extra };
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: signed, agent }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const { statusCode: status, headers: received } = answer;
        resolve({ status, headers: received, body: Buffer.concat(chunks), port: request.socket?.localPort });
      });
    });
    request.on("error", reject);
    const size = Math.ceil(body.length / parts);
    for (let at = 0; at < parts && size > 0; at++) request.write(body.subarray(at * size, (at + 1) * size));
    request.end();
  });
}

const input = (functionName: string): Buffer =>
  Buffer.from(
    JSON.stringify({
      functionName,
      runtime: "nodejs20",
      handler: "index.handler",
      code: zipInput({ "index.js": "exports.handler = async () => 'ok';" }).toMap(),
    }),
  );

it.each([
  ["with a length", (body: Buffer) => ({ "content-length": String(body.length) }), 1],
  ["in one chunk", () => ({}), 1],
  ["in many chunks", () => ({}), 50],
])("a body is read if it comes %s", async (how, framing, parts) => {
  const body = input(how.replaceAll(" ", "-"));
  const answer = await send("POST", "/functions", body, framing(body), parts);
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.body.toString())).toMatchObject({ functionName: how.replaceAll(" ", "-") });
  expect(answer.headers["content-length"]).toBe(String(answer.body.length));
});

it.each([
  ["gzip", gzipSync],
  ["deflate", deflateSync],
])("a body may be packed with %s; its signature covers the packed bytes", async (encoding, pack) => {
  const headers = { "content-encoding": encoding };
  const body = pack(input(encoding));
  expect((await send("POST", "/functions", body, headers)).status).toBe(200);
  const changed = { ...headers, "x-acs-content-sha256": createHash("sha256").update("other").digest("hex") };
  expect((await send("POST", "/functions", body, changed)).status).toBe(403);
});

it.each<[string, string, Buffer, string]>([
  ["packed in an unknown way", "br", brotliCompressSync(input("br")), "content-encoding 'br'"],
  ["that is not packed", "gzip", input("plain"), "is not gzip"],
  ["cut short", "gzip", gzipSync(input("short")).subarray(0, 60), "is not gzip"],
  ["that is larger than the limit when unpacked", "gzip", gzipSync(Buffer.alloc(101 * 1024 * 1024)), "payload size exceeds"],
])("a body %s is refused", async (_what, encoding, body, message) => {
  const answer = await send("POST", "/functions", body, { "content-encoding": encoding });
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain(message);
}); // prettier-ignore

it("an answer is not packed, also for a client that accepts packed answers", async () => {
  const answer = await send("GET", "/functions", undefined, { "accept-encoding": "gzip, deflate, br" });
  expect(answer.headers["content-encoding"]).toBeUndefined();
  expect(JSON.parse(answer.body.toString())).toHaveProperty("functions");
});

it("one connection can be used for many requests, also after a refusal", async () => {
  const answers: Sent[] = [];
  for (const path of ["/functions", "/functions/nobody", "/functions"]) answers.push(await send("GET", path));
  answers.push(await send("POST", "/functions", Buffer.from("{")));
  answers.push(await send("GET", "/functions"));
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 400, 200]);
  expect(new Set(answers.map(({ port }) => port)).size).toBe(1);
});
