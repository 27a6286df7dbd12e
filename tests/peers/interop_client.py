"""gRPC's interoperability client on Python's grpcio: plays one case against a server, and fails if anything is not as it
should be.

usage: interop_client.py --server_host=HOST --server_port=N --test_case=NAME
    [--use_tls=true --use_test_ca=true --ca_file=PEM --server_host_override=NAME]
Started by tests/tests/interop_with_python.rs.
"""

from __future__ import annotations

import queue
from collections.abc import Iterator
from typing import Any

import grpc
import interop_pb2 as pb
from interop_pb2_grpc import TestServiceStub, UnimplementedServiceStub

from interop_flags import ECHO_INITIAL, ECHO_TRAILING, content, flags, zeros

REQUEST_SIZES = (27182, 8, 1828, 45904)
RESPONSE_SIZES = (31415, 9, 2653, 58979)
LARGE = pb.SimpleRequest(response_size=314159, payload=zeros(271828))


def exchange(request: int, *responses: int) -> pb.StreamingOutputCallRequest:
    wanted = [pb.ResponseParameters(size=size) for size in responses]
    return pb.StreamingOutputCallRequest(payload=zeros(request), response_parameters=wanted)


def expect(value: Any, wanted: Any) -> None:
    if value != wanted:
        raise AssertionError(f"{value!r} came, {wanted!r} should have")


def expect_zeros(reply: Any, size: int) -> None:
    expect(len(reply.payload.body), size)
    expect(reply.payload.body.count(0), size)


def expect_failure(call: Any, code: grpc.StatusCode, details: str | None = None) -> None:
    """The call, or the next reply of it, must fail like this."""
    try:
        outcome = call()
    except grpc.RpcError as error:
        expect(error.code(), code)
        if details is not None:
            expect(error.details(), details)
        return
    raise AssertionError(f"the call went on: {outcome!r}")


class Requests:
    """The requests of a stream, sent one by one."""

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def send(self, request: Any) -> None:
        self._waiting.put(request)

    def finish(self) -> None:
        self._waiting.put(None)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._waiting.get, None)


def empty_unary(test: TestServiceStub, _: Any) -> None:
    expect(test.EmptyCall(pb.Empty()), pb.Empty())


def large_unary(test: TestServiceStub, _: Any) -> None:
    expect_zeros(test.UnaryCall(LARGE), 314159)


def client_streaming(test: TestServiceStub, _: Any) -> None:
    requests = (pb.StreamingInputCallRequest(payload=zeros(size)) for size in REQUEST_SIZES)
    expect(test.StreamingInputCall(requests).aggregated_payload_size, 74922)


def server_streaming(test: TestServiceStub, _: Any) -> None:
    wanted = [pb.ResponseParameters(size=size) for size in RESPONSE_SIZES]
    replies = list(test.StreamingOutputCall(pb.StreamingOutputCallRequest(response_parameters=wanted)))
    expect(len(replies), len(RESPONSE_SIZES))
    for reply, size in zip(replies, RESPONSE_SIZES):
        expect_zeros(reply, size)


def ping_pong(test: TestServiceStub, _: Any) -> None:
    requests = Requests()
    replies = test.FullDuplexCall(iter(requests))
    for request, response in zip(REQUEST_SIZES, RESPONSE_SIZES):
        requests.send(exchange(request, response))
        expect_zeros(next(replies), response)
    requests.finish()
    expect(list(replies), [])


def empty_stream(test: TestServiceStub, _: Any) -> None:
    expect(list(test.FullDuplexCall(iter(()))), [])


def custom_metadata(test: TestServiceStub, _: Any) -> None:
    metadata = ((ECHO_INITIAL, "test_initial_metadata_value"), (ECHO_TRAILING, b"\xab\xab\xab"))

    def check(call: Any) -> None:
        expect(dict(call.initial_metadata())[ECHO_INITIAL], metadata[0][1])
        expect(dict(call.trailing_metadata())[ECHO_TRAILING], metadata[1][1])

    reply, call = test.UnaryCall.with_call(LARGE, metadata=metadata)
    expect_zeros(reply, 314159)
    check(call)
    stream = test.FullDuplexCall(iter((exchange(271828, 314159),)), metadata=metadata)
    expect_zeros(next(stream), 314159)
    expect(list(stream), [])
    check(stream)


def status_code_and_message(test: TestServiceStub, _: Any) -> None:
    text = "test status message"
    wanted = pb.EchoStatus(code=2, message=text)
    unary = pb.SimpleRequest(response_status=wanted)
    expect_failure(lambda: test.UnaryCall(unary), grpc.StatusCode.UNKNOWN, text)
    stream = test.FullDuplexCall(iter((pb.StreamingOutputCallRequest(response_status=wanted),)))
    expect_failure(lambda: next(stream), grpc.StatusCode.UNKNOWN, text)


def special_status_message(test: TestServiceStub, _: Any) -> None:
    text = "\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n"
    request = pb.SimpleRequest(response_status=pb.EchoStatus(code=2, message=text))
    expect_failure(lambda: test.UnaryCall(request), grpc.StatusCode.UNKNOWN, text)


def unimplemented_method(test: TestServiceStub, _: Any) -> None:
    expect_failure(lambda: test.UnimplementedCall(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def unimplemented_service(_: Any, other: UnimplementedServiceStub) -> None:
    expect_failure(lambda: other.UnimplementedCall(pb.Empty()), grpc.StatusCode.UNIMPLEMENTED)


def cancel_after_begin(test: TestServiceStub, _: Any) -> None:
    requests = Requests()
    call = test.StreamingInputCall.future(iter(requests))
    call.cancel()
    requests.finish()
    expect(call.cancelled(), True)
    expect(call.code(), grpc.StatusCode.CANCELLED)


def cancel_after_first_response(test: TestServiceStub, _: Any) -> None:
    requests = Requests()
    replies = test.FullDuplexCall(iter(requests))
    requests.send(exchange(27182, 31415))
    expect_zeros(next(replies), 31415)
    replies.cancel()
    expect_failure(lambda: next(replies), grpc.StatusCode.CANCELLED)
    requests.finish()


def timeout_on_sleeping_server(test: TestServiceStub, _: Any) -> None:
    requests = Requests()
    requests.send(exchange(27182))
    replies = test.FullDuplexCall(iter(requests), timeout=0.001)
    expect_failure(lambda: next(replies), grpc.StatusCode.DEADLINE_EXCEEDED)
    requests.finish()


CASES = {
    case.__name__: case
    for case in (
        empty_unary,
        large_unary,
        client_streaming,
        server_streaming,
        ping_pong,
        empty_stream,
        custom_metadata,
        status_code_and_message,
        special_status_message,
        unimplemented_method,
        unimplemented_service,
        cancel_after_begin,
        cancel_after_first_response,
        timeout_on_sleeping_server,
    )
}


def channel(given: Any) -> grpc.Channel:
    place = f"{given.server_host}:{given.server_port}"
    if given.use_tls != "true":
        return grpc.insecure_channel(place)
    roots = content(given.ca_file) if given.use_test_ca == "true" else None
    name = given.server_host_override
    options = (("grpc.ssl_target_name_override", name),) if name else ()
    return grpc.secure_channel(place, grpc.ssl_channel_credentials(roots), options)


def main() -> None:
    given = flags(
        "server_host", "server_port", "test_case", "use_tls", "use_test_ca", "ca_file", "server_host_override"
    )
    with channel(given) as opened:
        CASES[given.test_case](TestServiceStub(opened), UnimplementedServiceStub(opened))


if __name__ == "__main__":
    main()
