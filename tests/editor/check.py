"""Asks rust-analyzer about `sample`, a crate that calls `include_proto!`: hover, completion and go-to-definition.

  check.py RUST_ANALYZER SAMPLE

A comment in the sample points at a place of the last line of code above it: `^ hover `text``, `^ completion `item`` or
`^ definition `file:line``, and what is between the ticks must be in the answer. Prints each, and ends with how many held.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

PATIENCE = 900.0
EXPECTED = re.compile(r"^\s*//\s*\^ (hover|completion|definition) `(.+)`$")


class Server:
    def __init__(self, program: str, root: Path) -> None:
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root)
        self.asked = 0
        self.quiescent = False
        capabilities = {
            "experimental": {"serverStatusNotification": True},
            "textDocument": {
                "hover": {"contentFormat": ["markdown"]},
                "completion": {"completionItem": {"snippetSupport": False}},
            },
            "workspace": {"configuration": True},
        }
        options = {"checkOnSave": False, "cachePriming": {"enable": False}}
        self.ask("initialize", {
            "processId": None, "rootUri": root.as_uri(), "capabilities": capabilities, "initializationOptions": options,
        })
        self.tell("initialized", {})

    def send(self, message: dict[str, Any]) -> None:
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(text) + text)
        self.process.stdin.flush()

    def tell(self, method: str, params: Any) -> None:
        self.send({"method": method, "params": params})

    def ask(self, method: str, params: Any) -> Any:
        self.asked += 1
        self.send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.asked and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]

    def receive(self) -> dict[str, Any]:
        assert self.process.stdout
        length = 0
        while line := self.process.stdout.readline().strip():
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        if length == 0:
            raise SystemExit(f"rust-analyzer ended with {self.process.wait()}")
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        if "id" in message and "method" in message:
            asked = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
            self.send({"id": message["id"], "result": asked and [None for _ in asked]})
        if message.get("method") == "experimental/serverStatus":
            self.quiescent = message["params"]["quiescent"]
            if message["params"]["health"] == "error":
                raise SystemExit(f"rust-analyzer has loaded nothing: {message['params']['message']}")
        return message

    def wait(self) -> None:
        start = time.monotonic()
        while not self.quiescent:
            self.receive()
            if time.monotonic() - start > PATIENCE:
                raise SystemExit("rust-analyzer does not come to rest")


def expectations(text: str) -> list[tuple[int, int, str, str]]:
    found, code = [], 0
    for number, line in enumerate(text.splitlines()):
        if match := EXPECTED.match(line):
            found.append((code, line.index("^"), match[1], match[2]))
        elif not line.strip().startswith("//"):
            code = number
    return found


def answer(server: Server, root: Path, place: dict[str, Any], verb: str) -> list[str]:
    result = server.ask(f"textDocument/{verb}", place)
    if verb == "hover":
        return [result["contents"]["value"]] if result else []
    if verb == "completion":
        items = result if isinstance(result, list) else (result or {}).get("items", [])
        return [re.split(r"\W", item["label"])[0] for item in items]
    shown = []
    for location in result if isinstance(result, list) else [result] if result else []:
        file = Path(location.get("targetUri", location.get("uri")).removeprefix("file://"))
        line = location.get("targetRange", location.get("range"))["start"]["line"] + 1
        shown.append(f"{file.relative_to(root) if file.is_relative_to(root) else file}:{line}")
    return shown


def main(program: str, sample: str) -> None:
    root = Path(sample).resolve()
    file = root / "src/main.rs"
    text = file.read_text()
    server = Server(program, root)
    document = {"uri": file.as_uri()}
    server.tell("textDocument/didOpen", {"textDocument": {**document, "languageId": "rust", "version": 1, "text": text}})
    server.wait()
    wrong = 0
    expected = expectations(text)
    for line, column, verb, wanted in expected:
        place = {"textDocument": document, "position": {"line": line, "character": column}}
        answers = answer(server, root, place, verb)
        held = wanted in answers if verb != "hover" else any(wanted in shown for shown in answers)
        wrong += not held
        print(f"{'held  ' if held else 'MISSED'} {line + 1}:{column + 1} {verb} `{wanted}`")
        if not held:
            print("   ", answers[:40])
    server.process.kill()
    print(f"{len(expected) - wrong} of {len(expected)} held")
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
