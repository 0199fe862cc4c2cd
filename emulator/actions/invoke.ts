/** InvokeFunction. */
import type { Action } from "../api";

export const invokeFunction: Action = (world, request) => world.invoker.invoke(request, world);
