/** Wrong arguments of every subcommand: the built command refuses them in a separate process, as JSON if `--json` is given. */
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

const COMMAND = path.join(__dirname, "..", "..", "bin", "pulumi-alicloud-fc.cjs");

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "arguments-"));
  fs.symlinkSync(COMMAND, path.join(folder, "fc-rollout"));
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

export function run(args: readonly string[], command = COMMAND) {
  const options = { encoding: "utf8", cwd: folder, input: "" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], options);
  return { status, stdout, stderr };
}

/** Rows: wrong arguments, the member `command` of the JSON output, and the message. */
const WRONG: readonly (readonly [string, string, RegExp])[] = [
  ["nope", "pulumi-alicloud-fc", /^unknown command 'nope'$/],
  ["--bogus", "pulumi-alicloud-fc", /^unknown option '--bogus'$/],
  ["status --releases api", "status", /^unknown option '--releases'\n\(Did you mean --release\?\)$/],
  [
    "watch --until nope --once",
    "watch",
    /^option '--until <phase>' argument 'nope' is invalid\. Allowed choices are stable,/,
  ],
  ["watch --interval 0", "watch", /^--interval: got "0"; allowed: 1 to 3600 seconds$/],
  ["judge extra", "judge", /^too many arguments for 'judge'/],
  ["judge --bogus", "judge", /^unknown option '--bogus'$/],
  ["set", "set", /^missing required argument 'percent'$/],
  ["next 25", "next", /^too many arguments for 'next'/],
  ["promote v8", "promote", /^too many arguments for 'promote'/],
  ["rollback a b c", "rollback", /^too many arguments for 'rollback'/],
  ["hold --bogus", "hold", /^unknown option '--bogus'$/],
  ["resume now", "resume", /^too many arguments for 'resume'/],
  ["verify --requests many", "verify", /^--requests: got "many"/],
  ["history --last 0", "history", /^--last: got "0"/],
  ["report --last 0", "report", /^--last: got "0"/],
  ["prune all", "prune", /^too many arguments for 'prune'/],
  ["simulate --steps 0", "simulate", /^steps/],
  ["simulate --every 5", "simulate", /^--every: got "5"/],
  ["simulate --bogus", "simulate", /^unknown option '--bogus'$/],
  ["simulate --end-to-end --releases 5", "simulate", /^--releases/],
  ["replay", "replay", /^missing required argument 'file'$/],
  ["replay absent.json", "replay", /^absent\.json cannot be read/],
  ["replay -", "replay", /^the file is not JSON/],
  ["completion tcsh", "completion", /^command-argument value 'tcsh' is invalid/],
  ["import --stack prod", "import", /^missing required argument 'function'$/],
  ["import api", "import", /^required option '--stack <name>' not specified$/],
  ["value file", "value", /^missing required argument 'setting'$/],
];

/**
 * Tests the rows of the table.
 *
 * @param every 1 for all rows, 7 for every seventh row
 */
export function testWrongArguments(every: number): void {
  it.each(WRONG.filter((_row, i) => i % every === 0))(
    "%s is refused with code 3, as text and as JSON",
    (line, command, message) => {
      const args = line.split(" ");
      const text = run(args);
      expect([text.status, text.stdout, text.stderr.trimEnd()]).toEqual([3, "", expect.stringMatching(message)]);
      // These subcommands do not have the option --json.
      if (["completion", "import", "value"].includes(command)) return;
      const json = run([...args, "--json"], path.join(folder, "fc-rollout"));
      expect([json.status, json.stderr]).toEqual([3, ""]);
      const refused = { version: 1, command, outcome: "refused", message: expect.stringMatching(message) as string };
      expect(JSON.parse(json.stdout)).toEqual(refused);
    },
  );
}
