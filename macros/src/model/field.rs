//! Fields: the kind of value, the shape it is held and written in, and the default that its getter answers.
//!
//! `model::message` builds every member of a message and of a oneof here.

use std::collections::HashSet;

use prost_types::FieldDescriptorProto;
use prost_types::field_descriptor_proto::{Label, Type};

use super::comment;
use super::custom::Custom;
use super::held::{Held, Types};
use super::recursion::Boxes;
use super::scope::{Scope, TypePath};
use crate::parse::{
    Features, FieldPresence, File, Holder, MessageEncoding, RepeatedFieldEncoding, Target, Utf8Validation,
};

/// A field that is not in a oneof.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) ident: String,
    /// The name of the getter.
    pub(crate) getter: String,
    pub(crate) proto_name: String,
    pub(crate) number: u32,
    /// Its place in the declaration.
    pub(crate) place: usize,
    pub(crate) shape: Shape,
    /// Whether a map keeps its keys in order.
    pub(crate) sorted: bool,
    /// Where presence is explicit: what the getter answers for an unset field.
    pub(crate) default: Option<DefaultValue>,
    pub(crate) doc: String,
    pub(crate) attributes: Vec<usize>,
    pub(crate) deprecated: bool,
}

/// How values of a kind are held by the message and stand on the wire.
#[derive(Debug)]
pub(crate) enum Shape {
    Implicit(Kind),
    Optional(Kind),
    Required(Kind),
    Repeated(Kind),
    Packed(Kind),
    Map(Kind, Kind),
}

/// What one value is.
#[derive(Debug)]
pub(crate) enum Kind {
    Scalar(Scalar),
    /// Text or bytes in another type than the usual one.
    Held(Holder),
    Enum {
        path: TypePath,
        closed: bool,
    },
    Message {
        path: TypePath,
        boxed: bool,
        delimited: bool,
    },
}

/// The types without a name of their own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    Double,
    Float,
    Int32,
    Int64,
    Uint32,
    Uint64,
    Sint32,
    Sint64,
    Fixed32,
    Fixed64,
    Sfixed32,
    Sfixed64,
    Bool,
    Str,
    Raw,
}

/// The value that a getter answers for an unset field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum DefaultValue {
    Text(String),
    Bytes(Vec<u8>),
    Signed(i64),
    Unsigned(u64),
    Single(f32),
    Double(f64),
    Bool(bool),
    Variant(TypePath, String),
    Message { boxed: bool },
}

/// What building a message's members needs besides the descriptor.
#[derive(Clone, Copy)]
pub(crate) struct Surroundings<'a> {
    pub(crate) file: &'a File,
    pub(crate) scope: &'a Scope,
    pub(crate) custom: &'a Custom,
    pub(crate) boxes: &'a Boxes,
    pub(crate) held: &'a Held,
    /// The full names of the messages that have views.
    pub(crate) views: &'a HashSet<String>,
    /// Whether messages keep fields that the schema does not name.
    pub(crate) unknown_fields: bool,
    /// Whether strings that the schema does not want checked are held as bytes.
    pub(crate) unchecked_bytes: bool,
    /// Whether the messages are to be small rather than fast.
    pub(crate) small: bool,
}

/// The message that a field belongs to.
#[derive(Clone, Copy)]
pub(crate) struct Owner<'a> {
    pub(crate) full_name: &'a str,
    /// The module from which paths are spelled.
    pub(crate) module: &'a [String],
    /// The generated entries of its map fields.
    pub(crate) entries: &'a [prost_types::DescriptorProto],
}

/// A field as it is declared, with its features.
#[derive(Clone, Copy)]
pub(crate) struct Declared<'a> {
    field: &'a FieldDescriptorProto,
    features: Features,
}

impl<'a> Declared<'a> {
    /// The field that stands at `path`.
    pub(crate) fn new(file: &File, path: &[i32], field: &'a FieldDescriptorProto) -> Self {
        Self { field, features: file.dialect.field(path, field) }
    }

    /// The key or value of the map that this field is: "map fields are never delimited".
    fn part(self, field: &'a FieldDescriptorProto) -> Self {
        let features = Features { message_encoding: MessageEncoding::LengthPrefixed, ..self.features };
        Self { field, features }
    }
}

impl Field {
    /// Builds the field; its identifier is given, since the message keeps its members distinct.
    pub(crate) fn new(
        around: &Surroundings<'_>,
        owner: &Owner<'_>,
        declared: Declared<'_>,
        ident: String,
    ) -> Self {
        let field = declared.field;
        let shape = Shape::new(around, owner, declared);
        let default = match &shape {
            Shape::Optional(kind) => Some(default_value(around, field, kind)),
            _ => None,
        };
        Self {
            ident,
            getter: String::new(),
            proto_name: field.name().to_owned(),
            number: number(field),
            place: 0,
            shape,
            sorted: around.held.is_sorted(owner.full_name, field.name()),
            default,
            doc: String::new(),
            attributes: around.custom.attributes(Target::Field, owner.full_name, field.name()),
            deprecated: is_deprecated(field),
        }
    }

