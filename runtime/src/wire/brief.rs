//! What is said of a peer's mistake, not longer than it is read: the mistake may be as long as a message. Called by whatever
//! quotes what it was given.

use std::fmt::{self, Display, Write};

/// In bytes.
const LONGEST: usize = 400;

/// The words, cut where they are too long; what is cut is not even written.
pub(crate) fn brief(words: impl Display) -> String {
    let mut brief = Brief { text: String::new(), is_cut: false };
    // It fails where it has enough.
    let _ = write!(brief, "{words}");
    if brief.is_cut {
        brief.text.push('…');
    }
    brief.text
}

struct Brief {
    text: String,
    is_cut: bool,
}

impl Write for Brief {
    fn write_str(&mut self, words: &str) -> fmt::Result {
        let room = LONGEST - self.text.len();
        let fitting = (0..=room.min(words.len())).rev().find(|at| words.is_char_boundary(*at)).unwrap_or(0);
        self.text.push_str(words.get(..fitting).unwrap_or_default());
        self.is_cut = fitting < words.len();
        if self.is_cut { Err(fmt::Error) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, brief};

    #[test]
    fn only_what_is_too_long_is_cut() {
        for length in [0, 1, LONGEST - 1, LONGEST] {
            let words = "a".repeat(length);
            assert_eq!(brief(&words), words);
        }
        assert_eq!(brief("a".repeat(LONGEST + 1)), "a".repeat(LONGEST) + "…");
        let umlauts = brief("ä".repeat(LONGEST));
        assert_eq!(umlauts, "ä".repeat(LONGEST / 2) + "…");
        let quoted = brief(format_args!("unknown {:?}", "\u{7f}".repeat(1 << 20)));
        assert!(quoted.starts_with("unknown \"\\u{7f}") && quoted.len() < LONGEST + 4, "{quoted}");
    }
}
