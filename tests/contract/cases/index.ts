/** All cases of the contract suite. */
import type { Case } from "../case";
import { ALIAS_CASES } from "./aliases";
import { DOMAINS } from "./domains";
import { FUNCTIONS } from "./functions";
import { INVOCATIONS } from "./invocations";
import { LAYERS } from "./layers";
import { SETTINGS } from "./settings";
import { TRIGGERS } from "./triggers";
import { VERSION_CASES } from "./versions";

/** Map from the name of a group to the cases of the group. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  functions: FUNCTIONS,
  versions: VERSION_CASES,
  aliases: ALIAS_CASES,
  invocations: INVOCATIONS,
  settings: SETTINGS,
  triggers: TRIGGERS,
  layers: LAYERS,
  domains: DOMAINS,
};

/** Every case with the name of its group. */
export const ALL: readonly (Case & { readonly group: string })[] = Object.entries(CASES).flatMap(([group, cases]) =>
  cases.map((each) => ({ ...each, group })),
);
