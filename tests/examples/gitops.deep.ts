/**
 * A git repository and its pipelines. The pipelines run in the wrong order, or fail. The real script of the pipelines
 * runs on the real engine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator, RecordedRequest } from "../../emulator";
import { EXAMPLE, type GitOps, type Outcome, StartedGitOps, setKeys } from "../support/gitops";
import { type Need, type Policy, allows, matches, needOf } from "../support/policy";

let emulator: Emulator;
let repo: GitOps;
let started: StartedGitOps;

beforeAll(async () => {
  started = await StartedGitOps.start();
  ({ emulator, repo } = started);
});

afterAll(() => started.close());

/** The split after a run, and the operations that the run sent. */
interface Ran extends Outcome {
  readonly split: Record<string, number>;
  readonly applied: readonly string[];
}

async function run(commit?: string, before?: (folder: string) => void): Promise<Ran> {
  const from = emulator.mutations().length;
  const outcome = await repo.run(commit, before);
  const applied = emulator.mutations().slice(from);
  return { ...outcome, split: started.split(), applied: applied.map(({ operation }) => operation) };
}

/** Runs the pipeline, which must succeed. */
async function runs(commit?: string): Promise<Ran> {
  const ran = await run(commit);
  if (ran.code !== 0) throw new Error(ran.output);
  return ran;
}

const PUBLISHED = ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"];

describe("commits", () => {
  let lowered: string;

  it("a weight in git sets the share, and 100 promotes, each by one request", async () => {
    repo.code("one");
    expect((await runs()).split).toEqual({ "1": 100 });
    repo.code("two");
    expect(await runs()).toMatchObject({ split: { "1": 95, "2": 5 }, applied: PUBLISHED });
    repo.keys({ weight: 25 });
    const { output, ...moved } = await runs();
    expect(moved).toMatchObject({ split: { "1": 75, "2": 25 }, applied: ["UpdateAlias"] });
    expect(output).toContain("gitops-example-prod: v1 95→75 %, v2 5→25 % (step 2/4)");
    repo.keys({ weight: 100 });
    expect(await runs()).toMatchObject({ split: { "2": 100 }, applied: ["UpdateAlias"] });
  });

  it("new code starts at 5 % although the weight in git is still 100", async () => {
    repo.code("three");
    const { split: after, output } = await runs();
    expect(after).toEqual({ "2": 95, "3": 5 });
    expect(output).toContain(
      "weight 100 % was in config before v3 was deployed: the version starts at 5 %. To give it 100 %, set weight: v3=100",
    );
  });

  it("a commit whose pipeline never ran is harmless", async () => {
    repo.keys({ weight: 50 });
    repo.code("four");
    expect((await runs()).split).toEqual({ "2": 95, "4": 5 });
  });

  it("if two pipelines run out of order, the older one moves no traffic and prints this", async () => {
    const up = repo.keys({ weight: 40 });
    lowered = repo.keys({ weight: 20 });
    expect((await runs()).split).toEqual({ "2": 80, "4": 20 });
    const late = await run(up);
    expect(late).toMatchObject({ split: { "2": 80, "4": 20 }, applied: [] });
    expect(late.code).not.toBe(0);
    expect(late.output).toMatch(/this run is of an older commit \(rev \d+\) than the newest run \(rev \d+\)/);
  });

  it("git revert of a weight restores the share before it, also if that share came from a leftover weight", async () => {
    repo.revert(lowered);
    expect((await runs()).split).toEqual({ "2": 60, "4": 40 });
    repo.revert("HEAD~2");
    expect((await runs()).split).toEqual({ "2": 95, "4": 5 });
    repo.revert("HEAD");
    expect((await runs()).split).toEqual({ "2": 60, "4": 40 });
  });
});

describe("a rollback at night", () => {
  it("by reject, in a checkout that is not committed", async () => {
    const rolled = await run(undefined, (folder) => setKeys(folder, { reject: 4 }));
    expect(rolled).toMatchObject({ code: 0, split: { "2": 100 }, applied: ["UpdateAlias"] });
  });

  it("stays at 0 when the hourly reconcile runs from unchanged git, which still has weight 40", async () => {
    const reconciled = await runs();
    expect(reconciled).toMatchObject({ split: { "2": 100 }, applied: [] });
    expect(reconciled.output).toContain("v4 is rejected and gets no traffic");
  });

  it("stays at 0 when an old checkout runs again", async () => {
    expect(await run("HEAD~1")).toMatchObject({ split: { "2": 100 }, applied: [] });
  });

  it("in the console: the reconcile does not raise the share, and prints how to end the lowering", async () => {
    repo.code("five", { weight: "r5=40" });
    expect((await runs()).split).toEqual({ "2": 60, "5": 40 });
    started.alias().additionalVersionWeight = {};
    const reconciled = await runs();
    expect(reconciled.split).toEqual({ "2": 100 });
    expect(reconciled.output).toContain("v5 was lowered to 0 % by hand and stays there; retry: v5 ends this");
    repo.keys({ retry: "v5", weight: "v5=100" });
    expect((await runs()).split).toEqual({ "5": 100 });
  });
});

