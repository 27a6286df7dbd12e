//! HTTP/2's frames as they pass by, seen and not touched: where each begins and ends, and what kind it is. And the two
//! that a server adds by itself. Pure bytes. Used by `monitor`, `sent`, and in part by `authority`.

/// "PRI * HTTP/2.0 …": what a client sends before its first frame.
pub(super) const PREFACE: usize = 24;
pub(super) const HEAD: usize = 9;

const DATA: u8 = 0;
pub(super) const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const ACK: u8 = 1;
const END_HEADERS: u8 = 4;

/// A PING's payload, and as much of any other's.
type Start = [u8; 8];

/// What the pings of `ping` carry, to be known by their answers.
const OURS: Start = *b"protocal";

/// A frame that has passed whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// The peer's settings, or that it has taken ours.
    Settings,
    /// A ping that asks for an answer.
    Ping,
    /// The answer to a ping of ours; it ended at this place of the bytes at hand.
    OurPong { end: usize },
    /// Messages, or the head or the end of a call.
    Call,
    /// More of a head, or the end of a call without a word.
    Part,
    /// What says nothing of any call: windows, priorities, answers to pings, and kinds that nobody knows.
    Other,
}

/// Follows one direction of a connection.
#[derive(Debug)]
pub(crate) struct Frames {
    /// Of the preface.
    left: usize,
    head: [u8; HEAD],
    /// How much of `head` is there.
    have: usize,
    /// How much of the frame's payload is to come.
    rest: usize,
    start: Start,
    started: usize,
    /// Whether a block of headers has begun that goes on in further frames.
    in_headers: bool,
    last_call: u32,
}

impl Frames {
    /// What a client sends.
    pub(crate) fn of_client() -> Self {
        Self { left: PREFACE, ..Self::of_server() }
    }

    /// What a server sends.
    pub(crate) fn of_server() -> Self {
        Self {
            left: 0,
            head: [0; HEAD],
            have: 0,
            rest: 0,
            start: Start::default(),
            started: 0,
            in_headers: false,
            last_call: 0,
        }
    }

    /// Whether a frame of another kind may stand here: between two frames, and not within a block of headers.
    pub(crate) fn is_between(&self) -> bool {
        self.left == 0 && self.have == 0 && !self.in_headers
    }

    /// Whether a block of headers has begun and not ended.
    pub(crate) fn is_in_headers(&self) -> bool {
        self.in_headers || (self.have == HEAD && self.is_headers())
    }

    /// The highest stream that headers were seen of.
    pub(crate) fn last_call(&self) -> u32 {
        self.last_call
    }

    /// Takes note of bytes; `see` is told of each frame that ends in them.
    pub(crate) fn pass(&mut self, bytes: &[u8], mut see: impl FnMut(Passed)) {
        let mut bytes = bytes;
        let all = bytes.len();
        skip(&mut bytes, &mut self.left);
        while !bytes.is_empty() {
            if self.have < HEAD {
                self.have += fill(&mut self.head, self.have, &mut bytes);
                if self.have < HEAD {
                    return;
                }
                self.rest = self.length();
                self.started = 0;
            }
            self.payload(&mut bytes);
            if self.rest == 0 {
                self.have = 0;
                let end = all - bytes.len();
                see(self.ended(end));
            }
        }
    }

    fn payload(&mut self, bytes: &mut &[u8]) {
        // Only a ping is told by what it carries.
        if self.kind() == PING {
            let before = bytes.len();
            let wanted = self.start.len().min(self.started + self.rest);
            let start = self.start.get_mut(..wanted).unwrap_or_default();
            self.started += fill(start, self.started, bytes);
            self.rest -= before - bytes.len();
        }
        skip(bytes, &mut self.rest);
    }

    fn ended(&mut self, end: usize) -> Passed {
        if self.is_headers() {
            self.in_headers = self.flags() & END_HEADERS == 0;
        }
        if self.kind() == HEADERS {
            let [.., a, b, c, d] = self.head;
            self.last_call = self.last_call.max(u32::from_be_bytes([a & 0x7f, b, c, d]));
        }
        match self.kind() {
            DATA | HEADERS => Passed::Call,
            SETTINGS => Passed::Settings,
            PING if self.flags() & ACK == 0 => Passed::Ping,
            // A shorter one would leave what the one before it carried, and what is cut out must be all of the frame.
            PING if self.start == OURS && self.length() == OURS.len() => Passed::OurPong { end },
            RST_STREAM | CONTINUATION => Passed::Part,
            _ => Passed::Other,
        }
    }

    fn length(&self) -> usize {
        length(&self.head)
    }

    fn is_headers(&self) -> bool {
        matches!(self.kind(), HEADERS | CONTINUATION)
    }

    fn kind(&self) -> u8 {
        kind(&self.head)
    }

    fn flags(&self) -> u8 {
        flags(&self.head)
    }
}

/// Of the payload, as the head of the frame says.
pub(super) fn length(head: &[u8; HEAD]) -> usize {
    let [high, middle, low, ..] = *head;
    usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low)
}

pub(super) fn kind(head: &[u8; HEAD]) -> u8 {
    let [_, _, _, kind, ..] = *head;
    kind
}

pub(super) fn flags(head: &[u8; HEAD]) -> u8 {
    let [_, _, _, _, flags, ..] = *head;
    flags
}