    /// Adds the comment that stands at `path`.
    pub(crate) fn documented(mut self, file: &File, path: &[i32]) -> Self {
        self.doc = comment::doc(&file.source, path);
        self
    }
}

pub(crate) fn number(field: &FieldDescriptorProto) -> u32 {
    u32::try_from(field.number()).unwrap_or(0)
}

pub(crate) fn is_deprecated(field: &FieldDescriptorProto) -> bool {
    field.options.as_ref().is_some_and(|options| options.deprecated())
}

impl Shape {
    pub(crate) fn new(around: &Surroundings<'_>, owner: &Owner<'_>, declared: Declared<'_>) -> Self {
        let Declared { field, features } = declared;
        let types = around.held.types(owner.full_name, field.name());
        let kind = |declared| Kind::new(around, owner, declared).held(types);
        if field.label() == Label::Repeated {
            if let Some((key, value)) = entry(owner, field) {
                return Self::Map(kind(declared.part(key)), kind(declared.part(value)).unboxed());
            }
            let kind = kind(declared);
            let packed =
                features.repeated_field_encoding == RepeatedFieldEncoding::Packed && kind.is_packable();
            return if packed { Self::Packed(kind) } else { Self::Repeated(kind) };
        }
        let kind = kind(declared);
        match features.field_presence {
            // A message that must hold itself would never end; where a circle closes, the field is as an optional one.
            FieldPresence::LegacyRequired if !kind.is_boxed() => Self::Required(kind),
            FieldPresence::LegacyRequired => Self::Optional(kind),
            FieldPresence::Explicit => Self::Optional(kind),
            FieldPresence::Implicit => Self::Implicit(kind),
        }
    }
}

/// The key and value of a map field, which the parser has turned into a repeated message.
fn entry<'a>(
    owner: &Owner<'a>,
    field: &FieldDescriptorProto,
) -> Option<(&'a FieldDescriptorProto, &'a FieldDescriptorProto)> {
    let name = field.type_name().trim_start_matches('.').strip_prefix(owner.full_name)?.strip_prefix('.')?;
    let entry = owner.entries.iter().find(|entry| entry.name() == name && is_map_entry(entry))?;
    Some((entry.field.first()?, entry.field.get(1)?))
}

pub(crate) fn is_map_entry(message: &prost_types::DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(|options| options.map_entry())
}

impl Kind {
    pub(crate) fn new(around: &Surroundings<'_>, owner: &Owner<'_>, declared: Declared<'_>) -> Self {
        let Declared { field, features } = declared;
        let path = || around.scope.path(field.type_name(), owner.module);
        match field.r#type() {
            Type::Message | Type::Group => Self::Message {
                path: path(),
                boxed: around.boxes.contains(owner.full_name, number(field))
                    || around.held.is_boxed(owner.full_name, field.name()),
                delimited: features.message_encoding == MessageEncoding::Delimited,
            },
            Type::Enum => {
                let known = around.scope.get(field.type_name()).and_then(|known| known.enumeration.as_ref());
                Self::Enum { path: path(), closed: known.is_some_and(|known| known.closed) }
            }
            Type::String if around.unchecked_bytes && features.utf8_validation == Utf8Validation::None => {
                Self::Scalar(Scalar::Raw)
            }
            scalar => Self::Scalar(Scalar::new(scalar)),
        }
    }

    /// In the types that the call wants for the field.
    pub(crate) fn held(self, types: Types) -> Self {
        let held = match self {
            Self::Scalar(Scalar::Str) => types.text,
            Self::Scalar(Scalar::Raw) => types.bytes,
            _ => None,
        };
        held.map_or(self, Self::Held)
    }

    /// The value of a map: its number is one of the entry, so what is boxed in the message says nothing of it.
    fn unboxed(self) -> Self {
        match self {
            Self::Message { path, delimited, .. } => Self::Message { path, boxed: false, delimited },
            other => other,
        }
    }

    /// The wire type: 0 varint, 1 eight bytes, 2 length-delimited, 3 group, 5 four bytes.
    pub(crate) fn wire_type(&self) -> u32 {
        match self {
            Self::Scalar(scalar) => scalar.wire_type(),
            Self::Held(_) => 2,
            Self::Enum { .. } => 0,
            Self::Message { delimited, .. } => 2 + u32::from(*delimited),
        }
    }

    /// "Only repeated fields of primitive numeric types can be declared packed."
    pub(crate) fn is_packable(&self) -> bool {
        !matches!(self.wire_type(), 2 | 3)
    }

    /// Whether a view of it borrows something.
    pub(crate) fn borrows(&self) -> bool {
        match self {
            Self::Scalar(scalar) => scalar.borrows(),
            Self::Enum { .. } => false,
            Self::Held(_) | Self::Message { .. } => true,
        }
    }

    fn is_boxed(&self) -> bool {
        matches!(self, Self::Message { boxed: true, .. })
    }

    pub(crate) fn is_closed(&self) -> bool {
        matches!(self, Self::Enum { closed: true, .. })
    }
}

