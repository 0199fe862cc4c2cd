/** The example's pipelines: the content of their files, and the script that each of them runs. `pipelines.deep.ts` runs the steps. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse, parseAllDocuments } from "yaml";
import { EXAMPLE, shell } from "../support/gitops";
import { type GitLabJob, type Variables, command, git, text, tokens, workflow } from "../support/pipelines";

/** Parts of the operator's resource definitions. The file contains the version from which they come. */
const operatorSchema = JSON.parse(readFileSync(join(__dirname, "operator.schema.json"), "utf8")) as Record<
  "Stack" | "Workspace",
  object
>;

describe("files", () => {
  const files = readdirSync(EXAMPLE, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));

  it("contain no secret, and the name of only one secret", () => {
    const all = files.map((file) => readFileSync(file, "utf8")).join("\n");
    expect([...new Set(all.match(/secrets\.\w+/g))]).toEqual(["secrets.PULUMI_ACCESS_TOKEN"]);
    expect(all).not.toMatch(/LTAI\w{12}|ACCESS_KEY|pul-[0-9a-f]{8}|BEGIN [A-Z ]*PRIVATE KEY/);
  });

  it.each(["preview", "deploy", "reconcile", "judge"])(
    "GitHub %s: every action has its full commit, with its version beside it",
    (kind) => {
      const uses = text(git(kind)).match(/uses: .*/g) ?? [];
      expect(uses).toHaveLength(3);
      for (const line of uses) expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    },
  );

  it("GitHub: one run for each stack, which is never cancelled; least permissions; reconcile and judge run the same steps as deploy", () => {
    const [preview, deploy, reconcile] = [workflow("preview"), workflow("deploy"), workflow("reconcile")];
    const judge = workflow("judge");
    for (const { permissions } of [preview, deploy, reconcile, judge]) expect(permissions).toEqual({});
    expect(preview.jobs.prod.permissions).toEqual({ contents: "read", "id-token": "write", "pull-requests": "write" });
    for (const { jobs, concurrency } of [deploy, reconcile, judge]) {
      expect(jobs.prod.permissions).toEqual({ contents: "read", "id-token": "write" });
      const group = `stack-${jobs.prod.env["STACK"]}`;
      expect([jobs.prod.environment, concurrency]).toEqual(["prod", { group, "cancel-in-progress": false }]);
      expect(jobs.prod.steps).toEqual(deploy.jobs.prod.steps);
    }
    expect([deploy, reconcile, judge].map(({ jobs }) => jobs.prod.env["STACK"])).toEqual(["prod", "prod", "auto"]);
    expect(judge.on).toEqual({
      push: { branches: ["main"] },
      schedule: [{ cron: "7,22,37,52 * * * *" }],
      workflow_dispatch: null,
    });
  });

  it("GitLab: one run for each stack, and a token for STS", () => {
    const jobs = parse(text(".gitlab-ci.yml")) as Record<string, GitLabJob>;
    expect(jobs["deploy"]?.resource_group).toBe("prod");
    expect(jobs["judge"]).toEqual({ extends: "deploy", variables: { STACK: "auto" }, resource_group: "auto" });
    expect(jobs[".stack"]?.id_tokens).toEqual({ OIDC_TOKEN: { aud: "sts.aliyuncs.com" } });
  });

  it("Flow: judge differs from deploy only in its stack", () => {
    const [judge, deploy] = ["judge", "deploy"].map((kind) =>
      text(`.workflow/${kind}.yml`).replaceAll(/^# .*\n/gm, ""),
    );
    expect(judge).toBe(deploy?.replace("deploy-prod", "judge-auto").replace("STACK=prod", "STACK=auto"));
  });

  it("each role can be assumed from one repository only, and deploy only from its branch or environment, never from a pull request", () => {
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

  it("operator: the manifests fit its definitions; the stack follows the branch and runs each hour, and the stack that judges four times as often", () => {
    const ajv = new Ajv({ allErrors: true });
    const manifests = ["stack", "workspace", "judge"].flatMap((name) =>
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
    const judge = manifests.at(-1);
    expect(check("Stack", judge)).toBeNull();
    expect(judge?.spec).toEqual({ ...stack?.spec, stack: "ORGANIZATION/auto", resyncFrequencySeconds: 900 });
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
    // The token does not end with a line break, so the output of `ls` follows on the same line.
    expect(token).toMatch(/-rw------- /);
    return token.split("-rw")[0];
  }

  it("writes the token of GitHub or GitLab to a file that exists only during the run, and writes no file without a token", async () => {
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

  it("refuses an unknown argument", async () => {
    expect(await shell(folder, `sh ${script} destroy`, env)).toEqual({
      code: 2,
      output: "got 'destroy'; allowed: preview, deploy\n",
    });
  });
});
