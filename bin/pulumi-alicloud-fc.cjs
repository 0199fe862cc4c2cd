#!/usr/bin/env node
// A separate file that exists before the build, so that npm can link the command at installation.
require("../dist/cli/main.js");
