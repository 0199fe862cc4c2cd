/** CreateVpcBinding, ListVpcBindings, DeleteVpcBinding. */
import { type Action, noContent, ok } from "../api";
import { invalidArgument, vpcBindingNotFound } from "../../base/errors";
import { field } from "../../base/json";
import { findFunction, jsonBody, refuseUnknown } from "./lookup";

export const createVpcBinding: Action = (world, request) => {
  const entry = findFunction(world, request);
  const body = jsonBody(request);
  refuseUnknown(request.operation, body, ["vpcId"]);
  const vpcId = field(body, "vpcId");
  if (typeof vpcId !== "string" || vpcId === "") throw invalidArgument("vpcId is required but not provided");
  if (!entry.vpcIds.includes(vpcId)) entry.vpcIds.push(vpcId);
  world.store.save(entry);
  return noContent();
};

export const listVpcBindings: Action = (world, request) => {
  return ok({ vpcIds: [...findFunction(world, request).vpcIds] });
};

export const deleteVpcBinding: Action = (world, request) => {
  const entry = findFunction(world, request);
  const vpcId = request.params["vpcId"] ?? "";
  if (!entry.vpcIds.includes(vpcId)) throw vpcBindingNotFound(entry.functionName, vpcId);
  entry.vpcIds = entry.vpcIds.filter((bound) => bound !== vpcId);
  world.store.save(entry);
  return noContent();
};
