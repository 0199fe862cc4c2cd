/** A tree that pnpm installed is packed and run. Needs the npm registry, or the package in pnpm's store. */
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { packCode } from "../../provider/code";
import { freshFolder, node, removeMade, REPOSITORY, unpack, write } from "./support";

afterAll(removeMade);

it("a folder that pnpm installed with links and strict dependencies runs after it was packed", async () => {
  const tree = write(freshFolder(), {
    "package.json": JSON.stringify({ name: "tree", dependencies: { "@alicloud/fc20230330": "4.7.6" } }),
    "index.js": `console.log(new (require("@alicloud/fc20230330").ListFunctionsRequest)({ limit: 7 }).limit);`,
  });
  const pnpm = path.join(REPOSITORY, "node_modules", "pnpm", "bin", "pnpm.cjs");
  execFileSync(process.execPath, [pnpm, "install", "--prefer-offline", "--ignore-scripts"], {
    cwd: tree,
    stdio: "pipe",
  });
  expect(fs.lstatSync(path.join(tree, "node_modules/@alicloud/fc20230330")).isSymbolicLink()).toBe(true);
  const { zip, files } = packCode(tree, "/");
  expect(files).toBeGreaterThan(2000);
  expect(await node(path.join(await unpack(zip), "index.js"))).toBe("7\n");
});
