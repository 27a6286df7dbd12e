//! What is seen of the frames of a connection as they pass. Called by the target `http2`.

use crate::transport::{Passed, WireFrames};

/// What is known of one direction of a connection, once its bytes have passed.
#[derive(Debug, PartialEq, Eq)]
pub struct Observed {
    /// The frames that have passed whole, by the names of what they are told apart as.
    pub frames: Vec<&'static str>,
    /// Whether a frame of another kind may stand here.
    pub is_between: bool,
    /// Whether a block of headers has begun and not ended.
    pub is_in_headers: bool,
    /// The highest stream that headers were seen of.
    pub last_call: u32,
}

/// What is seen of bytes that pass in pieces, from a client or a server.
pub fn observed<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, of_client: bool) -> Observed {
    let mut frames = if of_client { WireFrames::of_client() } else { WireFrames::of_server() };
    let mut seen = Vec::new();
    for piece in pieces {
        frames.pass(piece, |passed| {
            seen.push(match passed {
                Passed::Settings => "settings",
                Passed::Ping => "ping",
                Passed::OurPong { .. } => "our pong",
                Passed::Call => "call",
                Passed::Part => "part",
                Passed::Other => "other",
            });
        });
    }
    Observed {
        frames: seen,
        is_between: frames.is_between(),
        is_in_headers: frames.is_in_headers(),
        last_call: frames.last_call(),
    }
}
