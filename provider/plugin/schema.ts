/** The package's schema: `schema.json` beside this file, generated from the types and docstrings by `npm run schema`. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PACKAGE_FOLDER, packageVersion } from "../package";

/** A property of the schema, with the members that the plugin uses. */
export interface Member {
  readonly $ref?: string;
}

/** Pulumi's package schema, with the members that the plugin uses. */
export interface Schema {
  readonly types: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Member>> }>>;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly inputProperties?: Readonly<Record<string, Member>>;
        readonly properties?: Readonly<Record<string, Member>>;
      }
    >
  >;
}

/** The schema as JSON text, with the version of this package filled in. */
export function schemaText(): string {
  const schema = JSON.parse(readFileSync(join(PACKAGE_FOLDER, "provider", "plugin", "schema.json"), "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
