/** A function: its settings, and every decision about them. Pure. */
export { checkFunction } from "./check";
export { SECRET_SETTINGS, emptyValue, isSettingName, normalise, secretsOf } from "./compare";
export { changedFields, createBody, diffFunction, lostByAdoption, updateBody } from "./diff";
export { contentOf, differingFields, hasUnseenValues } from "./fingerprint";
export {
  type AssetCode,
  type CodeInput,
  type FunctionInputs,
  type FunctionOutputs,
  type LocalCode,
  type OssCode,
  isOssCode,
} from "./inputs";
export { functionOutputs, observedFields, readiness, refreshedInputs } from "./refresh";
export {
  type FilledSettings,
  FUNCTION_SETTINGS,
  type FunctionBody,
  type GivenSettings,
  OPTIONAL_SETTINGS,
  SETTING_NAMES,
  type SettingName,
} from "./settings";
export { observedTags, planTags } from "./tags";
