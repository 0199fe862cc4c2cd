/** All errors of the service. The table in README.md has the sources of codes and statuses. */

import type { UnknownField } from "./checks";

/** An answer of the service other than success. */
export class ServiceError extends Error {
  /** HTTP status of the answer. */
  readonly status: number;
  /** The `Code` member of the answer. */
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ServiceError";
    this.status = status;
    this.code = code;
  }
}

/** Error code for refusals that only the emulator makes. */
export const NOT_IMPLEMENTED = "EmulatorNotImplemented";

/** The error for something that the service can do and the emulator cannot. */
export function notImplemented(operation: string, what = "this operation is not emulated"): ServiceError {
  return new ServiceError(501, NOT_IMPLEMENTED, `${operation}: ${what} (fc-emulator)`);
}

export function invalidArgument(message: string): ServiceError {
  return new ServiceError(400, "InvalidArgument", message);
}

/** The error for a problem with a field: an unknown field is not emulated, and the service refuses a wrong value. */
export function wrongField(operation: string, name: string, problem: string | UnknownField): ServiceError {
  if (typeof problem === "string") return invalidArgument(`${name} ${problem}`);
  return notImplemented(operation, `the field '${problem.below(name).path}' is not known`);
}

export function missingHeader(name: string): ServiceError {
  return new ServiceError(400, "MissingRequiredHeader", `required HTTP header ${name} was not specified`);
}

export function pathNotSupported(method: string, path: string): ServiceError {
  return new ServiceError(400, "PathNotSupported", `'${method}' against '${path}' is not supported`);
}

export function entityTooLarge(limit: number): ServiceError {
  return new ServiceError(400, "EntityTooLarge", `payload size exceeds maximum allowed size (${limit} bytes)`);
}

export function versionPublishError(name: string, status: number): ServiceError {
  return new ServiceError(
    status,
    "VersionPublishError",
    `can not publish version for function '${name}', detail: 'No changes were made since last publish'`,
  );
}

export function aliasUnchanged(status: number): ServiceError {
  return new ServiceError(status, "InvalidArgument", "Can not update alias without any change");
}

export function weightOnMainVersion(weights: unknown, versionId: string): ServiceError {
  return new ServiceError(
    400,
    "AdditionalVersionContainsMajorVersion",
    `additionalVersionWeight ${JSON.stringify(weights)} should not contain major version ${versionId}`,
  );
}

export function invalidAccessKey(): ServiceError {
  return new ServiceError(403, "InvalidAccessKeyID", "the access key id was not issued by this emulator");
}

/**
 * The error for a temporary key without its token. The codes about tokens are those of a gateway that many services of
 * the vendor share.
 */
export function missingSecurityToken(): ServiceError {
  return new ServiceError(400, "MissingSecurityToken", "SecurityToken is mandatory for a temporary access key");
}

const TOKEN_PROBLEMS = {
  Expired: "the SecurityToken is expired",
  Malformed: "the SecurityToken was not issued by this emulator",
  MismatchWithAccessKey: "the SecurityToken does not belong to the access key",
} as const;

export function invalidSecurityToken(problem: keyof typeof TOKEN_PROBLEMS): ServiceError {
  return new ServiceError(403, `InvalidSecurityToken.${problem}`, TOKEN_PROBLEMS[problem]);
}

export function signatureMismatch(detail: string): ServiceError {
  return new ServiceError(403, "SignatureNotMatch", `the signature of the request does not match: ${detail}`);
}

export function requestTimeSkewed(date: string): ServiceError {
  return new ServiceError(403, "RequestTimeTooSkewed", `the request time '${date}' is too far from the server's time`);
}

export function functionNotFound(name: string): ServiceError {
  return new ServiceError(404, "FunctionNotFound", `function '${name}' does not exist`);
}

export function versionNotFound(name: string, versionId: string): ServiceError {
  return new ServiceError(404, "VersionNotFound", `version '${versionId}' of function '${name}' does not exist`);
}

export function aliasNotFound(name: string, alias: string): ServiceError {
  return new ServiceError(404, "AliasNotFound", `alias '${alias}' of function '${name}' does not exist`);
}

/** The emulator chose code and text, because it is not known whether the service refuses this. */
export function stillInUse(what: string, by: string): ServiceError {
  return new ServiceError(409, "EmulatorStillInUse", `${what} cannot be deleted: ${by}`);
}

export function triggerNotFound(name: string, trigger: string): ServiceError {
  return new ServiceError(404, "TriggerNotFound", `trigger '${trigger}' of function '${name}' does not exist`);
}

export function triggerExists(trigger: string): ServiceError {
  return new ServiceError(409, "TriggerAlreadyExists", `trigger '${trigger}' already exists`);
}

export function limitExceeded(message: string): ServiceError {
  return new ServiceError(400, "LimitExceededError", message);
}

export function functionNotEmpty(name: string, status: number): ServiceError {
  return new ServiceError(status, "FunctionNotEmpty", `function '${name}' has active triggers`);
}

