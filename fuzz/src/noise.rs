//! Bytes of libFuzzer as a source of decisions and values. Called by the targets that do not take the bytes as they are.

/// Gives zeros once the bytes are used up.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noise {
    bytes: Vec<u8>,
    at: usize,
}

impl Noise {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self { bytes: bytes.to_vec(), at: 0 }
    }

    pub(crate) fn is_used_up(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        byte
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u8) -> u8 {
        self.byte() % end
    }

    pub(crate) fn bool(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A number of any length in bits, each as likely as the other.
    pub(crate) fn number(&mut self) -> u64 {
        let bits = self.byte();
        match bits {
            0..64 => u64::from(self.byte()) & (u64::MAX >> bits),
            64..128 => (1 << (bits % 64)) - 1,
            128..192 => 1 << (bits % 64),
            _ => u64::from_le_bytes(std::array::from_fn(|_| self.byte())) >> (bits % 64),
        }
    }

    /// Bytes of some length: mostly short, sometimes of a length of two bytes or more.
    pub(crate) fn slice(&mut self) -> Vec<u8> {
        let length = match self.byte() {
            short @ 0..200 => usize::from(short % 20),
            about_two_bytes @ 200..240 => usize::from(about_two_bytes) - 80,
            long @ 240..255 => usize::from(long) * 4,
            255 => 17_000,
        };
        let first = self.byte();
        (0..length)
            .map(|index| if index < 20 { self.byte() } else { first.wrapping_add(index as u8) })
            .collect()
    }
}
