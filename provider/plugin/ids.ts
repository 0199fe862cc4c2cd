/** Reads region, account and names from an id, which is all that `pulumi import` passes on. Pure. */
import type { Importable } from "./imported";

const FORMS: Readonly<
  Record<Importable, { readonly shape: string; readonly names: readonly string[]; readonly form: RegExp }>
> = {
  Function: { shape: "<function>", names: [], form: /^([^:/]+)$/ },
  Alias: { shape: "<function>/<alias>", names: ["aliasName"], form: /^([^:/]+)\/([^:/]+)$/ },
  HttpTrigger: { shape: "<function>/triggers:<trigger>", names: ["triggerName"], form: /^([^:/]+)\/triggers:([^/]+)$/ },
};

/** Region, account and names in an id. Throws an Error with the expected form for text that is no id of the kind. */
export function identityOf(kind: Importable, id: string): Record<string, string> {
  const { shape, names, form } = FORMS[kind];
  const [, region, accountId, rest = ""] = /^([^:]+):(\d+):(.+)$/.exec(id) ?? [];
  const [, functionName, ...found] = form.exec(rest) ?? [];
  if (region === undefined || accountId === undefined || functionName === undefined) {
    throw new Error(`id: got ${JSON.stringify(id)}; allowed: <region>:<account id>:${shape}`);
  }
  return { region, accountId, functionName, ...Object.fromEntries(names.map((name, i) => [name, found[i] ?? ""])) };
}
