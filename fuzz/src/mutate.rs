//! Changes of texts by whole tokens and phrases, which find their way deeper than changes of bytes do. Called by libFuzzer
//! through the targets that read texts.

use crate::noise::Noise;

/// Changes the first `size` of `data` and tells how many they are then; `None` leaves it to libFuzzer's own means, every
/// other time. The first `head` bytes are no text. `phrases` has one a line.
pub fn mutate(data: &mut [u8], size: usize, seed: u32, (head, phrases): (usize, &str)) -> Option<usize> {
    if seed & 1 == 0 {
        return None;
    }
    let text = data.get(head..size).and_then(|text| std::str::from_utf8(text).ok())?;
    let mut noise = Noise::new(&spread(seed));
    let mut tokens: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    for _ in 0..=noise.below(3) {
        change(&mut tokens, phrases, &mut noise);
    }
    let changed = tokens.concat();
    let room = &mut data[head..];
    let length = changed.floor_char_boundary(room.len());
    room[..length].copy_from_slice(&changed.as_bytes()[..length]);
    Some(head + length)
}

/// Enough bytes of noise for one round.
fn spread(seed: u32) -> Vec<u8> {
    let mut state = u64::from(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..64).map(next).collect()
}

/// Words, numbers, strings, blanks, and each other sign by itself.
fn tokens(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut tokens = Vec::new();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' | '\'' => string(rest, first),
            _ if is_word(first) => rest.find(|sign| !is_word(sign)).unwrap_or(rest.len()),
            _ if first.is_whitespace() => rest.find(|sign: char| !sign.is_whitespace()).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        tokens.push(token);
        rest = behind;
    }
    tokens
}

fn is_word(sign: char) -> bool {
    sign.is_alphanumeric() || "_.+-".contains(sign)
}

fn string(text: &str, quote: char) -> usize {
    let mut is_escaped = true;
    for (place, sign) in text.char_indices() {
        if sign == quote && !is_escaped {
            return place + 1;
        }
        is_escaped = place > 0 && sign == '\\' && !is_escaped;
    }
    text.len()
}

fn change(tokens: &mut Vec<String>, phrases: &str, noise: &mut Noise) {
    let (from, to) = (place(tokens, noise), place(tokens, noise));
    let (start, end) = block(tokens, from);
    match noise.below(10) {
        0 => drop(tokens.drain(start..end)),
        1 => {
            let copied: Vec<String> = tokens[start..end].to_vec();
            tokens.splice(to..to, copied);
        }
        2 => {
            if let Some(token) = tokens.get(to).cloned()
                && let Some(replaced) = tokens.get_mut(from)
            {
                *replaced = token;
            }
        }
        3 => {
            if from < tokens.len() && to < tokens.len() {
                tokens.swap(from, to);
            }
        }
        4 | 5 => tokens.insert(from, phrase(phrases, noise)),
        6 => {
            let mut words = phrase(phrases, noise);
            words = self::tokens(&words)
                .get(usize::from(noise.below(12)))
                .map_or(words.clone(), |it| (*it).to_owned());
            if let Some(replaced) = tokens.get_mut(from) {
                *replaced = words;
            }
        }
        7 => {
            if let Some(number) = tokens[from..].iter_mut().find(|token| token.parse::<u64>().is_ok()) {
                *number = noise.number().to_string();
            }
        }
        8 => {
            // Deeper and deeper.
            let inner = tokens[start..end].concat();
            tokens.insert(end, inner.clone());
            tokens.insert(to.min(tokens.len()), inner);
        }
        _ => drop(tokens.drain(from..tokens.len().min(from + 1))),
    }
}

fn place(tokens: &[String], noise: &mut Noise) -> usize {
    usize::from(u16::from_le_bytes([noise.byte(), noise.byte()])) % (tokens.len() + 1)
}

/// From a place to where what begins there ends: its bracket, or its line.
fn block(tokens: &[String], start: usize) -> (usize, usize) {
    let mut depth = 0_usize;
    for (place, token) in tokens.iter().enumerate().skip(start) {
        match token.as_str() {
            "{" | "[" | "<" | "(" => depth += 1,
            "}" | "]" | ">" | ")" if depth <= 1 => return (start, place + usize::from(depth == 1)),
            "}" | "]" | ">" | ")" => depth -= 1,
            ";" | "," if depth == 0 => return (start, place + 1),
            _ => {}
        }
    }
    (start.min(tokens.len()), tokens.len())
}

fn phrase(phrases: &str, noise: &mut Noise) -> String {
    let count = phrases.lines().count();
    phrases.lines().nth(usize::from(noise.byte()) % count).unwrap_or_default().to_owned()
}
