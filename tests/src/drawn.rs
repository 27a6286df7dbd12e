//! Random messages of any type, drawn through reflection: nothing is known of a type but its descriptor. Called by the
//! tests of what holds for every message.

use protocall::reflect::{FieldDescriptor, FieldKind, MapKey, ValueMut};
use protocall::{Bytes, OwnedValue, Reflect};

/// Numbers that look random, the same from the same seed: splitmix64.
#[derive(Debug)]
pub struct Dice(u64);

/// What is drawn often, since it tends to be trouble.
const TEXTS: [&str; 8] =
    ["", "a\"b'c\\d", "\n\t\r", "\u{0}1", "é☃😀", "\u{202e}\u{feff}", "# { no comment }", "\\n"];

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end as u64).unwrap_or_default()
    }

    /// A number of any length in bits, each as likely as the other, or that of which all bits are others.
    fn number(&mut self) -> u64 {
        let number = self.roll() >> self.below(64);
        if self.below(2) == 0 { number } else { !number }
    }

    fn text(&mut self) -> String {
        let parts = self.below(3);
        (0..parts).map(|_| TEXTS[self.below(TEXTS.len())]).collect()
    }

    fn bytes(&mut self) -> Bytes {
        let length = self.below(9);
        (0..length).map(|_| self.roll() as u8).collect::<Vec<_>>().into()
    }

    /// Without the other forms of NaN, which have no name in any text.
    fn float(&mut self) -> f64 {
        match self.below(4) {
            0 => self.below(100) as f64 / 8.0,
            1 => [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, f64::MIN_POSITIVE][self.below(6)],
            _ => Some(f64::from_bits(self.roll())).filter(|float| !float.is_nan()).unwrap_or(0.1),
        }
    }
}

/// Sets about half of the fields of a message, and all that are required, `depth` messages deep.
///
/// # Panics
/// When the message does not hold what its descriptor says.
pub fn fill(message: &mut dyn Reflect, dice: &mut Dice, depth: u32) {
    let (pool, name) = (message.descriptor().pool().clone(), message.descriptor().full_name().to_owned());
    let descriptor = pool.message(&name).expect("a message is in its own pool");
    for field in descriptor.fields() {
        let deep = matches!(field.kind(), FieldKind::Message(_));
        if !field.is_required() && (dice.below(2) == 0 || deep && depth == 0) {
            continue;
        }
        let number = field.number();
        if let Some((key, value)) = field.map_entry() {
            let map = message.map_mut(number).expect("a map");
            for _ in 0..dice.below(3) {
                put(map.entry(key_of(key, dice)).expect("a key of its type"), value, (dice, depth));
            }
        } else if field.is_list() {
            let list = message.list_mut(number).expect("a list");
            for _ in 0..dice.below(4) {
                put(list.push(), field, (dice, depth));
            }
        } else {
            put(message.make(number).expect("a single value"), field, (dice, depth));
        }
    }
}

fn key_of(field: FieldDescriptor<'_>, dice: &mut Dice) -> MapKey {
    match field.kind() {
        FieldKind::Bool => MapKey::Bool(dice.below(2) == 0),
        FieldKind::String => MapKey::String(dice.text()),
        FieldKind::Int32 | FieldKind::Sint32 | FieldKind::Sfixed32 => MapKey::I32(dice.number() as i32),
        FieldKind::Int64 | FieldKind::Sint64 | FieldKind::Sfixed64 => MapKey::I64(dice.number() as i64),
        FieldKind::Uint32 | FieldKind::Fixed32 => MapKey::U32(dice.number() as u32),
        _ => MapKey::U64(dice.number()),
    }
}

fn put(place: ValueMut<'_>, field: FieldDescriptor<'_>, (dice, depth): (&mut Dice, u32)) {
    let value = match place {
        ValueMut::Message(message) => return fill(message, dice, depth.saturating_sub(1)),
        ValueMut::Bool(_) => OwnedValue::Bool(dice.below(2) == 0),
        ValueMut::I32(_) => OwnedValue::I32(dice.number() as i32),
        ValueMut::I64(_) => OwnedValue::I64(dice.number() as i64),
        ValueMut::U32(_) => OwnedValue::U32(dice.number() as u32),
        ValueMut::U64(_) => OwnedValue::U64(dice.number()),
        ValueMut::F32(_) => OwnedValue::F32(dice.float() as f32),
        ValueMut::F64(_) => OwnedValue::F64(dice.float()),
        ValueMut::String(_) | ValueMut::HeldString(_) => OwnedValue::String(dice.text()),
        ValueMut::Bytes(_) | ValueMut::HeldBytes(_) => OwnedValue::Bytes(dice.bytes()),
        ValueMut::Enum(_) => OwnedValue::Enum(enum_of(field, dice)),
    };
    assert!(place.set(value), "{field:?} takes a value of its type");
}

fn enum_of(field: FieldDescriptor<'_>, dice: &mut Dice) -> i32 {
    let FieldKind::Enum(enumeration) = field.kind() else { return 0 };
    let known: Vec<i32> = enumeration.values().map(|value| value.number()).collect();
    if !enumeration.is_closed() && dice.below(4) == 0 {
        return dice.number() as i32;
    }
    known[dice.below(known.len())]
}
