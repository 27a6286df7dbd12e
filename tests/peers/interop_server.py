"""gRPC's interoperability server on Python's grpcio: the foreign server that our client plays its cases against.

usage: interop_server.py --port=N [--use_tls=true --tls_cert_file=PEM --tls_key_file=PEM]
Started by tests/tests/interop_with_python.rs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent import futures

import grpc
import interop_pb2 as pb
import interop_pb2_grpc

from interop_flags import ECHO_INITIAL, ECHO_TRAILING, content, flags, zeros

CODES = {code.value[0]: code for code in grpc.StatusCode}


def echo(context: grpc.ServicerContext) -> None:
    """Sends back what the caller wants echoed."""
    metadata = context.invocation_metadata()
    context.send_initial_metadata(tuple(pair for pair in metadata if pair[0] == ECHO_INITIAL))
    context.set_trailing_metadata(tuple(pair for pair in metadata if pair[0] == ECHO_TRAILING))


def end_as(status: pb.EchoStatus, context: grpc.ServicerContext) -> None:
    """Ends the call with the status that its caller wants."""
    if status.code:
        context.abort(CODES[status.code], status.message)


def answer(request: pb.StreamingOutputCallRequest) -> Iterator[pb.StreamingOutputCallResponse]:
    for wanted in request.response_parameters:
        time.sleep(wanted.interval_us / 1e6)
        yield pb.StreamingOutputCallResponse(payload=zeros(wanted.size))


class TestService(interop_pb2_grpc.TestServiceServicer):
    """What the cases call; the methods that are left out answer UNIMPLEMENTED."""

    def EmptyCall(self, request: pb.Empty, context: grpc.ServicerContext) -> pb.Empty:
        echo(context)
        return pb.Empty()

    def UnaryCall(self, request: pb.SimpleRequest, context: grpc.ServicerContext) -> pb.SimpleResponse:
        echo(context)
        end_as(request.response_status, context)
        return pb.SimpleResponse(payload=zeros(request.response_size))

    def StreamingOutputCall(
        self, request: pb.StreamingOutputCallRequest, context: grpc.ServicerContext
    ) -> Iterator[pb.StreamingOutputCallResponse]:
        echo(context)
        end_as(request.response_status, context)
        yield from answer(request)

    def StreamingInputCall(
        self, requests: Iterator[pb.StreamingInputCallRequest], context: grpc.ServicerContext
    ) -> pb.StreamingInputCallResponse:
        echo(context)
        size = sum(len(request.payload.body) for request in requests)
        return pb.StreamingInputCallResponse(aggregated_payload_size=size)

    def FullDuplexCall(
        self, requests: Iterator[pb.StreamingOutputCallRequest], context: grpc.ServicerContext
    ) -> Iterator[pb.StreamingOutputCallResponse]:
        echo(context)
        for request in requests:
            end_as(request.response_status, context)
            yield from answer(request)


def main() -> None:
    given = flags("port", "use_tls", "tls_cert_file", "tls_key_file")
    server = grpc.server(futures.ThreadPoolExecutor(8))
    interop_pb2_grpc.add_TestServiceServicer_to_server(TestService(), server)
    place = f"127.0.0.1:{given.port}"
    if given.use_tls == "true":
        identity = (content(given.tls_key_file), content(given.tls_cert_file))
        server.add_secure_port(place, grpc.ssl_server_credentials([identity]))
    else:
        server.add_insecure_port(place)
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    main()
