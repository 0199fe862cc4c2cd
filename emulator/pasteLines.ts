/** Lines to paste by which other clients use an emulator. Pure. */
import type { Emulator } from "./index";

/** A client, a note about it, and lines to paste. */
export interface PasteLines {
  readonly client: string;
  /** Instruction for the user, one sentence. */
  readonly note: string;
  readonly lines: readonly string[];
}

/** The lines for each client that the command prints. The variables of `Emulator.env` come first, and all clients need them. */
export function pasteLines({ endpoint, accessKeyId, accessKeySecret, region, env }: Place): PasteLines[] {
  const { host } = new URL(endpoint);
  return [
    {
      client: "every client",
      note: "in the shell in which the client runs",
      lines: Object.entries(env).map(([name, value]) => `export ${name}=${value}`),
    },
    { client: "Pulumi", note: "in the same shell, nothing else is needed", lines: ["pulumi up"] },
    {
      client: "Terraform",
      note: "the export line in the same shell, the other lines in the configuration",
      lines: [
        `export ALIBABA_CLOUD_ENDPOINT_FC=${host}`,
        // The provider reads no variable with the address of the token service, and would call the real token service.
        'provider "alicloud" {',
        '  protocol = "HTTP"',
        `  endpoints { sts = "${host}" }`,
        "}",
      ],
    },
    {
      client: "Serverless Devs",
      note:
        "in the same shell. Give code as ossBucketName and ossObjectName, and start the emulator with --oss. Local folders " +
        "do not work: Serverless Devs would upload them to a bucket of the real service",
      lines: [`export FC_CLIENT_CUSTOM_ENDPOINT=${endpoint}`],
    },
    {
      client: "SDK",
      note: "raise both timeouts of RuntimeOptions; the SDKs of other languages have the same fields",
      lines: [
        "new Client(new $OpenApiUtil.Config({ " +
          `endpoint: "${host}", protocol: "http", regionId: "${region}", ` +
          `accessKeyId: "${accessKeyId}", accessKeySecret: "${accessKeySecret}" }))`,
      ],
    },
  ];
}

type Place = Pick<Emulator, "endpoint" | "accessKeyId" | "accessKeySecret" | "region" | "env">;
