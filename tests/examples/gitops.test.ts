/** A git repository, its pipelines, and what goes wrong between them: the script every pipeline runs, on the real engine. */
import { startEmulator, type Emulator } from "../../emulator";
import { GitOps, type Outcome, setKeys } from "../support/gitops";

let emulator: Emulator;
let repo: GitOps;

beforeAll(async () => {
  emulator = await startEmulator({});
  repo = new GitOps(emulator.env);
  const { code, output } = await repo.shell(repo.checkout(), "pulumi stack init prod");
  expect([code, output]).toEqual([0, expect.stringContaining("Created stack 'prod'")]);
});

afterAll(async () => {
  repo.remove();
  await emulator.close();
});

function alias() {
  const found = emulator.store.functions.get("gitops-example-prod")?.aliases.get("live");
  if (found === undefined) throw new Error("no alias");
  return found;
}

/** What the alias says, in percent. */
function split(): Record<string, number> {
  const { versionId = "", additionalVersionWeight } = alias();
  const extra = Object.entries(additionalVersionWeight ?? {}).map(
    ([id, share]) => [id, Math.round(share * 100)] as const,
  );
  return { [versionId]: 100 - extra.reduce((sum, [, share]) => sum + share, 0), ...Object.fromEntries(extra) };
}

/** What a run leaves behind, and the operations it needed. */
interface Ran extends Outcome {
  readonly split: Record<string, number>;
  readonly applied: readonly string[];
}

async function run(commit?: string, before?: (folder: string) => void): Promise<Ran> {
  const from = emulator.mutations().length;
  const outcome = await repo.run(commit, before);
  const applied = emulator.mutations().slice(from);
  return { ...outcome, split: split(), applied: applied.map(({ operation }) => operation) };
}

/** A run that succeeds. */
async function runs(commit?: string): Promise<Ran> {
  const ran = await run(commit);
  if (ran.code !== 0) throw new Error(ran.output);
  return ran;
}

const PUBLISHED = ["UpdateFunction", "PublishFunctionVersion", "UpdateAlias"];

describe("commits", () => {
  let lowered: string;

  it("a weight moves to that weight, and 100 promotes, in one call each", async () => {
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
    expect(output).toContain("weight 100 came with new code");
  });

  it("a commit whose pipeline never ran is harmless", async () => {
    repo.keys({ weight: 50 });
    repo.code("four");
    expect((await runs()).split).toEqual({ "2": 95, "4": 5 });
  });

  it("two pipelines out of order: the older one raises nothing, and says so", async () => {
    const up = repo.keys({ weight: 40 });
    lowered = repo.keys({ weight: 20 });
    expect((await runs()).split).toEqual({ "2": 80, "4": 20 });
    const late = await run(up);
    expect(late).toMatchObject({ split: { "2": 80, "4": 20 }, applied: [] });
    expect(late.code).not.toBe(0);
    expect(late.output).toMatch(/this run is older \(rev \d+\) than the last one that wrote \(rev \d+\)/);
  });

  it("git revert of a weight goes back to the weight before", async () => {
    repo.revert(lowered);
    expect((await runs()).split).toEqual({ "2": 60, "4": 40 });
  });
});

describe("a rollback at night", () => {
  it("by reject, from a checkout nobody commits", async () => {
    const rolled = await run(undefined, (folder) => setKeys(folder, { reject: 4 }));
    expect(rolled).toMatchObject({ code: 0, split: { "2": 100 }, applied: ["UpdateAlias"] });
  });

  it("stays at 0 when the hourly reconcile runs from unchanged git, which still says 40", async () => {
    const reconciled = await runs();
    expect(reconciled).toMatchObject({ split: { "2": 100 }, applied: [] });
    expect(reconciled.output).toContain("version 4 is rejected and gets no traffic");
  });

  it("stays at 0 when an old checkout runs again", async () => {
    expect(await run("HEAD~1")).toMatchObject({ split: { "2": 100 }, applied: [] });
  });

  it("through the console: the reconcile leaves it at 0 and says how to lift that", async () => {
    repo.code("five", { for: 5 });
    expect((await runs()).split).toEqual({ "2": 60, "5": 40 });
    alias().additionalVersionWeight = {};
    const reconciled = await runs();
    expect(reconciled.split).toEqual({ "2": 100 });
    expect(reconciled.output).toContain("version 5 was lowered to 0 % by hand and stays there; retry: 5@1 lifts that");
    repo.keys({ retry: "5@1", weight: 100 });
    expect((await runs()).split).toEqual({ "5": 100 });
  });
});

describe("git revert of code", () => {
  it("whose parent was stable goes back at once, and the old pipeline run again changes nothing", async () => {
    const six = repo.code("six", { for: 6 });
    expect((await runs()).split).toEqual({ "6": 100 });
    repo.revert(six);
    const back = await runs();
    expect(back).toMatchObject({ split: { "5": 100 }, applied: ["UpdateFunction", "UpdateAlias"] });
    expect(back.output).toContain("version 5 was stable before: back to it at once");
    expect(await run(six)).toMatchObject({ split: { "5": 100 } });
  });

  it("whose parent was never stable is a new release, not a rollback, and says which key is one", async () => {
    repo.code("seven");
    expect((await runs()).split).toEqual({ "5": 95, "7": 5 });
    const eight = repo.code("eight", { for: 8 });
    expect((await runs()).split).toEqual({ "8": 100 });
    repo.revert(eight);
    const reverted = await runs();
    expect(reverted.split).toEqual({ "8": 95, "7": 5 });
    expect(reverted.output).toContain("version 7 is not the one that was stable before version 8");
    expect(reverted.output).toContain("To roll back to version 5: reject: 8");
  });
});
