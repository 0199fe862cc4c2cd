/**
 * Tests that the named worlds (sequences of runs and changes by hand) find mistakes in the package. Each mistake is one
 * change in the compiled package.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NAMED } from "./named";
import { Ground } from "./world";

const root = join(__dirname, "..", "..");

/** The mistake in words, the world that finds it, the file below dist/provider, the code, and the code that replaces it. */
const MISTAKES: readonly (readonly [what: string, world: string, file: string, code: string, instead: string])[] = [
  [
    "a write asks for no owner",
    "what another stack made anew is not changed by a run without a refresh",
    "reconcile/ownership.js",
    'if (found.kind === "ours")\n        return;',
    "return;",
  ],
  [
    "a delete asks for no owner",
    "what another stack made anew is not deleted",
    "reconcile/ownership.js",
    "return why === undefined;",
    "return true;",
  ],
  [
    "a read asks for no owner",
    "what another stack made anew is neither kept in state nor changed",
    "reconcile/ownership.js",
    "if (why === undefined)\n        return found;",
    "return found;",
  ],
  [
    "a function is deleted with what others put on it",
    "a function stays while a guest is on it",
    "reconcile/function.js",
    "if (obstacles.length === 0)",
    "if (obstacles.length >= 0)",
  ],
  [
    "nobody asks whose the keys are",
    "keys of another account find nothing gone",
    "client/alicloud.js",
    "if (account === accountId)\n            return;",
    "return;",
  ],
  [
    "a version that holds the content is not looked for",
    "content that comes back is not published again",
    "reconcile/version.js",
    "const reused = await",
    "const reused = undefined && await",
  ],
  [
    "a refused read is an absence",
    "a read that is refused tells of nothing gone",
    "client/alicloud.js",
    "if ((0, errors_1.isNotFound)(error))\n                return undefined;",
    "return undefined;",
  ],
  [
    "an answer without content is taken",
    "an answer that says nothing tells of nothing",
    "client/answers.js",
    "if (lacks !== undefined)",
    "if (lacks === null)",
  ],
  [
    "a lost answer is not looked up",
    "what was made with a lost answer is in state",
    "reconcile/write.js",
    "const found = await lookAfter(",
    'if (error.outcome === "unknown") throw error;\n            const found = await lookAfter(',
  ],
  [
    "a release forgets what a hand lowered",
    "what a hand lowered stays low",
    "core/release/rules/manualChanges.js",
    "        (0, blocks_1.lower)(run, version, live);\n",
    "",
  ],
  [
    "an alias carries no mark",
    "a plain alias gives what its program says",
    "core/alias.js",
    "description: (0, owner_1.withMark)(inputs.description, inputs.owner, record)",
    'description: inputs.description ?? ""',
  ],
  [
    "a canary gets all traffic",
    "a plain alias gives what its program says",
    "core/alias.js",
    "if (share === weights_1.ALL && versionId === undefined)",
    "if (share > 0 && versionId === undefined)",
  ],
];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "worlds-mistakes-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Copies the compiled package with one change. */
function planted(name: string, file: string, code: string, instead: string): string {
  const at = join(folder, name);
  mkdirSync(join(at, "dist"), { recursive: true });
  cpSync(join(root, "dist", "provider"), join(at, "dist", "provider"), { recursive: true });
  cpSync(join(root, "package.json"), join(at, "package.json"));
  symlinkSync(join(root, "node_modules"), join(at, "node_modules"));
  const path = join(at, "dist", "provider", file);
  const parts = readFileSync(path, "utf8").split(code);
  if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} places that read: ${code}`);
  writeFileSync(path, parts.join(instead));
  return at;
}

it.each(MISTAKES.map((mistake, i) => [...mistake, i] as const))(
  "notices: %s",
  async (_what, world, file, code, instead, i) => {
    const script = NAMED.find(({ name }) => name === world);
    if (script === undefined) throw new Error(`no world ${world}`);
    const ground = await Ground.start(planted(`m${i}`, file, code, instead));
    try {
      expect(await ground.wrongIn(script)).not.toEqual([]);
    } finally {
      await ground.close();
    }
  },
  300_000,
);
