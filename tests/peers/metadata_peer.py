"""Python's grpcio on the other side of interceptors: tells what metadata reaches it, and shows what it gets.

serve [KEY CHAIN]: answers test.v1.Echo/Unary with the x-… metadata that came, as text.
call ADDRESS: calls it, and prints what came.
"""

import pathlib
import sys
from collections.abc import Iterable
from concurrent import futures
from typing import Any

import grpc

METHOD = "/test.v1.Echo/Unary"
# The field `text`, number 1, of a message that has no other.
TEXT = 0x0A


def of_text(text: str) -> bytes:
    data = text.encode()
    return bytes([TEXT, len(data)]) + data


def text_of(message: bytes) -> str:
    assert message[0] == TEXT and message[1] == len(message) - 2, message
    return message[2:].decode()


def shown(metadata: Iterable[Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in sorted(metadata) if key.startswith("x-"))


class Telling(grpc.GenericRpcHandler):
    def service(self, details: Any) -> Any:
        def answer(request: bytes, context: Any) -> bytes:
            context.send_initial_metadata((("x-header", "python"),))
            context.set_trailing_metadata((("x-trailer", "python"),))
            return of_text(f"{shown(details.invocation_metadata)} {text_of(request)}")

        return grpc.unary_unary_rpc_method_handler(answer) if details.method == METHOD else None


def serve(*identity: str) -> None:
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    server.add_generic_rpc_handlers((Telling(),))
    if identity:
        key, chain = (pathlib.Path(file).read_bytes() for file in identity)
        bound = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([(key, chain)]))
    else:
        bound = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(f"listening on 127.0.0.1:{bound}", flush=True)
    server.wait_for_termination()


def call(address: str) -> None:
    with grpc.insecure_channel(address) as channel:
        unary = channel.unary_unary(METHOD)
        reply, done = unary.with_call(of_text("hello"), metadata=(("x-mine", "1"),), timeout=10)
        print(f"reply: {text_of(reply)}")
        print(f"headers: {shown(done.initial_metadata())}")
        print(f"trailers: {shown(done.trailing_metadata())}")
        try:
            unary(of_text("hello"), metadata=(("x-refuse", "1"),), timeout=10)
        except grpc.RpcError as error:
            print(f"refused: {error.code().name} {error.details()} {shown(error.trailing_metadata())}")


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(*sys.argv[2:])
    else:
        call(sys.argv[2])
