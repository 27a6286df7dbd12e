"""Holds the testee, which the torture test builds, against Google's protobuf runtime: message by message with random bytes.

  judge.py TESTEE SEED ROUNDS GROUP=STRINGS=DESCRIPTOR_SET...

STRINGS is what the testee holds strings as that the schema does not want checked: `bytes`, or `string`, which it checks.

The testee reads frames (u32 little-endian length, then the bytes) from its stdin, three for a question: what to do, the
message (`group:full.name`), its bytes; and answers with two: `accepted`, `refused` or `broken`, then bytes or the reason.
`again` decodes and encodes, `extensions` does so after it has read and set again every extension by its key.

Prints one JSON object: what was compared, and each complaint.
"""

from __future__ import annotations

import json
import random
import struct
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

import wire
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

MOST_COMPLAINTS = 40
DAMAGED_PER_ROUND = 2
# Where protocall is stricter than the oracle.
STRICTER = (
    # A message that comes in two parts must have what is required in each of them.
    b"the required field",
    # The tenth byte of a varint has one bit to give; the oracle drops the others.
    b"a varint is longer than ten bytes",
    # The oracle does not look at the numbers in an unknown group.
    b"a tag has a field number or a wire type that does not exist",
)
NO_TEXT = b"a string field is not UTF-8"


class Testee:
    def __init__(self, program: str) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, verb: str, name: str, content: bytes) -> tuple[str, bytes]:
        assert self.process.stdin and self.process.stdout
        for part in (verb.encode(), name.encode(), content):
            self.process.stdin.write(struct.pack("<I", len(part)) + part)
        self.process.stdin.flush()
        return self.frame().decode(), self.frame()

    def frame(self) -> bytes:
        assert self.process.stdout
        prefix = self.process.stdout.read(4)
        if len(prefix) < 4:
            raise SystemExit(f"the testee ended with {self.process.wait()}")
        (length,) = struct.unpack("<I", prefix)
        return self.process.stdout.read(length)


def messages_of(messages: Any) -> Iterator[Descriptor]:
    for message in messages:
        if not message.GetOptions().map_entry:
            yield message
            yield from messages_of(message.nested_types)


def rename(messages: Any) -> None:
    """Gives every field a name in JSON that no other has: some schemas have clashes there, which the oracle refuses."""
    for message in messages:
        for field in message.field:
            field.json_name = f"field{field.number}"
        rename(message.nested_type)


