/** The package's schema: `schema.json` beside this file, generated from the types and docstrings by `npm run schema`. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A property, as far as the plugin looks at it. */
export interface Member {
  readonly $ref?: string;
}

/** Pulumi's package schema, as far as the plugin looks at it. */
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

/** The package's folder, from `dist/provider/plugin` or, in tests, from the sources. */
const PACKAGE = packageFolder(__dirname);

function packageFolder(from: string): string {
  return existsSync(join(from, "package.json")) ? from : packageFolder(dirname(from));
}

/** Version of the package. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as { version: string }).version;
}

/** The schema, with the package's version. */
export function schemaText(): string {
  const schema = JSON.parse(readFileSync(join(PACKAGE, "provider", "plugin", "schema.json"), "utf8")) as object;
  return JSON.stringify({ ...schema, version: packageVersion() });
}
