// The flags of the interoperability programs, and the schema of their service.
"use strict";

const path = require("node:path");
const { parseArgs } = require("node:util");
const grpc = require("@grpc/grpc-js");
const loader = require("@grpc/proto-loader");

/** The flags of this process: those named, all of them texts. */
function flags(...names) {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  return parseArgs({ options }).values;
}

const schema = path.join(__dirname, "..", "proto", "interop.proto");
const definition = loader.loadSync(schema, { keepCase: true, defaults: true, longs: String, enums: String });

module.exports = { flags, testing: grpc.loadPackageDefinition(definition).grpc.testing };
