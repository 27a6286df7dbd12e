"""Makes random bytes that are valid for a message of any schema, by a walk over its descriptor; used by judge.py.

What is valid is wider than what anyone writes: fields come in any order and more than once, numbers packed or not, varints
with more bits than their type has or more bytes than they need, entries of maps without a key or with two, several members
of a oneof, fields that no schema names, and known fields of a wrong wire type, which are as good as unknown.
"""

from __future__ import annotations

import random
import struct
from typing import Any, Callable

from google.protobuf.descriptor import Descriptor, FieldDescriptor as Field
from google.protobuf.descriptor_pb2 import FeatureSet
from google.protobuf.descriptor_pool import DescriptorPool

VARINT, FIXED64, LENGTH, GROUP, END_GROUP, FIXED32 = range(6)
DEEPEST = 4
ALPHABET = "aZ0 _\x00\n\x7f\x80ß߿ࠀ中\uffff\U00010000\U0010ffff😀"
FIXED = {
    Field.TYPE_DOUBLE: FIXED64,
    Field.TYPE_FIXED64: FIXED64,
    Field.TYPE_SFIXED64: FIXED64,
    Field.TYPE_FLOAT: FIXED32,
    Field.TYPE_FIXED32: FIXED32,
    Field.TYPE_SFIXED32: FIXED32,
}
WIDTH = {FIXED64: 8, FIXED32: 4}
BEHIND_A_LENGTH = (Field.TYPE_STRING, Field.TYPE_BYTES, Field.TYPE_MESSAGE)


def varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def tag(number: int, wire: int) -> bytes:
    return varint(number << 3 | wire)


def delimited(content: bytes) -> bytes:
    return varint(len(content)) + content


def wire_type(field: Field) -> int:
    if field.type == Field.TYPE_GROUP:
        return GROUP
    return LENGTH if field.type in BEHIND_A_LENGTH else FIXED.get(field.type, VARINT)


def is_map(field: Field) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def is_message_set(message: Descriptor) -> bool:
    return message.GetOptions().message_set_wire_format


def is_checked(field: Field) -> bool:
    return field._GetFeatures().utf8_validation != FeatureSet.Utf8Validation.NONE


def is_endless(message: Descriptor, above: tuple[Descriptor, ...] = ()) -> bool:
    """Whether the message requires itself, so that there is none."""
    if message in above:
        return True
    required = [field.message_type for field in message.fields if field.is_required and field.message_type]
    return any(is_endless(it, (*above, message)) for it in required)


