/**
 * Pulumi's provider server with three extensions, for data that this server does not pass to a provider: configuration,
 * timeouts of calls, and imports.
 */
import { createRequire } from "node:module";
import type { Server as GrpcServer } from "@grpc/grpc-js";
import { type CheckFailure, type Provider, main } from "@pulumi/pulumi/provider";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import type * as structs from "google-protobuf/google/protobuf/struct_pb";

type Callback<T> = (error: Error | null, answer?: T) => void;
type Handler<Request, Answer> = (call: { request: Request }, callback: Callback<Answer>) => void;

/** The calls of a provider that are about its configuration and not about a resource. */
export interface Configured {
  /** The errors in the settings; empty if they are valid. */
  checkConfig(settings: Readonly<Record<string, unknown>>): CheckFailure[];
  configure(settings: Readonly<Record<string, unknown>>): void;
}

/** The calls of Pulumi's server that are extended. */
interface Handlers {
  checkConfig: Handler<pb.CheckRequest, pb.CheckResponse>;
  configure: Handler<pb.ConfigureRequest, pb.ConfigureResponse>;
  create: Handler<pb.CreateRequest, pb.CreateResponse>;
  read: Handler<pb.ReadRequest, pb.ReadResponse>;
  update: Handler<pb.UpdateRequest, pb.UpdateResponse>;
}

// Loads dependencies of Pulumi's SDK from the SDK's own folder, because they are not dependencies of this package.
const ofSdk = createRequire(require.resolve("@pulumi/pulumi/provider"));
const { Struct, Value } = ofSdk("google-protobuf/google/protobuf/struct_pb") as typeof structs;

/** Serves until the engine ends the process. */
export async function serve(provider: Provider, configured: Configured, args: string[]): Promise<void> {
  // The SDK passes its handlers to gRPC's `addService`, which is the only place where these handlers can be extended.
  const { Server } = ofSdk("@grpc/grpc-js") as { Server: typeof GrpcServer };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own server below
  const { addService } = Server.prototype;
  Server.prototype.addService = function (service, handlers) {
    Server.prototype.addService = addService;
    addService.call(this, service, extended(handlers as unknown as Handlers, configured) as never);
  };
  await main(provider, args);
}

/** The handlers of the server, with those that this package extends. */
function extended(handlers: Handlers, configured: Configured): Handlers {
  return Object.assign(Object.create(handlers) as Handlers, {
    checkConfig(call: { request: pb.CheckRequest }, callback: Callback<pb.CheckResponse>) {
      const news = call.request.getNews() ?? new Struct();
      const failures = configured.checkConfig(news.toJavaScript()).map(({ property, reason }) => {
        const failure = new pb.CheckFailure();
        failure.setProperty(property);
        failure.setReason(reason);
        return failure;
      });
      const answer = new pb.CheckResponse();
      answer.setInputs(news);
      answer.setFailuresList(failures);
      callback(null, answer);
    },
    configure(call: { request: pb.ConfigureRequest }, callback: Callback<pb.ConfigureResponse>) {
      configured.configure(call.request.getArgs()?.toJavaScript() ?? {});
      handlers.configure(call, callback);
    },
    create(call: { request: pb.CreateRequest }, callback: Callback<pb.CreateResponse>) {
      const { request } = call;
      withTimeout(request.getProperties(), request.getTimeout());
      handlers.create(call, callback);
    },
    read(call: { request: pb.ReadRequest }, callback: Callback<pb.ReadResponse>) {
      // The request of an import has only an id, and the SDK's handler fails without properties.
      if (!call.request.hasProperties()) call.request.setProperties(new Struct());
      handlers.read(call, callback);
    },
    update(call: { request: pb.UpdateRequest }, callback: Callback<pb.UpdateResponse>) {
      const { request } = call;
      withTimeout(request.getNews(), request.getTimeout());
      handlers.update(call, callback);
    },
  });
}

/** The members with the `customTimeouts` of the program in seconds; 0 means that the program does not set them. */
function withTimeout(members: structs.Struct | undefined, seconds: number): void {
  if (members === undefined || seconds <= 0) return;
  members.getFieldsMap().set("waitSeconds", new Value().setNumberValue(Math.ceil(seconds)));
}
