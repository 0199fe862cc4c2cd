/** Ways to run a program other than plain CommonJS. Each way runs a whole canary release on the real engine. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { MODULE, type RuntimeOptions, project, release, released } from "./release";
import { freshFolder, install, ours, type Packages, removeMade, runNode, write } from "./support";

/** One way to run a program: members and dependencies of package.json, the files of the program, and the options of the runtime. */
interface Loader {
  readonly manifest: Readonly<Record<string, string>>;
  readonly needs: Packages;
  readonly files: Readonly<Record<string, string>>;
  readonly options: RuntimeOptions;
}

const TYPESCRIPT = { typescript: "5.9.3", "@types/node": "20.19.43" };
const COMPILER = { target: "es2022", module: "commonjs", strict: true, types: ["node"], outDir: "dist" };

/** Packages of one npm workspace. Their dependencies are installed in the folder above them. */
const WORKSPACE = {
  modules: {
    manifest: { type: "module" },
    needs: {},
    files: { "index.js": MODULE },
    options: { typescript: false },
  },
  typescript: {
    manifest: { main: "index.ts" },
    needs: TYPESCRIPT,
    files: { "index.ts": MODULE },
    options: { typescript: true },
  },
  tsx: {
    manifest: { main: "index.ts", type: "module" },
    needs: { tsx: "4.23.15" },
    files: { "index.ts": MODULE },
    options: { typescript: false, nodeargs: "--import tsx" },
  },
  compiled: {
    manifest: { main: "dist/index.js" },
    needs: TYPESCRIPT,
    files: { "index.ts": MODULE, "tsconfig.json": JSON.stringify({ compilerOptions: COMPILER, files: ["index.ts"] }) },
    options: { typescript: false },
  },
} satisfies Record<string, Loader>;

let installing: Promise<string> | undefined;

/** Installs the workspace on the first call. */
function workspace(): Promise<string> {
  return (installing ??= installWorkspace());
}

async function installWorkspace(): Promise<string> {
  const folder = freshFolder();
  const shared = await ours();
  for (const [name, { manifest, needs, files, options }] of Object.entries<Loader>(WORKSPACE)) {
    const at = join(folder, name);
    write(at, files);
    write(at, {
      "package.json": JSON.stringify({ name: `program-${name}`, ...manifest, dependencies: { ...shared, ...needs } }),
    });
    project(at, options);
  }
  await install("npm", folder, {}, { workspaces: Object.keys(WORKSPACE) });
  return folder;
}

async function releaseIn(name: keyof typeof WORKSPACE): Promise<void> {
  expect(await release(join(await workspace(), name), WORKSPACE[name].options)).toEqual(released());
}

afterAll(removeMade);

it.concurrent("modules", () => releaseIn("modules"));

it.concurrent("TypeScript by Pulumi's ts-node and the program's own TypeScript", () => releaseIn("typescript"));

it.concurrent("TypeScript modules by tsx", () => releaseIn("tsx"));

it.concurrent("TypeScript, compiled before", async () => {
  const folder = await workspace();
  await runNode([join(folder, "node_modules", "typescript", "bin", "tsc"), "-p", "."], join(folder, "compiled"));
  await releaseIn("compiled");
});

it.concurrent("TypeScript by the ts-node and the TypeScript 3.8 that Pulumi brings along", async () => {
  const folder = freshFolder();
  await install("npm", folder, { "@types/node": "18.19.130" }, { main: "index.ts" });
  expect(existsSync(join(folder, "node_modules", "typescript"))).toBe(false);
  const options = { typescript: true };
  project(folder, options);
  write(folder, { "index.ts": MODULE });
  expect(await release(folder, options)).toEqual(released());
});