class Judge:
    """Compares one group of files, which is one pool."""

    def __init__(self, testee: Testee, chance: random.Random) -> None:
        self.testee, self.chance = testee, chance
        self.counts: Counter[str] = Counter()
        self.complaints: list[str] = []
        self.stricter: tuple[bytes, ...] = ()

    def group(self, argument: str, rounds: int) -> None:
        name, strings, path = argument.split("=", 2)
        self.stricter = STRICTER if strings == "bytes" else (*STRICTER, NO_TEXT)
        files = descriptor_pb2.FileDescriptorSet.FromString(Path(path).read_bytes()).file
        pool = descriptor_pool.DescriptorPool()
        for file in files:
            rename(file.message_type)
            pool.Add(file)
        descriptors = [pool.FindFileByName(file.name) for file in files]
        # Well-known types are the runtime's own.
        own = [it for it in descriptors if not it.name.startswith("google/protobuf/") or it.package != "google.protobuf"]
        maker = wire.Maker(pool, self.chance, strings == "bytes")
        for descriptor in own:
            for message in messages_of(descriptor.message_types_by_name.values()):
                if wire.is_endless(message):
                    self.counts["endless"] += 1
                    continue
                self.counts["messages"] += 1
                for number in range(rounds):
                    self.round(maker, message, f"{name}:{message.full_name}", number == 0)

    def round(self, maker: wire.Maker, message: Descriptor, name: str, every_field: bool) -> None:
        kind = message_factory.GetMessageClass(message)
        maker.tame = False
        sound = maker.message(message, 0, every_field)
        theirs = self.compare(kind, name, sound)
        if theirs is None:
            self.complain("the oracle refuses what the test made", name, sound)
            return
        written = encoded(theirs)
        self.compare(kind, name, written)
        for _ in range(DAMAGED_PER_ROUND):
            self.compare(kind, name, wire.damaged(sound, self.chance), damaged=True)
        if message.is_extendable:
            maker.tame = True
            self.extensions(kind, name, maker.message(message, 0, every_field))

    def compare(self, kind: type[Message], name: str, content: bytes, damaged: bool = False) -> Message | None:
        """What the oracle reads, if it does."""
        theirs = parsed(kind, content)
        verdict, answer = self.testee.ask("again", name, content)
        self.counts["damaged" if damaged else "sound"] += 1
        if verdict == "broken":
            self.complain(answer.decode(), name, content)
        elif damaged and theirs is None and verdict == "accepted" and wire.holds(kind.DESCRIPTOR, lambda it: it.is_extendable):
            self.unread(name, content)
        elif theirs is not None and damaged and answer.startswith(self.stricter):
            self.counts["refused by us as it says"] += 1
        elif damaged and verdict == "accepted" and theirs is None and parsed(kind, wire.plain(content)) is not None:
            # A varint of a length that has more bytes than it needs is not for the oracle.
            self.counts["accepted by us as it says"] += 1
        elif (verdict == "accepted") != (theirs is not None):
            self.complain(f"{verdict} ({answer[:80]!r}) by us only", name, content)
        elif theirs is None:
            self.counts["refused by both"] += 1
        else:
            loose = damaged or not wire.is_message_set(kind.DESCRIPTOR)
            self.same(theirs, parsed(kind, answer), name, (content, loose))
        return theirs

    def unread(self, name: str, content: bytes) -> None:
        """What is wrong with an extension shows when it is asked for."""
        verdict, _ = self.testee.ask("extensions", name, content)
        self.counts["refused when asked for" if verdict == "refused" else "deeper, not asked for"] += 1

    def extensions(self, kind: type[Message], name: str, content: bytes) -> None:
        theirs = parsed(kind, content)
        verdict, answer = self.testee.ask("extensions", name, content)
        self.counts["extensions"] += 1
        if verdict != "accepted" or theirs is None:
            self.complain(f"extensions {verdict} ({answer[:80]!r})", name, content)
        else:
            self.same(theirs, parsed(kind, answer), name, (content, False))

    def same(self, theirs: Message, ours: Message | None, name: str, case: tuple[bytes, bool]) -> None:
        content, loose = case
        if ours is None:
            self.complain("the oracle refuses what we wrote", name, content)
        elif wire.plain(encoded(theirs)) == wire.plain(encoded(ours)):
            self.counts["equal"] += 1
        elif keeps_entries(theirs):
            self.counts["entries with unknown fields"] += 1
        elif loose and wire.holds(theirs.DESCRIPTOR, wire.is_message_set):
            # Two items of one number are merged, but the oracle takes the last; and what it does not know stays in the
            # form of other extensions, if it came so.
            self.counts["message sets read otherwise"] += 1
        else:
            self.complain(f"{encoded(theirs).hex()} became {encoded(ours).hex()}", name, content)

    def complain(self, what: str, name: str, content: bytes) -> None:
        self.counts["complaints"] += 1
        if len(self.complaints) < MOST_COMPLAINTS:
            self.complaints.append(f"{name}: {what}: {content.hex()}")


def parsed(kind: type[Message], content: bytes) -> Message | None:
    message = kind()
    try:
        message.ParseFromString(content)
    except DecodeError:
        return None
    return message if message.IsInitialized() else None


def encoded(message: Message) -> bytes:
    return message.SerializePartialToString(deterministic=True)


def keeps_entries(message: Message) -> bool:
    """Whether entries of maps are among the unknown fields somewhere: the oracle keeps there any that has an unknown field,
    not only those with a number that a closed enum does not name."""
    maps = [field for field in message.DESCRIPTOR.fields if wire.is_map(field)]
    numbers = {field.number for field in maps}
    if any(field.field_number in numbers for field in UnknownFieldSet(message)):
        return True
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        if wire.is_map(field):
            entries = value.values() if field.message_type.fields_by_number[2].message_type else []
        else:
            entries = value if field.is_repeated else [value]
        if any(keeps_entries(entry) for entry in entries):
            return True
    return False


def main() -> None:
    program, seed, rounds, *groups = sys.argv[1:]
    judge = Judge(Testee(program), random.Random(int(seed)))
    for group in groups:
        judge.group(group, int(rounds))
    print(json.dumps({"counts": judge.counts, "complaints": judge.complaints}))


if __name__ == "__main__":
    main()
