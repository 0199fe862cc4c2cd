/** A canary release with the package managers other than npm. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { COMMONJS, project, release, released } from "./release";
import { freshFolder, install, type Manager, removeMade, write } from "./support";

const OPTIONS = { typescript: false };

/**
 * Dependencies that packages of the service's SDK use without declaring them. Without hoisting, these packages would
 * not find them.
 */
const UNDECLARED = {
  "@alicloud/openapi-core@1": { dependencies: { "@alicloud/tea-typescript": "^1.8.0" } },
  "@alicloud/credentials@2": { dependencies: { debug: "^4.3.0" } },
};

afterAll(removeMade);

async function releaseWith(manager: Manager, files: Record<string, string> = {}, more: object = {}): Promise<string> {
  const folder = freshFolder();
  write(folder, { ...files, "index.js": COMMONJS });
  await install(manager, folder, {}, { ...more });
  project(folder, OPTIONS);
  expect(await release(folder, OPTIONS)).toEqual(released());
  return join(folder, "node_modules");
}

it.concurrent("pnpm with default settings: a program finds only its declared dependencies", async () => {
  const modules = await releaseWith("pnpm");
  expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["@pulumi", "pulumi-alicloud-fc"]);
});

it.concurrent("pnpm without hoisting: packages also find only their declared dependencies", async () => {
  const modules = await releaseWith("pnpm", { ".npmrc": "hoist=false\n" }, { pnpm: { packageExtensions: UNDECLARED } });
  expect(existsSync(join(modules, ".pnpm", "node_modules"))).toBe(false);
});

it.concurrent("yarn", async () => {
  const modules = await releaseWith("yarn");
  expect(existsSync(join(modules, ".yarn-integrity"))).toBe(true);
});
