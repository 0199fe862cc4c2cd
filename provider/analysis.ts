/** Exports the functions that judge candidates, for the commands `simulate`, `replay` and `report`. */
export * from "./core/analysis";
export { byWeight, total } from "./core/analysis/evidence";
export { type Proportion, CONFIDENCE, proportionOf } from "./core/analysis/interval";
export { type Quantile, QUANTILES, fractionOf } from "./core/analysis/policy";
export { logBeta, normalBelow } from "./core/analysis/special";
export { formatSeconds, secondsOf } from "./core/duration";
export { ALL } from "./core/weights";
