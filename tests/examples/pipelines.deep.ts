/** The steps of the example's pipelines, one after the other in a shell, on the real engine. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { type Emulator, startEmulator } from "../../emulator";
import { GitOps, type Outcome } from "../support/gitops";
import { type Flow, type GitLabJob, type Variables, command, text, tokens, workflow } from "../support/pipelines";
import { stageRequests } from "../support/requestRows";

let emulator: Emulator;
let repo: GitOps;
let token: { server: Server; env: Variables };
const bin = mkdtempSync(join(tmpdir(), "commands-"));

beforeAll(async () => {
  emulator = await startEmulator({});
  repo = new GitOps(emulator.env);
  token = await tokens();
  command(bin, "gh", 'printf "%s\\n" "$GH_TOKEN" "$@" >gh.txt');
  expect((await repo.shell(repo.checkout(), "pulumi stack init prod")).code).toBe(0);
});

afterAll(async () => {
  token.server.close();
  repo.remove();
  rmSync(bin, { recursive: true });
  await emulator.close();
});

/** Runs the steps in a new checkout of the newest commit. The first failed step ends the run. */
async function inCheckout(steps: readonly { script: string; env: Variables }[]): Promise<Outcome & { folder: string }> {
  const folder = repo.checkout();
  const outcomes: Outcome[] = [];
  for (const { script, env } of steps) {
    const PATH = `${bin}:${repo.environment["PATH"] ?? ""}`;
    const outcome = await repo.shell(folder, script, { ...env, PATH });
    outcomes.push(outcome);
    if (outcome.code !== 0) break;
  }
  return { code: outcomes.at(-1)?.code ?? -1, output: outcomes.map(({ output }) => output).join(""), folder };
}

/** Replaces expressions by the values that GitHub would insert. */
function filledIn(env: Variables): Variables {
  const values: Variables = {
    "github.token": "gh-token",
    "github.event.pull_request.number": "7",
    "github.run_id": "1",
  };
  const value = (name: string) =>
    values[name] ?? (name.startsWith("vars.") || name.startsWith("secrets.") ? name : undefined);
  const fill = (given: string) =>
    given.replaceAll(/\$\{\{ ([\w.]+) \}\}/g, (whole, name: string) => {
      const found = value(name);
      if (found === undefined) throw new Error(`no value for ${whole}`);
      return found;
    });
  return Object.fromEntries(Object.entries(env).map(([name, given]) => [name, fill(String(given))]));
}

function onGitHub(kind: string) {
  const { env, steps } = workflow(kind).jobs.prod;
  const runs = steps.flatMap((step) => (step.run === undefined ? [] : [{ script: step.run, env: step.env ?? {} }]));
  const shared = { ...filledIn(env), ...token.env, GITHUB_REPOSITORY: "o/r" };
  return inCheckout(runs.map((step) => ({ script: step.script, env: { ...shared, ...filledIn(step.env) } })));
}

