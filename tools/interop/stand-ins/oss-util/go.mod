module github.com/alibabacloud-go/alibabacloud-gateway-oss-util

go 1.21
