/** `verify`: compares invocations through the alias with its split. */
import { isDeepStrictEqual } from "node:util";
import { Command } from "commander";
import {
  type Compared,
  LEVEL,
  type Live,
  type Sample,
  VERSION_HEADERS,
  compareSample,
  readLive,
  sampleAlias,
} from "../../provider/rollout";
import { Refused } from "../refused";
import { type Answer, type Outcome, answering } from "./result";
import { type StackFlags, callerOf, chosen, openStack, stackOptions } from "./stack";

const EXAMPLES = `
Examples:
  pulumi-alicloud-fc verify
      200 invocations of the function, with an empty event
  pulumi-alicloud-fc verify --requests 1000 --event '{"probe":true}' --json
      in a script

Each invocation is real: it is billed, and the function runs with all its effects.

Exit code: 0 when the answers fit the split of the alias; 1 when they do not (by chance also for 1 % of correct splits), or when a call
failed; 2 when no verdict is possible: answers name no version, or the alias was written meanwhile; 3 when the command was refused.`;

/** Flags of the subcommand. */
type VerifyFlags = StackFlags & { readonly requests: string; readonly event: string };

/** The `verify` subcommand. */
export function verifyCommand(): Command {
  const command = stackOptions(new Command("verify"))
    .description("invoke the function through its alias, and compare which versions answered with the split")
    .option("--requests <number>", "how many invocations, 1 to 10000", "200")
    .option("--event <text>", "event of each invocation", "")
    .addHelpText("after", EXAMPLES);
  return answering(command, (flags: VerifyFlags) => verify(flags));
}

async function verify(flags: VerifyFlags): Promise<Answer> {
  const requests = Number(flags.requests);
  if (!/^\d{1,5}$/.test(flags.requests) || requests < 1 || requests > 10_000)
    throw new Refused(`--requests: got "${flags.requests}"; allowed: 1 to 10000`);
  const stack = await openStack(flags);
  const release = chosen(await stack.releases(), flags.release);
  const caller = callerOf(flags);
  const before = await readLive(release, caller);
  const { aliasName, functionName } = release.outputs;
  if (before === undefined) throw new Error(`alias ${aliasName} of function ${functionName} is gone`);
  const sample = await sampleAlias(release, requests, flags.event, caller);
  const after = await readLive(release, caller);
  const versions = compareSample(sample, before.split);
  const { outcome, why } = verdictOf(sample, versions, isSame(before, after));
  const { headers, unnamed } = sample;
  return {
    outcome,
    members: {
      ...{ stack: stack.name, release: release.name, requests, unnamed, headers, level: LEVEL, versions },
      ...(why === undefined ? {} : { message: why }),
    },
    lines: [
      `${requests} invocations of function ${functionName} through alias ${aliasName}`,
      ...versions.map(lineOf),
      ...(headers.length === 0 ? [] : [`  version named by the header ${headers.join(", ")}`]),
      `${outcome}${why === undefined ? ": the answers fit the split" : `: ${why}`}`,
    ],
  };
}

/**
 * Whether two reads found the same alias without a write between them. After a write this is false, even if the split
 * is the same again.
 */
function isSame(before: Live, after: Live | undefined): boolean {
  const facts = (live: Live | undefined) => [live?.split, live?.alias.createdTime, live?.lastModifiedTime];
  return isDeepStrictEqual(facts(before), facts(after));
}

/** The verdict on a sample, with the reason if it is not a pass. */
export function verdictOf(
  { requests, unnamed }: Sample,
  versions: readonly Compared[],
  unchanged: boolean,
): { readonly outcome: Outcome; readonly why?: string } {
  if (!unchanged)
    return { outcome: "inconclusive", why: "the alias was written meanwhile, so its split may have been another" };
  if (unnamed > 0) {
    const why = `${unnamed} of ${requests} answers name no version by number in ${VERSION_HEADERS.join(" or ")}`;
    return { outcome: "inconclusive", why };
  }
  const wrong = versions.filter(({ fits }) => !fits).map(({ versionId }) => `v${versionId}`);
  if (wrong.length === 0) return { outcome: "pass" };
  return { outcome: "fail", why: `${wrong.join(", ")} answered more or less often than the split of the alias allows` };
}

function lineOf({ versionId, share, requests, failed, low, high, fits }: Compared): string {
  return `  v${versionId}  ${share} %: ${requests} answers, expected ${low} to ${high} ${fits ? "✓" : "✗"}${failed === 0 ? "" : `, ${failed} failed`}`;
}
