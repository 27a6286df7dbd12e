//! What a client of HTTP/2 sends, drawn from noise: requests that are sound, and all that is not. Called by `http2`.

use std::time::Duration;

use protocall::Message;

use crate::frames::PREFACE;
use crate::noise::Noise;
use crate::schema::ours::test::v1::Ping;

pub(crate) enum Step {
    Send(Vec<u8>),
    Pause(Duration),
}

impl Step {
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::Send(bytes) => bytes,
            Self::Pause(_) => &[],
        }
    }
}

/// The most bytes of a script.
const LONGEST: usize = 256 * 1024;

/// All that a client does.
pub(crate) fn script(noise: &mut Noise) -> Vec<Step> {
    let mut client = Client { noise, next: 1, steps: Vec::new(), gathered: Vec::new(), sent: 0 };
    if client.noise.below(16) != 15 {
        client.put(PREFACE);
        client.frame(4, 0, 0, &[]);
    }
    while !client.noise.is_used_up() && client.sent < LONGEST {
        client.act();
    }
    client.flush();
    client.steps
}

struct Client<'a> {
    noise: &'a mut Noise,
    /// The stream of the next request.
    next: u32,
    steps: Vec<Step>,
    gathered: Vec<u8>,
    sent: usize,
}

impl Client<'_> {
    fn act(&mut self) {
        match self.noise.below(20) {
            0..4 => self.request(),
            4..6 => self.message(),
            6 => {
                let (payload, stream) = (self.noise.slice(), self.stream());
                let flags = self.noise.byte();
                self.frame(0, flags, stream, &payload);
            }
            7 => self.settings(),
            8 => self.ping(),
            9 => {
                let (stream, by) = (self.stream(), self.noise.number() as u32);
                self.frame(8, 0, stream, &by.to_be_bytes());
            }
            10 => {
                let (stream, code) = (self.stream(), u32::from(self.noise.below(14)));
                self.frame(3, 0, stream, &code.to_be_bytes());
            }
            11 => self.any_frame(),
            12 => {
                let bytes = self.noise.slice();
                self.put(&bytes);
            }
            13 => self.flush(),
            14 => self.pause(),
            15 => self.again(),
            16 => self.trailers(),
            17 => self.frame(4, 1, 0, &[]),
            18 => {
                let payload = [&[0; 4], &self.noise.byte().to_be_bytes()[..], &[0; 3]].concat();
                self.frame(7, 0, 0, &payload);
            }
            _ => self.lie(),
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.gathered.extend_from_slice(bytes);
        self.sent += bytes.len();
    }

    fn frame(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = (payload.len() as u32).to_be_bytes();
        let stream = stream.to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream].concat();
        self.put(&[&head, payload].concat());
    }

    fn flush(&mut self) {
        if !self.gathered.is_empty() {
            self.steps.push(Step::Send(std::mem::take(&mut self.gathered)));
        }
    }

    fn pause(&mut self) {
        self.flush();
        let times = [0, 1, 50, 1_000, 15_000, 21_000, 90_000, 400_000];
        self.steps.push(Step::Pause(Duration::from_millis(times[usize::from(self.noise.below(8))])));
    }

    /// One that exists, most of the time.
    fn stream(&mut self) -> u32 {
        match self.noise.below(8) {
            0 => 0,
            1 => self.noise.number() as u32,
            back => self.next.saturating_sub(2 * u32::from(back - 1)),
        }
    }

    fn request(&mut self) {
        let mut block = head(self.noise);
        if self.noise.below(8) == 0 {
            block.extend(self.noise.slice());
        }
        let stream = if self.noise.below(16) == 0 { self.stream() } else { self.next };
        self.next += 2;
        let ends = u8::from(self.noise.below(4) == 0);
        self.block(&block, stream, ends);
        if ends == 0 && self.noise.bool() {
            self.message();
        }
    }

    /// A block of headers, in one frame or more.
    fn block(&mut self, block: &[u8], stream: u32, flags: u8) {
        if self.noise.below(4) != 0 {
            return self.frame(1, flags | 4, stream, block);
        }
        let cut = usize::from(self.noise.byte()) % (block.len() + 1);
        let (first, rest) = block.split_at(cut);
        self.frame(1, flags, stream, first);
        if self.noise.below(8) == 0 {
            self.flush();
        }
        let is_ended = if self.noise.below(8) == 0 { 0 } else { 4 };
        self.frame(9, is_ended, stream, rest);
    }

    /// A message of the last call, or the end of it.
    fn message(&mut self) {
        let mut ping = Ping { count: i32::from(self.noise.byte()), ..Default::default() };
        ping.payload = self.noise.slice().into();
        let message = ping.encode_to_vec();
        let framed = [&[0][..], &(message.len() as u32).to_be_bytes(), &message].concat();
        let stream = self.next.saturating_sub(2);
        let ends = u8::from(self.noise.bool());
        if self.noise.below(4) == 0 {
            let (first, rest) = framed.split_at(usize::from(self.noise.byte()) % framed.len());
            self.frame(0, 0, stream, first);
            self.flush();
            return self.frame(0, ends, stream, rest);
        }
        self.frame(0, ends, stream, &framed);
    }

    fn settings(&mut self) {
        let mut payload = Vec::new();
        for _ in 0..self.noise.below(4) {
            payload.extend([0, self.noise.below(10)]);
            payload.extend((self.noise.number() as u32).to_be_bytes());
        }
        self.frame(4, 0, 0, &payload);
    }

    fn ping(&mut self) {
        let payload: &[u8] = match self.noise.below(4) {
            0 => b"protocal",
            1 => &[self.noise.byte(); 8],
            2 => &[7; 8],
            _ => &[0; 5],
        };
        let answers = self.noise.below(2);
        self.frame(6, answers, 0, payload);
    }

    fn any_frame(&mut self) {
        let (kind, flags, stream) = (self.noise.below(16), self.noise.byte(), self.stream());
        let payload = self.noise.slice();
        self.frame(kind, flags, stream, &payload);
    }

    fn trailers(&mut self) {
        let mut block = Vec::new();
        literal("x-trailer", &self.noise.slice(), &mut block);
        let stream = self.next.saturating_sub(2);
        self.block(&block, stream, 1);
    }

    /// What was gathered, over and over.
    fn again(&mut self) {
        let times = usize::from(self.noise.byte()) * 4;
        let once = self.gathered.clone();
        for _ in 0..times.min(LONGEST / once.len().max(1)) {
            self.put(&once);
        }
    }

    /// A head whose length is not that of what follows.
    fn lie(&mut self) {
        let length = (self.noise.number() as u32).to_be_bytes();
        let (kind, flags, stream) = (self.noise.below(10), self.noise.byte(), self.stream());
        let bytes = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.put(&bytes);
    }
}

