#!/usr/bin/env node
// A file of its own, so that npm can link the command before anything is built.
require("../dist/cli/main.js");
