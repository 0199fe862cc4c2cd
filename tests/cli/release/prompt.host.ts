/**
 * The question before a change, in a pseudo-terminal, which `script` of util-linux makes: whatever ends the question, only the
 * answer `y` changes anything.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type CommandBench, canaryBench } from "../../support/command";
import { root } from "../../support/root";

jest.setTimeout(600_000);

let bench: CommandBench;

beforeAll(async () => {
  bench = await canaryBench();
});

afterAll(() => bench.close());

/** Runs `rollback` in a terminal, does something at the question, and prints the settings of the terminal afterwards. */
async function asked(act: (write: (text: string) => void) => void): Promise<string> {
  const command = `stty -a | grep -o '.icanon'; ${process.execPath} ${join(root, "bin", "pulumi-alicloud-fc.cjs")} rollback; echo code $?; stty -a | grep -o '.icanon'`;
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: bench.program.folder, env: bench.env, stdio: ["pipe", "pipe", "inherit"] }); // prettier-ignore
  let printed = "";
  let isAsked = false;
  child.stdout.on("data", (chunk) => {
    printed += String(chunk);
    if (isAsked || !printed.includes("[y/N] ")) return;
    isAsked = true;
    act((text) => child.stdin.write(text));
  });
  await once(child, "close");
  return printed;
}

/** Sends a signal only to the command. The command is the process whose working folder is the folder of the program. */
const kill = (signal: string) => () => {
  const found = execFileSync("sh", ["-c", `for p in /proc/[0-9]*; do [ "$(readlink $p/cwd)" = "${bench.program.folder}" ] && grep -qa 'fc.cjs.rollback' $p/cmdline && ! grep -qa stty $p/cmdline && echo \${p#/proc/}; done; true`]); // prettier-ignore
  for (const id of String(found).trim().split("\n")) process.kill(Number(id), signal);
};

it.each<[string, (write: (text: string) => void) => void]>([
  ["n", (write) => { write("n\r"); }], // prettier-ignore
  ["Ctrl-C", (write) => { write("\u0003"); }], // prettier-ignore
  ["Ctrl-D", (write) => { write("\u0004"); }], // prettier-ignore
  ["SIGTERM", kill("SIGTERM")],
  ["SIGINT", kill("SIGINT")],
])(
  "the question ended by %s: exit code 3, nothing is changed, and the terminal reads lines again",
  async (_how, act) => {
    const before = [bench.config(), bench.split(), bench.applied(0)];
    const printed = await asked(act);
    expect(printed).toMatch(/nothing was changed[\s\S]*code 3/);
    const modes = [...printed.matchAll(/^(.)icanon/gm)].map(([, mode]) => mode);
    expect(modes).toEqual([" ", " "]);
    expect([bench.config(), bench.split(), bench.applied(0)]).toEqual(before);
  },
);
