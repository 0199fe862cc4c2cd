/** Judging a candidate: what other modules use. */
export { type AnalysisSettings, type Policy, type StepSetting, checkAnalysis, policyOf } from "./policy";
export { type Counts, type Evidence, type Pair, NO_EVIDENCE } from "./evidence";
export { type Finding, type Metric, type Missing, type Situation, type Verdict, type Window, judge } from "./judge";
export {
  type Decision,
  type Difference,
  type AnalysisRecord,
  decide,
  newRecord,
  replay,
  underPolicy,
} from "./decision";
export { slowCounts } from "./latency";
export { explain } from "./explain";
export {
  type Compared,
  type Page,
  type Row,
  type RowQuery,
  type RowSource,
  readRows,
  windowOfRows,
  windowToJudge,
} from "./rows";
