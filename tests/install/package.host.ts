/** The packed npm package: it has exactly the built files, all entries of its package.json exist, and its types are correct. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/root";
import { freshFolder, install, packed, removeMade, runNode, versionOf, write } from "./support";
import { TYPED_PROGRAM } from "./typedProgram";

/** The oldest supported TypeScript. The tests also use the version of this repository. */
const OLDEST_TYPESCRIPT = "5.0.4";
const OUR_TYPESCRIPT = versionOf(join(root, "node_modules", "typescript"));

const INTEROP = ["__esModule", "default", "module.exports"];

const folder = freshFolder();
const own = join(folder, "node_modules", "pulumi-alicloud-fc");

beforeAll(() => install("npm", folder, { typescript: OLDEST_TYPESCRIPT, "@types/node": "20.19.43" }));

afterAll(removeMade);

function filesBelow(parent: string): string[] {
  return readdirSync(parent, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(parent.length + 1));
}

/** The names of the files that the compiler generates from a folder. */
function built(source: string): string[] {
  return filesBelow(join(root, source))
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => endingsOf(`${source}/${name}`).map((end) => `dist/${source}/${name.replace(/\.ts$/, end)}`));
}

/** The folders whose files no program of a user imports, directly or through a type. They are packed without declarations. */
const WITHOUT_DECLARATIONS = [
  "archive",
  "cli",
  "emulator/(learn|logs|page|service/actions|web)",
  "provider/(client|code|engine|import|plugin|reconcile|rollout)",
];

function endingsOf(file: string): string[] {
  return new RegExp(`^(${WITHOUT_DECLARATIONS.join("|")})/`).test(file) ? [".js"] : [".d.ts", ".js"];
}

interface PackageJson {
  readonly version: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>;
  readonly typesVersions: { readonly "*": Readonly<Record<string, readonly string[]>> };
}

function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as PackageJson;
}

describe("the tarball", () => {
  it("the tarball contains the build, the commands, README, changelog and license, and nothing else", async () => {
    const { files, size } = await packed();
    const commands = readdirSync(join(root, "bin")).map((name) => `bin/${name}`);
    const plugin = [
      ...readdirSync(join(root, "plugin")).map((name) => `plugin/${name}`),
      "provider/plugin/schema.json",
    ];
    const papers = ["CHANGELOG.md", "LICENSE", "README.md", "package.json"];
    const page = ["css", "html", "js", "svg"].map((kind) => `emulator/page/assets/page.${kind}`);
    expect(files).toEqual(
      [...papers, ...page, ...commands, ...plugin, ...["archive", "cli", "emulator", "provider"].flatMap(built)].sort(),
    );
    expect(size).toBeLessThan(600_000);
  });

  it("the installed package has exactly the files of the tarball", async () => {
    expect(filesBelow(own).sort()).toEqual((await packed()).files);
  });

  it("no compiled file has a source map or a type reference", () => {
    const texts = filesBelow(join(own, "dist")).map((name) => readFileSync(join(own, "dist", name), "utf8"));
    expect(texts.filter((text) => /sourceMappingURL|<reference /.test(text))).toEqual([]);
  });
});

describe("what package.json promises", () => {
  it("the entries, types and commands that package.json names exist", () => {
    const { main, types, bin, exports, typesVersions } = packageJson();
    const entries = Object.values(exports).flatMap((to) => (typeof to === "string" ? [to] : [to.types, to.default]));
    const promised = [main, types, ...Object.values(bin), ...entries, ...Object.values(typesVersions["*"]).flat()];
    expect(promised.filter((name) => !existsSync(join(own, name)))).toEqual([]);
  });

  it("compilers that do not read exports find the types of every entry", () => {
    const { exports, typesVersions } = packageJson();
    const below = Object.entries(exports).filter(([, to]) => typeof to !== "string");
    const told = below.filter(([name]) => name !== ".").map(([name, to]) => [name.slice(2), [(to as { types: string }).types]]); // prettier-ignore
    expect(typesVersions["*"]).toEqual(Object.fromEntries(told));
  });

  it("require and import load the same names", async () => {
    const names = {
      "pulumi-alicloud-fc": [
        "Alias",
        "CanaryRelease",
        "Function",
        "HttpTrigger",
        "Release",
        "Version",
        "releaseConfig",
      ],
      "pulumi-alicloud-fc/v1": ["Alias", "Function", "HttpTrigger", "Release", "Version"],
      "pulumi-alicloud-fc/emulator": ["SWITCHES", "crc64", "startEmulator"],
    };
    for (const [entry, expected] of Object.entries(names)) {
      const name = JSON.stringify(entry);
      const script = `import(${name}).then((module) => console.log(JSON.stringify([require(${name}), module].map(Object.keys))))`;
      const [required, imported] = JSON.parse(await runNode(["-e", script], folder)) as string[][];
      expect(required?.sort()).toEqual(expected);
      // `import` adds three names to the exports of a CommonJS module.
      expect(imported?.filter((key) => !INTEROP.includes(key)).sort()).toEqual(expected);
    }
  });

  it("other modules of the package cannot be imported", async () => {
    const script = `require("pulumi-alicloud-fc/dist/provider/core/alias.js")`;
    await expect(runNode(["-e", script], folder)).rejects.toThrow(/ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  it("the commands start", async () => {
    const { bin, version } = packageJson();
    for (const command of Object.keys(bin)) {
      const file = join(folder, "node_modules", ".bin", command);
      expect(statSync(file).mode & 0o111).toBe(0o111);
      expect(await runNode([file, "--help"], folder)).toMatch(
        // The short name starts the same command.
        new RegExp(`^Usage: ${command === "fc-rollout" ? "pulumi-alicloud-fc" : command} `),
      );
      expect(await runNode([file, "--version"], folder)).toBe(`${version}\n`);
    }
  });
});

describe("types: right use compiles, wrong use does not, declarations are checked too", () => {
  const NODE16 = { module: "node16", moduleResolution: "node16", files: ["program.cts", "program.mts"] };
  const BUNDLER = { module: "esnext", moduleResolution: "bundler", files: ["program.ts"] };
  const NODE10 = { module: "commonjs", moduleResolution: "node10", files: ["program.ts"] };

  it.concurrent.each([
    [OLDEST_TYPESCRIPT, "node16", NODE16, folder],
    [OLDEST_TYPESCRIPT, "bundler", BUNDLER, folder],
    [OLDEST_TYPESCRIPT, "node10", NODE10, folder],
    [OUR_TYPESCRIPT, "node16", NODE16, root],
    [OUR_TYPESCRIPT, "bundler", BUNDLER, root],
  ])("TypeScript %s, %s", async (version, resolution, { files, ...how }, compilers) => {
    const compilerOptions = {
      ...how,
      target: "es2022",
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    const config = `tsconfig.${version}-${resolution}.json`;
    write(folder, Object.fromEntries(files.map((file) => [file, TYPED_PROGRAM])));
    write(folder, { [config]: JSON.stringify({ compilerOptions, files }) });
    const compiler = join(compilers, "node_modules", "typescript", "bin", "tsc");
    const printed = await runNode([compiler, "-p", config], folder).catch((error: unknown) => String(error));
    const errors = printed.split("\n").filter((line) => line.includes("error TS"));
    // Declarations of gRPC, a dependency of Pulumi's SDK, have errors with some versions of the compiler.
    expect(errors.filter((line) => !line.startsWith("node_modules/@grpc/"))).toEqual([]);
  });
});
