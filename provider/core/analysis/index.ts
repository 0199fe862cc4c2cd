/** Exports what other modules use to judge a candidate. */
export {
  type AnalysisSettings,
  type LogStore,
  type Policy,
  type ProbeSettings,
  type StepSetting,
  checkAnalysis,
  nextStep,
  policyOf,
  refusedLogStore,
  stepAt,
} from "./policy";
export { type Counts, type Evidence, type Pair, NONE, NO_EVIDENCE, byWeight } from "./evidence";
export { type Finding, type Metric, type Missing, type Situation, type Verdict, type Window, judge } from "./judge";
export { type AnalysisRecord, type Decision, newRecord } from "./record";
export { type Difference, decide, replay, underPolicy } from "./decision";
export { quantileOf, slowCounts } from "./latency";
export { explain } from "./explain";
export {
  type Compared,
  type Page,
  type Row,
  type RowQuery,
  type RowSource,
  type WindowRows,
  MAX_ROWS,
  readRows,
  unversioned,
  unversionedDecide,
  warmDurations,
  windowOfRows,
  windowToJudge,
  withoutOldestSecond,
} from "./rows";
export { type Probed, type Probes, countsOfProbes, probesOf } from "./probes";
