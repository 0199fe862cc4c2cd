/** The oldest and the newest versions of the range in package.json; the program is CommonJS, the package manager npm. */
import { join } from "node:path";
import { COMMONJS, project, release, released } from "./release";
import { freshFolder, install, otherNode, PULUMI, removeMade, versionOf, write } from "./support";

const OPTIONS = { typescript: false };
/** The newest release of Pulumi's SDK when this was last looked after; it wants Node.js 22. */
const NEWEST = "3.270.0";
/** Lower end of our peer dependency. */
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
