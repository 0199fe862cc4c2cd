/** The bill of materials of a release, made by the lines of the workflow: it has exactly the packages that a user gets. */
import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { root } from "../support/root";
import { cleanEnvironment, freshFolder, packed, removeMade } from "./support";

interface Workflow {
  readonly jobs: { readonly publish: { readonly steps: readonly { readonly run?: string }[] } };
}

afterAll(removeMade);

it("the bill of materials has this package and every dependency, and no development dependency", async () => {
  const text = readFileSync(join(root, ".github", "workflows", "release.yml"), "utf8");
  const steps = (parse(text) as Workflow).jobs.publish.steps.flatMap(({ run }) => run ?? []);
  const lines = steps.find((run) => run.includes("npm sbom")) ?? "";
  const folder = freshFolder();
  mkdirSync(join(folder, "release"));
  const { tarball } = await packed();
  copyFileSync(tarball, join(folder, "release", basename(tarball)));
  await promisify(execFile)("bash", ["-e", "-c", lines], { cwd: folder, env: cleanEnvironment() });

  const bill = JSON.parse(readFileSync(join(folder, "release", "sbom.cdx.json"), "utf8")) as {
    bomFormat: string;
    components: { name: string; version: string; purl: string }[];
  };
  expect(bill.bomFormat).toBe("CycloneDX");
  const names = bill.components.map(({ name }) => name);
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    dependencies: Record<string, string>;
  };
  const wanted = [...Object.keys(dependencies), "pulumi-alicloud-fc", "@pulumi/pulumi"];
  expect(wanted.filter((name) => !names.includes(name))).toEqual([]);
  expect(["jest", "eslint", "@swc/jest", "puppeteer-core"].filter((name) => names.includes(name))).toEqual([]);
  expect(bill.components.filter(({ version }) => !/^\d+\.\d+\.\d+/.test(version))).toEqual([]);
});
