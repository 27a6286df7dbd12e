//! Bytes cut into pieces, as a network cuts them. Called by the targets that read streams.

use bytes::Bytes;

use crate::noise::Noise;

/// The same bytes in pieces, none of them empty. The sizes go by `seed`: all the same, or each another.
pub(crate) fn cut(bytes: &[u8], seed: u8) -> Vec<Bytes> {
    let whole = Bytes::copy_from_slice(bytes);
    let mut noise = Noise::new(&[seed, seed.rotate_left(3) ^ 0x5a, seed.wrapping_mul(31), 1, 200, 7, 64]);
    let (mut rest, mut pieces) = (whole, Vec::new());
    while !rest.is_empty() {
        let size = match seed {
            0 => rest.len(),
            1..32 => usize::from(seed),
            _ => {
                if noise.is_used_up() {
                    noise = Noise::new(&[seed, pieces.len() as u8, 3, 90]);
                }
                usize::from(noise.byte()) + 1
            }
        };
        pieces.push(rest.split_to(size.min(rest.len())));
    }
    pieces
}
