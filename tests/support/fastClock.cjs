/**
 * A module that is loaded into a provider process first. The timers and the monotonic clock of the process run
 * `TEST_CLOCK_SPEED` times as fast, so that a test does not wait 3 s for a window of 3 s. Timeouts of requests run only
 * a fifth as fast as that, because a busy machine answers slowly. No code of the package is replaced.
 */
const { Socket } = require("node:net");
const { setTimeout: wait } = require("node:timers");

const speed = Number(process.env["TEST_CLOCK_SPEED"] ?? "1");
/** Timers of this time or more, in ms, are timeouts of requests. All pauses between two attempts are shorter. */
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
