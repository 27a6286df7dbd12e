// gRPC's interoperability server on @grpc/grpc-js: the foreign server that our client plays its cases against.
//   NODE_PATH=MODULES node interop_server.cjs --port=N [--use_tls=true --tls_cert_file=PEM --tls_key_file=PEM]
// Started by tests/tests/interop_with_node.rs.
"use strict";

const { readFileSync } = require("node:fs");
const { setTimeout: pause } = require("node:timers/promises");
const grpc = require("@grpc/grpc-js");
const { flags, testing } = require("./flags.cjs");

const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";

const payload = (size) => ({ body: Buffer.alloc(size) });

/** Sends the header that the caller wants echoed, and gives the trailers that it wants. */
function echo(call) {
  const [initial, trailers] = [new grpc.Metadata(), new grpc.Metadata()];
  for (const value of call.metadata.get(ECHO_INITIAL)) initial.add(ECHO_INITIAL, value);
  for (const value of call.metadata.get(ECHO_TRAILING)) trailers.add(ECHO_TRAILING, value);
  call.sendMetadata(initial);
  return trailers;
}

/** The failure that a request wants, if it wants one. */
function wanted(request, metadata) {
  const status = request.response_status;
  return status && status.code ? { code: status.code, details: status.message, metadata } : null;
}

async function answer(call, request) {
  for (const { size, interval_us } of request.response_parameters) {
    if (interval_us > 0) await pause(interval_us / 1000);
    call.write({ payload: payload(size) });
  }
}

/** Answers requests in their order, each when those before it have been. */
function duplex(call) {
  const trailers = echo(call);
  let last = Promise.resolve(true);
  const follow = (act) => {
    last = last.then(async (open) => open && (await act()));
  };
  call.on("data", (request) =>
    follow(async () => {
      const failure = wanted(request, trailers);
      if (failure) return call.emit("error", failure) && false;
      await answer(call, request);
      return true;
    }),
  );
  call.on("end", () => follow(async () => call.end(trailers)));
}

const service = {
  EmptyCall: (call, done) => done(null, {}, echo(call)),
  UnaryCall(call, done) {
    const trailers = echo(call);
    done(wanted(call.request, trailers), { payload: payload(call.request.response_size) }, trailers);
  },
  async StreamingOutputCall(call) {
    const trailers = echo(call);
    const failure = wanted(call.request, trailers);
    if (failure) return call.emit("error", failure);
    await answer(call, call.request);
    return call.end(trailers);
  },
  StreamingInputCall(call, done) {
    const trailers = echo(call);
    let size = 0;
    call.on("data", (request) => (size += request.payload ? request.payload.body.length : 0));
    call.on("end", () => done(null, { aggregated_payload_size: size }, trailers));
  },
  FullDuplexCall: duplex,
};

const { port, use_tls, tls_cert_file, tls_key_file } = flags("port", "use_tls", "tls_cert_file", "tls_key_file");
const identity = () => [{ cert_chain: readFileSync(tls_cert_file), private_key: readFileSync(tls_key_file) }];
const credentials =
  use_tls === "true" ? grpc.ServerCredentials.createSsl(null, identity()) : grpc.ServerCredentials.createInsecure();
const server = new grpc.Server();
const { UnimplementedCall, CacheableUnaryCall, HalfDuplexCall, ...served } = testing.TestService.service;
server.addService(served, service);
server.bindAsync(`127.0.0.1:${port}`, credentials, (error) => {
  if (error) throw error;
});
