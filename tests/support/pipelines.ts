/** The example's pipelines as data, and replacements of the programs that run them. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { EXAMPLE } from "./gitops";

/** Variables of a step. */
export type Variables = Readonly<Record<string, string>>;

/** Returns the text of a file of the example. */
export const text = (file: string) => readFileSync(join(EXAMPLE, file), "utf8");
/** Path of a GitHub workflow. */
export const git = (kind: string) => `.github/workflows/${kind}.yml`;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Variables;
}

/** A workflow of GitHub. */
export interface Workflow {
  /** The events that start the workflow. */
  readonly on: unknown;
  readonly permissions: object;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly jobs: {
    readonly prod: {
      readonly permissions: object;
      readonly environment?: string;
      readonly env: Variables;
      readonly steps: readonly Step[];
    };
  };
}

/** A job of GitLab. */
export interface GitLabJob {
  readonly extends?: string;
  readonly variables: Variables;
  readonly before_script?: readonly string[];
  readonly script: readonly string[];
  readonly resource_group?: string;
  readonly id_tokens?: { readonly OIDC_TOKEN: { readonly aud: string } };
}

/** A pipeline of Flow. */
export interface Flow {
  readonly concurrencyConfig?: object;
  readonly stages: Readonly<
    Record<
      string,
      {
        readonly jobs: {
          readonly prod: {
            readonly steps: Readonly<
              Record<string, { readonly step: string; readonly with: { readonly run: string } }>
            >;
          };
        };
      }
    >
  >;
}

/** Reads a workflow of GitHub. */
export const workflow = (kind: string) => parse(text(git(kind))) as Workflow;

/** Writes an executable script into `folder`, which comes first in the PATH of a step. */
export function command(folder: string, name: string, script: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A server that returns a token like GitHub's, if the request has the form that GitHub requires. */
export async function tokens(): Promise<{ server: Server; env: Variables }> {
  const server = createServer((request, response) => {
    const asked =
      request.headers.authorization === "bearer job" && request.url === "/token?v=1&audience=sts.aliyuncs.com";
    response.writeHead(asked ? 200 : 403).end(JSON.stringify({ value: "github-token" }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/token?v=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: "job",
  };
  return { server, env };
}
