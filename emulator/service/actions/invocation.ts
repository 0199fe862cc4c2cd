/** DisableFunctionInvocation, EnableFunctionInvocation, ListInstances. */
import { type Action, ok, timestamp } from "../api";
import { flag } from "../../base/checks";
import { notImplemented, wrongField } from "../../base/errors";
import { field } from "../../base/json";
import { checkDescription } from "../fields";
import { findFunction, findQualified, jsonBody, queryFlag, refuseUnknown } from "./lookup";

export const disableFunctionInvocation: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["abortOngoingRequest", "reason"]);
  const abort = field(body, "abortOngoingRequest") ?? false;
  const problem = flag(abort);
  if (problem !== undefined) throw wrongField(request.operation, "abortOngoingRequest", problem);
  if (abort === true) {
    throw notImplemented(request.operation, "a running invocation cannot be stopped; it runs to its end");
  }
  const reason = checkDescription(field(body, "reason"));
  entry.invocationRestriction = { reason, lastModifiedTime: timestamp(world) };
  world.store.save(entry);
  return ok({ success: true });
};

export const enableFunctionInvocation: Action = (world, request) => {
  const entry = findFunction(world, request);
  refuseUnknown(request.operation, jsonBody(request), []);
  delete entry.invocationRestriction;
  world.store.save(entry);
  return ok({ success: true });
};

export const listInstances: Action = (world, request) => {
  const entry = findFunction(world, request);
  const { qualifier, withAllActive } = request.query;
  queryFlag("withAllActive", withAllActive);
  for (const name of ["startTimeMs", "endTimeMs", "startKey", "instanceIds", "instanceStatus"]) {
    if (request.query[name] !== undefined) throw notImplemented(request.operation, `the filter '${name}' is not known`);
  }
  const found = findQualified(world, entry, qualifier);
  const wanted = found.kind === "version" ? found.version.versionId : undefined;
  const instances = world.pool
    .instancesOf(entry.functionId)
    .filter(({ versionId }) => wanted === undefined || versionId === wanted)
    .map(({ id, versionId, startedAt }) => ({
      instanceId: id,
      versionId: versionId === "LATEST" ? "" : versionId,
      qualifier: versionId,
      resourceType: "OnDemand",
      status: "Running",
      createdTimeMs: startedAt,
    }));
  return ok({ instances, requestId: request.requestId });
};
