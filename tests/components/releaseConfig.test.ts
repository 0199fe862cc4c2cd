/** The result of `releaseConfig` for keys in config and for a checkout. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertConfig, refuseUnknownKeys, runOrder } from "../../provider/components/releaseConfig";

it.each([
  ["wieght", "did you mean canary:weight?"],
  ["rejct", "did you mean canary:reject?"],
  ["hodl", "did you mean canary:hold?"],
  ["for", "write the version into the weight: canary:weight v8=25"],
])("refuses the key %s", (key, advice) => {
  expect(() => refuseUnknownKeys("canary", ["aws:region", `canary:${key}`])).toThrow(advice);
});

it("accepts every key, and keys of other namespaces", () => {
  const keys = ["weight", "steps", "analysis", "strategy", "hold", "reject", "retry", "rev", "keep"].map(
    (key) => `canary:${key}`,
  );
  expect(() => refuseUnknownKeys("canary", [...keys, "other:wieght"])).not.toThrow();
});

it.each([
  ["true", 'string "true"'],
  ["True", 'string "True"'],
  ["false", 'string "false"'],
  ["no", 'string "no"'],
  ["", 'string ""'],
  ["canary:weight", 'string "canary:weight"'],
  [1, "number 1"],
  [{ apply: () => true }, "a value that is known later"],
])("refuses config: %j", (config, got) => {
  const allowed = 'allowed: true, false, or the namespace of the keys as text, such as "canary"';
  expect(() => assertConfig(config)).toThrow(`config: got ${got}; ${allowed}`);
});

it.each([true, false, "canary", "web-release"])("accepts config: %j", (config) => {
  expect(() => assertConfig(config)).not.toThrow();
});

describe("the order of a run", () => {
  /** The time of the commits in these tests, in ms since 1970. */
  const NOW = 1_800_000_000_000;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "order-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const git = (...args: string[]) =>
    execFileSync("git", args, {
      cwd: folder,
      env: { ...process.env, GIT_COMMITTER_DATE: "@1800000000 +0000", GIT_CONFIG_GLOBAL: "/dev/null" },
    });

  it("the order of a run is the committer date of the commit", () => {
    git("init", "--quiet");
    writeFileSync(join(folder, "a"), "a");
    git("add", "a");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "--quiet", "--message", "a");
    expect(runOrder(folder, {}, NOW)).toEqual({ order: "1800000000" });
    // If the clock of a commit's author is ahead by more than a day, all later runs would count as older.
    expect(runOrder(folder, {}, NOW - 86_400_000)).toEqual({ order: "1800000000" });
    expect(runOrder(folder, {}, NOW - 86_401_000)).toEqual({
      problem: "the commit has the date 2027-01-15T08:00:00.000Z, which is in the future",
      remedy: "Correct the clock of the machine that commits, and commit again",
    });
  });

  it("without an order the warning names the reason and the remedy", () => {
    expect(runOrder(folder, {}, NOW)).toEqual({
      problem: "the folder is in no git repository",
      remedy: "Run pulumi in a checkout",
    });
    git("init", "--quiet");
    expect(runOrder(folder, {}, NOW)).toMatchObject({ remedy: "Commit the program" });
  });

  it("the order is GitLab's commit time if git is not available", () => {
    expect(runOrder(folder, { CI_COMMIT_TIMESTAMP: "2027-01-15T08:00:00Z" }, NOW)).toEqual({ order: "1800000000" });
  });
});
