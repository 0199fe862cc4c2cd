/** Public surface. */
export { ALL, formatShare, parseShare, type ParsedShare, type Tenths } from "./core/weights";
