package main

import (
	"example.com/pulumi-alicloud-fc/sdk/go/alicloudfc"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		release, err := alicloudfc.NewCanaryRelease(ctx, "api", &alicloudfc.CanaryReleaseArgs{
			Function: alicloudfc.CanaryReleaseFunctionArgs{
				FunctionName: pulumi.String("go-canary-release-example"),
				Runtime:      pulumi.String("nodejs20"),
				Handler:      pulumi.String("index.handler"),
				Code:         pulumi.String("./src"),
			},
			AliasName: pulumi.String("prod"),
			// Reads canary:weight, canary:reject and the other keys of the release from stack config.
			Config: pulumi.Bool(true),
		})
		if err != nil {
			return err
		}
		ctx.Export("split", release.Split)
		ctx.Export("stable", release.Stable)
		ctx.Export("phase", release.Phase)
		ctx.Export("rejected", release.Rejected)
		return nil
	})
}
