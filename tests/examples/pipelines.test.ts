/** The example's pipelines: what their files promise, and their steps one after the other in a shell, on the real engine. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { type Emulator, startEmulator } from "../../emulator";
import { EXAMPLE, GitOps, type Outcome, shell } from "../support/gitops";

type Variables = Readonly<Record<string, string>>;

/** Essential part of the operator's definitions; the file says of which version. */
const operatorSchema = JSON.parse(readFileSync(join(__dirname, "operator.schema.json"), "utf8")) as Record<
  "Stack" | "Workspace",
  object
>;

const text = (file: string) => readFileSync(join(EXAMPLE, file), "utf8");
const git = (kind: string) => `.github/workflows/${kind}.yml`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Variables;
}

interface Workflow {
  readonly permissions: object;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: {
    readonly prod: {
      readonly permissions: object;
      readonly environment?: string;
      readonly env: Variables;
      readonly steps: readonly Step[];
    };
  };
}

interface GitLabJob {
  readonly extends?: string;
  readonly variables: Variables;
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly resource_group?: string;
  readonly id_tokens?: { readonly OIDC_TOKEN: { readonly aud: string } };
}

interface Flow {
  readonly concurrencyConfig?: object;
  readonly stages: Readonly<
    Record<
      string,
      {
        readonly jobs: {
          readonly prod: {
            readonly steps: Readonly<
              Record<string, { readonly step: string; readonly with: { readonly run: string } }>
            >;
          };
        };
      }
    >
  >;
}

const workflow = (kind: string) => parse(text(git(kind))) as Workflow;

