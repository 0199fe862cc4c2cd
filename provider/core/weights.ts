/** Shares of traffic: percent for people, tenths of a percent inside the code, fractions in requests. Pure. */

import { show } from "./validate";

/** A share of traffic in tenths of a percent, a whole number from 0 to 1000. */
export type Tenths = number;

/** All traffic. */
export const ALL: Tenths = 1000;

const ALLOWED =
  'allowed: 0, or 1 to 100 in steps of 0.1 (percent); a share below one percent is written as text with its unit, such as "0.5%"';

/** A parsed share, or the reason why the value is not a share. */
export type ParsedShare = { readonly tenths: Tenths } | { readonly problem: string };

/**
 * Parses a share of traffic in percent: `10`, `12.5`, `"25"`, `"0.5%"`. A number strictly between 0 and 1 is refused,
 * because 0.1 may mean 0.1 % or 10 %.
 */
export function parseShare(value: unknown): ParsedShare {
  const problem = (why: string): ParsedShare => ({ problem: `${why}: got ${show(value)}; ${ALLOWED}` });
  if (typeof value !== "number" && typeof value !== "string") return problem("a weight is a number or text");
  const text = String(value).trim();
  const match = /^(\d{1,20}(?:\.\d{1,20})?)\s?(%?)$/.exec(text);
  if (match?.[1] === undefined) return problem("not a weight");
  const percent = Number(match[1]);
  if (percent > 0 && percent < 1 && match[2] === "") {
    const hundredfold = Number((percent * 100).toPrecision(12));
    return problem(`a weight between 0 and 1 is ambiguous (${percent} may mean ${percent} % or ${hundredfold} %)`);
  }
  const tenths = Math.round(percent * 10);
  // The tolerance accepts rounding errors such as that of 0.1 + 0.2, but no second decimal.
  if (Math.abs(percent * 10 - tenths) > 1e-9) return problem("a weight has at most one decimal");
  if (tenths > ALL) return problem("a weight is at most 100");
  return { tenths };
}

/** Formats a share for messages and state: a number of percent, or text below one percent. */
export function formatShare(tenths: Tenths): number | string {
  return tenths > 0 && tenths < 10 ? `${tenths / 10}%` : tenths / 10;
}

/** A share in the form of the service: a fraction from 0 to 1 with at most three decimals. */
export function toFraction(tenths: Tenths): number {
  return tenths / ALL;
}

/** Converts a fraction of the service to the nearest tenth of a percent. */
export function fromFraction(fraction: number): Tenths {
  return Math.round(fraction * ALL);
}
