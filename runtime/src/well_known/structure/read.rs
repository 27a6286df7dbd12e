//! Looking into values: what they hold, and what is in that. Used by users.

use std::ops::Index;

use crate::well_known::generated::google::protobuf::value::Kind;
use crate::well_known::generated::google::protobuf::{ListValue, Struct, Value};

impl Value {
    /// Whether it is null. A value of which nothing is set, as it comes from elsewhere, is none either.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, None | Some(Kind::NullValue(_)))
    }

    /// The number, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        match self.kind {
            Some(Kind::NumberValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is one without a fraction that fits.
    pub fn as_i64(&self) -> Option<i64> {
        // 2⁶³, which is one too many. Both ends are doubles.
        const END: f64 = 9_223_372_036_854_775_808.0;
        let value = self.as_f64().filter(|value| value.fract() == 0.0 && (-END..END).contains(value))?;
        Some(value as i64)
    }

    /// The text, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Some(Kind::StringValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Some(Kind::BoolValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The struct, if it is one.
    pub fn as_struct(&self) -> Option<&Struct> {
        match &self.kind {
            Some(Kind::StructValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_list(&self) -> Option<&ListValue> {
        match &self.kind {
            Some(Kind::ListValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The field of that name, if this is a struct that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_struct()?.get(key)
    }

    /// The value at that place, if this is a list that has it.
    pub fn at(&self, index: usize) -> Option<&Self> {
        self.as_list()?.get(index)
    }
}

impl Struct {
    /// The field of that name.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.fields.get(key)
    }
}

impl ListValue {
    /// The value at that place.
    pub fn get(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }
}

static NULL: Value = Value::NULL;

/// Declares indexing, which finds null where there is nothing.
macro_rules! indexed {
    ($($of:ty, $by:ty, $get:ident;)*) => {$(
        /// Null where there is nothing.
        impl Index<$by> for $of {
            type Output = Value;

            fn index(&self, index: $by) -> &Value {
                self.$get(index).unwrap_or(&NULL)
            }
        }
    )*};
}

indexed! {
    Value, &str, get;
    Value, usize, at;
    Struct, &str, get;
    ListValue, usize, get;
}