impl Scalar {
    fn new(kind: Type) -> Self {
        match kind {
            Type::Double => Self::Double,
            Type::Float => Self::Float,
            Type::Int64 => Self::Int64,
            Type::Uint64 => Self::Uint64,
            Type::Int32 | Type::Message | Type::Group | Type::Enum => Self::Int32,
            Type::Fixed64 => Self::Fixed64,
            Type::Fixed32 => Self::Fixed32,
            Type::Bool => Self::Bool,
            Type::String => Self::Str,
            Type::Bytes => Self::Raw,
            Type::Uint32 => Self::Uint32,
            Type::Sfixed32 => Self::Sfixed32,
            Type::Sfixed64 => Self::Sfixed64,
            Type::Sint32 => Self::Sint32,
            Type::Sint64 => Self::Sint64,
        }
    }

    /// Whether a view borrows it.
    pub(crate) fn borrows(self) -> bool {
        matches!(self, Self::Str | Self::Raw)
    }

    fn wire_type(self) -> u32 {
        match self {
            Self::Double | Self::Fixed64 | Self::Sfixed64 => 1,
            Self::Float | Self::Fixed32 | Self::Sfixed32 => 5,
            Self::Str | Self::Raw => 2,
            _ => 0,
        }
    }
}

fn default_value(around: &Surroundings<'_>, field: &FieldDescriptorProto, kind: &Kind) -> DefaultValue {
    let declared = field.default_value.as_deref();
    let text = declared.unwrap_or("0");
    match kind {
        Kind::Message { boxed, .. } => DefaultValue::Message { boxed: *boxed },
        Kind::Enum { path, .. } => {
            let known = around.scope.get(field.type_name()).and_then(|known| known.enumeration.as_ref());
            let values = known.map_or(&[] as &[_], |known| &known.values);
            let value = values.iter().find(|(name, _)| Some(name.as_str()) == declared).or(values.first());
            DefaultValue::Variant(path.clone(), value.map(|(_, variant)| variant.clone()).unwrap_or_default())
        }
        Kind::Held(Holder::ArcStr | Holder::BoxStr | Holder::SharedStr) => {
            DefaultValue::Text(declared.unwrap_or("").to_owned())
        }
        Kind::Held(Holder::BoxBytes | Holder::VecBytes) => DefaultValue::Bytes(default_bytes(field)),
        Kind::Scalar(scalar) => match scalar {
            Scalar::Str => DefaultValue::Text(declared.unwrap_or("").to_owned()),
            Scalar::Raw => DefaultValue::Bytes(default_bytes(field)),
            Scalar::Bool => DefaultValue::Bool(text == "true"),
            Scalar::Float => DefaultValue::Single(text.parse().unwrap_or(0.0)),
            Scalar::Double => DefaultValue::Double(text.parse().unwrap_or(0.0)),
            Scalar::Uint32 | Scalar::Uint64 | Scalar::Fixed32 | Scalar::Fixed64 => {
                DefaultValue::Unsigned(text.parse().unwrap_or(0))
            }
            _ => DefaultValue::Signed(text.parse().unwrap_or(0)),
        },
    }
}

fn default_bytes(field: &FieldDescriptorProto) -> Vec<u8> {
    let declared = field.default_value.as_deref().unwrap_or("");
    if field.r#type() == Type::String { declared.as_bytes().to_vec() } else { unescaped(declared) }
}

/// Descriptors hold the default of a bytes field "C escaped".
fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        let escape = if first == b'\\' { rest.split_first() } else { None };
        let Some((&sign, tail)) = escape else {
            bytes.push(first);
            continue;
        };
        rest = tail;
        let digits = |from: &[u8], most: usize, radix: u32| {
            from.iter().take(most).take_while(|digit| char::from(**digit).is_digit(radix)).count()
        };
        let mut coded = |from: &[u8], length: usize, radix: u32| {
            let text = std::str::from_utf8(from.get(..length).unwrap_or(&[])).unwrap_or("");
            bytes.push(u32::from_str_radix(text, radix).unwrap_or(0) as u8);
        };
        match sign {
            b'0'..=b'7' => {
                let length = digits(rest, 2, 8);
                let whole: Vec<u8> = [&[sign], rest.get(..length).unwrap_or(&[])].concat();
                coded(&whole, whole.len(), 8);
                rest = rest.get(length..).unwrap_or(&[]);
            }
            b'x' | b'X' => {
                let length = digits(rest, 2, 16);
                coded(rest, length, 16);
                rest = rest.get(length..).unwrap_or(&[]);
            }
            other => bytes.push(plain(other)),
        }
    }
    bytes
}

fn plain(escape: u8) -> u8 {
    match escape {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'v' => 11,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_defaults_are_unescaped() {
        assert_eq!(unescaped(r#"a\n\\\"\000\xff\3771"#), b"a\n\\\"\0\xff\xff1");
    }
}
