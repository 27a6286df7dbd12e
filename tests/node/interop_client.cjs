// gRPC's interoperability client on @grpc/grpc-js: it plays one case against a server and ends with 0 if all is as it should be.
//   NODE_PATH=MODULES node interop_client.cjs --server_host=HOST --server_port=N --test_case=NAME
//     [--use_tls=true --use_test_ca=true --ca_file=PEM --server_host_override=NAME]
// Started by tests/tests/interop_with_node.rs.
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const grpc = require("@grpc/grpc-js");
const { flags, testing } = require("./flags.cjs");

const ECHO_INITIAL = "x-grpc-test-echo-initial";
const ECHO_TRAILING = "x-grpc-test-echo-trailing-bin";
const REQUEST_SIZES = [27182, 8, 1828, 45904];
const RESPONSE_SIZES = [31415, 9, 2653, 58979];

const { status } = grpc;
const zeros = (size) => ({ body: Buffer.alloc(size) });
const large = () => ({ response_size: 314159, payload: zeros(271828) });
const exchange = (request, response) => ({
  payload: zeros(request),
  response_parameters: response === undefined ? [] : [{ size: response }],
});

function checkPayload(reply, size) {
  assert.ok(reply.payload.body.equals(Buffer.alloc(size)), `${size} zeros were asked for`);
}

/** A call with one reply: `call` is what a method returned, given the callback. All that came, and the status. */
function one(start) {
  return new Promise((resolve) => {
    const came = {};
    const call = start((error, reply) => Object.assign(came, { error, reply }));
    call.on("metadata", (metadata) => (came.headers = metadata));
    call.on("status", (end) => setImmediate(() => resolve({ ...came, end })));
  });
}

/** Collects what a streaming call brings: `each` is told of each reply. */
function many(call, each = () => {}) {
  return new Promise((resolve) => {
    const came = { replies: [] };
    call.on("metadata", (metadata) => (came.headers = metadata));
    call.on("error", () => {});
    call.on("data", (reply) => each(came.replies.push(reply)));
    call.on("status", (end) => setImmediate(() => resolve({ ...came, end })));
  });
}

function checkEnd(end, code, details) {
  assert.equal(end.code, code, `${end.code} ${end.details}`);
  if (details !== undefined) assert.equal(end.details, details);
}

function checkReplies({ replies, end }, sizes) {
  checkEnd(end, status.OK);
  assert.equal(replies.length, sizes.length);
  replies.forEach((reply, index) => checkPayload(reply, sizes[index]));
}

async function checkUnary(client, request, metadata = new grpc.Metadata()) {
  const came = await one((done) => client.UnaryCall(request, metadata, done));
  checkEnd(came.end, status.OK);
  checkPayload(came.reply, request.response_size);
  return came;
}

const cases = {
  async empty_unary(client) {
    const { reply, end } = await one((done) => client.EmptyCall({}, done));
    checkEnd(end, status.OK);
    assert.deepEqual({ ...reply }, {});
  },

  large_unary: (client) => checkUnary(client, large()),

  async client_streaming(client) {
    const came = one((done) => {
      const call = client.StreamingInputCall(done);
      for (const size of REQUEST_SIZES) call.write({ payload: zeros(size) });
      call.end();
      return call;
    });
    const { reply, end } = await came;
    checkEnd(end, status.OK);
    assert.equal(reply.aggregated_payload_size, 74922);
  },

  async server_streaming(client) {
    const response_parameters = RESPONSE_SIZES.map((size) => ({ size }));
    checkReplies(await many(client.StreamingOutputCall({ response_parameters })), RESPONSE_SIZES);
  },

  async ping_pong(client) {
    const call = client.FullDuplexCall();
    const step = (index) => {
      if (index === REQUEST_SIZES.length) call.end();
      else call.write(exchange(REQUEST_SIZES[index], RESPONSE_SIZES[index]));
    };
    step(0);
    checkReplies(await many(call, step), RESPONSE_SIZES);
  },

  async empty_stream(client) {
    const call = client.FullDuplexCall();
    call.end();
    checkReplies(await many(call), []);
  },

  async custom_metadata(client) {
    const metadata = new grpc.Metadata();
    metadata.set(ECHO_INITIAL, "test_initial_metadata_value");
    metadata.set(ECHO_TRAILING, Buffer.from("ababab", "hex"));
    const check = ({ headers, end }) => {
      assert.deepEqual(headers.get(ECHO_INITIAL), ["test_initial_metadata_value"]);
      assert.deepEqual(end.metadata.get(ECHO_TRAILING), [Buffer.from("ababab", "hex")]);
    };
    check(await checkUnary(client, large(), metadata));
    const call = client.FullDuplexCall(metadata);
    call.write(exchange(271828, 314159));
    call.end();
    const came = await many(call);
    checkReplies(came, [314159]);
    check(came);
  },

  async status_code_and_message(client) {
    const response_status = { code: status.UNKNOWN, message: "test status message" };
    const { end } = await one((done) => client.UnaryCall({ response_status }, done));
    checkEnd(end, status.UNKNOWN, response_status.message);
    const call = client.FullDuplexCall();
    call.write({ response_status });
    call.end();
    checkEnd((await many(call)).end, status.UNKNOWN, response_status.message);
  },

  async special_status_message(client) {
    const message = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n";
    const response_status = { code: status.UNKNOWN, message };
    const { end } = await one((done) => client.UnaryCall({ response_status }, done));
    checkEnd(end, status.UNKNOWN, message);
  },

  async unimplemented_method(client) {
    const { end } = await one((done) => client.UnimplementedCall({}, done));
    checkEnd(end, status.UNIMPLEMENTED);
  },

  async unimplemented_service(_, other) {
    const { end } = await one((done) => other.UnimplementedCall({}, done));
    checkEnd(end, status.UNIMPLEMENTED);
  },

  async cancel_after_begin(client) {
    const { end } = await one((done) => {
      const call = client.StreamingInputCall(done);
      setImmediate(() => call.cancel());
      return call;
    });
    checkEnd(end, status.CANCELLED);
  },

  async cancel_after_first_response(client) {
    const call = client.FullDuplexCall();
    call.write(exchange(27182, 31415));
    const { replies, end } = await many(call, () => call.cancel());
    checkEnd(end, status.CANCELLED);
    assert.equal(replies.length, 1);
    checkPayload(replies[0], 31415);
  },

  async timeout_on_sleeping_server(client) {
    const call = client.FullDuplexCall({ deadline: Date.now() + 1 });
    call.write(exchange(27182));
    checkEnd((await many(call)).end, status.DEADLINE_EXCEEDED);
  },
};

async function main() {
  const names = ["server_host", "server_port", "test_case", "use_tls", "use_test_ca", "ca_file", "server_host_override"];
  const given = flags(...names);
  const test = cases[given.test_case];
  assert.ok(test, `there is no case ${given.test_case}`);
  const roots = given.use_test_ca === "true" ? readFileSync(given.ca_file) : null;
  const credentials = given.use_tls === "true" ? grpc.credentials.createSsl(roots) : grpc.credentials.createInsecure();
  const name = given.server_host_override;
  const options = name ? { "grpc.ssl_target_name_override": name, "grpc.default_authority": name } : {};
  const address = `${given.server_host}:${given.server_port}`;
  const client = new testing.TestService(address, credentials, options);
  const other = new testing.UnimplementedService(address, credentials, options);
  await test(client, other);
  client.close();
  other.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
