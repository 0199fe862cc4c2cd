/** Runs the contract suite with every combination of switches (`all`), or against a real account (`real`). */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [mode = "", ...args] = process.argv.slice(2);
/** @type {Record<string, { env: NodeJS.ProcessEnv, suite: string }>} */
const MODES = {
  all: { env: { FC_CONTRACT: "all" }, suite: "tests/contract/contract" },
  real: { env: { FC_CONTRACT_TARGET: "real" }, suite: "tests/contract/real" },
};
const chosen = MODES[mode];
if (chosen === undefined) {
  console.error(`unknown mode ${JSON.stringify(mode)}; allowed: ${Object.keys(MODES).join(", ")}`);
  process.exit(2);
}
const jest = join(root, "node_modules", "jest", "bin", "jest.js");
const { status } = spawnSync(process.execPath, [jest, "--selectProjects=test", "--runInBand", ...args, chosen.suite], {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, ...chosen.env },
});
process.exit(status ?? 1);