class Maker:
    """Makes bytes for the messages of one pool. `tame` leaves out what readers may treat in more than one way. With
    `any_bytes`, strings that the schema does not want checked are not only text."""

    def __init__(self, pool: DescriptorPool, chance: random.Random, any_bytes: bool) -> None:
        self.pool, self.chance, self.any_bytes, self.tame = pool, chance, any_bytes, False

    def extensions(self, message: Descriptor) -> list[Field]:
        return list(self.pool.FindAllExtensions(message)) if message.is_extendable else []

    def message(self, message: Descriptor, depth: int = 0, every_field: bool = False) -> bytes:
        if is_message_set(message):
            return self.message_set(message, depth)
        fields = [*message.fields, *self.extensions(message)]
        fields = [field for field in fields if not (field.message_type and is_endless(field.message_type))]
        chosen = fields if every_field else self.some_of(fields, depth)
        parts = [part for field in chosen for part in self.occurrences(field, depth)]
        if self.chance.random() < 0.3 and depth < DEEPEST:
            parts += [self.unknown(self.free_number(message), depth) for _ in range(self.chance.randint(1, 3))]
        self.chance.shuffle(parts)
        return b"".join(parts)

    def some_of(self, fields: list[Field], depth: int) -> list[Field]:
        wanted = [field for field in fields if field.is_required]
        others = [field for field in fields if not field.is_required]
        if depth >= DEEPEST:
            others = [field for field in others if field.message_type is None]
        most = min(len(others), 12 if depth == 0 else 3)
        return wanted + self.chance.sample(others, self.chance.randint(0, most))

    def occurrences(self, field: Field, depth: int) -> list[bytes]:
        if not field.is_repeated:
            count = 2 if self.chance.random() < 0.1 and not self.tame else 1
            return [self.field(field, depth) for _ in range(count)] + self.misfits(field, depth)
        parts = []
        for _ in range(self.chance.randint(1, 3)):
            if wire_type(field) in (VARINT, FIXED64, FIXED32) and self.chance.random() < 0.5:
                values = [self.scalar(field) for _ in range(self.chance.randint(0, 5))]
                parts.append(tag(field.number, LENGTH) + delimited(b"".join(values)))
            else:
                parts.append(self.entry(field, depth) if is_map(field) else self.field(field, depth))
        return parts + self.misfits(field, depth)

    def misfits(self, field: Field, depth: int) -> list[bytes]:
        """The number of the field with a wire type that it cannot have."""
        if self.tame or self.chance.random() < 0.95:
            return []
        taken = (wire_type(field), LENGTH if field.is_repeated else wire_type(field))
        wires = [wire for wire in (VARINT, FIXED64, LENGTH, GROUP, FIXED32) if wire not in taken]
        return [self.unknown(field.number, depth, self.chance.choice(wires))]

    def field(self, field: Field, depth: int) -> bytes:
        start = tag(field.number, wire_type(field))
        if field.type == Field.TYPE_GROUP:
            return start + self.message(field.message_type, depth + 1) + tag(field.number, END_GROUP)
        if field.type == Field.TYPE_MESSAGE:
            return start + delimited(self.message(field.message_type, depth + 1))
        return start + self.scalar(field)

    def entry(self, field: Field, depth: int) -> bytes:
        key, value = field.message_type.fields_by_number[1], field.message_type.fields_by_number[2]
        parts = []
        if self.tame or self.chance.random() < 0.9:
            parts.append(self.field(key, depth))
        if self.tame or self.chance.random() < 0.9:
            parts.append(self.field(value, depth))
        if not self.tame and self.chance.random() < 0.1:
            parts.append(self.field(key, depth))
        # An entry without a value would lack what a message value requires.
        if value.message_type is not None and not any(part[0] >> 3 == 2 for part in parts):
            parts.append(self.field(value, depth))
        self.chance.shuffle(parts)
        return tag(field.number, LENGTH) + delimited(b"".join(parts))

    def scalar(self, field: Field) -> bytes:
        wire = wire_type(field)
        if wire in WIDTH:
            return self.chance.choice([self.chance.randbytes(WIDTH[wire]), bytes(WIDTH[wire])])
        if field.type == Field.TYPE_STRING and self.any_bytes and not is_checked(field) and self.chance.random() < 0.3:
            return delimited(self.chance.randbytes(5))
        if field.type == Field.TYPE_STRING:
            text = "".join(self.chance.choices(ALPHABET, k=self.chance.choice([0, 1, 3, 30])))
            return delimited(text.encode())
        if field.type == Field.TYPE_BYTES:
            return delimited(self.chance.randbytes(self.chance.choice([0, 1, 3, 200])))
        if field.type == Field.TYPE_ENUM:
            return self.enum(field)
        return self.padded(self.number(field))

    def enum(self, field: Field) -> bytes:
        value = self.chance.choice(field.enum_type.values).number
        # A number that a closed enum does not name moves to the unknown fields.
        if self.chance.random() < 0.1 and not ((self.tame or field.is_required) and field.enum_type.is_closed):
            value = self.chance.choice([-1, 77, 2**31 - 1, -(2**31)])
        return self.padded(value % 2**64)

    def number(self, field: Field) -> int:
        if field.type == Field.TYPE_BOOL:
            return self.chance.choice([0, 1, 1, 2, 2**64 - 1])
        wide = field.cpp_type in (Field.CPPTYPE_INT64, Field.CPPTYPE_UINT64)
        bits = self.chance.choice([0, 1, 7, 8, 14, 31, 32, 63, 64] if wide or not self.tame else [0, 1, 7, 8, 14, 31])
        value = self.chance.getrandbits(bits) if bits else 0
        return 2**64 - 1 - value if self.chance.random() < 0.2 else value

    def padded(self, value: int) -> bytes:
        """The varint, at times with bytes that it does not need."""
        short = varint(value)
        if self.tame or self.chance.random() < 0.95 or len(short) > 8:
            return short
        return short[:-1] + bytes([short[-1] | 0x80]) + b"\x80" * self.chance.randint(0, 8 - len(short)) + b"\x00"

    def free_number(self, message: Descriptor) -> int:
        taken = {field.number for field in [*message.fields, *self.extensions(message)]}
        numbers = (self.chance.choice([self.chance.randint(1, 20000), 2**29 - 1]) for _ in range(1000))
        return next(number for number in numbers if number not in taken)

    def unknown(self, number: int, depth: int, wire: int | None = None) -> bytes:
        wire = self.chance.choice([VARINT, FIXED64, LENGTH, GROUP, FIXED32]) if wire is None else wire
        makers: dict[int, Callable[[], bytes]] = {
            VARINT: lambda: varint(self.chance.getrandbits(self.chance.choice([1, 8, 64]))),
            FIXED64: lambda: self.chance.randbytes(8),
            LENGTH: lambda: delimited(self.chance.randbytes(self.chance.randint(0, 9))),
            FIXED32: lambda: self.chance.randbytes(4),
            GROUP: lambda: self.unknown_group(number, depth),
        }
        return tag(number, wire) + makers[wire]()

    def unknown_group(self, number: int, depth: int) -> bytes:
        count = self.chance.randint(0, 2) if depth < DEEPEST + 3 else 0
        inner = [self.unknown(self.chance.randint(1, 99), depth + 1) for _ in range(count)]
        return b"".join(inner) + tag(number, END_GROUP)

    def message_set(self, message: Descriptor, depth: int) -> bytes:
        """Groups 1, each of a type (2) and a message (3), and at times an extension as other messages have it."""
        known = [field for field in self.extensions(message) if not is_endless(field.message_type)]
        items = []
        for field in self.chance.sample(known, self.chance.randint(0, len(known) if depth < DEEPEST else 0)):
            content = self.message(field.message_type, depth + 1)
            if self.chance.random() < 0.2:
                items.append(tag(field.number, LENGTH) + delimited(content))
            else:
                items.append(self.item(field.number, content))
        if self.chance.random() < 0.3:
            items.append(self.item(self.free_number(message), self.chance.randbytes(self.chance.randint(0, 9))))
        if not self.tame and self.chance.random() < 0.1:
            items.append(self.unknown(self.free_number(message), depth, self.chance.choice([VARINT, FIXED32, GROUP])))
        self.chance.shuffle(items)
        return b"".join(items)

    def item(self, number: int, content: bytes) -> bytes:
        parts = [tag(2, VARINT) + self.padded(number), tag(3, LENGTH) + delimited(content)]
        if self.chance.random() < 0.3:
            parts.reverse()
        if not self.tame and self.chance.random() < 0.2:
            # Of two parts that are alike the first counts; what is none of the two means nothing.
            other = [parts[0], tag(3, LENGTH) + delimited(b""), tag(2, VARINT) + varint(77), self.unknown(9, DEEPEST)]
            parts.append(self.chance.choice(other))
        return tag(1, GROUP) + b"".join(parts) + tag(1, END_GROUP)


