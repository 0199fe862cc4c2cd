/** Tests the imports of every folder. The message of a failure has the reason why the import is not allowed. */
import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

const root = path.join(__dirname, "..");

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function filesBelow(folder: string): string[] {
  return fs.readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(name);
    return name.endsWith(".ts") && !name.endsWith(".d.ts") ? [name] : [];
  });
}

const sources = [
  ...filesBelow("provider"),
  ...filesBelow("archive"),
  ...filesBelow("emulator"),
  ...filesBelow("cli"),
].map((name) => ({
  name,
  text: fs.readFileSync(path.join(root, name), "utf8"),
}));

/** The imports of a module, in every form. `require` and `import()` count as imports of types, because they are executed late. */
function arrowsOf({ name, text }: (typeof sources)[number]): Arrow[] {
  const arrows: Arrow[] = [];
  const add = (to: string, typeOnly: boolean) => {
    const target = to.startsWith(".") ? path.posix.normalize(path.posix.join(path.posix.dirname(name), to)) : to;
    arrows.push({ from: name, to: target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      const clause = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
      add((node.moduleSpecifier as ts.StringLiteral).text, clause === true);
    }
    const [argument] = ts.isCallExpression(node) ? node.arguments : [];
    if (
      ts.isCallExpression(node) &&
      (node.expression.getText() === "require" || node.expression.kind === ts.SyntaxKind.ImportKeyword) &&
      argument &&
      ts.isStringLiteral(argument)
    ) {
      add(argument.text, true);
    }
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add((node.argument.literal as ts.StringLiteral).text, true);
    }
    if (ts.isExternalModuleReference(node)) add((node.expression as ts.StringLiteral).text, false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ES2022, true));
  return arrows;
}

const arrows = sources.flatMap(arrowsOf);
const inside = (folder: string) => (name: string) => name === folder || name.startsWith(`${folder}/`);

/** A folder, what it may import besides its own files, and the reason. */
const RULES: [string, string[], string][] = [
  ["provider/core", ["node:crypto", "cephes"], "decisions are pure: no I/O, no SDK, no Pulumi"],
  [
    "provider/code",
    ["provider/core/signatures", "node:crypto", "node:fs", "node:path", "node:zlib", "fflate", "ignore"],
    "reads code, knows nothing of the service",
  ],
  [
    "provider/client",
    [
      "provider/core",
      "node:async_hooks",
      "node:diagnostics_channel",
      "node:http",
      "node:stream",
      "@alicloud/fc20230330",
      "@alicloud/sls20201230",
      "@alicloud/openapi-core",
      "@alicloud/openapi-client",
      "@alicloud/credentials",
      "@alicloud/tea-util",
      "@darabonba/typescript",
    ],
    "talks to the service, decides nothing",
  ],
  [
    "provider/reconcile",
    ["provider/core", "provider/client/api", "provider/client/errors", "provider/client/retry"],
    "sees the service as an interface, never the SDK",
  ],
  [
    "provider/engine",
    ["provider/core/redact", "provider/reconcile/session", "@pulumi/pulumi", "@grpc/grpc-js"],
    "only reports to the engine",
  ],
  [
    "provider/resources",
    ["provider/core", "provider/code", "provider/runtime", "@pulumi/pulumi", "node:module", "node:path"],
    "thin classes: the SDK is loaded by nobody's import",
  ],
  [
    "provider/components",
    ["provider/core", "provider/resources", "@pulumi/pulumi", "fastest-levenshtein", "node:child_process"],
    "wires resources, and reads what stands in config",
  ],
  [
    "provider/plugin",
    [
      ...[
        "provider/core",
        "provider/code",
        "provider/resources",
        "provider/components",
        "provider/v1",
        "provider/runtime",
        "provider/package",
      ],
      ...["@pulumi/pulumi", "@grpc/grpc-js", "google-protobuf", "node:fs", "node:module", "node:path"],
    ],
    "serves to the other languages what the entry and the component are",
  ],
  [
    "provider/import",
    [
      ...["provider/core", "provider/code", "provider/client", "provider/reconcile/version"],
      ...["provider/resources/tokens", "node:util"],
    ],
    "reads a live function and describes it, and writes nothing",
  ],
  [
    "provider/rollout",
    ["provider/core", "provider/client", "provider/reconcile", "provider/resources/tokens"],
    "reads releases and says what a run would do, and changes no alias",
  ],
  [
    "archive",
    ["node:fs/promises", "node:path", "node:stream", "node:zlib", "yauzl"],
    "unpacks zips, knows nothing of provider and emulator",
  ],
  [
    "cli",
    [
      ...["provider/import", "provider/rollout", "provider/analysis", "provider/package", "archive"],
      ...[
        "@pulumi/pulumi",
        "node:child_process",
        "node:crypto",
        "node:fs",
        "node:os",
        "node:path",
        "node:readline/promises",
        "node:timers/promises",
        "node:util",
        "node:worker_threads",
      ],
      ...["commander", "picocolors", "log-update", "string-width", "wrap-ansi", "pure-rand", "yaml"],
      ...["@observablehq/plot", "@xmldom/xmldom"],
      ...["pulumi-alicloud-fc", "pulumi-alicloud-fc/emulator"],
    ],
    "uses entries of the provider that are made for it, and of the emulator what everybody imports",
  ],
];

