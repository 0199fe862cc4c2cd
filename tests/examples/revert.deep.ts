/**
 * Traffic that nobody asked for (docs/releases.md): the tests use `git revert`, a git repository, the script of its
 * pipeline, and the real engine.
 */
import { type GitOps, type Outcome, StartedGitOps } from "../support/gitops";

// A run of the pipeline makes a checkout, compiles the program and starts the engine. This takes some seconds, and much
// more on a busy machine.
jest.setTimeout(400_000);

let started: StartedGitOps;
let repo: GitOps;

beforeAll(async () => {
  started = await StartedGitOps.start();
  ({ repo } = started);
  repo.code("one", { weight: 100 });
  expect((await run()).split).toEqual({ "1": 100 });
});

afterAll(() => started.close());

/** Runs the pipeline of one commit. Returns the result, and the split of the alias in percent. */
async function run(commit?: string): Promise<Outcome & { readonly split: Record<string, number> }> {
  const outcome = await repo.run(commit);
  return { ...outcome, split: started.split() };
}

it("1: a weight of 100 left from the last release comes back by git revert, and promotes nothing", async () => {
  repo.code("two");
  expect(await run()).toMatchObject({ code: 0, split: { "1": 95, "2": 5 } });
  const raise = repo.keys({ weight: 25 });
  expect((await run()).split).toEqual({ "1": 75, "2": 25 });
  repo.revert(raise);
  expect(await run()).toMatchObject({ code: 0, split: { "1": 95, "2": 5 } });
});

it("2: a weight for another version raises no share", async () => {
  repo.keys({ weight: "v1=50" });
  expect(await run()).toMatchObject({ code: 0, split: { "1": 95, "2": 5 } });
});

it("4: a run that changes nothing is recorded: the late run of the reverted promotion moves nothing, and fails", async () => {
  repo.keys({ weight: 30 });
  expect((await run()).split).toEqual({ "1": 70, "2": 30 });
  const promotion = repo.keys({ weight: "v2=100" });
  repo.revert(promotion);
  expect(await run()).toMatchObject({ code: 0, split: { "1": 70, "2": 30 } });
  const late = await run(promotion);
  expect(late.split).toEqual({ "1": 70, "2": 30 });
  expect(late.code).not.toBe(0);
  expect(late.output).toContain("this run is of an older commit");
});

it("6: main and additional version exchanged by hand, with the same shares: a lower weight lowers the share", async () => {
  const found = started.alias();
  found.versionId = "2";
  found.additionalVersionWeight = { "1": 0.7 };
  repo.keys({ weight: 10 });
  expect(await run()).toMatchObject({ code: 0, split: { "1": 90, "2": 10 } });
});

it("7: a rejected version that somebody adds to the alias loses its share, and the revert of the rejection gives it no traffic", async () => {
  const rejection = repo.keys({ reject: "v2" });
  expect((await run()).split).toEqual({ "1": 100 });
  started.alias().additionalVersionWeight = { "2": 0.2 };
  expect((await run()).split).toEqual({ "1": 100 });
  repo.revert(rejection);
  expect(await run()).toMatchObject({ code: 0, split: { "1": 100 } });
});

it("5: the run of an older commit, whose code is the former stable one, moves nothing, and the newest commit has its split", async () => {
  const three = repo.code("three", { weight: "r3=100" });
  expect((await run()).split).toEqual({ "3": 100 });
  const late = await run(`${three}~4`);
  expect(late.split).toEqual({ "3": 100 });
  expect(late.code).not.toBe(0);
  expect(await run()).toMatchObject({ code: 0, split: { "3": 100 } });
});

it("3: new environment values alone are new content: an earlier weight or rejection does not apply to it", async () => {
  repo.program({ variables: { GREETING: "hello" } });
  expect(await run()).toMatchObject({ code: 0, split: { "3": 95, "4": 5 } });
  repo.keys({ weight: null, reject: "v4" });
  expect((await run()).split).toEqual({ "3": 100 });
  repo.program({ variables: { GREETING: "good morning" } });
  expect(await run()).toMatchObject({ code: 0, split: { "3": 95, "5": 5 } });
});

it("8: an alias with a former name that could not be deleted does not count as a change by hand when the name is used again", async () => {
  const variables = { GREETING: "good morning" };
  const { faults } = started.emulator;
  const action = { kind: "reject", status: 403, code: "AccessDenied", message: "as the test asked" } as const;
  faults.add({ operation: "DeleteAlias", times: Infinity, action });
  repo.program({ variables, aliasName: "web" });
  const renamed = await repo.run();
  expect([renamed.code, renamed.output]).toEqual([0, expect.stringContaining("alias of a former name failed")]);
  expect(started.split("web")).toEqual({ "3": 95, "5": 5 });
  repo.keys({ weight: 25 });
  expect((await repo.run()).code).toBe(0);
  expect([started.split("web"), started.split("live")]).toEqual([
    { "3": 75, "5": 25 },
    { "3": 95, "5": 5 },
  ]);
  faults.clear();
  repo.program({ variables });
  const back = await run();
  expect(back).toMatchObject({ code: 0, split: { "3": 75, "5": 25 } });
  expect(back.output).not.toContain("by hand");
  expect([...started.aliases.keys()]).toEqual(["live"]);
});
