/**
 * Loaded into a provider process before all else: its timers and its monotonic clock run `TEST_CLOCK_SPEED` times as fast, so that a
 * window of 3 s or a timeout of 60 s costs a test that much less. Nothing of the package is replaced.
 */
const { Socket } = require("node:net");
const { setTimeout: wait } = require("node:timers");

const speed = Number(process.env["TEST_CLOCK_SPEED"] ?? "1");
const now = performance.now.bind(performance);
/** @type {(this: import("node:net").Socket, ms: number, run?: () => void) => unknown} */
const idle = Reflect.get(Socket.prototype, "setTimeout");

performance.now = () => now() * speed;
/** @type {(run: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => NodeJS.Timeout} */
const sooner = (run, ms = 0, ...args) => wait(run, ms / speed, ...args);
Reflect.set(globalThis, "setTimeout", Object.assign(sooner, wait));
/** @this {import("node:net").Socket} @param {number} ms @param {() => void} [run] */
const idleSooner = function (ms, run) {
  return idle.call(this, Math.ceil(ms / speed), run);
};
Reflect.set(Socket.prototype, "setTimeout", idleSooner);
