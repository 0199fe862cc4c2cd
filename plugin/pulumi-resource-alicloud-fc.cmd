@node "%~dp0pulumi-resource-alicloud-fc" %*
