/** All expectations. */
import type { Case } from "../case";
import { ALIAS_CASES } from "./aliases";
import { FUNCTIONS } from "./functions";
import { INVOCATIONS } from "./invocations";
import { SETTINGS } from "./settings";
import { VERSION_CASES } from "./versions";

/** Group and its cases. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  functions: FUNCTIONS,
  versions: VERSION_CASES,
  aliases: ALIAS_CASES,
  invocations: INVOCATIONS,
  settings: SETTINGS,
};

/** Every case with its group. */
export const ALL: readonly (Case & { readonly group: string })[] = Object.entries(CASES).flatMap(([group, cases]) =>
  cases.map((each) => ({ ...each, group })),
);
