/** The demo as a reader runs it, in a pipe, on a function of the reader's own. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

it("tells the story to its end on the reader's own function, in plain lines", () => {
  const folder = mkdtempSync(join(tmpdir(), "demo-test-"));
  try {
    writeFileSync(join(folder, "app.js"), "exports.main = async () => process.env.RELEASE;\n");
    const demo = join(root, "dist", "tools", "demo", "main.js");
    const args = [demo, "--code", folder, "--handler", "app.main", "--invocations", "60"];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
    expect(stdout.match(/changed: .*(?= \()/g)).toEqual([
      "changed: CreateFunction, PublishFunctionVersion, CreateAlias",
      "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
      "changed: UpdateAlias",
      "changed: nothing",
      "changed: UpdateAlias",
      "changed: UpdateFunction, PublishFunctionVersion, UpdateAlias",
      "changed: UpdateAlias",
    ]);
    expect(stdout).toMatch(/Something is wrong: roll back[\s\S]*version 2 +100 % .* 60 of 60 \(expected 60\)/);

    expect(stdout).not.toMatch(/\u001b/);
    expect(status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
