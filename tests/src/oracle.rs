//! Google's protobuf runtime for Python as an oracle: encodes what it is told in trees and decodes into trees.
//!
//! The other end is `tests/peers/encode_shop.py`, whose head describes trees and frames. Called by bytes_equal_protoc.rs.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::peer;

/// One Python process that answers in turn.
#[derive(Debug)]
pub struct Oracle {
    child: Child,
    to: ChildStdin,
    from: ChildStdout,
}

impl Oracle {
    /// Starts the process.
    pub fn start() -> Self {
        let mut command = peer::command("encode_shop.py");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python starts");
        let to = child.stdin.take().expect("stdin is piped");
        let from = child.stdout.take().expect("stdout is piped");
        Self { child, to, from }
    }

    /// The bytes of the message `name` that has the values of `tree`.
    pub fn encode(&mut self, name: &str, tree: &Value) -> Vec<u8> {
        bytes_of(&self.ask(&json!({"type": name, "tree": tree})))
    }

    /// The values of an encoded message, and what the oracle makes of them when it encodes them again.
    pub fn decode(&mut self, name: &str, bytes: &[u8]) -> (Value, Vec<u8>) {
        let answer = self.ask(&json!({"type": name, "bytes": STANDARD.encode(bytes)}));
        (answer["tree"].clone(), bytes_of(&answer["bytes"]))
    }

    fn ask(&mut self, request: &Value) -> Value {
        let text = request.to_string();
        let length = u32::try_from(text.len()).expect("a request is smaller than 4 GiB");
        self.to.write_all(&length.to_le_bytes()).expect("the oracle reads");
        self.to.write_all(text.as_bytes()).expect("the oracle reads");
        let mut length = [0; 4];
        self.from.read_exact(&mut length).expect("the oracle answers");
        let mut answer = vec![0; u32::from_le_bytes(length) as usize];
        self.from.read_exact(&mut answer).expect("the oracle answers");
        let answer: Value = serde_json::from_slice(&answer).expect("the oracle answers in JSON");
        assert!(answer.get("error").is_none(), "the oracle refuses {request}: {answer}");
        answer
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // Both fail only where the process has ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn bytes_of(answer: &Value) -> Vec<u8> {
    STANDARD.decode(answer.as_str().expect("bytes come as text")).expect("bytes come in base64")
}
