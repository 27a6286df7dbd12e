//! Values of which random samples can be drawn, and which can be shown as a tree without any codec of ours.
//!
//! `shop_samples.rs` makes the shop's messages samples by the three macros below; bytes_equal_protoc.rs draws them.
//! What a tree looks like stands at the head of `tests/peers/encode_shop.py`.

use std::collections::HashMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// See the head of the file.
pub trait Sample: Clone + Debug + 'static {
    /// Draws random values, with those that tend to be trouble drawn often.
    fn samples() -> BoxedStrategy<Self>;

    /// The value as a tree.
    fn tree(&self) -> Value;

    /// Puts the value into the tree of its message.
    fn show(&self, name: &str, message: &mut Map<String, Value>) {
        message.insert(name.to_owned(), self.tree());
    }
}

impl Sample for i32 {
    fn samples() -> BoxedStrategy<Self> {
        prop_oneof![Just(0), Just(-1), Just(i32::MIN), Just(i32::MAX), 1..300, any::<i32>()].boxed()
    }

    fn tree(&self) -> Value {
        json!(self)
    }
}

impl Sample for i64 {
    fn samples() -> BoxedStrategy<Self> {
        prop_oneof![Just(0), Just(-1), Just(i64::MIN), Just(i64::MAX), 1i64..300, any::<i64>()].boxed()
    }

    fn tree(&self) -> Value {
        json!(self.to_string())
    }
}

impl Sample for bool {
    fn samples() -> BoxedStrategy<Self> {
        any::<bool>().boxed()
    }

    fn tree(&self) -> Value {
        json!(self)
    }
}

impl Sample for f64 {
    fn samples() -> BoxedStrategy<Self> {
        let special =
            vec![0.0, -0.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX];
        prop_oneof![prop::sample::select(special), any::<u64>().prop_map(f64::from_bits)].boxed()
    }

    fn tree(&self) -> Value {
        json!(format!("{:016x}", self.to_bits()))
    }
}

impl Sample for String {
    fn samples() -> BoxedStrategy<Self> {
        // The longer ones have lengths of two bytes.
        prop_oneof![Just(String::new()), "[a-z]{1,8}", any::<String>(), "[ -~]{120,140}"].boxed()
    }

    fn tree(&self) -> Value {
        json!(self)
    }
}

impl<T: Sample> Sample for Option<T> {
    fn samples() -> BoxedStrategy<Self> {
        prop::option::of(T::samples()).boxed()
    }

    fn tree(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::tree)
    }

    fn show(&self, name: &str, message: &mut Map<String, Value>) {
        if let Some(value) = self {
            value.show(name, message);
        }
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn samples() -> BoxedStrategy<Self> {
        prop::collection::vec(T::samples(), 0..4).boxed()
    }

    fn tree(&self) -> Value {
        self.iter().map(T::tree).collect()
    }
}

impl<K: Sample + Ord + std::hash::Hash, V: Sample> Sample for HashMap<K, V> {
    /// At most one entry, because the order of entries on the wire is free.
    fn samples() -> BoxedStrategy<Self> {
        prop::collection::hash_map(K::samples(), V::samples(), 0..2).boxed()
    }

    fn tree(&self) -> Value {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        entries.into_iter().map(|(key, value)| json!([key.tree(), value.tree()])).collect()
    }
}

/// Samples for the field that `_getter` reads: lets `message!` take the field's type from the struct.
pub fn samples_of<M, T: Sample>(_getter: impl Fn(&M) -> &T) -> BoxedStrategy<T> {
    T::samples()
}

/// `message!(Money { currency_code, units, nanos })`: the message with all its fields, a oneof by its own name.
#[macro_export]
macro_rules! message {
    ($message:ty { $($field:ident),* }) => {
        impl $crate::sample::Sample for $message {
            fn samples() -> proptest::strategy::BoxedStrategy<Self> {
                use proptest::strategy::Strategy;
                ($($crate::sample::samples_of(|message: &Self| &message.$field),)*)
                    .prop_map(|($($field,)*)| Self { $($field,)* ..Default::default() })
                    .boxed()
            }

            fn tree(&self) -> serde_json::Value {
                let mut tree = serde_json::Map::new();
                $($crate::sample::Sample::show(
                    &self.$field, stringify!($field).trim_start_matches("r#"), &mut tree,
                );)*
                tree.into()
            }
        }
    };
}

/// `one_of!(Discount { percentage: Percentage, fixed: Fixed })`: the members by their proto names.
#[macro_export]
macro_rules! one_of {
    ($oneof:ty { $($name:ident: $member:ident($value:ty)),* }) => {
        impl $crate::sample::Sample for $oneof {
            fn samples() -> proptest::strategy::BoxedStrategy<Self> {
                use proptest::strategy::Strategy;
                let members =
                    [$(<$value as $crate::sample::Sample>::samples().prop_map(Self::$member).boxed()),*];
                proptest::strategy::Union::new(members).boxed()
            }

            fn tree(&self) -> serde_json::Value {
                match self {
                    $(Self::$member(value) => {
                        serde_json::json!({stringify!($name): $crate::sample::Sample::tree(value)})
                    })*
                }
            }

            fn show(&self, _: &str, message: &mut serde_json::Map<String, serde_json::Value>) {
                match self {
                    $(Self::$member(value) => {
                        $crate::sample::Sample::show(value, stringify!($name), message);
                    })*
                }
            }
        }
    };
}

/// `open_enum!(Status { Unspecified = 0, Pending = 1 })`: the values and their numbers, which go up by one from 0.
#[macro_export]
macro_rules! open_enum {
    ($enumeration:ty { $($value:ident = $number:literal),* }) => {
        impl $crate::sample::Sample for $enumeration {
            fn samples() -> proptest::strategy::BoxedStrategy<Self> {
                use proptest::prelude::*;
                let known = [$(Self::$value),*];
                let named = 0..known.len() as i32;
                let unnamed = any::<i32>().prop_filter("named", move |number| !named.contains(number));
                prop_oneof![
                    4 => proptest::sample::select(known.to_vec()),
                    1 => unnamed.prop_map(Self::Unrecognized)
                ]
                .boxed()
            }

            fn tree(&self) -> serde_json::Value {
                match self {
                    $(Self::$value => serde_json::json!($number),)*
                    Self::Unrecognized(number) => serde_json::json!(number),
                }
            }
        }
    };
}