it.each(RULES)("%s imports only what it may", (folder, allowed, because) => {
  const wrong = arrows
    .filter(({ from, to }) => inside(folder)(from) && !inside(folder)(to))
    .filter(({ to }) => !allowed.some((name) => inside(name)(to)))
    .map(({ from, to }) => `${from} imports ${to}, but ${folder} ${because}`);
  expect(wrong).toEqual([]);
});

it("special functions enter the core at one place: they are exact there, and a release that judges nothing loads none", () => {
  const importing = arrows.filter(({ from, to }) => inside("provider")(from) && to === "cephes");
  expect(importing.map(({ from }) => from)).toEqual(["provider/core/analysis/special.ts"]);
});

it("the resource classes load the runtime only by a late require, so a program never loads the SDK", () => {
  const early = arrows.filter(
    ({ from, to, typeOnly }) => inside("provider/resources")(from) && to === "provider/runtime" && !typeOnly,
  );
  expect(early).toEqual([]);
});

it("only the provider entry and the resource classes import the runtime", () => {
  const joining = arrows.filter(({ to }) => to === "provider/runtime").map(({ from }) => from);
  expect([...new Set(joining)]).toEqual([
    "provider/plugin/resources.ts",
    "provider/resources/place.ts",
    "provider/v1.ts",
  ]);
});

