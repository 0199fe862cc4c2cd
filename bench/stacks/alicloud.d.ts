/** Types of the part of Pulumi's alicloud provider that `peer.ts` uses. The provider is not a dependency of this repository. */
declare module "@pulumi/alicloud" {
  import type * as pulumi from "@pulumi/pulumi";

  export class Provider extends pulumi.ProviderResource {
    constructor(name: string, args: pulumi.Inputs);
  }

  export namespace fc {
    class V3Function extends pulumi.CustomResource {
      readonly functionName: pulumi.Output<string>;
      constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions);
    }
    class V3FunctionVersion extends pulumi.CustomResource {
      readonly versionId: pulumi.Output<string>;
      constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions);
    }
    class V3Alias extends pulumi.CustomResource {
      constructor(name: string, args: pulumi.Inputs, opts: pulumi.CustomResourceOptions);
    }
  }
}
