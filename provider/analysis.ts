/** How a candidate is judged, as the commands `simulate` and `replay` use it. */
export * from "./core/analysis";
export { type Quantile, QUANTILES, fractionOf } from "./core/analysis/policy";
export { logBeta, normalBelow } from "./core/analysis/special";
export { formatSeconds, secondsOf } from "./core/duration";
export { ALL } from "./core/weights";
