/** Durations in the form of Pulumi's `customTimeouts`, which is that of Go, such as `10m` or `1h30m`. Pure. */

const SECONDS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };
const PART = "(\\d{1,9}(?:\\.\\d{0,9})?|\\.\\d{1,9})(h|ms|m|s|us|µs|ns)";

/** Converts a duration to whole seconds, rounded up. Returns any other value unchanged, so that `check` refuses it. */
export function secondsOf(duration: unknown): unknown {
  if (typeof duration !== "string" || duration.length > 64 || !new RegExp(`^(${PART})+$`).test(duration)) {
    return duration;
  }
  const parts = [...duration.matchAll(new RegExp(PART, "g"))];
  return Math.ceil(parts.reduce((sum, [, count, unit]) => sum + Number(count) * (SECONDS[unit ?? ""] ?? 0), 0));
}

/** The longest of the durations in seconds, or the first value that is not a duration; undefined for an empty list. */
export function longest(durations: readonly unknown[]): unknown {
  const seconds = durations.filter((duration) => duration !== undefined && duration !== null).map(secondsOf);
  const odd = seconds.find((value) => typeof value !== "number" || value === 0);
  return odd ?? (seconds.length === 0 ? undefined : Math.max(...(seconds as number[])));
}

/** Formats a duration for people, with its two largest units. */
export function formatSeconds(seconds: number): string {
  const units = [
    ["d", 86400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const;
  const whole = Math.ceil(seconds);
  const first = units.findIndex(([, size]) => whole >= size);
  if (first < 0) return "0 s";
  const [name, size] = units[first] ?? ["s", 1];
  const next = units[first + 1];
  const rest = next === undefined ? 0 : Math.floor((whole % size) / next[1]);
  return `${Math.floor(whole / size)} ${name}${rest > 0 ? ` ${rest} ${next?.[0] ?? ""}` : ""}`;
}
