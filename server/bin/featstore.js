#!/usr/bin/env node
// Stands beside the built code because an install links it before anything is built.
import "../dist/cli.js";
