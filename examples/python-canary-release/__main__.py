import pulumi
import pulumi_alicloud_fc as fc

release = fc.CanaryRelease(
    "api",
    function={
        "function_name": "python-canary-release-example",
        "runtime": "nodejs20",
        "handler": "index.handler",
        "code": "./src",
    },
    alias_name="prod",
    # Reads canary:weight, canary:reject and the other keys of the release from stack config.
    config=True,
)
pulumi.export("split", release.split)
pulumi.export("stable", release.stable)
pulumi.export("phase", release.phase)
pulumi.export("rejected", release.rejected)
