/** The release workflow and SECURITY.md: their files have what the pages promise, and the tests run the steps that can run here. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../support/root";

interface Step {
  readonly uses?: string;
  readonly run?: string;
}
interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: { readonly push: { readonly tags: readonly string[] } };
  readonly permissions: object;
  readonly jobs: { readonly check: Job; readonly publish: Job };
}

const text = readFileSync(join(root, ".github", "workflows", "release.yml"), "utf8");
const workflow = parse(text) as Workflow;
const { check, publish } = workflow.jobs;
const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const at = (job: Job, part: string) => commands(job).findIndex((command) => command.includes(part));

it("runs only for tags, and each job has only the permissions that it needs", () => {
  expect(workflow.on).toEqual({ push: { tags: ["v*"] } });
  expect(workflow.permissions).toEqual({});
  expect(check.permissions).toEqual({ contents: "read" });
  expect(publish.permissions).toEqual({ contents: "write", "id-token": "write" });
  expect(publish.environment).toBe("npm");
});

it("pins every action to a commit, and uses no token of a registry", () => {
  const uses = [...check.steps, ...publish.steps].flatMap((step) => step.uses ?? []);
  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  expect(text).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN|secrets\./);
});

it("publishes after the checks of the tag, all tests and both audits", () => {
  expect(publish.needs).toBe("check");
  const order = ["GITHUB_REF_NAME", "bash .ci/run", "npm audit --omit=dev", "npm audit signatures"];
  const places = order.map((part) => at(check, part));
  expect(places).toEqual([0, 1, 2, 3]);
  expect(readFileSync(join(root, ".ci", "run"), "utf8")).toMatch(/npm test\n(.*\n)*npm run test:host/);
});

it("publishes the tarball that it packed, with provenance; the release page has it with its bill of materials and checksums", () => {
  const [build, pack, sbom, sums, out, page] = [
    ...["npm run build", "npm pack", "npm sbom", "sha256sum", "npm publish", "gh release create"],
  ].map((part) => at(publish, part));
  const places = [build, pack, sbom, sums, out, page].map(Number);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(Math.min(...places)).toBeGreaterThan(0);
  expect(commands(publish)[Number(out)]).toBe("npm publish ./release/*.tgz --provenance --access public");
});

it("SECURITY.md names tests and files that are there", () => {
  const paper = readFileSync(join(root, "SECURITY.md"), "utf8");
  const tests = [...paper.matchAll(/`(tests\/[\w/]+)`/g)].map(([, name]) => name ?? "");
  expect(tests.length).toBeGreaterThan(5);
  const found = (name: string) =>
    [".test.ts", ".deep.ts", ".host.ts"].some((end) => existsSync(join(root, `${name}${end}`)));
  expect(tests.filter((name) => !found(name))).toEqual([]);
  const links = [...paper.matchAll(/\]\(([\w./-]+)\)/g)].map(([, to]) => to ?? "");
  expect(links.filter((to) => !existsSync(join(root, to)))).toEqual([]);
});
