/** Reads the policy by which a release in state is judged. */
import { Refused } from "../refused";
import { chosen, openStack } from "../release/stack";
import type { SettingsOfFlags, SimulateFlags } from "./flags";

/** Flags that set the policy. They are refused with `--stack`, because state has the policy. */
const POLICY_FLAGS = ["steps", "errorRatio", "errorLimit", "latency", "falseAlarms", "falsePasses"] as const;

/**
 * The settings that the last run of a release had.
 *
 * @throws Refused if a flag sets the policy too, and for a release that is judged by probes
 */
export async function settingsOfState(flags: SimulateFlags): Promise<SettingsOfFlags> {
  const given = POLICY_FLAGS.filter((name) => flags[name] !== undefined);
  if (given.length > 0) {
    const names = given.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`).join(", ");
    throw new Refused(`${names} cannot be used with --stack: the policy comes from the release`);
  }
  const stack = await openStack(flags);
  const { name, outputs } = chosen(await stack.releases(), flags.release);
  const { logs: _place, probes, ...analysis } = outputs.analysis ?? {};
  if (probes === undefined) return { analysis, steps: [...outputs.steps] };
  throw new Refused(
    `release ${name} is judged by probes, but simulate has only requests: give the policy by flags, without --stack`,
  );
}
