/** The server of the web page and its data. `page.host.ts` tests the page in a browser. */
import * as http from "node:http";

import { expectedBand } from "../../emulator/page/band";
import type { PageState } from "../../emulator/page/state";
import { band } from "../../tools/demo/split";
import { Api, useEmulator, zipInput } from "./support";

const emulator = useEmulator({ page: 0, random: () => 0 });
let api: Api;
beforeAll(() => {
  api = new Api(emulator());
});

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
}

function ask(path: string, headers: http.OutgoingHttpHeaders = {}, method = "GET"): Promise<Answer> {
  const url = new URL(path, emulator().page);
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method, headers: { host: url.host, ...headers } }, (response) => {
      resolve({ status: response.statusCode ?? 0, headers: response.headers });
      response.destroy();
    });
    request.on("error", reject);
    request.end();
  });
}

/** The states that the server sends to the page, in their order. */
async function* states(): AsyncGenerator<PageState> {
  const response = await fetch(new URL("/events", emulator().page));
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      if (data !== undefined) yield JSON.parse(data) as PageState;
    }
  }
}

async function stateWhere(isMet: (state: PageState) => boolean): Promise<PageState> {
  for await (const state of states()) if (isMet(state)) return state;
  throw new Error("the page's events ended");
}

it("the expected range is that of the demo, for every number of requests and any share", () => {
  const shares = [0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.333, 0.5, 0.75, 0.9, 0.95, 0.999, 1];
  for (const total of [0, 1, 2, 5, 10, 37, 100, 200, 500]) {
    for (const share of shares) expect([total, share, expectedBand(total, share)]).toEqual([total, share, band(total, share * 100)]); // prettier-ignore
  }
});

describe("requests to the page", () => {
  it("the headers forbid external content, frames and caching", async () => {
    for (const path of ["/", "/page.css", "/page.js", "/page.svg", "/events", "/missing"]) {
      const { status, headers } = await ask(path);
      expect([path, status]).toEqual([path, path === "/missing" ? 404 : 200]);
      expect(headers["content-security-policy"]).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "no-store" });
      expect(headers).not.toHaveProperty("access-control-allow-origin");
    }
  });

  it.each<[string, http.OutgoingHttpHeaders, string, number]>([
    ["a foreign host", { host: "evil.example" }, "GET", 421],
    ["another port", { host: "127.0.0.1:1" }, "GET", 421],
    ["a foreign origin", { origin: "http://evil.example" }, "GET", 403],
    ["the origin null", { origin: "null" }, "GET", 403],
    ["another site's page", { "sec-fetch-site": "cross-site" }, "GET", 403],
    ["another port's page", { "sec-fetch-site": "same-site" }, "GET", 403],
    ["POST", {}, "POST", 405],
    ["DELETE", {}, "DELETE", 405],
  ])("%s is refused", async (_name, headers, method, status) => {
    for (const path of ["/", "/events"]) expect((await ask(path, headers, method)).status).toBe(status);
  });

  it("a request from the page itself is accepted", async () => {
    const { origin } = new URL(emulator().page ?? "");
    expect((await ask("/events", { origin, "sec-fetch-site": "same-origin" })).status).toBe(200);
  });
});

describe("the data of the page", () => {
  beforeAll(async () => {
    const source = "exports.handler = async (event) => { if (String(event) === 'fail') throw new Error(); };";
    const environmentVariables = { TOKEN: "value-nobody-may-see" };
    await api.create("api", { code: zipInput({ "index.js": source }), environmentVariables });
    await api.publish("api", "first");
    await api.update("api", { timeout: 5 });
    await api.publish("api", "second");
    await api.createAlias("api", "live", { versionId: "1", additionalVersionWeight: { "2": 0.25 } });
  });

  const split = ({ functions }: PageState) => functions[0]?.aliases[0]?.split;

  it("the data have the requests and errors of each version since the weights were set", async () => {
    const seen = stateWhere((state) => state.functions[0]?.aliases[0]?.requests === 3);
    for (const event of ["", "fail", ""]) await api.invoke("api", { qualifier: "live", event });
    await api.invoke("api", { qualifier: "1" });
    const state = await seen;
    expect(state).toMatchObject({ region: "cn-hangzhou", window: 500 });
    expect(state.functions[0]?.versions.map(({ id, description, aliases }) => [id, description, aliases])).toEqual([
      ["2", "second", ["live"]],
      ["1", "first", ["live"]],
    ]);
    expect(split(state)).toEqual([
      { version: "1", isMain: true, weight: 75, requests: 0, errors: 0, ...band(3, 75) },
      { version: "2", isMain: false, weight: 25, requests: 3, errors: 1, ...band(3, 25) },
    ]);
  });

  it("the data of the page have no environment variable and no key", async () => {
    const text = JSON.stringify(await stateWhere(() => true));
    expect(text).toContain('"name":"api"');
    for (const secret of ["TOKEN", "value-nobody-may-see", emulator().accessKeyId, emulator().accessKeySecret]) {
      expect(text).not.toContain(secret);
    }
  });

  it("after a change of weights the counts start again at 0", async () => {
    await api.updateAlias("api", "live", { additionalVersionWeight: { "2": 0.5 } });
    expect(split(await stateWhere(() => true))?.map(({ weight, requests }) => [weight, requests])).toEqual([
      [50, 0],
      [50, 0],
    ]);
    await api.invoke("api", { qualifier: "live" });
    expect((await stateWhere(() => true)).functions[0]?.aliases[0]?.requests).toBe(1);
  });

  it("the page shows changes that were made without the API", async () => {
    const seen = stateWhere((state) => split(state)?.length === 1);
    const alias = emulator().store.functions.get("api")?.aliases.get("live");
    if (alias !== undefined) alias.additionalVersionWeight = {};
    expect(split(await seen)).toMatchObject([{ version: "1", weight: 100, requests: 0 }]);
  });
});