it("only the client imports the SDK of the service, and only the resources import Pulumi's SDK", () => {
  const packages = (pattern: RegExp) =>
    [...new Set(arrows.filter(({ from, to }) => inside("provider")(from) && pattern.test(to)).map(({ from }) => from))]; // prettier-ignore
  expect(packages(/^@alicloud\/|^@darabonba\//)).toEqual([
    "provider/client/alicloud.ts",
    "provider/client/credentials.ts",
    "provider/client/identity.ts",
    "provider/client/logs.ts",
  ]);
  for (const name of packages(/^@pulumi\//)) expect(name).toMatch(/^provider\/(engine|resources|components|plugin)\//);
});

it("the emulator imports nothing of the provider, so a wrong reading of the service in one of them shows as a difference", () => {
  expect(arrows.filter(({ from, to }) => inside("emulator")(from) && inside("provider")(to))).toEqual([]);
});

it("no other folder imports cli", () => {
  expect(arrows.filter(({ from, to }) => !inside("cli")(from) && inside("cli")(to))).toEqual([]);
});

it("only cli imports provider/import, and only cli and the emulator import archive", () => {
  const users = (folder: string) => [
    ...new Set(
      arrows
        .filter(({ from, to }) => !inside(folder)(from) && inside(folder)(to))
        .map(({ from }) => from.split("/")[0]),
    ),
  ];
  expect(users("provider/import")).toEqual(["cli"]);
  expect(users("archive")).toEqual(["emulator", "cli"]);
});

it("the provider imports nothing of the emulator, because the provider runs in production", () => {
  expect(arrows.filter(({ from, to }) => inside("provider")(from) && inside("emulator")(to))).toEqual([]);
});

it("the entry of the provider process loads no SDK, so a preview without changes does not load it", () => {
  const reached = new Set<string>();
  const visit = (name: string): void => {
    if (reached.has(name)) return;
    reached.add(name);
    for (const { from, to, typeOnly } of arrows) if (from === `${name}.ts` && !typeOnly) visit(to);
  };
  visit("provider/v1");
  const outside = [...reached].filter((name) => !name.startsWith("provider/core"));
  expect(outside).toEqual(["provider/v1", "node:crypto", "provider/engine/secrets"]);
});

it("only the modules for settings read environment variables, and only the client parses text of error messages", () => {
  const reading = (pattern: RegExp) =>
    sources.filter(({ name, text }) => name.startsWith("provider/") && pattern.test(text)).map(({ name }) => name);
  expect(reading(/process\.env/)).toEqual([
    "provider/client/alicloud.ts",
    "provider/client/endpoints.ts",
    "provider/client/logs.ts",
    "provider/components/releaseConfig.ts",
    "provider/plugin/resources.ts",
    "provider/resources/dynamic.ts", // the class reads one environment variable of Pulumi's SDK
    "provider/resources/place.ts",
    "provider/runtime.ts",
  ]);
  expect(reading(/(message|text)\.includes\(/)).toEqual(["provider/client/errors.ts"]);
});

const known = new Set(sources.map(({ name }) => name));
/** The module for an imported name. The name of a folder means its `index.ts`. */
const moduleOf = (name: string): string => (known.has(`${name}/index.ts`) ? `${name}/index` : name);

it("no modules import each other in a circle, type imports and late imports included", () => {
  const next = new Map<string, string[]>();
  for (const arrow of arrows) {
    const from = arrow.from.replace(/\.ts$/, "");
    next.set(from, [...(next.get(from) ?? []), moduleOf(arrow.to)]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: string[]): void => {
    if (trail.includes(name)) circles.push([...trail, name].join(" -> "));
    if (trail.includes(name) || done.has(name)) return;
    for (const to of next.get(name) ?? []) visit(to, [...trail, name]);
    done.add(name);
  };
  for (const name of next.keys()) visit(name, []);
  expect(circles).toEqual([]);
});

/** The layers of the emulator, lowest first. A file imports only from its own layer and from lower layers. */
const FLOORS: readonly (readonly string[])[] = [
  ["base"],
  ["state"],
  ["runtimes"],
  ["service"],
  ["logs"],
  ["faults"],
  ["web"],
  ["page", "admin"],
  ["index"],
  ["pasteLines"],
  ["learn"],
  ["cli"],
];

/** The folder of the emulator that contains a module. A file directly in the folder of the emulator counts as a folder by itself. */
function partOf(name: string): string {
  return name.split("/")[1]?.replace(/\.ts$/, "") ?? "index";
}

const floorOf = (name: string): number => FLOORS.findIndex((parts) => parts.includes(partOf(name)));

it("every file of the emulator belongs to a layer", () => {
  const files = filesBelow("emulator");
  expect(files.filter((name) => floorOf(name) < 0)).toEqual([]);
  const parts = new Set(files.map(partOf));
  expect(FLOORS.flat().filter((part) => !parts.has(part))).toEqual([]);
});

it("each layer of the emulator imports only from lower layers, also types", () => {
  const upwards = arrows
    .filter(({ from, to }) => inside("emulator")(from) && inside("emulator")(to) && partOf(from) !== partOf(to))
    .filter(({ from, to }) => floorOf(to) >= floorOf(from))
    .map(({ from, to }) => `${from} imports ${to}, which lies no lower`);
  expect(upwards).toEqual([]);
});
