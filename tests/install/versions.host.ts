/** The ends of the range of versions that package.json promises; the program is CommonJS, the package manager npm. */
import { join } from "node:path";
import { COMMONJS, project, release, released } from "./release";
import { freshFolder, install, nodeExecutable, PULUMI, removeMade, versionOf, write } from "./support";

const OPTIONS = { typescript: false };
/** The newest release of Pulumi's SDK when this was last looked after; it wants Node.js 22. */
const NEWEST = "3.270.0";
/** Lower end of our peer dependency. */
const OLDEST = "3.216.0";
const NODE_22 = "22.23.3";
const NODE_24 = "24.21.0";

afterAll(removeMade);

async function releaseOn(pulumi: string, node?: string): Promise<void> {
  const executable = node === undefined ? undefined : await nodeExecutable(node);
  const folder = freshFolder();
  await install("npm", folder, { "@pulumi/pulumi": pulumi }, {}, executable);
  expect(versionOf(join(folder, "node_modules", "@pulumi", "pulumi"))).toBe(pulumi);
  project(folder, OPTIONS);
  write(folder, { "index.js": COMMONJS });
  const version = node === undefined ? process.version : `v${node}`;
  expect(await release(folder, OPTIONS, executable)).toEqual(released(version));
}

it.concurrent(`the oldest SDK allowed, ${OLDEST}, on this Node.js`, () => releaseOn(OLDEST));

it.concurrent(`the SDK of this repository, ${PULUMI}, on this Node.js`, () => releaseOn(PULUMI));

it.concurrent(`the newest SDK, ${NEWEST}, on Node.js 22`, () => releaseOn(NEWEST, NODE_22));

it.concurrent(`the newest SDK, ${NEWEST}, on Node.js 24`, () => releaseOn(NEWEST, NODE_24));
