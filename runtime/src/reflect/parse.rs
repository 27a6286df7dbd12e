//! Reads a `google.protobuf.FileDescriptorSet` into tables, in two passes: all files here, then the names in them in
//! `resolve`. Called by `descriptor`.
//!
//! By hand, since the generated types of `google.protobuf` stand on this layer. The numbers are those of
//! `google/protobuf/descriptor.proto`.

use super::features::{Features, Presence};
use super::pool::{
    Enum, EnumValue, Field, File, Kind, Message, Method, Oneof, PoolError, Service, Symbol, Tables, joined,
};
use super::resolve::{Starts, resolve};
#[cfg(feature = "json")]
use super::special::Special;
use crate::wire::{DecodeError, Input, Session};

/// Adds all files of a `FileDescriptorSet`. A file that is there already, by its name, is passed over.
pub(super) fn add_set(tables: &mut Tables, set: &[u8]) -> Result<(), PoolError> {
    let starts = Starts::of(tables);
    each(set, |tag, input| {
        match tag {
            10 => add_file(tables, input.slice()?)?,
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    resolve(tables, starts)
}

/// Goes through the fields of a message; `take` reads or skips the value behind each tag.
fn each<'a>(
    bytes: &'a [u8],
    mut take: impl FnMut(u32, &mut Input<'a, '_>) -> Result<(), PoolError>,
) -> Result<(), PoolError> {
    let session = Session::new(bytes.len(), None);
    let mut input = Input::new(bytes, &session);
    while let Some(tag) = input.tag()? {
        take(tag, &mut input)?;
    }
    Ok(())
}

/// Where a declaration stands.
#[derive(Clone, Copy)]
struct Site<'a> {
    file: usize,
    /// What the full names in it begin with.
    scope: &'a str,
    parent: Option<usize>,
    features: Features,
}

fn add_file(tables: &mut Tables, bytes: &[u8]) -> Result<(), PoolError> {
    let mut file = File {
        name: String::new(),
        package: String::new(),
        syntax: String::new(),
        dependencies: Vec::new(),
        bytes: bytes.to_vec(),
        options: Vec::new(),
    };
    each(bytes, |tag, input| {
        match tag {
            10 => file.name = owned(input)?,
            18 => file.package = owned(input)?,
            26 | 122 => file.dependencies.push(owned(input)?),
            66 => file.options.extend(input.slice()?),
            98 => file.syntax = owned(input)?,
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    if tables.files.iter().any(|known| known.name == file.name) {
        return Ok(());
    }
    let features = Features::of_syntax(&file.syntax).changed(&part(&file.options, 50)?)?;
    let package = file.package.clone();
    let site = Site { file: tables.files.len(), scope: &package, parent: None, features };
    tables.files.push(file);
    each(bytes, |tag, input| match tag {
        34 => add_message(tables, input.slice()?, &site),
        42 => add_enum(tables, input.slice()?, &site),
        50 => add_service(tables, input.slice()?, &site),
        58 => add_extension(tables, input.slice()?, &site),
        tag => Ok(input.skip(tag)?),
    })
}

fn owned(input: &mut Input<'_, '_>) -> Result<String, DecodeError> {
    input.text().map(str::to_owned)
}

/// The bytes of all fields of that number, joined: a message in several parts is one.
fn part(bytes: &[u8], number: u32) -> Result<Vec<u8>, DecodeError> {
    let session = Session::new(bytes.len(), None);
    let mut input = Input::new(bytes, &session);
    let mut found = Vec::new();
    while let Some(tag) = input.tag()? {
        if tag == number << 3 | 2 { found.extend(input.slice()?) } else { input.skip(tag)? }
    }
    Ok(found)
}

/// The last varint of that number.
fn varint(bytes: &[u8], number: u32) -> Result<Option<u64>, DecodeError> {
    let session = Session::new(bytes.len(), None);
    let mut input = Input::new(bytes, &session);
    let mut found = None;
    while let Some(tag) = input.tag()? {
        if tag == number << 3 { found = Some(input.varint()?) } else { input.skip(tag)? }
    }
    Ok(found)
}

/// The text of field 1, which is the name of every declaration.
fn name_of(bytes: &[u8]) -> Result<String, PoolError> {
    String::from_utf8(part(bytes, 1)?).map_err(|_| DecodeError::InvalidUtf8.into())
}

fn declare(tables: &mut Tables, full_name: &str, symbol: Symbol) -> Result<(), PoolError> {
    match tables.names.insert(full_name.to_owned(), symbol) {
        None => Ok(()),
        Some(_) => Err(PoolError::Duplicate { name: full_name.to_owned() }),
    }
}

fn add_message(tables: &mut Tables, bytes: &[u8], site: &Site<'_>) -> Result<(), PoolError> {
    let full_name = joined(site.scope, &name_of(bytes)?);
    let index = tables.messages.len();
    declare(tables, &full_name, Symbol::Message(index))?;
    let options = part(bytes, 7)?;
    let features = site.features.changed(&part(&options, 12)?)?;
    let inner = Site { scope: &full_name, parent: Some(index), features, ..*site };
    let mut message = Message {
        index,
        full_name: full_name.clone(),
        #[cfg(feature = "json")]
        special: Special::of(&full_name),
        file: site.file,
        parent: site.parent,
        fields: Vec::new(),
        oneofs: Vec::new(),
        by_number: Default::default(),
        by_name: Default::default(),
        by_json_name: Default::default(),
        extension_ranges: Vec::new(),
        reserved_ranges: Vec::new(),
        reserved_names: Vec::new(),
        map_entry: varint(&options, 7)? == Some(1),
        message_set: varint(&options, 1)? == Some(1),
        options,
    };
    each(bytes, |tag, input| {
        match tag {
            18 => message.fields.push(field(input.slice()?, &inner)?),
            42 => message.extension_ranges.push(range(input.slice()?)?),
            66 => message.oneofs.push(oneof(input.slice()?)?),
            74 => message.reserved_ranges.push(range(input.slice()?)?),
            82 => message.reserved_names.push(owned(input)?),
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    index_fields(&mut message);
    tables.messages.push(message);
    each(bytes, |tag, input| match tag {
        26 => add_message(tables, input.slice()?, &inner),
        34 => add_enum(tables, input.slice()?, &inner),
        50 => add_extension(tables, input.slice()?, &inner),
        tag => Ok(input.skip(tag)?),
    })
}

fn index_fields(message: &mut Message) {
    for (index, field) in message.fields.iter_mut().enumerate() {
        field.place = index;
        message.by_number.insert(field.number, index);
        message.by_name.insert(field.name.clone(), index);
        message.by_json_name.insert(field.json_name.clone(), index);
        let oneof = field.oneof.and_then(|oneof| message.oneofs.get_mut(oneof));
        if let Some(oneof) = oneof {
            oneof.fields.push(index);
            oneof.synthetic = field.proto3_optional;
        }
    }
}

fn range(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    let bound = |number| varint(bytes, number).map(|bound| bound.unwrap_or(0) as u32);
    Ok((bound(1)?, bound(2)?))
}

fn oneof(bytes: &[u8]) -> Result<Oneof, PoolError> {
    Ok(Oneof { name: name_of(bytes)?, fields: Vec::new(), synthetic: false, options: part(bytes, 2)? })
}

fn field(bytes: &[u8], site: &Site<'_>) -> Result<Field, PoolError> {
    let name = name_of(bytes)?;
    let options = part(bytes, 8)?;
    let features = site.features.changed(&part(&options, 21)?)?;
    let mut field = Field {
        full_name: joined(site.scope, &name),
        json_name: String::new(),
        json_key: String::new(),
        #[cfg(feature = "json")]
        json_head: (0, 0),
        name,
        place: 0,
        number: 0,
        kind: Kind::Int32,
        type_name: String::new(),
        repeated: false,
        map: false,
        presence: features.presence,
        packed: features.packed,
        delimited: features.delimited,
        utf8: features.utf8,
        oneof: None,
        proto3_optional: false,
        redacted: varint(&options, 16)? == Some(1),
        default: None,
        extendee: String::new(),
        file: site.file,
        options,
    };
    let mut group = false;
    each(bytes, |tag, input| {
        match tag {
            18 => field.extendee = owned(input)?.trim_start_matches('.').to_owned(),
            24 => field.number = input.varint()? as u32,
            32 => match input.varint()? {
                2 => field.presence = Presence::Required,
                3 => field.repeated = true,
                _ => {}
            },
            40 => (field.kind, group) = kind(input.varint()?),
            50 => field.type_name = owned(input)?.trim_start_matches('.').to_owned(),
            58 => field.default = Some(owned(input)?),
            72 => field.oneof = Some(input.varint()? as usize),
            82 => field.json_name = owned(input)?,
            136 => field.proto3_optional = input.varint()? == 1,
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    settle(&mut field, group)?;
    Ok(field)
}

/// What label, type, place and the options of old decide, whatever the features around say.
fn settle(field: &mut Field, group: bool) -> Result<(), DecodeError> {
    let is_message = matches!(field.kind, Kind::Message(_));
    let explicit = is_message || field.oneof.is_some() || !field.extendee.is_empty();
    if explicit && field.presence == Presence::Implicit {
        field.presence = Presence::Explicit;
    }
    field.delimited = is_message && (group || field.delimited);
    field.packed = match varint(&field.options, 2)? {
        Some(packed) => packed == 1,
        None => field.packed,
    } && field.repeated
        && field.kind.is_packable();
    if field.json_name.is_empty() {
        field.json_name = json_name(&field.name);
    }
    if !field.json_name.contains(|sign: char| sign < ' ' || sign == '"' || sign == '\\') {
        field.json_key = [",\"", &field.json_name, "\":"].concat();
    }
    #[cfg(feature = "json")]
    {
        field.json_head = head(field.json_key.trim_matches([',', ':']));
    }
    Ok(())
}

/// The first eight bytes of a text as a number of little end, and which of them there are.
#[cfg(feature = "json")]
fn head(text: &str) -> (u64, u64) {
    let bytes = text.bytes().take(8).zip((0..).step_by(8));
    bytes.fold((0, 0), |(head, mask), (byte, shift)| (head | u64::from(byte) << shift, mask | 0xff << shift))
}

/// What protoc makes of a name: what follows an underscore is upper case.
fn json_name(name: &str) -> String {
    let mut json = String::with_capacity(name.len());
    let mut upper = false;
    for sign in name.chars() {
        match sign {
            '_' => upper = true,
            sign => json.push(if std::mem::take(&mut upper) { sign.to_ascii_uppercase() } else { sign }),
        }
    }
    json
}

/// The type by its number, and whether it is a group. Places of types follow in the second pass.
fn kind(number: u64) -> (Kind, bool) {
    let kind = match number {
        1 => Kind::Double,
        2 => Kind::Float,
        3 => Kind::Int64,
        4 => Kind::Uint64,
        6 => Kind::Fixed64,
        7 => Kind::Fixed32,
        8 => Kind::Bool,
        9 => Kind::String,
        10 | 11 => Kind::Message(0),
        12 => Kind::Bytes,
        13 => Kind::Uint32,
        14 => Kind::Enum(0),
        15 => Kind::Sfixed32,
        16 => Kind::Sfixed64,
        17 => Kind::Sint32,
        18 => Kind::Sint64,
        _ => Kind::Int32,
    };
    (kind, number == 10)
}

fn add_extension(tables: &mut Tables, bytes: &[u8], site: &Site<'_>) -> Result<(), PoolError> {
    let extension = field(bytes, site)?;
    declare(tables, &extension.full_name, Symbol::Extension(tables.extensions.len()))?;
    tables.extensions.push(extension);
    Ok(())
}

fn add_enum(tables: &mut Tables, bytes: &[u8], site: &Site<'_>) -> Result<(), PoolError> {
    let full_name = joined(site.scope, &name_of(bytes)?);
    declare(tables, &full_name, Symbol::Enum(tables.enums.len()))?;
    let options = part(bytes, 3)?;
    let closed = site.features.changed(&part(&options, 7)?)?.closed;
    let mut values = Vec::new();
    each(bytes, |tag, input| {
        match tag {
            18 => {
                let value = input.slice()?;
                let number = varint(value, 2)?.unwrap_or(0) as i32;
                values.push(EnumValue { name: name_of(value)?, number, options: part(value, 3)? });
            }
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    let by_name = values.iter().enumerate().map(|(index, value)| (value.name.clone(), index)).collect();
    // Of two names for a number the first counts: the last that is collected stays.
    let by_number = values.iter().enumerate().rev().map(|(index, value)| (value.number, index)).collect();
    let index = tables.enums.len();
    tables.enums.push(Enum {
        index,
        #[cfg(feature = "json")]
        null: full_name == "google.protobuf.NullValue",
        full_name,
        file: site.file,
        closed,
        values,
        by_name,
        by_number,
        options,
    });
    Ok(())
}

fn add_service(tables: &mut Tables, bytes: &[u8], site: &Site<'_>) -> Result<(), PoolError> {
    let full_name = joined(site.scope, &name_of(bytes)?);
    declare(tables, &full_name, Symbol::Service(tables.services.len()))?;
    let mut methods = Vec::new();
    each(bytes, |tag, input| {
        match tag {
            18 => methods.push(method(input.slice()?)?),
            tag => input.skip(tag)?,
        }
        Ok(())
    })?;
    tables.services.push(Service { full_name, file: site.file, methods, options: part(bytes, 3)? });
    Ok(())
}

fn method(bytes: &[u8]) -> Result<Method, PoolError> {
    let text = |number| -> Result<String, PoolError> {
        let text = String::from_utf8(part(bytes, number)?).map_err(|_| DecodeError::InvalidUtf8)?;
        Ok(text.trim_start_matches('.').to_owned())
    };
    Ok(Method {
        name: name_of(bytes)?,
        input: 0,
        input_name: text(2)?,
        output: 0,
        output_name: text(3)?,
        client_streaming: varint(bytes, 5)? == Some(1),
        server_streaming: varint(bytes, 6)? == Some(1),
        options: part(bytes, 4)?,
    })
}