/** A job with the members of the jobs that it extends. GitLab merges maps, and replaces lists. */
function gitLabJob(name: string): GitLabJob {
  const job = (parse(text(".gitlab-ci.yml")) as Record<string, GitLabJob>)[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  if (job.extends === undefined) return job;
  const base = gitLabJob(job.extends);
  return { ...base, ...job, variables: { ...base.variables, ...job.variables } };
}

function onGitLab(name: string) {
  const { variables, before_script: first = [], script } = gitLabJob(name);
  const env = { ...variables, CI_JOB_ID: "1", OIDC_TOKEN: "gitlab-token" };
  return inCheckout([{ script: [...first, ...script].join("\n"), env }]);
}

function onFlow(kind: string) {
  const { stages } = parse(text(`.workflow/${kind}.yml`)) as Flow;
  const steps = Object.values(stages).flatMap(({ jobs }) => Object.values(jobs.prod.steps));
  for (const { step } of steps) expect(step).toBe("Command");
  return inCheckout(steps.map((step) => ({ script: step.with.run, env: {} })));
}

const split = (stack = "prod") => {
  const alias = emulator.store.functions.get(`gitops-example-${stack}`)?.aliases.get("live");
  return [alias?.versionId, alias?.additionalVersionWeight ?? {}];
};

it("GitHub: deploy creates the function; preview writes nothing, and its comment shows the effect of the next commit", async () => {
  expect((await onGitHub("deploy")).code).toBe(0);
  expect(split()).toEqual(["1", {}]);
  repo.code("two");
  const before = emulator.mutations().length;
  const { code, folder } = await onGitHub("preview");
  expect([code, emulator.mutations().length]).toEqual([0, before]);
  expect(readFileSync(join(folder, "comment.md"), "utf8")).toMatch(
    /^```\n[\s\S]*gitops-example-prod: v1 100→95 %, the new version \(r2\) 0→5 % \(step 1\/4\)[\s\S]*```\n$/,
  );
  expect(readFileSync(join(folder, "gh.txt"), "utf8").split("\n")).toEqual([
    ...[
      "gh-token",
      "pr",
      "comment",
      "7",
      "--repo",
      "o/r",
      "--edit-last",
      "--create-if-none",
      "--body-file",
      "comment.md",
    ],
    "",
  ]);
});

it("GitLab: preview writes nothing, and deploy makes the announced change", async () => {
  const before = emulator.mutations().length;
  const preview = await onGitLab("preview");
  expect([preview.code, emulator.mutations().length]).toEqual([0, before]);
  expect(readFileSync(join(preview.folder, "preview.txt"), "utf8")).toContain("v1 100→95 %");
  expect((await onGitLab("deploy")).code).toBe(0);
  expect(split()).toEqual(["1", { "2": 0.05 }]);
});

it("Flow: preview writes nothing, and deploy applies a weight", async () => {
  repo.keys({ weight: 25 });
  const before = emulator.mutations().length;
  expect((await onFlow("preview")).output).toContain("v1 95→75 %, v2 5→25 %");
  expect(emulator.mutations()).toHaveLength(before);
  expect((await onFlow("deploy")).code).toBe(0);
  expect(split()).toEqual(["1", { "2": 0.25 }]);
});

it("operator: an update with a refresh in a checkout of the branch promotes the candidate", async () => {
  repo.keys({ weight: 100 });
  expect((await inCheckout([{ script: "pulumi up --yes --skip-preview --refresh --stack prod", env: {} }])).code).toBe(
    0,
  );
  expect(split()).toEqual(["2", {}]);
});

describe("weight auto: the scheduled runs judge, and no commit moves the weight", () => {
  const LOGS = { project: "gitops-example", logstore: "requests" };

  /** Writes rows of these requests, and moves the clock forward by more than half an hour, so that the rows can be read. */
  function serve(requests: Readonly<Record<string, number>>, failed: Readonly<Record<string, number>> = {}): void {
    emulator.clock.advance(60);
    stageRequests(emulator, { functionName: "gitops-example-auto", aliasName: "live", ...LOGS, requests, failed });
    emulator.clock.advance(45 * 60);
  }

  it("a good version gets the next step in each run, in the pipelines of all systems", async () => {
    expect((await repo.shell(repo.checkout(), "pulumi stack init auto")).code).toBe(0);
    expect((await onGitHub("judge")).code).toBe(0);
    repo.code("three");
    expect((await onGitHub("judge")).code).toBe(0);
    expect(split("auto")).toEqual(["1", { "2": 0.05 }]);
    serve({ "1": 5700, "2": 300 });
    const { output } = await onGitHub("judge");
    expect(output).toMatch(
      /gitops-example-auto: pass at 5 % .*gitops-example-auto: v1 95→75 %, v2 5→25 % \(step 2\/4\)/s,
    );
    expect(split("auto")).toEqual(["1", { "2": 0.25 }]);
    serve({ "1": 1500, "2": 500 });
    expect((await onGitLab("judge")).code).toBe(0);
    expect(split("auto")).toEqual(["1", { "2": 0.5 }]);
    serve({ "1": 500, "2": 500 });
    expect((await onFlow("judge")).code).toBe(0);
    expect(split("auto")).toEqual(["2", {}]);
  });

  it("a bad version makes one run of the operator fail", async () => {
    const script = "pulumi up --yes --skip-preview --refresh --stack auto";
    repo.code("four");
    expect((await inCheckout([{ script, env: {} }])).code).toBe(0);
    expect(split("auto")).toEqual(["2", { "3": 0.05 }]);
    serve({ "2": 950, "3": 50 }, { "3": 30 });
    const { code, output } = await inCheckout([{ script, env: {} }]);
    expect([code, output]).toEqual([expect.any(Number), expect.stringContaining("v3 was judged at 5 % and failed")]);
    expect(code).not.toBe(0);
    expect(split("auto")).toEqual(["2", {}]);
    const later = await inCheckout([{ script, env: {} }]);
    expect([later.code, later.output]).toEqual([0, expect.stringContaining("v3 is rejected and gets no traffic")]);
  });
});
