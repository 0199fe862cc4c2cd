/**
 * The share of the candidate. With `weight: auto` this share depends on the judgement (rule L), otherwise on the weight
 * (rule I). Pure.
 */
import type { Candidate } from "../memory";
import type { Decision, Rule } from "./decision";
import { followJudge } from "./judge";
import type { Run } from "./run";
import { followWeight } from "./weight";

/**
 * Gives a candidate the share that config asks for.
 *
 * @param rule the rule by which the version became the candidate
 */
export function followConfig(run: Run, candidate: Candidate, rule: Rule = "I"): Decision {
  return run.desired.auto ? followJudge(run, candidate) : followWeight(run, candidate, rule);
}
