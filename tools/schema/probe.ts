/** Finds out by calls of `check` which texts are enumeration values, and which numbers must be whole. */
import { checkAlias } from "../../provider/core/alias";
import type { Checked } from "../../provider/core/common";
import { checkFunction } from "../../provider/core/function";
import { checkRelease } from "../../provider/core/release";
import { checkHttpTrigger } from "../../provider/core/trigger";
import { UNKNOWN } from "../../provider/core/unknown";
import { checkVersion } from "../../provider/core/version";
import type { Kind } from "../../provider/resources/tokens";

const CHECKS: Readonly<Record<Kind, (olds: object, news: object) => Checked>> = {
  Function: checkFunction,
  Version: checkVersion,
  Alias: checkAlias,
  Release: checkRelease,
  HttpTrigger: checkHttpTrigger,
};

/** One member of a path to a value. `siblings` are members that must exist beside it. */
export interface Step {
  readonly name: string;
  readonly list: boolean;
  readonly siblings: readonly string[];
}

/** The texts that a property accepts; undefined if it accepts other texts as well. */
export function choices(kind: Kind, way: readonly Step[]): string[] | undefined {
  const allowed = /; allowed: ((?:"[^"]*"(?:, )?)+)$/.exec(refusal(kind, way, "no such choice") ?? "")?.[1];
  return allowed === undefined ? undefined : [...allowed.matchAll(/"([^"]*)"/g)].map(([, choice = ""]) => choice);
}

/** True for a number that must be whole. */
export function isWhole(kind: Kind, way: readonly Step[]): boolean {
  return /; allowed: (a whole number|\d+(, \d+)+$)/.test(refusal(kind, way, 0.123) ?? "");
}

function refusal(kind: Kind, way: readonly Step[], value: unknown): string | undefined {
  const [first] = way;
  const given = way.reduceRight<unknown>(
    (inside, { name, list, siblings }) => ({
      ...Object.fromEntries(siblings.map((sibling) => [sibling, UNKNOWN])),
      [name]: list ? [inside] : inside,
    }),
    value,
  );
  const { failures } = CHECKS[kind]({}, given as object);
  return failures.find(({ property }) => property === first?.name)?.reason;
}
