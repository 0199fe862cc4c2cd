/** Checks the example's pipelines with linters: actionlint from Go modules, and gitlab-ci-local from npm. */
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EXAMPLE } from "../support/gitops";
import { root } from "../support/root";

// Both linters are built or installed first.
jest.setTimeout(600_000);

const folder = mkdtempSync(join(tmpdir(), "pipelines-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("GitHub", () => {
  const actionlint = join(folder, "actionlint");

  beforeAll(() => {
    // Go from version 1.21 on downloads a newer version if a module needs it.
    const env = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "" };
    const build = ["build", "-mod=readonly", "-o", actionlint, "github.com/rhysd/actionlint/cmd/actionlint"];
    execFileSync("go", build, { cwd: join(root, "tools", "actionlint"), env, stdio: "pipe" });
  });

  function lint(file: string): { code: number | null; output: string } {
    // actionlint would also use shellcheck and pyflakes if they are installed. The result must not depend on the
    // machine.
    const args = ["-no-color", "-oneline", "-shellcheck=", "-pyflakes=", file];
    const { status, stdout, stderr } = spawnSync(actionlint, args, { encoding: "utf8" });
    return { code: status, output: stdout + stderr };
  }

  it.each(["preview", "deploy", "reconcile", "judge"])("the linter finds no mistake in %s", (kind) => {
    expect(lint(join(EXAMPLE, ".github", "workflows", `${kind}.yml`))).toEqual({ code: 0, output: "" });
  });

  it("the linter finds a planted mistake", () => {
    const broken = join(folder, "broken.yml");
    const text = readFileSync(join(EXAMPLE, ".github", "workflows", "deploy.yml"), "utf8");
    writeFileSync(broken, text.replace("id-token: write", "id-tokens: write"));
    expect(lint(broken)).toMatchObject({ code: 1, output: expect.stringContaining("id-tokens") as string });
  });
});

describe("GitLab", () => {
  // The last version for Node.js 20. It contains GitLab's own schema of pipeline files.
  const VERSION = "4.62.0";
  const project = join(folder, "project");

  beforeAll(() => {
    writeFileSync(join(folder, "package.json"), "{}");
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `gitlab-ci-local@${VERSION}`];
    execFileSync("npm", install, { cwd: folder, stdio: "pipe" });
    cpSync(EXAMPLE, project, { recursive: true, filter: (path) => !path.includes("node_modules") });
    const git = (...args: string[]) => execFileSync("git", args, { cwd: project, stdio: "pipe" });
    git("init", "--quiet", "--initial-branch=main");
    git("remote", "add", "origin", "git@gitlab.example.com:o/r.git");
    git("add", "--all");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "one");
  });

  function jobs(...variables: string[]): string {
    const program = join(folder, "node_modules", "gitlab-ci-local", "src", "index.js");
    const args = [program, "--list-csv", ...variables.flatMap((variable) => ["--variable", variable])];
    const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
    return stdout + stderr;
  }

  it("the file fits the schema; a push runs deploy, and a merge request runs preview", () => {
    const pushed = jobs();
    expect(pushed).toMatch(/^deploy;/m);
    expect(pushed).toMatch(/^judge;/m);
    expect(pushed).not.toMatch(/^preview;/m);
    const requested = jobs("CI_PIPELINE_SOURCE=merge_request_event");
    expect(requested).toMatch(/^preview;/m);
    expect(requested).not.toMatch(/^(deploy|judge);/m);
  });

  it("the tool finds a planted mistake", () => {
    const file = join(project, ".gitlab-ci.yml");
    writeFileSync(file, readFileSync(file, "utf8").replace("interruptible: false", "interruptible: [1]"));
    expect(jobs()).toContain("interruptible");
  });
});
