module pulumi-alicloud-fc.invalid/tea-roa

go 1.21

require (
	github.com/alibabacloud-go/tea v1.3.13
	github.com/alibabacloud-go/tea-roa v1.3.4
	github.com/alibabacloud-go/tea-utils v1.4.5
)

require (
	github.com/alibabacloud-go/debug v1.0.0 // indirect
	github.com/alibabacloud-go/tea-roa-utils v1.1.5 // indirect
	github.com/aliyun/credentials-go v1.3.0 // indirect
	github.com/json-iterator/go v1.1.12 // indirect
	github.com/modern-go/concurrent v0.0.0-20180228061459-e0a39a4cb421 // indirect
	github.com/modern-go/reflect2 v1.0.2 // indirect
	golang.org/x/net v0.26.0 // indirect
	gopkg.in/ini.v1 v1.56.0 // indirect
)