describe("git revert of code", () => {
  it("whose parent was stable: the stable version gets all traffic at once, and a second run of the old pipeline changes nothing", async () => {
    const six = repo.code("six", { weight: "r6=100" });
    expect((await runs()).split).toEqual({ "6": 100 });
    repo.revert(six);
    const back = await runs();
    expect(back).toMatchObject({ split: { "5": 100 }, applied: ["UpdateFunction", "UpdateAlias"] });
    expect(back.output).toContain("v5 was the stable version before: all traffic goes back to it at once");
    expect(await run(six)).toMatchObject({ split: { "5": 100 } });
  });

  it("that replaced a candidate restores this candidate", async () => {
    repo.code("seven");
    expect((await runs()).split).toEqual({ "5": 95, "7": 5 });
    const eight = repo.code("eight", { weight: "r10=100" });
    expect((await runs()).split).toEqual({ "8": 100 });
    repo.revert(eight);
    expect((await runs()).split).toEqual({ "5": 95, "7": 5 });
  });

  it("of content that was promoted, to content that was never stable: it starts as new content, and the run prints the key for a rollback", async () => {
    const nine = repo.code("nine");
    expect((await runs()).split).toEqual({ "5": 95, "9": 5 });
    repo.keys({ weight: "v9=100" });
    expect((await runs()).split).toEqual({ "9": 100 });
    repo.revert(nine);
    const reverted = await runs();
    expect(reverted.split).toEqual({ "7": 5, "9": 95 });
    expect(reverted.output).toContain("v7 was not the stable version before v9");
    expect(reverted.output).toContain("To roll back to v5, set reject: v9");
  });
});

