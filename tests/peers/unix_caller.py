"""Python's grpcio calls test.v1.Echo at the targets it is given, several calls on one channel, and prints what it hears."""

import sys

import grpc

SERVICE = "/test.v1.Echo/"
# The field `text`, number 1, and the field `count`, number 2.
TEXT = 0x0A
COUNT = 0x10


def ping(text: str, count: int = 0) -> bytes:
    data = text.encode()
    return bytes([TEXT, len(data)]) + data + (bytes([COUNT, count]) if count else b"")


def text_of(message: bytes) -> str:
    assert message[0] == TEXT, message
    return message[2 : 2 + message[1]].decode()


def call(target: str) -> None:
    with grpc.insecure_channel(target) as channel:
        unary = channel.unary_unary(SERVICE + "Unary")
        print("unary:", text_of(unary(ping("hello"), timeout=10)))
        # Of a size that a server reads in several pieces.
        large = (("x-large", "a" * 6000),)
        print("large:", text_of(unary(ping("hello"), metadata=large, timeout=10)))
        replies = channel.unary_stream(SERVICE + "ServerStream")(ping("down", 3), timeout=10)
        print("down:", *map(text_of, replies))
        sum_of = channel.stream_unary(SERVICE + "ClientStream")
        print("up:", text_of(sum_of(map(ping, "abc"), timeout=10)))
        replies = channel.stream_stream(SERVICE + "Bidi")(map(ping, "abc"), timeout=10)
        print("both:", *map(text_of, replies))
        at_once = [unary.future(ping(str(number)), timeout=10) for number in range(30)]
        print("at once:", len({text_of(reply.result()) for reply in at_once}))


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        call(argument)