/// The head of a call, as HPACK without a table.
fn head(noise: &mut Noise) -> Vec<u8> {
    let mut block = Vec::new();
    let methods = ["Unary", "ClientStream", "ServerStream", "Bidi", "NotWritten", "None"];
    let path = format!("/test.v1.Echo/{}", methods[usize::from(noise.below(6))]);
    let verb = if noise.below(16) == 0 { "GET" } else { "POST" };
    for (name, value) in [(":method", verb), (":scheme", "http"), (":path", &path), (":authority", "a")] {
        literal(name, value.as_bytes(), &mut block);
    }
    let contents = ["application/grpc", "application/grpc", "application/grpc+proto", "application/grpc-web"];
    literal("content-type", contents[usize::from(noise.below(4))].as_bytes(), &mut block);
    literal("te", b"trailers", &mut block);
    for _ in 0..noise.below(3) {
        match noise.below(4) {
            0 => {
                let timeout =
                    format!("{}{}", noise.byte(), ["n", "m", "S", "H"][usize::from(noise.below(4))]);
                literal("grpc-timeout", timeout.as_bytes(), &mut block);
            }
            1 => literal("grpc-encoding", b"gzip", &mut block),
            2 => literal("x-bin", &noise.slice(), &mut block),
            _ => literal("content-length", noise.byte().to_string().as_bytes(), &mut block),
        }
    }
    block
}

/// RFC 7541, 6.2.2: a literal without indexing, with a new name.
fn literal(name: &str, value: &[u8], block: &mut Vec<u8>) {
    block.push(0);
    for part in [name.as_bytes(), value] {
        length(part.len(), block);
        block.extend_from_slice(part);
    }
}

/// RFC 7541, 5.1, with a prefix of seven bits.
fn length(length: usize, block: &mut Vec<u8>) {
    if length < 127 {
        return block.push(length as u8);
    }
    block.push(127);
    let mut rest = length - 127;
    while rest >= 128 {
        block.push(rest as u8 | 128);
        rest >>= 7;
    }
    block.push(rest as u8);
}
