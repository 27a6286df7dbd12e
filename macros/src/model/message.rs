//! Messages and their oneofs: the members in order of declaration, each with a name of its own.
//!
//! `model::package` builds every message of its tree here in the second pass.

use prost_types::{DescriptorProto, FieldDescriptorProto};

use super::derive::Derive;
use super::field::{Declared, Field, Kind, Owner, Surroundings, is_deprecated, number};
use super::scope::{TypePath, relative};
use super::{comment, name};
use crate::parse::Target;

/// A message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) ident: String,
    pub(crate) full_name: String,
    /// Its place among the messages of all files, each of which comes before what is nested in it.
    pub(crate) index: usize,
    pub(crate) members: Vec<Member>,
    /// Numbers of the extensions whose text is checked with the message, though it stays among the unknown fields.
    pub(crate) text_extensions: Vec<u32>,
    /// Whether it sets numbers aside for extensions.
    pub(crate) extendable: bool,
    /// Whether it keeps fields that the schema does not name.
    pub(crate) keeps_unknown: bool,
    /// Whether it has a view.
    pub(crate) view: bool,
    /// Whether it shares its codec with others, to be small.
    pub(crate) small: bool,
    /// Whether its extensions stand in the wire format of message sets.
    pub(crate) message_set: bool,
    pub(crate) derives: Vec<Derive>,
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
    pub(crate) blame: usize,
}

/// A member of the struct.
#[derive(Debug)]
pub(crate) enum Member {
    Field(Field),
    Oneof(OneofField),
}

/// The member that holds a oneof.
#[derive(Debug)]
pub(crate) struct OneofField {
    pub(crate) ident: String,
    pub(crate) path: TypePath,
    /// The places of its fields in the declaration.
    pub(crate) places: Vec<usize>,
    /// Number and wire type of its fields.
    pub(crate) tags: Vec<u32>,
    /// The lowest number: its place on the wire.
    pub(crate) number: u32,
    /// Has a closed enum among its fields, whose unknown numbers go to the unknown fields.
    pub(crate) closed: bool,
    /// Whether a view of it is a type of its own: it borrows something.
    pub(crate) borrows: bool,
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
}

/// The enum of a oneof.
#[derive(Debug)]
pub(crate) struct Oneof {
    pub(crate) ident: String,
    pub(crate) variants: Vec<Variant>,
    /// Whether a view of it borrows something.
    pub(crate) borrows: bool,
    /// Whether its message has a view.
    pub(crate) view: bool,
    pub(crate) derives: Vec<Derive>,
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
    pub(crate) blame: usize,
}

/// A field of a oneof.
#[derive(Debug)]
pub(crate) struct Variant {
    pub(crate) ident: String,
    pub(crate) number: u32,
    pub(crate) kind: Kind,
    pub(crate) attributes: Vec<usize>,
    pub(crate) doc: String,
    pub(crate) deprecated: bool,
}

/// A message's place: in the file, in proto's names and in Rust's modules.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) path: &'a [i32],
    pub(crate) full_name: &'a str,
    /// The module that holds the struct.
    pub(crate) module: &'a [String],
    /// The module of what is nested in it.
    pub(crate) inner: &'a [String],
}

impl Message {
    /// The message and the enums of its oneofs.
    pub(crate) fn new(
        around: &Surroundings<'_>,
        message: &DescriptorProto,
        site: &Site<'_>,
    ) -> (Self, Vec<Oneof>) {
        let source = &around.file.source;
        let owner = Owner { full_name: site.full_name, module: site.module, entries: &message.nested_type };
        let mut members = Vec::new();
        let mut oneofs = Vec::new();
        let slots = slots(message);
        let names = slots.iter().map(|slot| name::member(slot.name(message))).collect();
        for (slot, ident) in slots.iter().zip(name::distinct(names, &["unknown_fields"])) {
            match slot {
                Slot::Field(index, field) => {
                    let path = [site.path, &[2, *index]].concat();
                    let declared = Declared::new(around.file, &path, field);
                    let field = Field::new(around, &owner, declared, ident).documented(around.file, &path);
                    members
                        .push(Member::Field(Field { place: usize::try_from(*index).unwrap_or(0), ..field }));
                }
                Slot::Oneof(index) => {
                    let (field, oneof) = oneof(around, message, site, *index);
                    members.push(Member::Oneof(OneofField { ident, ..field }));
                    oneofs.push(oneof);
                }
            }
        }
        name_getters(&mut members);
        let message = Self {
            ident: name::escaped(message.name()),
            full_name: site.full_name.to_owned(),
            index: 0,
            members,
            text_extensions: Vec::new(),
            extendable: !message.extension_range.is_empty(),
            keeps_unknown: around.unknown_fields || !message.extension_range.is_empty(),
            view: around.views.contains(site.full_name),
            small: around.small,
            message_set: message.options.as_ref().is_some_and(|options| options.message_set_wire_format()),
            derives: around.custom.derives(Target::Message, site.full_name),
            attributes: around.custom.attributes(Target::Message, "", site.full_name),
            doc: comment::type_doc(source, site.path, site.full_name),
            deprecated: message.options.as_ref().is_some_and(|options| options.deprecated()),
            blame: around.file.blame,
        };
        (message, oneofs)
    }
}

/// What every message can do: a getter of such a name would stand before it.
const METHODS: [&str; 23] = [
    "clear_extension",
    "clone",
    "clone_from",
    "decode",
    "decode_bytes",
    "default",
    "encode",
    "encode_to_bytes",
    "encode_to_vec",
    "encoded_len",
    "eq",
    "extension",
    "extension_fields",
    "extension_fields_mut",
    "fmt",
    "has_extension",
    "into",
    "merge",
    "ne",
    "of",
    "set_extension",
    "to_message",
    "try_into",
];

