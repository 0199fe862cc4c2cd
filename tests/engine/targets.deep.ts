/** A destroy of one resource with its dependents: what is not in state any more is not live either. */
import { type CommandBench, canaryBench } from "../support/command";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench();
});

afterAll(() => bench.close());

it("deletes the release of a version that is destroyed, and its alias", async () => {
  const urns = async () => {
    const { deployment } = (await bench.stack.exportStack()) as { deployment: { resources: { urn: string }[] } };
    return deployment.resources.map(({ urn }) => urn);
  };
  const target = (await urns()).filter((urn) => urn.endsWith(":Version::api"));
  const { stdout } = await bench.stack.destroy({ target, targetDependents: true });
  expect(stdout).not.toMatch(/took it over|is now another one/);
  expect(bench.emulator.store.functions.get("api")?.aliases.size).toBe(0);
  expect((await urns()).filter((urn) => /:(Release|Version)::api$/.test(urn))).toEqual([]);
  bench.write("three");
  await bench.up();
  expect(bench.split()).toEqual({ "3": 100 });
});
