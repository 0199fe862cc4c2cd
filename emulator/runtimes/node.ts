/** Handlers in Node.js, run by the Node.js that runs the emulator. */
import * as path from "node:path";

import { type Language, MAX_RESPONSE_BYTES } from "./language";

/**
 * Source of the script that runs a Node.js handler in an instance. The script receives calls as JSON lines on
 * descriptor 3, one at a time. A call runs the handler of requests (`handle`, with an event) or a hook (`initialize`,
 * `preStop`, without an event). The source is text for the same reason as the launcher.
 *
 * After each request the script writes a mark to both output streams. The mark shows the emulator that the log of the
 * request is complete.
 */
const SOURCE = String.raw`"use strict";
const fs = require("node:fs");
const net = require("node:net");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [, , codeFolder, replyLimitText] = process.argv;
const replyLimit = Number(replyLimitText);
const channel = new net.Socket({ fd: 3, readable: true, writable: true });
const loaded = new Map();
let current;

process.argv.splice(1);

process.on("uncaughtException", (error) => {
  console.error(error);
  fail(error, false, () => process.exit(1));
});
process.on("unhandledRejection", (reason) => {
  throw reason;
});

// Each part of an unfinished line is searched only once, so long lines stay cheap.
let parts = [];
channel.setEncoding("utf8");
channel.on("data", (text) => {
  const lines = text.split("\n");
  const rest = lines.pop();
  if (lines.length > 0) {
    lines[0] = parts.join("") + lines[0];
    parts = [];
  }
  parts.push(rest);
  for (const line of lines) void run(JSON.parse(line));
});
channel.on("end", () => process.exit(0));
channel.on("error", () => process.exit(0));

async function run(request) {
  current = request.token;
  const context = { ...request.context, logger: console };
  try {
    const handler = await load(request.handler);
    const args = request.call === "handle" ? [Buffer.from(request.event, "base64"), context] : [context];
    succeed(request.token, await call(handler, args));
  } catch (thrown) {
    if (current !== request.token) return;
    const handled = thrown instanceof Handled;
    const error = handled ? thrown.reason : thrown;
    if (!handled) console.error(error);
    fail(error, handled);
  }
}

class Handled {
  constructor(reason) {
    this.reason = reason;
  }
}

// A handler returns its result by its callback, by a promise, or, if it has no parameter for a callback, as its return
// value.
function call(handler, args) {
  return new Promise((resolve, reject) => {
    const callback = (error, value) => (error ? reject(new Handled(error)) : resolve(value));
    const returned = handler(...args, callback);
    if (returned && typeof returned.then === "function") returned.then(resolve, reject);
    else if (handler.length <= args.length) resolve(returned);
  });
}

async function load(name) {
  if (!loaded.has(name)) loaded.set(name, await find(name));
  return loaded.get(name);
}

async function find(name) {
  const dot = name.lastIndexOf(".");
  const file = fileOf(path.join(codeFolder, name.slice(0, dot)));
  const module = await loadModule(file);
  const method = name.slice(dot + 1);
  const handler = module[method] ?? module.default?.[method];
  // Source of the text: documentation.
  if (typeof handler !== "function") throw new Error("Handler '" + method + "' missing on module '" + name.slice(0, dot) + "'");
  return handler;
}

function fileOf(base) {
  for (const end of [".js", ".cjs", ".mjs"]) if (fs.existsSync(base + end)) return base + end;
  throw new Error("Cannot find module '/code/" + path.relative(codeFolder, base) + ".js'");
}

async function loadModule(file) {
  if (file.endsWith(".mjs")) return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    if (error?.code !== "ERR_REQUIRE_ESM" && error?.code !== "ERR_REQUIRE_ASYNC_MODULE") throw error;
    return import(pathToFileURL(file).href);
  }
}

function succeed(token, value) {
  const bytes = toBytes(value);
  if (bytes.length > replyLimit) throw new Error("the response is larger than " + replyLimit + " bytes");
  reply({ token, result: bytes.toString("base64") });
}

function toBytes(value) {
  if (Buffer.isBuffer(value) || value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value === "string") return Buffer.from(value);
  return Buffer.from(value === undefined ? "" : JSON.stringify(value));
}

function fail(error, handled, done) {
  // Text given to the callback is answered alone. Source: documentation.
  if (handled && typeof error === "string") return reply({ token: current, error: { errorMessage: error }, handled }, done);
  const isError = error instanceof Error;
  const text = isError ? error.message : typeof error === "string" ? error : JSON.stringify(error);
  const stack = isError && error.stack ? error.stack.split("\n").slice(1).map((line) => line.trim()) : [];
  const body = { errorMessage: String(text), errorType: isError ? error.name : "Error", stackTrace: stack };
  reply({ token: current, error: body, handled }, done);
}

function reply(message, done) {
  if (current === undefined || message.token !== current) return done?.();
  current = undefined;
  const mark = "\0" + message.token + "\n";
  process.stdout.write(mark);
  process.stderr.write(mark);
  const memory = process.resourceUsage().maxRSS / 1024;
  channel.write(JSON.stringify({ ...message, memory }) + "\n", done);
}
`;

export const NODE: Language = {
  runtimes: /^nodejs/,
  needs: [],
  install: "",
  scripts: { "node.js": SOURCE },
  layerPaths: { NODE_PATH: "nodejs/node_modules" },
  start: ({ code, scripts, memoryMb }) => ({
    command: process.execPath,
    args: [`--max-old-space-size=${memoryMb}`, path.join(scripts, "node.js"), code, String(MAX_RESPONSE_BYTES)],
  }),
};
