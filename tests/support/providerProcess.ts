/** The real server of dynamic resources, or the real plugin, as a child process. Tests call it over gRPC, as the engine does. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { credentials } from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Kind, packageToken, providerText, typeToken } from "../../provider/resources/tokens";
import { providerHere } from "./providerHere";

type Props = Record<string, unknown>;
type Callback<T> = (error: Error | null, answer: T) => void;

/** A failed call. `kept` has the state to store if the object exists. */
export interface CallError extends Error {
  details: string;
  kept?: { id: string; properties: Props; reasons: string[] };
}

/** The answer of `diff`. `changes` is 1 for no change and 2 for a change. Source: `DiffResponse.DiffChanges`. */
export interface DiffAnswer {
  changes: number;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** The calls for one kind of resource. */
export interface ProviderCalls {
  check(olds: Props, news: Props): Promise<{ inputs: Props; failures: { property: string; reason: string }[] }>;
  diff(id: string, olds: Props, news: Props): Promise<DiffAnswer>;
  create(inputs: Props): Promise<{ id: string; outs: Props }>;
  update(id: string, olds: Props, news: Props): Promise<Props>;
  read(id: string, props: Props): Promise<{ id: string; props: Props; inputs: Props }>;
  delete(id: string, props: Props): Promise<void>;
}

/** A running server of resources. */
export interface ProviderProcess {
  /** @param urn URN of the resource. Default: a resource named `api` in the stack `dev` */
  of(kind: Kind, urn?: string): ProviderCalls;
  /** The text on standard error so far. */
  errors(): string;
  close(): void;
}

/** Creates a folder for a program, in which this package or another build of it is installed. The caller removes the folder. */
export function linkedFolder(name: string, installed = join(__dirname, "..", "..")): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(installed, join(folder, "node_modules", "pulumi-alicloud-fc"), "dir");
  return folder;
}

/**
 * The server under test. `dynamic` is the server of dynamic resources, and `plugin` is the plugin for other languages.
 * `folder` is the plugin without its executable, as the Node.js host starts it by `PulumiPlugin.yaml`.
 */
export type Door = "dynamic" | "plugin" | "folder";

const root = join(__dirname, "..", "..");
const ofPulumi = (name: string) => join(root, "node_modules", "@pulumi", "pulumi", "cmd", name);

const SCRIPTS: Readonly<Record<Door, readonly string[]>> = {
  dynamic: [ofPulumi("dynamic-provider")],
  plugin: [join(root, "plugin", "pulumi-resource-alicloud-fc")],
  // Source: `RunPlugin` in Pulumi's `sdk/nodejs/cmd/pulumi-language-nodejs/main.go`.
  folder: [ofPulumi("run-plugin"), join(root, "plugin")],
};

/** The default server: `plugin` in the project `plugin` of `jest.config.mjs`, otherwise `dynamic`. */
export const DOOR: Door = (globalThis as { DOOR?: Door }).DOOR ?? "dynamic";

/** True under `npm run mutants`: `tools/mutants/runner.mjs` sets this global variable. */
const IS_HERE = (globalThis as { PROVIDER_HERE?: boolean }).PROVIDER_HERE === true;

/** The type token of a kind at a server. */
export function tokenAt(kind: Kind, door: Door = DOOR): string {
  return door === "dynamic" ? typeToken(kind) : packageToken(kind);
}

/** The URN that the engine gives to a resource named `api`. */
export function urnAt(door: Door, kind: Kind): string {
  return `urn:pulumi:dev::shop::${tokenAt(kind, door)}::api`;
}