describe("RAM policies", () => {
  const FUNCTION = "gitops-example-prod";
  /** Log project and logstore of the stack `auto`. */
  const LOGS = { project: "gitops-example", logstore: "requests" };
  /** A shell command that turns on probes for the stack `auto`. */
  const PROBES = `sed -i 's/^    errorLimit: 3$/&\\n    probes: { requests: 5 }/' Pulumi.auto.yaml`;
  let previewed: readonly RecordedRequest[];
  let judged: readonly RecordedRequest[];
  let probed: readonly RecordedRequest[];

  /** The policy of a role. A plus sign joins the names of several policy files. */
  function policy(names: string): Policy {
    const parts = names.split("+").map((name) => {
      const text = readFileSync(join(EXAMPLE, "policies", `${name}.json`), "utf8");
      const place = text.replaceAll("REGION", emulator.region).replaceAll("ACCOUNT", emulator.accountId);
      const logs = place.replaceAll("PROJECT", LOGS.project).replaceAll("LOGSTORE", LOGS.logstore);
      return JSON.parse(logs.replaceAll("PREFIX", "gitops-example-")) as Policy;
    });
    return { Version: "1", Statement: parts.flatMap(({ Statement }) => Statement) };
  }

  const needs = (requests: readonly RecordedRequest[]) =>
    requests.flatMap((request) => needOf(request, { ...emulator, project: LOGS.project }) ?? []);
  const denied = (name: string, all: readonly Need[]) => all.filter((need) => !allows(policy(name), need));

  beforeAll(async () => {
    repo.code("ten", { weight: 25 });
    const from = emulator.requests.length;
    const preview = await repo.shell(repo.checkout(), "sh pipeline.sh preview");
    expect([preview.code, preview.output]).toEqual([0, expect.stringContaining("(step 1/4)")]);
    previewed = emulator.requests.slice(from);
  });

  /** Runs the script of the pipelines in the stack `auto`. */
  async function auto(word: "deploy" | "preview", before = "true"): Promise<string> {
    const { code, output } = await repo.shell(repo.checkout(), `${before} && sh pipeline.sh ${word}`, {
      STACK: "auto",
    });
    if (code !== 0) throw new Error(output);
    return output;
  }

  it("judge.json and deploy.json together allow every call of a run that judges; its preview needs no further permission", async () => {
    expect((await repo.shell(repo.checkout(), "pulumi stack init auto")).code).toBe(0);
    await auto("deploy");
    repo.code("eleven");
    await auto("deploy");
    emulator.clock.advance(3600);
    const before = emulator.requests.length;
    expect(await auto("preview")).toMatch(/gitops-example-auto: v2 at 5 %.*; the update judges it: next 25 %/);
    const announced = emulator.requests.slice(before);
    const from = emulator.requests.length;
    expect(await auto("deploy")).toContain("missing: 300 of 300 requests to the candidate");
    judged = emulator.requests.slice(from);
    expect(needs(judged).map(({ action }) => action)).toContain("log:GetLogStoreLogs");
    expect(denied("deploy+judge", needs(judged))).toEqual([]);
    expect(new Set(denied("deploy", needs(judged)).map(({ action }) => action))).toEqual(
      new Set(["log:GetLogStoreLogs"]),
    );
    expect(denied("preview", needs(announced))).toEqual([]);
  });

  it("probe.json and deploy.json together allow every call of a run that probes; its preview invokes nothing", async () => {
    const before = emulator.requests.length;
    expect(await auto("preview", PROBES)).toMatch(/judges it by up to 5 invocations of each version: next 25 %/);
    const announced = emulator.requests.slice(before);
    const from = emulator.requests.length;
    expect(await auto("deploy", PROBES)).toContain("by probes: candidate 0 of 5 failed");
    probed = emulator.requests.slice(from);
    expect(denied("deploy+probe", needs(probed))).toEqual([]);
    expect(new Set(denied("deploy", needs(probed)).map(({ action }) => action))).toEqual(
      new Set(["fc:InvokeFunction"]),
    );
    expect(denied("preview", needs(announced))).toEqual([]);
  });

  it("preview.json allows every call of a preview with a refresh, and only reads", () => {
    expect(needs(previewed).map(({ action }) => action)).toContain("fc:GetAlias");
    expect(denied("preview", needs(previewed))).toEqual([]);
    const actions = policy("preview").Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => !/^fc:(Get|List)[A-Z]\w+$/.test(action))).toEqual([]);
    expect(denied("preview", needs(emulator.mutations()))).toHaveLength(emulator.mutations().length);
  });

  it("deploy.json allows every call from the first release to an import and a destroy", async () => {
    // Removes the mark of the owner, because an import takes over only objects without an owner.
    const live = emulator.store.functions.get(FUNCTION);
    if (live === undefined) throw new Error("no function");
    const { tags } = live;
    live.tags = [];
    const command = "node ../node_modules/pulumi-alicloud-fc/bin/pulumi-alicloud-fc.cjs";
    const steps = [
      `rm -rf src && ${command} import ${FUNCTION} --stack copy && pulumi stack init copy`,
      "pulumi import --file import.json --generate-code=false --protect=false --yes --stack copy --skip-preview",
    ];
    const imported = await repo.shell(repo.checkout(), steps.join(" && "));
    expect([imported.code, imported.output]).toEqual([0, expect.stringMatching(/\d imported/)]);
    live.tags = tags;
    const destroy = ["prod", "auto"].map((name) => `pulumi destroy --yes --skip-preview --stack ${name}`);
    expect((await repo.shell(repo.checkout(), destroy.join(" && "))).code).toBe(0);
    expect(emulator.store.functions.size).toBe(0);

    const called = new Set(emulator.requests.map(({ operation }) => operation));
    for (const operation of ["CreateFunction", "UpdateAlias", "GetFunctionCode", "DeleteFunctionVersion"])
      expect(called).toContain(operation);
    expect(denied("deploy+judge+probe", needs(emulator.requests))).toEqual([]);
  });

  it("grant nothing on a function or logstore of another name, in another region or account", () => {
    const all = needs(emulator.requests);
    const elsewhere = (from: string | RegExp, to: string) =>
      all.map(({ action, resources }) => ({
        action,
        resources: resources.map((resource) => resource.replace(from, to)),
      }));
    const strangers = [
      // A custom domain does not belong to a function.
      ...elsewhere(/functions\/gitops-example-|project\/gitops-example/, "another").filter(
        ({ action }) => action !== "fc:ListCustomDomains",
      ),
      ...elsewhere(emulator.region, "cn-beijing"),
      ...elsewhere(emulator.accountId, "1234567890123456"),
    ];
    for (const name of ["deploy+judge+probe", "preview"]) expect(denied(name, strangers)).toEqual(strangers);
    const logs = needs(judged).filter(({ action }) => action.startsWith("log:"));
    const others = logs.map((need) => ({ ...need, resources: need.resources.map((at) => `${at}-other`) }));
    expect(denied("judge", others)).toEqual(others);
  });

  it.each([
    ["deploy", () => emulator.requests],
    ["preview", () => previewed],
    ["judge", () => judged],
    ["probe", () => probed],
  ])("%s.json grants nothing that is not called", (name, requests) => {
    const used = needs(requests());
    const idle = policy(name).Statement.flatMap(({ Action, Resource }) => [
      ...Action.filter((action) => !used.some((need) => need.action === action)),
      ...Resource.filter(
        (pattern) =>
          !used.some(
            (need) => Action.includes(need.action) && need.resources.some((resource) => matches(pattern, resource)),
          ),
      ),
    ]);
    // These lists are read only if there are more unused versions than `keep`. In these tests there are fewer.
    const rare = [
      "fc:ListCustomDomains",
      "fc:ListAsyncInvokeConfigs",
      ...(name === "deploy" ? idle.filter((each) => each.endsWith(":custom-domains/*")) : []),
    ];
    expect(idle.filter((each) => !rare.includes(each))).toEqual([]);
  });

  it("a call that is not granted is found", () => {
    const [publish] = needs(emulator.requests.filter(({ operation }) => operation === "PublishFunctionVersion"));
    const { Version, Statement } = policy("deploy");
    const less = Statement.map((each) => ({
      ...each,
      Resource: each.Resource.filter((at) => !at.endsWith("/versions")),
    }));
    expect(publish && [allows({ Version, Statement }, publish), allows({ Version, Statement: less }, publish)]).toEqual(
      [true, false],
    );
  });
});
