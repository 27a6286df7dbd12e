"""Encodes and decodes the shop's messages with Google's protobuf runtime: the oracle of bytes_equal_protoc.rs.

Reads frames (u32 little-endian length, then JSON) from stdin until its end and answers each with a frame.
  {"type": "ecommerce.v1.Order", "tree": {...}}     -> the encoded message, in base64
  {"type": "ecommerce.v1.Order", "bytes": "base64"} -> {"tree": {...}, "bytes": "base64 of it encoded again"}
Whatever goes wrong is answered as {"error": "text"}.

A tree names each field that is set by its proto name. Numbers of 64 bits are decimal strings, floating point numbers are
the 16 hexadecimal digits of their bits (so that every NaN and -0.0 survives), bytes are base64, enums are numbers,
maps are lists of [key, value] in the order of the keys, messages are trees, those of google.protobuf not excepted.
ProtoJSON would be shorter to write, but it refuses values that the wire allows, such as a timestamp out of range.
"""

from __future__ import annotations

import base64
import json
import struct
import sys
from typing import Any, BinaryIO

from ecommerce.v1 import order_pb2, product_pb2
from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

FILES = (order_pb2.DESCRIPTOR, product_pb2.DESCRIPTOR)
WIDE = (
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT64,
)


def message_of(name: str) -> Message:
    for file in FILES:
        if descriptor := file.message_types_by_name.get(name.removeprefix(f"{file.package}.")):
            return message_factory.GetMessageClass(descriptor)()
    raise LookupError(f"no message {name}")


def is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def scalar_from_tree(field: FieldDescriptor, tree: Any) -> Any:
    if field.cpp_type in WIDE:
        return int(tree)
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return struct.unpack(">d", bytes.fromhex(tree))[0]
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64decode(tree, validate=True)
    return tree


def scalar_to_tree(field: FieldDescriptor, value: Any) -> Any:
    if field.cpp_type in WIDE:
        return str(value)
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return struct.pack(">d", value).hex()
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64encode(value).decode()
    return value


def fill_map(message: Message, field: FieldDescriptor, entries: list[list[Any]]) -> None:
    key_field, value_field = field.message_type.fields
    target = getattr(message, field.name)
    for key, value in entries:
        name = scalar_from_tree(key_field, key)
        if value_field.message_type is not None:
            fill(target[name], value)
        else:
            target[name] = scalar_from_tree(value_field, value)


def fill_field(message: Message, field: FieldDescriptor, tree: Any) -> None:
    if is_map(field):
        fill_map(message, field, tree)
    elif field.is_repeated and field.message_type is not None:
        for part in tree:
            fill(getattr(message, field.name).add(), part)
    elif field.is_repeated:
        getattr(message, field.name).extend(scalar_from_tree(field, part) for part in tree)
    elif field.message_type is not None:
        target = getattr(message, field.name)
        target.SetInParent()
        fill(target, tree)
    else:
        setattr(message, field.name, scalar_from_tree(field, tree))


def fill(message: Message, tree: dict[str, Any]) -> None:
    fields = message.DESCRIPTOR.fields_by_name
    for name, part in tree.items():
        fill_field(message, fields[name], part)


def map_to_tree(field: FieldDescriptor, entries: Any) -> list[list[Any]]:
    key_field, value_field = field.message_type.fields
    nested = value_field.message_type is not None
    return [
        [scalar_to_tree(key_field, key), to_tree(entries[key]) if nested else scalar_to_tree(value_field, entries[key])]
        for key in sorted(entries)
    ]


def field_to_tree(message: Message, field: FieldDescriptor) -> Any:
    value = getattr(message, field.name)
    if is_map(field):
        return map_to_tree(field, value)
    if field.is_repeated:
        return [to_tree(part) if field.message_type else scalar_to_tree(field, part) for part in value]
    return to_tree(value) if field.message_type else scalar_to_tree(field, value)


def to_tree(message: Message) -> dict[str, Any]:
    """Every field but those whose presence is tracked and that are not set."""
    return {
        field.name: field_to_tree(message, field)
        for field in message.DESCRIPTOR.fields
        if not field.has_presence or message.HasField(field.name)
    }


def encoded(message: Message) -> str:
    return base64.b64encode(message.SerializeToString(deterministic=True)).decode()


def answer(request: dict[str, Any]) -> Any:
    message = message_of(request["type"])
    if "tree" in request:
        fill(message, request["tree"])
        return encoded(message)
    message.ParseFromString(base64.b64decode(request["bytes"], validate=True))
    return {"tree": to_tree(message), "bytes": encoded(message)}


def read_frame(source: BinaryIO) -> bytes | None:
    prefix = source.read(4)
    if not prefix:
        return None
    (length,) = struct.unpack("<I", prefix)
    return source.read(length)


def main() -> None:
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (frame := read_frame(source)) is not None:
        try:
            reply = answer(json.loads(frame))
        except Exception as failure:
            reply = {"error": f"{type(failure).__name__}: {failure}"}
        text = json.dumps(reply).encode()
        sink.write(struct.pack("<I", len(text)) + text)
        sink.flush()


if __name__ == "__main__":
    main()
