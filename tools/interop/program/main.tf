terraform {
  required_providers {
    alicloud = { source = "aliyun/alicloud" }
  }
}

variable "host" {
  type = string
}

provider "alicloud" {
  protocol = "HTTP"
  endpoints { sts = var.host }
}

# Asks the token service, whose requests have another form of signature than those of Function Compute.
data "alicloud_caller_identity" "emulator" {}

variable "object" {
  type = string
}

variable "versions" {
  type = list(string)
}

variable "main" {
  type = string
}

variable "weights" {
  type = map(number)
}

resource "alicloud_fcv3_layer_version" "layer" {
  layer_name         = "interop"
  compatible_runtime = ["nodejs20"]
  # Without this value, the provider would plan to change the layer each time, as with log_config below.
  acl = "0"
  code {
    oss_bucket_name = "code"
    oss_object_name = "layer.zip"
  }
}

resource "alicloud_fcv3_function" "function" {
  function_name = "interop"
  runtime       = "nodejs20"
  handler       = "index.handler"
  cpu           = 0.5
  memory_size   = 512
  disk_size     = 512
  timeout       = 30
  layers        = [alicloud_fcv3_layer_version.layer.layer_version_arn]
  environment_variables = {
    GREETING = "grüezi"
  }
  # The service returns a log configuration even if the program has none. Without this block, the provider would plan to
  # remove it each time.
  log_config {
    log_begin_rule = "None"
  }
  code {
    oss_bucket_name = "code"
    oss_object_name = var.object
  }
}

resource "alicloud_fcv3_function_version" "version" {
  for_each      = toset(var.versions)
  function_name = alicloud_fcv3_function.function.function_name
  description   = each.key
}

resource "alicloud_fcv3_alias" "live" {
  function_name             = alicloud_fcv3_function.function.function_name
  alias_name                = "live"
  version_id                = var.main
  additional_version_weight = var.weights
  depends_on                = [alicloud_fcv3_function_version.version]
}

resource "alicloud_fcv3_trigger" "http" {
  function_name  = alicloud_fcv3_function.function.function_name
  trigger_name   = "http"
  trigger_type   = "http"
  qualifier      = alicloud_fcv3_alias.live.alias_name
  trigger_config = jsonencode({ authType = "anonymous", methods = ["GET"] })
}

resource "alicloud_fcv3_concurrency_config" "reserved" {
  function_name        = alicloud_fcv3_function.function.function_name
  reserved_concurrency = 20
}

# Both resources use LATEST, because the provider always reads them for LATEST, even if the program sets another
# qualifier.
resource "alicloud_fcv3_provision_config" "warm" {
  function_name = alicloud_fcv3_function.function.function_name
  qualifier     = "LATEST"
  target        = 1
}

resource "alicloud_fcv3_async_invoke_config" "retries" {
  function_name            = alicloud_fcv3_function.function.function_name
  qualifier                = "LATEST"
  max_async_retry_attempts = 1
}

resource "alicloud_fcv3_custom_domain" "domain" {
  custom_domain_name = "interop.example.com"
  protocol           = "HTTP"
  route_config {
    routes {
      path          = "/*"
      function_name = alicloud_fcv3_function.function.function_name
      qualifier     = alicloud_fcv3_alias.live.alias_name
      methods       = ["GET"]
    }
  }
}

resource "alicloud_fcv3_vpc_binding" "vpc" {
  function_name = alicloud_fcv3_function.function.function_name
  vpc_id        = "vpc-interop"
}
