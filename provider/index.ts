/** Public surface. */
export { Alias, type AliasArgs, type AliasCanary } from "./resources/alias";
export {
  Function,
  type FunctionArgs,
  type FunctionLogConfig,
  type FunctionRef,
  type OssObject,
} from "./resources/function";
export type { PlaceArgs } from "./resources/settings";
export { type FunctionLike, Version, type VersionArgs } from "./resources/version";