/// Passes over as many of `bytes` as `left` says.
fn skip(bytes: &mut &[u8], left: &mut usize) {
    let count = bytes.len().min(*left);
    *left -= count;
    *bytes = bytes.get(count..).unwrap_or_default();
}

/// Moves bytes to where `place` is not filled yet, and tells how many.
pub(super) fn fill(place: &mut [u8], filled: usize, bytes: &mut &[u8]) -> usize {
    let open = place.get_mut(filled..).unwrap_or_default();
    let count = open.len().min(bytes.len());
    let (taken, rest) = bytes.split_at(count);
    if let Some(open) = open.get_mut(..count) {
        open.copy_from_slice(taken);
    }
    *bytes = rest;
    count
}

/// How many bytes a ping and its answer take.
pub(super) const PING_SIZE: usize = HEAD + 8;

/// A ping whose answer is [`Passed::OurPong`].
pub(super) fn ping() -> Vec<u8> {
    frame(PING, &OURS)
}

/// A GOAWAY that says why. Calls up to the stream `last` go on.
pub(super) fn go_away(last: u32, reason: h2::Reason, text: &str) -> Vec<u8> {
    let reason = u32::from(reason);
    frame(GOAWAY, &[&last.to_be_bytes(), &reason.to_be_bytes(), text.as_bytes()].concat())
}

/// A frame of the connection, without flags.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    // Ours are a few bytes long.
    let [.., high, middle, low] = payload.len().to_be_bytes();
    [&[high, middle, low, kind, 0, 0, 0, 0, 0], payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(kind: u8, flags: u8, payload: &[u8]) -> Vec<u8> {
        let mut frame = frame(kind, payload);
        frame[4] = flags;
        frame
    }

    /// What is seen of `bytes` when they come in pieces of `size`.
    fn seen(mut frames: Frames, bytes: &[u8], size: usize) -> Vec<Passed> {
        let mut seen = Vec::new();
        for piece in bytes.chunks(size) {
            frames.pass(piece, |passed| seen.push(passed));
        }
        assert!(frames.is_between() && !frames.is_in_headers());
        seen
    }

    #[test]
    fn frames_are_told_apart_wherever_they_are_cut() {
        let bytes = [
            vec![b'P'; PREFACE],
            with(SETTINGS, 0, &[1; 12]),
            with(HEADERS, 0, &[2; 40]),
            with(CONTINUATION, END_HEADERS, &[]),
            with(DATA, 1, &[3; 700]),
            with(PING, 0, &OURS),
            with(PING, ACK, &[4; 8]),
            with(8, 0, &[0; 4]),
            with(SETTINGS, ACK, &[]),
        ]
        .concat();
        let expected = [
            Passed::Settings,
            Passed::Call,
            Passed::Part,
            Passed::Call,
            Passed::Ping,
            Passed::Other,
            Passed::Other,
            Passed::Settings,
        ];
        for size in 1..bytes.len() {
            assert_eq!(seen(Frames::of_client(), &bytes, size), expected, "in pieces of {size}");
        }
    }

    #[test]
    fn the_answer_to_a_ping_of_ours_is_known_with_its_place() {
        let mut pong = ping();
        pong[4] = ACK;
        assert_eq!(pong.len(), PING_SIZE);
        let bytes = [with(SETTINGS, ACK, &[]), pong].concat();
        let end = bytes.len();
        assert_eq!(
            seen(Frames::of_server(), &bytes, end),
            [Passed::Settings, Passed::OurPong { end: 9 + PING_SIZE }]
        );
    }

    #[test]
    fn a_block_of_headers_is_open_from_its_first_payload_to_its_last() {
        let mut frames = Frames::of_server();
        let bytes = [with(HEADERS, 0, &[0; 3]), with(CONTINUATION, END_HEADERS, &[0; 2])].concat();
        let open: Vec<_> = bytes
            .iter()
            .map(|byte| {
                frames.pass(&[*byte], |_| ());
                frames.is_in_headers()
            })
            .collect();
        assert_eq!(open, [[false; 8].to_vec(), vec![true; 14], vec![false]].concat());
    }

    #[test]
    fn malformed_pings_do_no_harm() {
        for length in [0, 1, 7, 9, 30] {
            let bytes = [with(PING, ACK, &vec![1; length]), with(DATA, 0, &[0])].concat();
            assert_eq!(seen(Frames::of_server(), &bytes, bytes.len()), [Passed::Other, Passed::Call]);
        }
    }

    #[test]
    fn a_ping_of_another_length_is_no_answer_to_ours() {
        let bytes = [
            with(PING, ACK, &OURS),
            with(PING, ACK, &[]),
            with(PING, ACK, &OURS[..3]),
            with(PING, ACK, &[&OURS[..], &OURS].concat()),
        ]
        .concat();
        let expected = [Passed::OurPong { end: PING_SIZE }, Passed::Other, Passed::Other, Passed::Other];
        assert_eq!(seen(Frames::of_server(), &bytes, bytes.len()), expected);
    }

    #[test]
    fn a_farewell_says_why() {
        let bytes = go_away(3, h2::Reason::ENHANCE_YOUR_CALM, "too_many_pings");
        assert_eq!(bytes[..HEAD], [0, 0, 22, GOAWAY, 0, 0, 0, 0, 0]);
        assert_eq!(bytes[HEAD..HEAD + 8], [0, 0, 0, 3, 0, 0, 0, 11]);
        assert_eq!(&bytes[HEAD + 8..], b"too_many_pings");
    }
}