/// A getter is called as its field, unless every message has a method of that name.
fn name_getters(members: &mut [Member]) {
    let fields = members.iter_mut().filter_map(|member| match member {
        Member::Field(field) => Some(field),
        Member::Oneof(_) => None,
    });
    let fields: Vec<&mut Field> = fields.collect();
    let idents: Vec<String> = fields.iter().map(|field| field.ident.clone()).collect();
    for field in fields {
        let taken =
            |name: &str| METHODS.contains(&name) || name != field.ident && idents.contains(&name.to_owned());
        field.getter = name::free(field.ident.clone(), taken);
    }
}

/// What becomes one member: a field with its index, or the oneof with that index.
enum Slot<'a> {
    Field(i32, &'a FieldDescriptorProto),
    Oneof(i32),
}

impl Slot<'_> {
    fn name<'a>(&'a self, message: &'a DescriptorProto) -> &'a str {
        match self {
            Slot::Field(_, field) => field.name(),
            Slot::Oneof(index) => oneof_name(message, *index),
        }
    }
}

/// Members in order of declaration; a oneof stands where its first field does.
fn slots(message: &DescriptorProto) -> Vec<Slot<'_>> {
    let mut slots = Vec::new();
    let mut seen = Vec::new();
    for (index, field) in (0..).zip(&message.field) {
        match real_oneof(field) {
            None => slots.push(Slot::Field(index, field)),
            Some(oneof) if !seen.contains(&oneof) => {
                seen.push(oneof);
                slots.push(Slot::Oneof(oneof));
            }
            Some(_) => {}
        }
    }
    slots
}

/// The oneof of a field; the one that the parser makes up for a proto3 `optional` does not count.
pub(crate) fn real_oneof(field: &FieldDescriptorProto) -> Option<i32> {
    field.oneof_index.filter(|_| !field.proto3_optional())
}

fn oneof_name(message: &DescriptorProto, index: i32) -> &str {
    let oneof = usize::try_from(index).ok().and_then(|index| message.oneof_decl.get(index));
    oneof.map_or("", |oneof| oneof.name())
}

/// Both halves of a oneof: the member and the enum.
fn oneof(
    around: &Surroundings<'_>,
    message: &DescriptorProto,
    site: &Site<'_>,
    index: i32,
) -> (OneofField, Oneof) {
    let source = &around.file.source;
    let inside = Owner { full_name: site.full_name, module: site.inner, entries: &message.nested_type };
    let fields = (0..).zip(&message.field).filter(|(_, field)| real_oneof(field) == Some(index));
    let fields: Vec<(i32, &FieldDescriptorProto)> = fields.collect();
    let names = name::distinct(fields.iter().map(|(_, field)| name::variant(field.name())).collect(), &[]);
    let places = fields.iter().filter_map(|(at, _)| usize::try_from(*at).ok()).collect();
    let mut variants = Vec::new();
    for ((at, field), ident) in fields.into_iter().zip(names) {
        let path = [site.path, &[2, at]].concat();
        variants.push(Variant {
            ident,
            number: number(field),
            kind: Kind::new(around, &inside, Declared::new(around.file, &path, field))
                .held(around.held.types(site.full_name, field.name())),
            attributes: around.custom.attributes(Target::Field, site.full_name, field.name()),
            doc: comment::doc(source, &path),
            deprecated: is_deprecated(field),
        });
    }
    let proto_name = oneof_name(message, index);
    let at = usize::try_from(index).unwrap_or(0);
    let ident = oneof_idents(message).into_iter().nth(at).unwrap_or_default();
    let path = [site.path, &[8, index]].concat();
    let doc = comment::doc(source, &path);
    let field = OneofField {
        ident: String::new(),
        places,
        path: relative(site.module, site.inner, &ident),
        tags: variants.iter().map(|variant| variant.number << 3 | variant.kind.wire_type()).collect(),
        number: variants.iter().map(|variant| variant.number).min().unwrap_or(0),
        closed: variants.iter().any(|variant| variant.kind.is_closed()),
        borrows: variants.iter().any(|variant| variant.kind.borrows()),
        attributes: around.custom.attributes(Target::Field, site.full_name, proto_name),
        doc: doc.clone(),
    };
    let full_name = format!("{}.{proto_name}", site.full_name);
    let doc = comment::type_doc(source, &path, &full_name);
    let (borrows, view) = (field.borrows, around.views.contains(site.full_name));
    let derives = around.custom.derives(Target::Oneof, &full_name);
    let attributes = around.custom.attributes(Target::Oneof, "", &full_name);
    let blame = around.file.blame;
    (field, Oneof { ident, variants, borrows, view, derives, attributes, doc, blame })
}

/// `kind` -> `Kind`, or `KindOneof` where a nested type is called so.
fn oneof_idents(message: &DescriptorProto) -> Vec<String> {
    let nested = message.nested_type.iter().map(|nested| nested.name());
    let types = nested.chain(message.enum_type.iter().map(|nested| nested.name()));
    let types: Vec<String> = types.map(name::escaped).collect();
    let natural = message.oneof_decl.iter().map(|oneof| {
        let ident = name::variant(oneof.name());
        if types.contains(&ident) { format!("{ident}Oneof") } else { ident }
    });
    let taken: Vec<&str> = types.iter().map(String::as_str).collect();
    name::distinct(natural.collect(), &taken)
}
