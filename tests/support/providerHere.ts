/**
 * The provider in the process of the tests, with the same interface as `providerProcess.ts`. `npm run mutants` uses it,
 * because it measures in its own process which code a test reaches. Only one provider of this kind may exist at a time.
 */
import { relative } from "node:path";
import type { DynamicProvider } from "../../provider/v1";
import { type Kind, providerText } from "../../provider/resources/tokens";
import type { CallError, ProviderCalls, ProviderProcess } from "./providerProcess";

type Props = Record<string, unknown>;

/** Starts the provider with a program's folder as the working folder. */
export function providerHere(cwd: string, env: NodeJS.ProcessEnv): ProviderProcess {
  const before = { cwd: process.cwd(), env: { ...process.env }, write: process.stderr.write.bind(process.stderr) };
  let errors = "";
  process.chdir(cwd);
  Object.assign(process.env, env);
  process.stderr.write = (text: string | Uint8Array) => {
    errors += text.toString();
    return true;
  };
  forgetProvider();
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- anew for each one, as in a new process
  const provider = require("../../provider/v1") as typeof import("../../provider/v1");
  return {
    of: (kind) => calls(kind, provider[kind]),
    errors: () => errors,
    close: () => {
      process.chdir(before.cwd);
      process.stderr.write = before.write;
      for (const name of Object.keys(env)) if (!(name in before.env)) delete process.env[name];
      Object.assign(process.env, before.env);
    },
  };
}

/** Unloads the modules of the package, so that the next provider starts like a new process. */
function forgetProvider(): void {
  const root = require.resolve("../../package.json").replace("package.json", "");
  for (const path of Object.keys(require.cache))
    if (relative(root, path).startsWith("provider/")) Reflect.deleteProperty(require.cache, path);
}

/** A copy of the data, as if it was sent over a connection. */
const sent = <T>(data: T): T => JSON.parse(JSON.stringify(data)) as T;

function calls(kind: Kind, provider: DynamicProvider): ProviderCalls {
  const __provider = providerText(kind);
  const props = (own: Props) => ({ ...sent(own), __provider });
  const answer = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return sent(await call);
    } catch (thrown) {
      throw withKept(thrown as Error & Partial<NonNullable<CallError["kept"]>>);
    }
  };
  return {
    check: (olds, news) => answer(provider.check(props(olds), props(news))),
    async diff(id, olds, news) {
      const {
        changes,
        replaces = [],
        deleteBeforeReplace = false,
      } = await answer(provider.diff(id, props(olds), props(news)));
      return { changes: changes === undefined ? 0 : changes ? 2 : 1, replaces: [...replaces], deleteBeforeReplace };
    },
    async create(inputs) {
      const { id, outs } = await answer(provider.create(props(inputs)));
      return { id, outs: { ...outs, __provider } };
    },
    async update(id, olds, news) {
      return { ...(await answer(provider.update(id, props(olds), props(news)))).outs, __provider };
    },
    async read(id, own) {
      const found = await answer(provider.read(id, props(own)));
      return { id: found.id ?? "", props: found.props ?? {}, inputs: found.inputs ?? {} };
    },
    async delete(id, own) {
      await answer(provider.delete(id, props(own)).then(() => ({})));
    },
  };
}

/** The error in the form that a gRPC client receives. */
function withKept(error: Error & Partial<NonNullable<CallError["kept"]>>): CallError {
  const { message, id, properties, reasons } = error;
  const failed: CallError = Object.assign(new Error(`2 UNKNOWN: ${message}`), { details: message });
  if (properties !== undefined) failed.kept = sent({ id: id ?? "", properties, reasons: reasons ?? [] });
  return failed;
}
