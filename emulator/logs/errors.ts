/** Errors of the log service. Codes and statuses: its documentation, unless the table in README.md says otherwise. */
import { ServiceError } from "../base/errors";

export function projectNotExist(project: string): ServiceError {
  return new ServiceError(404, "ProjectNotExist", `The Project does not exist : ${project}`);
}

export function logstoreNotExist(logstore: string): ServiceError {
  return new ServiceError(404, "LogStoreNotExist", `logstore ${logstore} does not exist`);
}

export function parameterInvalid(message: string): ServiceError {
  return new ServiceError(400, "ParameterInvalid", message);
}

export function invalidTimeRange(from: string, to: string): ServiceError {
  return new ServiceError(
    400,
    "InvalidTimeRange",
    `request time range is invalid: from '${from}' to '${to}'; both are whole seconds since 1970 and from is less than to`,
  );
}

export function invalidQueryString(message: string): ServiceError {
  return new ServiceError(400, "InvalidQueryString", `query string is invalid: ${message}`);
}

export function logSignatureMismatch(detail: string): ServiceError {
  return new ServiceError(401, "SignatureNotMatch", `signature does not match: ${detail}`);
}

export function logUnauthorized(): ServiceError {
  return new ServiceError(401, "Unauthorized", "the AccessKey id was not issued by this emulator");
}

export function logRequestTimeExpired(date: string): ServiceError {
  return new ServiceError(400, "RequestTimeExpired", `Request time '${date}' is too far from the server's time`);
}

export function missingLogHeader(code: string, name: string): ServiceError {
  return new ServiceError(400, code, `${name} does not exist in http header`);
}