export function badResponse(detail: string): ServiceError {
  return new ServiceError(502, "BadResponse", `the response of the function has illegal content: ${detail}`);
}

/** Error code of HTTP triggers for refusals without a specific code. Source: 2.0 documentation, reports of users of 3.0. */
export const FC_COMMON_ERROR = "FCCommonError";

/** Status and code: 2.0 documentation. The emulator chose the text. */
export function methodNotAllowed(method: string): ServiceError {
  return new ServiceError(403, FC_COMMON_ERROR, `the trigger does not allow method ${method}`);
}

export function provisionConfigExists(name: string, status: number): ServiceError {
  return new ServiceError(status, "ProvisionConfigExist", `provision config exists for function '${name}'`);
}

export function scalingConfigExists(name: string, status: number): ServiceError {
  return new ServiceError(status, "ResidentScalingConfigExists", `scaling config exists for function '${name}'`);
}

export function asyncConfigNotFound(name: string): ServiceError {
  return new ServiceError(404, "AsyncConfigNotExists", `async invoke config of function '${name}' does not exist`);
}

export function concurrencyNotFound(name: string): ServiceError {
  return new ServiceError(404, "OnDemandConfigNotFound", `concurrency config of function '${name}' does not exist`);
}

/** The emulator chose the code, because the service's code is not known. */
export function scalingConfigNotFound(name: string, qualifier: string): ServiceError {
  const message = `scaling config of '${qualifier}' of function '${name}' does not exist`;
  return new ServiceError(404, "EmulatorScalingConfigNotFound", message);
}

/** The emulator chose the code, because the service's code is not known. */
export function vpcBindingNotFound(name: string, vpcId: string): ServiceError {
  return new ServiceError(404, "EmulatorVpcBindingNotFound", `function '${name}' is not bound to VPC '${vpcId}'`);
}

/** The emulator chose code and status, because those of the service are not known. */
export function invocationDisabled(name: string): ServiceError {
  return new ServiceError(403, "EmulatorInvocationDisabled", `invocation of function '${name}' is disabled`);
}

/** The emulator chose the code, because the service's code is not known. */
export function asyncTaskNotFound(taskId: string): ServiceError {
  return new ServiceError(404, "EmulatorAsyncTaskNotFound", `async task '${taskId}' does not exist`);
}

/** The emulator chose the code, because the service's code is not known. */
export function asyncTaskExists(taskId: string): ServiceError {
  return new ServiceError(409, "EmulatorAsyncTaskExists", `async task '${taskId}' already exists`);
}

export function domainNotFound(name: string): ServiceError {
  return new ServiceError(404, "DomainNameNotFound", `domain name '${name}' does not exist`);
}

/** The code is the service's; status and text are assumed. */
export function domainRouteNotFound(name: string, path: string): ServiceError {
  return new ServiceError(404, "DomainRouteNotFound", `no route of domain '${name}' matches path '${path}'`);
}

export function domainExists(name: string): ServiceError {
  return new ServiceError(409, "DomainNameAlreadyExists", `domain name '${name}' already exists`);
}

export function functionExists(name: string): ServiceError {
  return new ServiceError(409, "FunctionAlreadyExists", `function '${name}' already exists`);
}

export function aliasExists(alias: string): ServiceError {
  return new ServiceError(409, "AliasAlreadyExists", `alias '${alias}' already exists`);
}

export function layerNotFound(name: string): ServiceError {
  return new ServiceError(404, "LayerNotFound", `layer '${name}' does not exist`);
}

export function layerVersionNotFound(name: string, version: string): ServiceError {
  return new ServiceError(404, "LayerVersionNotFound", `version '${version}' of layer '${name}' does not exist`);
}

export function runtimeNotSupportedByLayer(runtime: string, arn: string): ServiceError {
  return invalidArgument(`runtime: ${runtime} is not supported by layer:${arn}`);
}

/** The error for a custom runtime that ended before it served a request. `detail` has the wording of the documentation. */
export function caExited(detail: string): ServiceError {
  return new ServiceError(412, "CAExited", `The function either cannot be started or exited. ${detail}`);
}

export function caFileNotFound(detail: string): ServiceError {
  return new ServiceError(412, "CAFileNotFound", `The function cannot be started. ${detail}`);
}

export function caFilePermission(detail: string): ServiceError {
  return new ServiceError(412, "CAFilePermission", `The function cannot be started. ${detail}`);
}

export function functionNotStarted(detail: string): ServiceError {
  return new ServiceError(412, "FunctionNotStarted", detail);
}

export function internalError(): ServiceError {
  return new ServiceError(500, "InternalServerError", "an internal error has occurred. Please retry.");
}

/** The error for a data folder that cannot be written. The emulator chose the code. */
export function changeNotKept(why: string): ServiceError {
  return new ServiceError(
    500,
    "EmulatorChangeNotKept",
    `the emulator's data folder cannot be written, so nothing was changed: ${why}. Make room or allow writing, then repeat the request`,
  );
}
