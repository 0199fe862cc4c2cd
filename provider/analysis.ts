/** The judging of candidates, for the commands `simulate` and `replay`. */
export * from "./core/analysis";
export { type Quantile, QUANTILES, fractionOf } from "./core/analysis/policy";
export { logBeta, normalBelow } from "./core/analysis/special";
export { formatSeconds, secondsOf } from "./core/duration";
export { ALL } from "./core/weights";
