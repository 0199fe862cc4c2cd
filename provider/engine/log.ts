/**
 * Sends messages for a resource's line from the provider process to the engine. If sending fails, the call of the
 * provider does not fail.
 */
import type { Report } from "../reconcile/session";
import { shown } from "./secrets";

type EnginePb = typeof import("@pulumi/pulumi/proto/engine_pb");
type EngineGrpc = typeof import("@pulumi/pulumi/proto/engine_grpc_pb");

let own: Report | undefined;

/** The object by which this process prints messages. All callers share it, so that each message appears once. */
export function engineReport(): Report {
  return (own ??= reportTo(process.argv.at(-1) ?? ""));
}

/**
 * Makes an object that prints messages to the engine's log. The engine's address is the last argument of the process of
 * a dynamic provider.
 */
function reportTo(address: string): Report {
  const sent = /^127\.0\.0\.1:\d{1,5}$/.test(address) ? connect(address) : printed;
  const log: Log = (severity, urn, message, ephemeral) => sent(severity, urn, shown(message), ephemeral);
  // Messages that the preview has shown; the run in the same process does not repeat them.
  const reported = new Set<string>();
  const once = (severity: "INFO" | "WARNING", urn: string, message: string) => {
    if (reported.has(`${urn}\n${message}`)) return;
    reported.add(`${urn}\n${message}`);
    log(severity, urn, message, false);
  };
  return {
    info: (urn, message) => once("INFO", urn, message),
    progress: (urn, message) => log("INFO", urn, message, true),
    warning: (urn, message) => once("WARNING", urn, message),
  };
}

type Log = (severity: "INFO" | "WARNING", urn: string, message: string, ephemeral: boolean) => void;

const printed: Log = (severity, _urn, message, ephemeral) => {
  if (!ephemeral) process.stderr.write(`${severity.toLowerCase()}: ${message}\n`);
};

function connect(address: string): Log {
  let client: InstanceType<EngineGrpc["EngineClient"]> | undefined;
  return (severity, urn, message, ephemeral) => {
    try {
      /* Loaded on first use. This costs no time in the provider process, which has loaded these modules already. */
      /* eslint-disable @typescript-eslint/no-require-imports */
      const pb = require("@pulumi/pulumi/proto/engine_pb") as EnginePb;
      const { EngineClient } = require("@pulumi/pulumi/proto/engine_grpc_pb") as EngineGrpc;
      const { credentials } = require("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
      /* eslint-enable @typescript-eslint/no-require-imports */
      client ??= new EngineClient(address, credentials.createInsecure());
      const request = new pb.LogRequest();
      request.setSeverity(pb.LogSeverity[severity]);
      request.setUrn(urn);
      request.setMessage(message);
      request.setEphemeral(ephemeral);
      client.log(request, (error) => {
        if (error) printed(severity, urn, message, ephemeral);
      });
    } catch {
      printed(severity, urn, message, ephemeral);
    }
  };
}