/** Starts the server in a program's folder, as the engine does. `settings` are the settings of the plugin's provider. */
export async function startProvider(
  cwd: string,
  env: NodeJS.ProcessEnv,
  door: Door = DOOR,
  settings: Record<string, string> = {},
): Promise<ProviderProcess> {
  if (IS_HERE && door === "dynamic") return providerHere(cwd, env);
  const child: ChildProcess = spawn(process.execPath, [...SCRIPTS[door], "127.0.0.1:1"], { cwd, env, stdio: "pipe" });
  let errors = "";
  child.stderr?.on("data", (text: Buffer) => (errors += text.toString()));
  if (child.stdout === null) throw new Error("no output");
  const lines = createInterface({ input: child.stdout });
  const port = await new Promise<string>((resolve, reject) => {
    lines.once("line", resolve);
    child.once("exit", () => reject(new Error(`the server ended: ${errors}`)));
  });
  const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const configure = new pb.ConfigureRequest();
  configure.setArgs(Struct.fromJavaScript(settings));
  await answer<unknown>((done) => client.configure(configure, done));
  return {
    of: (kind, urn = urnAt(door, kind)) => calls(client, kind, urn),
    errors: () => errors,
    close: () => {
      client.close();
      child.kill("SIGKILL");
    },
  };
}

function answer<T>(send: (done: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => send((error, value) => (error ? reject(withKept(error)) : resolve(value))));
}

/** The error, with the state from the metadata of a partial failure. */
function withKept(error: Error): CallError {
  const failed = error as CallError & { metadata?: { get(key: string): Buffer[] } };
  const [bytes] = failed.metadata?.get("grpc-status-details-bin") ?? [];
  if (bytes === undefined) return failed;
  const text = bytes.toString("latin1");
  const start = text.indexOf("pulumirpc.ErrorResourceInitFailed");
  // google.rpc.Status { details: Any { type_url = 1, value = 2 } }: the value follows its tag and length.
  let at = start + "pulumirpc.ErrorResourceInitFailed".length + 1;
  while ((bytes[at] ?? 0) >= 128) at++;
  const detail = pb.ErrorResourceInitFailed.deserializeBinary(bytes.subarray(at + 1));
  failed.kept = {
    id: detail.getId(),
    properties: detail.getProperties()?.toJavaScript() ?? {},
    reasons: detail.getReasonsList(),
  };
  return failed;
}

function calls(client: ResourceProviderClient, kind: Kind, urn: string): ProviderCalls {
  const struct = (props: Props) => Struct.fromJavaScript({ ...props, __provider: providerText(kind) });
  const plain = (value: Struct | undefined) => (value?.toJavaScript() ?? {}) as Props;
  return {
    async check(olds, news) {
      const request = new pb.CheckRequest();
      request.setUrn(urn).setOlds(struct(olds)).setNews(struct(news));
      const response = await answer<pb.CheckResponse>((done) => client.check(request, done));
      const failures = response.getFailuresList().map((f) => ({ property: f.getProperty(), reason: f.getReason() }));
      return { inputs: plain(response.getInputs()), failures };
    },
    async diff(id, olds, news) {
      const request = new pb.DiffRequest();
      request.setUrn(urn).setId(id).setOlds(struct(olds)).setNews(struct(news));
      const response = await answer<pb.DiffResponse>((done) => client.diff(request, done));
      return {
        changes: response.getChanges(),
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const request = new pb.CreateRequest();
      request.setUrn(urn).setProperties(struct(inputs));
      const response = await answer<pb.CreateResponse>((done) => client.create(request, done));
      return { id: response.getId(), outs: plain(response.getProperties()) };
    },
    async update(id, olds, news) {
      const request = new pb.UpdateRequest();
      request.setUrn(urn).setId(id).setOlds(struct(olds)).setNews(struct(news));
      return plain((await answer<pb.UpdateResponse>((done) => client.update(request, done))).getProperties());
    },
    async read(id, props) {
      const request = new pb.ReadRequest();
      request.setUrn(urn).setId(id).setProperties(struct(props));
      const response = await answer<pb.ReadResponse>((done) => client.read(request, done));
      return { id: response.getId(), props: plain(response.getProperties()), inputs: plain(response.getInputs()) };
    },
    async delete(id, props) {
      const request = new pb.DeleteRequest();
      request.setUrn(urn).setId(id).setProperties(struct(props));
      await answer<unknown>((done) => client.delete(request, done));
    },
  };
}
