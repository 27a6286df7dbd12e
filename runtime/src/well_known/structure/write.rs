//! Changing values in their place, and taking them apart. Used by users.

use std::collections::hash_map;
use std::vec;

use crate::well_known::generated::google::protobuf::value::Kind;
use crate::well_known::generated::google::protobuf::{ListValue, Struct, Value};

impl Value {
    /// The struct, if it is one, to be changed.
    pub fn as_struct_mut(&mut self) -> Option<&mut Struct> {
        match &mut self.kind {
            Some(Kind::StructValue(value)) => Some(value),
            _ => None,
        }
    }

    /// The list, if it is one, to be changed.
    pub fn as_list_mut(&mut self) -> Option<&mut ListValue> {
        match &mut self.kind {
            Some(Kind::ListValue(value)) => Some(value),
            _ => None,
        }
    }
}

impl Struct {
    /// Sets a field; what it held before, if there was one.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) -> Option<Value> {
        self.fields.insert(key.into(), value.into())
    }
}

impl ListValue {
    /// Adds a value at the end.
    pub fn push(&mut self, value: impl Into<Value>) {
        self.values.push(value.into());
    }
}

impl IntoIterator for Struct {
    type Item = (String, Value);
    type IntoIter = hash_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}

impl IntoIterator for ListValue {
    type Item = Value;
    type IntoIter = vec::IntoIter<Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.values.into_iter()
    }
}
