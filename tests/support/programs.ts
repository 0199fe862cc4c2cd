/**
 * Programs for the tests in tests/sweep and tests/worlds. Each program has one function `api`, and resources that
 * belong to it.
 */
import { hashCode } from "../../provider/code";
import type { Resource } from "./stack";

type Props = Record<string, unknown>;

/** Map from the name of a code folder to the text of its index.js. */
export const CODE: Readonly<Record<string, string>> = Object.fromEntries(
  ["a", "b", "c", "d"].map((name) => [name, `exports.handler = async () => "${name}";\n`]),
);

/** Makes programs. The code is in folders of {@link CODE}. */
export class Programs {
  private readonly hashes = new Map<string, string>();

  constructor(
    private readonly folder: string,
    private readonly functionName = "api",
  ) {}

  /** The function with the code of a folder. */
  fn(code: string, more: Props = {}): Resource {
    const { functionName } = this;
    const hash = this.hashes.get(code) ?? hashCode(code, this.folder);
    this.hashes.set(code, hash);
    const settings = { functionName, runtime: "nodejs20", handler: "index.handler", code: { path: code, hash } };
    return { kind: "Function", args: () => ({ ...settings, ...more }) };
  }

  version(): Resource {
    return {
      kind: "Version",
      args: (of) => {
        const { functionName, fingerprint, environmentFingerprint, revision, content } = of("Function");
        return { functionName, fingerprint, environmentFingerprint, revision, content, describesNextPublish: true };
      },
    };
  }

  /** An alias that gives the version a weight. */
  alias(aliasName: string, weight: number, more: Props = {}): Resource {
    const { functionName } = this;
    return {
      kind: "Alias",
      args: (of) => ({ functionName, aliasName, canary: { versionId: of("Version")["versionId"], weight }, ...more }),
    };
  }

  /** A release under the alias `prod`, unless the keys name another. */
  release(keys: Props = {}): Resource {
    return {
      kind: "Release",
      args: (of) => {
        const { functionName, fingerprint, environmentFingerprint, revision } = of("Function");
        const { versionId } = of("Version");
        return { functionName, aliasName: "prod", versionId, fingerprint, environmentFingerprint, revision, ...keys };
      },
    };
  }

  trigger(qualifier: string, more: Props = {}): Resource {
    const { functionName } = this;
    return { kind: "HttpTrigger", args: () => ({ functionName, triggerName: "http", qualifier, ...more }) };
  }

  /** Resources of another team on the function: an alias to the first version, and a trigger. */
  guest(): Resource[] {
    const { functionName } = this;
    const alias = { functionName, aliasName: "guest", versionId: "1" };
    const trigger = { functionName, triggerName: "guest", qualifier: "guest" };
    return [
      { kind: "Alias", args: () => alias },
      { kind: "HttpTrigger", args: () => trigger },
    ];
  }

  /** A whole program: function, version, release and trigger. */
  whole(code: string, keys: Props = {}): Resource[] {
    const aliasName = typeof keys["aliasName"] === "string" ? keys["aliasName"] : "prod";
    return [this.fn(code), this.version(), this.release(keys), this.trigger(aliasName)];
  }

  /** The plain resources: function, version, alias. */
  plain(code: string, weight: number): Resource[] {
    return [this.fn(code), this.version(), this.alias("prod", weight)];
  }
}
