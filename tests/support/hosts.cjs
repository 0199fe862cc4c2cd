/**
 * A module that is loaded into a process first. `TEST_HOSTS` is a JSON object of host names and emulators. Requests to
 * these hosts go to the emulator over plain HTTP. An emulator accepts only its own host name, so each request gets a
 * new signature for that name. A request that was signed with another key keeps its signature and is refused, as the
 * service would do. Requests to any other host fail. No code of the package is replaced.
 */
const http = require("node:http");
const https = require("node:https");
const { OpenApiUtil } = require("@alicloud/openapi-core");
const { Request } = require("@darabonba/typescript");

/** @typedef {{ endpoint: string, accessKeyId: string, accessKeySecret: string }} Region */

/** @type {(text: string) => Record<string, Region | undefined>} */
const parsed = JSON.parse;
const regions = parsed(process.env["TEST_HOSTS"] ?? "{}");

/**
 * @param {import("node:https").RequestOptions & { headers: Record<string, string> }} options
 * @param {(answer: import("node:http").IncomingMessage) => void} [callback]
 */
const request = (options, callback) => {
  const name = String(options.host ?? options.hostname);
  const region = regions[name];
  if (region === undefined) throw new Error(`a request to ${name}, which no emulator stands for`);
  const { host, hostname, port } = new URL(region.endpoint);
  const headers = signedAnew(options, host, region);
  return http.request({ ...options, protocol: "http:", host: hostname, port, headers, agent: undefined }, callback);
};
Reflect.set(https, "request", request);

/**
 * @param {{ method?: string | undefined, path?: string | null | undefined, headers: Record<string, string> }} options
 * @param {string} host
 * @param {Region} region
 */
function signedAnew({ method = "GET", path, headers }, host, { accessKeyId, accessKeySecret }) {
  /** @type {Record<string, string>} */
  const given = {};
  for (const [name, value] of Object.entries(headers)) given[name.toLowerCase()] = value;
  const { authorization = "", ...rest } = given;
  const named = { ...rest, host };
  if (!authorization.includes(`Credential=${accessKeyId},`)) return { ...named, authorization };
  const { pathname, searchParams } = new URL(String(path), "http://any");
  const signed = new Request();
  Object.assign(signed, { method, pathname, query: Object.fromEntries(searchParams), headers: named });
  const [algorithm = ""] = authorization.split(" ");
  const hash = rest["x-acs-content-sha256"] ?? "";
  return {
    ...named,
    authorization: OpenApiUtil.getAuthorization(signed, algorithm, hash, accessKeyId, accessKeySecret),
  };
}
