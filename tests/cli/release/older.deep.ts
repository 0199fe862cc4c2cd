/**
 * Subcommands on state that is older than the alias, as after a run that was killed after it wrote the alias and before
 * its state was saved. Rollback and hold go on from the alias; every other subcommand is refused, and nothing deploys
 * changed code.
 */
import type { Deployment } from "@pulumi/pulumi/automation";
import { type CommandBench, commandBench } from "../../support/command";

jest.setTimeout(600_000);

let bench: CommandBench;
let first: Deployment;

beforeAll(async () => {
  bench = await commandBench();
  await bench.up();
  first = await bench.stack.exportStack();
  bench.write("two");
  await bench.up();
});

afterAll(() => bench.close());

interface Resources {
  readonly resources: readonly { readonly type: string }[];
}

/** State with every resource of `now`, but with the release of `before`: its run was killed before its state was saved. */
function withRelease(before: Deployment, now: Deployment): Deployment {
  const isRelease = ({ type }: { readonly type: string }) => type.endsWith(":Release");
  const old = (before.deployment as Resources).resources.find(isRelease);
  const { resources, ...rest } = now.deployment as Resources;
  return { ...now, deployment: { ...rest, resources: resources.map((each) => (isRelease(each) ? old : each)) } };
}

const versions = () => [...(bench.emulator.store.functions.get("api")?.versions.keys() ?? [])];

it("after a raise that was killed, a raise names the refresh, and rollback goes on from the alias", async () => {
  const before = await bench.stack.exportStack();
  expect((await bench.run("set", "25", "--yes")).code).toBe(0);
  await bench.stack.importStack(before);
  bench.write("not deployed yet");
  const from = bench.emulator.mutations().length;
  const older =
    "state of release api is older than its alias: a run was interrupted, or an older state was restored. Run pulumi refresh --yes, which " +
    "changes no traffic, then run this command again";
  const raised = await bench.run("next", "--yes");
  expect([raised.code, raised.stderr]).toEqual([3, `${older}. Nothing was changed\n`]);
  expect((await bench.run("status")).stdout).toContain(older);
  const back = await bench.run("rollback", "--yes");
  expect([back.code, back.stderr]).toEqual([0, expect.stringContaining("the release is refreshed first")]);
  expect([bench.split(), bench.applied(from), versions()]).toEqual([{ "1": 100 }, ["UpdateAlias"], ["1", "2"]]);
  expect(bench.config()).toContain("canary:reject: v2\n");
});

it("after a run with new code that was killed, rollback rejects the candidate that the alias has", async () => {
  const before = await bench.stack.exportStack();
  bench.write("three");
  await bench.up();
  expect(bench.split()).toEqual({ "1": 95, "3": 5 });
  await bench.stack.importStack(withRelease(before, await bench.stack.exportStack()));
  const back = await bench.run("rollback", "--yes");
  expect([back.code, bench.split()]).toEqual([0, { "1": 100 }]);
  expect(bench.config()).toContain("canary:reject: v3\n");
});

it("with a restored state whose program would deploy an earlier version, no subcommand moves traffic", async () => {
  bench.write("four");
  await bench.up();
  const before = [bench.split(), bench.config(), bench.applied(0)];
  await bench.stack.importStack(first);
  for (const verb of ["resume", "hold", "rollback"]) {
    const { code, stderr } = await bench.run(verb, "--yes");
    expect([verb, code, stderr]).toEqual([verb, 3, expect.stringContaining("Nothing was changed")]);
  }
  expect([bench.split(), bench.config(), bench.applied(0)]).toEqual(before);
});
