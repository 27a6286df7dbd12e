//! HTTP/2's frames for a plain reader: what is to be seen of them, and what a server may say. Called by `http2`.

use protocall::__fuzz::Observed;

pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const END_HEADERS: u8 = 4;

struct Frame<'a> {
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &'a [u8],
    /// Whether all of it is there.
    is_whole: bool,
}

/// The frames in some bytes, the last of which may have been cut in its payload; and whether one was cut in its head.
fn split(mut bytes: &[u8]) -> (Vec<Frame<'_>>, bool) {
    let mut frames = Vec::new();
    while let Some((head, rest)) = bytes.split_first_chunk::<9>() {
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
        let (payload, rest) = rest.split_at(length.min(rest.len()));
        let stream = u32::from_be_bytes([head[5] & 0x7f, head[6], head[7], head[8]]);
        let is_whole = payload.len() == length;
        frames.push(Frame { kind: head[3], flags: head[4], stream, payload, is_whole });
        bytes = rest;
    }
    (frames, !bytes.is_empty())
}

/// What is to be seen of some bytes.
pub(crate) fn plainly(bytes: &[u8], of_client: bool) -> Observed {
    let rest = if of_client { bytes.get(PREFACE.len()..) } else { Some(bytes) };
    let (frames, is_cut) = split(rest.unwrap_or_default());
    let mut seen = Observed {
        frames: frames.iter().filter(|frame| frame.is_whole).map(kind).collect(),
        is_between: !is_cut && rest.is_some() && frames.last().is_none_or(|frame| frame.is_whole),
        is_in_headers: false,
        last_call: 0,
    };
    let mut in_headers = false;
    for frame in &frames {
        let is_headers = matches!(frame.kind, HEADERS | CONTINUATION);
        if frame.is_whole && is_headers {
            in_headers = frame.flags & END_HEADERS == 0;
        }
        seen.is_in_headers = in_headers || is_headers && !frame.is_whole;
        if frame.is_whole && frame.kind == HEADERS {
            seen.last_call = seen.last_call.max(frame.stream);
        }
    }
    seen.is_between &= !in_headers;
    seen
}

fn kind(frame: &Frame<'_>) -> &'static str {
    match (frame.kind, frame.flags & 1) {
        (DATA | HEADERS, _) => "call",
        (SETTINGS, _) => "settings",
        (PING, 0) => "ping",
        (PING, _) if frame.payload == b"protocal" => "our pong",
        (RST_STREAM | CONTINUATION, _) => "part",
        _ => "other",
    }
}

/// RFC 9113, sections 4 and 6: settings first, kinds that a server may send, each on a stream of its kind, and nothing
/// within a block of headers.
pub(crate) fn are_of_a_server(bytes: &[u8]) {
    let (frames, _) = split(bytes);
    let mut block = None;
    for (place, frame) in frames.iter().enumerate() {
        let Frame { kind, flags, stream, payload, .. } = *frame;
        assert!(place > 0 || kind == SETTINGS && flags & 1 == 0, "it begins with {kind}");
        let is_of_connection = matches!(kind, SETTINGS | PING | GOAWAY);
        assert!(is_of_connection == (stream == 0) || kind == WINDOW_UPDATE, "{kind} on {stream}");
        assert!(stream == 0 || stream % 2 == 1, "{kind} on {stream}");
        assert_eq!(block.is_some(), kind == CONTINUATION, "{kind} on {stream}");
        assert!(block.is_none_or(|block| block == stream));
        match kind {
            HEADERS | CONTINUATION => block = (flags & END_HEADERS == 0).then_some(stream),
            PING if frame.is_whole => assert_eq!(payload.len(), 8),
            RST_STREAM | WINDOW_UPDATE if frame.is_whole => assert_eq!(payload.len(), 4),
            SETTINGS if frame.is_whole => {
                assert!(payload.len() % 6 == 0 && (flags & 1 == 0 || payload.is_empty()))
            }
            DATA | PING | RST_STREAM | WINDOW_UPDATE | SETTINGS | GOAWAY => {}
            _ => panic!("a server does not send {kind}"),
        }
    }
}
