/** A server for the tests of the client. The server records each request, and a test defines the answers. */
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../provider/client/retry";

/** An account of an emulator, as text of 16 digits. */
export const ACCOUNT = "0000123456789012";
export const PLACE = { region: "cn-hangzhou", accountId: ACCOUNT };

export interface Recorded {
  /** Method, path and query. */
  readonly line: string;
  /** The body: JSON as data, other text as text. */
  readonly body: unknown;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: http.OutgoingHttpHeaders;
  /** Milliseconds until the server answers. */
  readonly after?: number;
}

export class Recorder {
  /** The requests, without those to STS. */
  requests: Recorded[] = [];
  /** The answers in order. The last answer is repeated. */
  replies: Reply[] = [];
  /** The answers of STS in order. The last answer is repeated. */
  identities: Reply[] = [{ body: { AccountId: ACCOUNT } }];
  /** Number of requests to STS. */
  asked = 0;
  /** The waits of the client in milliseconds. They pass at once. */
  waits: number[] = [];
  /** The client's time in milliseconds. */
  now = 0;

  private constructor(private readonly server: http.Server) {}

  static async start(): Promise<Recorder> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => recorder.answer(request, Buffer.concat(chunks).toString(), response));
    });
    const recorder = new Recorder(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return recorder;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Options of a client that calls this server. */
  get options() {
    const { port } = this.server.address() as AddressInfo;
    const env = {
      ALICLOUD_FC_EMULATOR: `http://127.0.0.1:${port}`,
      ALIBABA_CLOUD_ACCESS_KEY_ID: "fcemu-key",
      ALIBABA_CLOUD_ACCESS_KEY_SECRET: "fcemu-secret",
    };
    const clock: Clock = {
      now: () => this.now,
      random: () => 0.5,
      sleep: (milliseconds) => {
        this.waits.push(milliseconds);
        this.now += milliseconds;
        return Promise.resolve();
      },
    };
    return { env, clock, timeout: 300 };
  }

  get lines(): string[] {
    return this.requests.map(({ line }) => line);
  }

  private answer(
    { method = "", url = "", headers }: http.IncomingMessage,
    text: string,
    response: http.ServerResponse,
  ) {
    const sts = method === "POST" && /^\/(\?|$)/.test(url);
    if (sts) this.asked += 1;
    else this.requests.push({ line: `${method} ${decodeURIComponent(url)}`, body: parsed(text), headers });
    const replies = sts ? this.identities : this.replies;
    const { status = 200, body, headers: extra, after } = (replies.length > 1 ? replies.shift() : replies[0]) ?? {};
    const send = () => {
      response.writeHead(status, { "content-type": "application/json", ...extra });
      response.end(body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body));
    };
    if (after === undefined) send();
    else setTimeout(send, after).unref();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
