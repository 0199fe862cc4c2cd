/** The oldest and the newest versions of Pulumi's SDK and Node.js that package.json allows. The program is CommonJS, installed with npm. */
import { join } from "node:path";
import { COMMONJS, project, release, released } from "./release";
import { freshFolder, install, otherNode, PULUMI, removeMade, versionOf, write } from "./support";

const OPTIONS = { typescript: false };
/** The newest version of Pulumi's SDK when this line was last changed. This version needs Node.js 22. */
const NEWEST = "3.270.0";
/** The oldest version that our peer dependency allows. */
const OLDEST = "3.216.0";

afterAll(removeMade);

async function releaseOn(pulumi: string, major?: number): Promise<void> {
  const node = major === undefined ? undefined : await otherNode(major);
  const folder = freshFolder();
  await install("npm", folder, { "@pulumi/pulumi": pulumi }, {}, node?.executable);
  expect(versionOf(join(folder, "node_modules", "@pulumi", "pulumi"))).toBe(pulumi);
  project(folder, OPTIONS);
  write(folder, { "index.js": COMMONJS });
  expect(await release(folder, OPTIONS, node?.executable)).toEqual(released(node?.version));
}

it.concurrent(`the oldest SDK allowed, ${OLDEST}, on this Node.js`, () => releaseOn(OLDEST));

it.concurrent(`the SDK of this repository, ${PULUMI}, on this Node.js`, () => releaseOn(PULUMI));

it.concurrent(`the newest SDK, ${NEWEST}, on Node.js 22`, () => releaseOn(NEWEST, 22));

it.concurrent(`the newest SDK, ${NEWEST}, on Node.js 24`, () => releaseOn(NEWEST, 24));