def plain(content: bytes) -> bytes:
    """The same fields, with no varint longer than it needs to be: what is unknown may be kept as it came, or not. Whatever
    looks like a message is taken for one."""
    try:
        out, at = plain_fields(content, 0, None)
    except (IndexError, ValueError):
        return content
    return out if at == len(content) else content


def plain_fields(content: bytes, at: int, group: int | None) -> tuple[bytes, int]:
    out = b""
    while at < len(content):
        key, at = read_varint(content, at)
        number, wire = key >> 3, key & 7
        if number == group and wire == END_GROUP:
            return out + varint(key), at
        if number == 0:
            raise ValueError("no field")
        value, at = plain_value(content, at, (number, wire))
        out += varint(key) + value
    if group is not None:
        raise ValueError("the group does not end")
    return out, at


def plain_value(content: bytes, at: int, field: tuple[int, int]) -> tuple[bytes, int]:
    number, wire = field
    if wire == VARINT:
        value, at = read_varint(content, at)
        return varint(value), at
    if wire == GROUP:
        return plain_fields(content, at, number)
    if wire == LENGTH:
        length, at = read_varint(content, at)
        if at + length > len(content):
            raise ValueError("cut off")
        return delimited(plain(content[at : at + length])), at + length
    if wire not in WIDTH or at + WIDTH[wire] > len(content):
        raise ValueError("cut off")
    return content[at : at + WIDTH[wire]], at + WIDTH[wire]


def read_varint(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (content[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if content[at - 1] < 0x80:
            return value % 2**64, at


def holds(message: Descriptor, wanted: Callable[[Descriptor], bool]) -> bool:
    """Whether a message of the wanted kind may stand somewhere in this one."""
    seen, waiting = set(), [message]
    while waiting:
        message = waiting.pop()
        if wanted(message):
            return True
        if message not in seen:
            seen.add(message)
            waiting += [field.message_type for field in message.fields if field.message_type]
    return False


def damaged(sound: bytes, chance: random.Random) -> bytes:
    """The bytes with one thing wrong: cut, or with a byte changed, left out or added."""
    if not sound:
        return chance.randbytes(3)
    at = chance.randrange(len(sound))
    replace: Any = chance.choice([b"", bytes([chance.getrandbits(8)]), sound[at : at + 1] * 2, None])
    return sound[:at] if replace is None else sound[:at] + replace + sound[at + 1 :]