/** Commands of a step, with `folder` before those on the PATH. */
function command(folder: string, name: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** Answers GitHub's request for a token, when it is asked as GitHub wants it. */
async function tokens(): Promise<{ server: Server; env: Variables }> {
  const server = createServer((request, response) => {
    const asked =
      request.headers.authorization === "bearer job" && request.url === "/token?v=1&audience=sts.aliyuncs.com";
    response.writeHead(asked ? 200 : 403).end(JSON.stringify({ value: "github-token" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
  };
  return { server, env };
}

describe("files", () => {
  const files = readdirSync(EXAMPLE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));

  it("hold no secret: names of them only, and one of them", () => {
    const all = files.map((file) => readFileSync(file, "utf8")).join("\n");
    expect([...new Set(all.match(/secrets\.\w+/g))]).toEqual(["secrets.PULUMI_ACCESS_TOKEN"]);
    expect(all).not.toMatch(/LTAI\w{12}|ACCESS_KEY|pul-[0-9a-f]{8}|BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it.each(["preview", "deploy", "reconcile"])(
    "GitHub %s: every action by its full commit, its version beside it",
    (kind) => {
      const uses = text(git(kind)).match(/uses: .*/g) ?? [];
      expect(uses).toHaveLength(3);
      for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it("GitHub: one run per stack, never cut off; least rights; reconcile does what deploy does", () => {
    const [preview, deploy, reconcile] = [workflow("preview"), workflow("deploy"), workflow("reconcile")];
    for (const { permissions } of [preview, deploy, reconcile]) expect(permissions).toEqual({});
    expect(preview.jobs.prod.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
    for (const { jobs, concurrency } of [deploy, reconcile]) {
      expect(jobs.prod.permissions).toEqual({ contents: "read", "id-token": "write" });
      expect([jobs.prod.environment, concurrency]).toEqual([
        "prod",
        { group: "stack-prod", "cancel-in-progress": false },
      ]);
      expect(jobs.prod.steps).toEqual(deploy.jobs.prod.steps);
    }
  });

  it("GitLab: one run per stack, a token for STS", () => {
    const jobs = parse(text(".gitlab-ci.yml")) as Record<string, GitLabJob>;
    expect(jobs["deploy"]?.resource_group).toBe("prod");
    expect(jobs[".stack"]?.id_tokens).toEqual({ OIDC_TOKEN: { aud: "sts.aliyuncs.com" } });
  });

  it("roles are trusted to one repository each: deploy to its branch or environment, to nobody's pull request", () => {
    const trust = (name: string) =>
      (
        JSON.parse(text(`policies/trust/${name}.json`)) as { Statement: { Condition?: Record<string, Variables> }[] }
      ).Statement.map(({ Condition }) => Condition);
    const oidc = (iss: string, sub: string) => ({
      StringEquals: { "oidc:iss": iss, "oidc:aud": "sts.aliyuncs.com", "oidc:sub": sub },
    });
    const github = "https://token.actions.githubusercontent.com";
    const environment = workflow("deploy").jobs.prod.environment ?? "";
    expect(trust("github-deploy")).toEqual([oidc(github, `repo:ORGANIZATION/REPOSITORY:environment:${environment}`)]);
    expect(trust("github-preview")).toEqual([oidc(github, "repo:ORGANIZATION/REPOSITORY:pull_request")]);
    expect(trust("gitlab-deploy")).toEqual([
      oidc("https://gitlab.com", "project_path:GROUP/PROJECT:ref_type:branch:ref:main"),
    ]);
    expect(trust("gitlab-preview")).toEqual([
      {
        StringEquals: { "oidc:iss": "https://gitlab.com", "oidc:aud": "sts.aliyuncs.com" },
        StringLike: { "oidc:sub": "project_path:GROUP/PROJECT:ref_type:branch:ref:*" },
      },
    ]);
    const account = /kind: ServiceAccount\nmetadata:\n {2}name: (.*)\n {2}namespace: (.*)\n/.exec(
      text("operator/stack.yaml"),
    );
    const subject = `system:serviceaccount:${account?.[2] ?? ""}:${account?.[1] ?? ""}`;
    expect(trust("operator")).toEqual([oidc("https://CLUSTER_ISSUER", subject)]);
  });

  it("operator: the manifests fit its definitions; it follows the branch and runs each hour", () => {
    const ajv = new Ajv({ allErrors: true });
    const manifests = ["stack", "workspace"].flatMap((name) =>
      parseAllDocuments(text(`operator/${name}.yaml`)).map(
        (document) => document.toJS() as { kind: string; spec: object },
      ),
    );
    const check = (kind: "Stack" | "Workspace", manifest: unknown) => {
      const validate = ajv.compile(operatorSchema[kind]);
      validate(manifest);
      return validate.errors;
    };
    const [stack, workspace] = [
      manifests.find(({ kind }) => kind === "Stack"),
      manifests.find(({ kind }) => kind === "Workspace"),
    ];
    expect([check("Stack", stack), check("Workspace", workspace)]).toEqual([null, null]);
    expect(check("Stack", { ...stack, spec: { ...stack?.spec, refreshes: true } })).toHaveLength(1);
    expect(stack?.spec).toMatchObject({
      branch: "main",
      refresh: true,
      continueResyncOnCommitMatch: true,
      resyncFrequencySeconds: 3600,
      destroyOnFinalize: false,
    });
  });
});

describe("pipeline.sh", () => {
  const folder = mkdtempSync(join(tmpdir(), "pipeline-"));
  const script = join(EXAMPLE, "pipeline.sh");
  const env = { PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? ""}`, STACK: "prod", TMPDIR: folder };
  const said = () => readFileSync(join(folder, "said"), "utf8");

  beforeAll(() => {
    command(
      join(folder, "bin"),
      "pulumi",
      'file="${ALIBABA_CLOUD_OIDC_TOKEN_FILE:-none}"; { echo "$@"; echo "$file"; cat "$file"; ls -l "$file"; env; } >"$TMPDIR/said" 2>&1',
    );
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  async function tokenSeen(more: Variables): Promise<string | undefined> {
    const { code, output } = await shell(folder, `sh ${script} deploy`, { ...env, ...more });
    expect([code, output]).toEqual([0, ""]);
    const [args, file = "", token = ""] = said().split("\n");
    expect(args).toBe("up --stack prod --refresh --non-interactive --color never --yes --skip-preview");
    expect(said()).not.toMatch(/OIDC_TOKEN=|ID_TOKEN_REQUEST/);
    expect(existsSync(file)).toBe(false);
    if (file === "none") return undefined;
    // The token has no line end: what ls says follows it.
    expect(token).toMatch(/-rw------- /);
    return token.split("-rw")[0];
  }

  it("gives GitHub's and GitLab's token to the credential chain in a file that only lives as long, and none where there is none", async () => {
    const { server, env: github } = await tokens();
    try {
      expect(await tokenSeen(github)).toBe("github-token");
      const refused = await shell(folder, `sh ${script} deploy`, {
        ...env,
        ...github,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "other",
      });
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain("403");
    } finally {
      server.close();
    }
    expect(await tokenSeen({ OIDC_TOKEN: "gitlab-token" })).toBe("gitlab-token");
    expect(await tokenSeen({})).toBeUndefined();
  });

  it("refuses another word", async () => {
    expect(await shell(folder, `sh ${script} destroy`, env)).toEqual({
      code: 2,
      output: "got 'destroy'; allowed: preview, deploy\n",
    });
  });
});

describe("steps", () => {
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

  /** Steps in a fresh checkout of the newest commit, until one fails. */
  async function inCheckout(
    steps: readonly { script: string; env: Variables }[],
  ): Promise<Outcome & { folder: string }> {
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

  /** What GitHub puts in place of expressions. */
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

  function onGitLab(name: string) {
    const jobs = parse(text(".gitlab-ci.yml")) as Record<string, GitLabJob>;
    const job = jobs[name];
    const base = jobs[job?.extends ?? ""];
    if (job === undefined || base === undefined) throw new Error(`no job ${name}`);
    const env = { ...base.variables, ...job.variables, CI_JOB_ID: "1", OIDC_TOKEN: "gitlab-token" };
    return inCheckout([{ script: [...(base.before_script ?? []), ...job.script].join("\n"), env }]);
  }

  function onFlow(kind: string) {
    const { stages } = parse(text(`.workflow/${kind}.yml`)) as Flow;
    const steps = Object.values(stages).flatMap(({ jobs }) => Object.values(jobs.prod.steps));
    for (const { step } of steps) expect(step).toBe("Command");
    return inCheckout(steps.map((step) => ({ script: step.with.run, env: {} })));
  }

  const split = () => {
    const alias = emulator.store.functions.get("gitops-example-prod")?.aliases.get("live");
    return [alias?.versionId, alias?.additionalVersionWeight ?? {}];
  };

  it("GitHub: deploy makes the function, preview says in a comment what the next commit does and writes nothing", async () => {
    expect((await onGitHub("deploy")).code).toBe(0);
    expect(split()).toEqual(["1", {}]);
    repo.code("two");
    const before = emulator.mutations().length;
    const { code, folder } = await onGitHub("preview");
    expect([code, emulator.mutations().length]).toEqual([0, before]);
    expect(readFileSync(join(folder, "comment.md"), "utf8")).toMatch(
      /^```\n[\s\S]*gitops-example-prod: v1 100→95 %, new \([0-9a-f]{8}\) 0→5 % \(step 1\/4\)[\s\S]*```\n$/,
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

  it("GitLab: preview writes nothing, deploy does what it said", async () => {
    const before = emulator.mutations().length;
    const preview = await onGitLab("preview");
    expect([preview.code, emulator.mutations().length]).toEqual([0, before]);
    expect(readFileSync(join(preview.folder, "preview.txt"), "utf8")).toContain("v1 100→95 %");
    expect((await onGitLab("deploy")).code).toBe(0);
    expect(split()).toEqual(["1", { "2": 0.05 }]);
  });

  it("Flow: preview writes nothing, deploy follows a weight", async () => {
    repo.keys({ weight: 25 });
    const before = emulator.mutations().length;
    expect((await onFlow("preview")).output).toContain("v1 95→75 %, v2 5→25 %");
    expect(emulator.mutations()).toHaveLength(before);
    expect((await onFlow("deploy")).code).toBe(0);
    expect(split()).toEqual(["1", { "2": 0.25 }]);
  });

  it("operator: an update with a refresh in a checkout of the branch promotes", async () => {
    repo.keys({ weight: 100 });
    expect(
      (await inCheckout([{ script: "pulumi up --yes --skip-preview --refresh --stack prod", env: {} }])).code,
    ).toBe(0);
    expect(split()).toEqual(["2", {}]);
  });
});
