/** Tests some rows of arguments.ts, and arguments that are right. arguments.deep.ts tests all rows. */
import { run, testWrongArguments } from "./arguments";

testWrongArguments(7);

it("--json on a subcommand that has no JSON is refused as JSON", () => {
  for (const [command, ...args] of [
    ["import", "api", "--stack", "prod"],
    ["value", "a", "b"],
    ["completion", "bash"],
  ]) {
    const { status, stdout, stderr } = run([command ?? "", ...args, "--json"]);
    expect([status, stderr]).toEqual([3, ""]);
    expect(JSON.parse(stdout)).toEqual({
      ...{ version: 1, command, outcome: "refused", message: "unknown option '--json'" },
    });
  }
});

it("without a subcommand the help is printed on standard error, and the code is 3", () => {
  for (const args of [[], ["help", "nope"]]) {
    const { status, stdout, stderr } = run(args);
    expect([status, stdout]).toEqual([3, ""]);
    expect(stderr).toMatch(/^Usage: pulumi-alicloud-fc [^]*\nno subcommand is named; --help lists the subcommands\n$/);
  }
});

it.each(["--help", "help", "help set", "set --help", "set --json --help", "--version", "help replay"])(
  "%s is no refusal",
  (line) => {
    const { status, stdout, stderr } = run(line.split(" "));
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).not.toBe("");
  },
);

it("after -- the text --json is an argument", () => {
  const { status, stdout, stderr } = run(["replay", "--", "--json"]);
  expect([status, stdout, stderr]).toEqual([3, "", expect.stringMatching(/^--json cannot be read/)]);
});
