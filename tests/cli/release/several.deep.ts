/**
 * Subcommands on a stack with several releases. Each release has its own config namespace, and each subcommand changes
 * only keys of that namespace.
 */
import { type CommandBench, canaryBench } from "../../support/command";

jest.setTimeout(600_000);

/** Three releases. The program reads the key of the third one in its own way, so that state has no namespace. */
const PROGRAM = `const fc = require("pulumi-alicloud-fc");
const pulumi = require("@pulumi/pulumi");
const release = (name, functionName, keys) =>
  new fc.CanaryRelease(name, {
    function: { functionName, runtime: "nodejs20", handler: "index.handler", code: "./src" },
    aliasName: "prod",
    ...keys,
  });
release("web", "web", { config: "shop" });
release("api-prod", "api", fc.releaseConfig("api"));
release("jobs", "jobs", { weight: new pulumi.Config("work").get("weight") });
`;

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench(PROGRAM);
  bench.setConfig(`${bench.config()}config:\n  shop:weight: v2=25\n  api:hold: "true"\n  work:weight: v2=50\n`);
});

afterAll(() => bench.close());

const UNKNOWN =
  "the config namespace of release jobs is not known, because its program does not use releaseConfig() or config: true. Give " +
  "--release jobs --namespace, or set the argument configNamespace of the release and run pulumi up";

interface Release {
  readonly release: string;
  readonly keys: readonly { readonly key: string }[];
  readonly next: Readonly<Record<string, unknown>>;
}

interface JudgedRelease {
  readonly release: string;
  readonly reasons: readonly string[];
}

async function statusOf(...flags: string[]): Promise<ReadonlyMap<string, Release>> {
  const { code, json } = await bench.run("status", "--json", ...flags);
  expect(code).toBe(0);
  const { releases } = json() as unknown as { releases: readonly Release[] };
  return new Map(releases.map((each) => [each.release, each]));
}

it("status shows the keys and the next run of each release; one unknown namespace does not change the others", async () => {
  const releases = await statusOf();
  const shown = [...releases.values()].map(({ release, keys }) => [release, ...keys.map(({ key }) => key)]).sort();
  expect(shown).toEqual([["api-prod", "api:hold"], ["jobs"], ["web", "shop:weight"]]);
  expect(releases.get("web")?.next).toMatchObject({ split: { "1": 75, "2": 25 } });
  expect(releases.get("api-prod")?.next).toMatchObject({ split: { "1": 95, "2": 5 }, hold: true });
  expect(releases.get("jobs")?.next).toEqual({ unknown: UNKNOWN });
  const { stdout } = await bench.run("status");
  expect(stdout).toContain(`  next run   is not known: ${UNKNOWN}\n`);
  const named = await statusOf("--release", "jobs", "--namespace", "work");
  expect(named.get("jobs")?.next).toMatchObject({ split: { "1": 50, "2": 50 } });
});

it("judge judges each release with its own keys; it is refused only if no release can be judged", async () => {
  const { code, json } = await bench.run("judge", "--json");
  const { outcome, releases } = json() as unknown as { outcome: string; releases: JudgedRelease[] };
  expect([code, outcome]).toEqual([2, "inconclusive"]);
  const reasons = new Map(releases.map(({ release, reasons: list }) => [release, list.join()]));
  expect(reasons.get("jobs")).toBe(UNKNOWN);
  for (const name of ["web", "api-prod"]) expect(reasons.get(name)).toContain("cannot be judged");
  const alone = await bench.run("judge", "--release", "jobs");
  expect([alone.code, alone.stderr]).toEqual([3, `${UNKNOWN}\n`]);
});

it("a change needs no namespace for a release whose program uses releaseConfig(); for another one the change is refused", async () => {
  const folded = bench
    .config()
    .replace("shop:weight: v2=25\n", "shop:weight: >-\n    v2=25\n  shop:steps: [10, 50]   # keep\n");
  bench.setConfig(folded);
  const web = await bench.run("set", "30", "--release", "web", "--yes", "--no-apply");
  expect([web.code, web.stderr, bench.config()]).toEqual([0, "", folded.replace(">-\n    v2=25", "v2=30")]);
  const before = bench.config();
  const jobs = await bench.run("rollback", "--release", "jobs", "--yes", "--json");
  expect([jobs.code, jobs.json()["message"]]).toEqual([3, UNKNOWN]);
  expect(bench.config()).toBe(before);
  const back = await bench.run("rollback", "--release", "api-prod", "--yes");
  expect([back.code, bench.split()]).toEqual([0, { "1": 100 }]);
  expect(bench.config()).toContain("  api:reject: v2\n");
});

it.each([["set", "75"], ["rollback"]])("refuses a key that the program does not read: %s", async (...words) => {
  const weights = () => bench.emulator.store.functions.get("jobs")?.aliases.get("prod")?.additionalVersionWeight;
  const before = [bench.config(), weights()];
  const flags = ["--release", "jobs", "--namespace", "other", "--yes"];
  const { code, stderr } = await bench.run(...words, ...flags);
  expect([code, stderr]).toEqual([3, expect.stringContaining("the program does not read other:")]);
  expect([bench.config(), weights()]).toEqual(before);
});
