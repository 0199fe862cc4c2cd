/** ListTriggers: always empty, since triggers cannot be made here yet. */
import { type Action, ok } from "../api";
import { findFunction } from "./lookup";

export const listTriggers: Action = (world, request) => {
  findFunction(world, request);
  return ok({ triggers: [] });
};
