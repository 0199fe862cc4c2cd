/**
 * The resources for a program, and the types of their arguments.
 * @module pulumi-alicloud-fc
 */
export { Alias, type AliasArgs, type AliasCanary } from "./resources/alias";
export {
  type CandidateAlias,
  CanaryRelease,
  type CanaryReleaseArgs,
  type ReleaseHttpTrigger,
  type Replaces,
} from "./components/canaryRelease";
export { type ConfiguredKeys, releaseConfig } from "./components/releaseConfig";
export type {
  AnalysisSettings,
  CountedInvocations,
  LatencyTolerances,
  LogStore,
  ProbeSettings,
  StepSetting,
  StepSettings,
} from "./core/analysis/policy";
export type { Phase } from "./core/release";
export {
  type CodeAsset,
  Function,
  type FunctionArgs,
  type FunctionRef,
  type ImportedCode,
  type OssObject,
} from "./resources/function";
export type {
  CustomContainerConfig,
  CustomDNS,
  CustomRuntimeConfig,
  FunctionLogConfig,
  GPUConfig,
  HealthCheckConfig,
  InstanceLifecycleConfig,
  JuiceFsConfig,
  LifecycleHook,
  NASConfig,
  OSSMountConfig,
  PolarFsConfig,
  RegistryConfig,
  TracingConfig,
  VPCConfig,
} from "./core/function/shapes";
export { HttpTrigger, type HttpTriggerArgs, type HttpTriggerSettings } from "./resources/httpTrigger";
export type { AdoptArgs, PlaceArgs } from "./resources/place";
export type { FunctionLike } from "./resources/functionLike";
export { Version, type VersionArgs } from "./resources/version";
export { Release, type ReleaseArgs, type ReleaseKeys, type VersionLike } from "./resources/release";
