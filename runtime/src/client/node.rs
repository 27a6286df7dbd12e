//! A value of a JSON document, with its place for those who have to correct it. Read by `document`.

use std::time::Duration;

use serde_json::{Map, Value};

/// A place in the document, and what is wrong there.
pub(super) type Mistake = String;

/// See the head of the file.
pub(super) struct Node<'a> {
    value: &'a Value,
    place: String,
}

impl<'a> Node<'a> {
    pub(super) fn root(value: &'a Value) -> Self {
        Self { value, place: String::new() }
    }

    pub(super) fn wrong(&self, why: &str) -> Mistake {
        if self.place.is_empty() { why.to_owned() } else { format!("{}: {why}", self.place) }
    }

    pub(super) fn object(&self) -> Result<&'a Map<String, Value>, Mistake> {
        self.value.as_object().ok_or_else(|| self.wrong("it must be an object"))
    }

    /// A field; null is as good as none.
    pub(super) fn field(&self, name: &str) -> Result<Option<Self>, Mistake> {
        let value = self.object()?.get(name).filter(|value| !value.is_null());
        let dot = if self.place.is_empty() { "" } else { "." };
        Ok(value.map(|value| Self { value, place: format!("{}{dot}{name}", self.place) }))
    }

    pub(super) fn required(&self, name: &str) -> Result<Self, Mistake> {
        self.field(name)?.ok_or_else(|| self.wrong(&format!("{name} is missing")))
    }

    /// The items of a list; none where there is no such field.
    pub(super) fn items(&self, name: &str) -> Result<Vec<Self>, Mistake> {
        let Some(list) = self.field(name)? else { return Ok(Vec::new()) };
        let items = list.value.as_array().ok_or_else(|| list.wrong("it must be a list"))?;
        let item = |(number, value)| Self { value, place: format!("{}[{number}]", list.place) };
        Ok(items.iter().enumerate().map(item).collect())
    }

    pub(super) fn text(&self) -> Result<&'a str, Mistake> {
        self.value.as_str().ok_or_else(|| self.wrong("it must be a text"))
    }

    pub(super) fn flag(&self) -> Result<bool, Mistake> {
        self.value.as_bool().ok_or_else(|| self.wrong("it must be true or false"))
    }

    /// A whole number; as a text it will do, as everywhere in ProtoJSON.
    pub(super) fn integer(&self) -> Result<u64, Mistake> {
        let number = match self.value {
            Value::String(text) => text.parse().ok(),
            value => value.as_u64(),
        };
        number.ok_or_else(|| self.wrong("it must be a whole number"))
    }

    pub(super) fn float(&self) -> Result<f64, Mistake> {
        self.value.as_f64().ok_or_else(|| self.wrong("it must be a number"))
    }

    /// A duration as ProtoJSON has it: seconds, a fraction if need be, and an `s`.
    pub(super) fn duration(&self) -> Result<Duration, Mistake> {
        let text = self.text()?;
        let seconds = text
            .strip_suffix('s')
            .filter(|number| number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
        seconds
            .and_then(|number| number.parse().ok())
            .and_then(|number| Duration::try_from_secs_f64(number).ok())
            .ok_or_else(|| self.wrong("it must be a duration such as \"1.5s\""))
    }
}
