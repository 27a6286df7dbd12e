"""The flags of the interoperability programs, as gRPC's own have them, and what both programs share."""

from __future__ import annotations

import argparse

import interop_pb2 as pb

ECHO_INITIAL = "x-grpc-test-echo-initial"
ECHO_TRAILING = "x-grpc-test-echo-trailing-bin"


def flags(*names: str) -> argparse.Namespace:
    """The flags of this process: those named, all of them texts."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name}", default="")
    return parser.parse_args()


def zeros(size: int) -> pb.Payload:
    """So many zeros."""
    return pb.Payload(body=bytes(size))


def content(path: str) -> bytes:
    """What a file holds."""
    with open(path, "rb") as file:
        return file.read()
