"""Rich errors as Python's grpcio-status has them: all standard details, sent or found.

usage: rich_errors.py serve           prints `listening on 127.0.0.1:PORT`; every call fails with the details
       rich_errors.py call HOST:PORT  calls a server that should fail so; exits with 0 if it does
Run by rich_errors.rs. `Unary` of test.v1.Echo fails with the details; `ServerStream` fails with details whose own code and
message are others than those of the call.
"""

import sys
from concurrent import futures

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2 as details, status_pb2
from grpc_status import rpc_status

MESSAGE = "no such page: müsli"


def standard():
    quota = details.QuotaFailure.Violation(subject="project:7", description="100 calls a day")
    precondition = details.PreconditionFailure.Violation(type="TERMS", subject="shop", description="not accepted")
    return [
        details.BadRequest(
            field_violations=[
                details.BadRequest.FieldViolation(field="page_size", description="must be from 1 to 100"),
                details.BadRequest.FieldViolation(field="items[2].name", description="is missing"),
            ]
        ),
        details.RetryInfo(retry_delay=duration_pb2.Duration(seconds=1, nanos=500_000_000)),
        details.ErrorInfo(reason="NO_PAGE", domain="shop.example.com", metadata={"page": "9"}),
        details.QuotaFailure(violations=[quota]),
        details.PreconditionFailure(violations=[precondition]),
        details.DebugInfo(stack_entries=["the disk is full"], detail="cannot read the page"),
        details.RequestInfo(request_id="r-1"),
        details.ResourceInfo(resource_type="shop.v1.Page", resource_name="9", description="it is gone"),
        details.Help(links=[details.Help.Link(description="Pages", url="https://shop.example.com/pages")]),
        details.LocalizedMessage(locale="de-CH", message="Diese Seite gibt es nicht."),
    ]


def packed(messages):
    return [any_pb2.Any(type_url="type.googleapis.com/" + it.DESCRIPTOR.full_name, value=it.SerializeToString()) for it in messages]


def refuse(_, context):
    status = status_pb2.Status(code=code_pb2.INVALID_ARGUMENT, message=MESSAGE, details=packed(standard()))
    context.abort_with_status(rpc_status.to_status(status))


def contradict(_, context):
    status = status_pb2.Status(code=code_pb2.NOT_FOUND, message="other", details=packed(standard()[:1]))
    context.set_trailing_metadata([("grpc-status-details-bin", status.SerializeToString())])
    context.abort(grpc.StatusCode.UNAVAILABLE, "closed")
    yield b""


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    methods = {
        "Unary": grpc.unary_unary_rpc_method_handler(refuse),
        "ServerStream": grpc.unary_stream_rpc_method_handler(contradict),
    }
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler("test.v1.Echo", methods)])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{port}", flush=True)
    server.wait_for_termination()


def call(address):
    with grpc.insecure_channel(address) as channel:
        try:
            channel.unary_unary("/test.v1.Echo/Unary")(b"", timeout=10)
            raise AssertionError("the call succeeded")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INVALID_ARGUMENT, error
            # Fails by itself where code or message in the details are not those of the call.
            status = rpc_status.from_call(error)
    assert (status.code, status.message) == (code_pb2.INVALID_ARGUMENT, MESSAGE), status
    assert len(status.details) == len(standard()), status
    for found, wanted in zip(status.details, standard()):
        unpacked = type(wanted)()
        assert found.Unpack(unpacked), (found.type_url, wanted.DESCRIPTOR.full_name)
        assert unpacked == wanted, unpacked


if __name__ == "__main__":
    if sys.argv[1:] == ["serve"]:
        serve()
    elif sys.argv[1] == "call" and len(sys.argv) == 3:
        call(sys.argv[2])
    else:
        sys.exit(__doc__)
