/**
 * Loaded into a provider process before everything else. Its timers and its monotonic clock run `TEST_CLOCK_SPEED`
 * times as fast, so that a test does not wait for a window of 3 s. Timeouts of requests are sped up by a fifth of that,
 * since a busy machine answers slowly. Nothing of the package is replaced.
 */
const { Socket } = require("node:net");
const { setTimeout: wait } = require("node:timers");

const speed = Number(process.env["TEST_CLOCK_SPEED"] ?? "1");
/** The shortest timeout of a request, in ms. Every pause between two tries is shorter. */
const REQUEST_TIMEOUT = 10_000;
/** @param {number} ms */
const sooner = (ms) => (ms < REQUEST_TIMEOUT ? ms / speed : (ms / speed) * 5);
const now = performance.now.bind(performance);
/** @type {(this: import("node:net").Socket, ms: number, run?: () => void) => unknown} */
const idle = Reflect.get(Socket.prototype, "setTimeout");

performance.now = () => now() * speed;
/** @type {(run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout} */
const waitSooner = (run, ms = 0, ...args) => wait(run, sooner(ms), ...args);
Reflect.set(globalThis, "setTimeout", Object.assign(waitSooner, wait));
/** @this {import("node:net").Socket} @param {number} ms @param {() => void} [run] */
const idleSooner = function (ms, run) {
  return idle.call(this, Math.ceil(sooner(ms)), run);
};
Reflect.set(Socket.prototype, "setTimeout", idleSooner);
