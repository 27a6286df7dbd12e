//! The second pass over descriptors: the names of types become their places in the tables. Called by `parse`.

use super::features::Presence;
use super::pool::{Kind, PoolError, Symbol, Tables, joined};

/// How much of each table there was before the files that were just read.
#[derive(Clone, Copy)]
pub(super) struct Starts {
    messages: usize,
    extensions: usize,
    services: usize,
}

impl Starts {
    pub(super) fn of(tables: &Tables) -> Self {
        Self {
            messages: tables.messages.len(),
            extensions: tables.extensions.len(),
            services: tables.services.len(),
        }
    }
}

/// Goes over what is new.
pub(super) fn resolve(tables: &mut Tables, starts: Starts) -> Result<(), PoolError> {
    fields(tables, starts)?;
    extensions(tables, starts)?;
    services(tables, starts)?;
    map_entries(tables, starts.messages);
    Ok(())
}

fn fields(tables: &mut Tables, starts: Starts) -> Result<(), PoolError> {
    let Tables { names, messages: all_messages, extensions: all_extensions, .. } = tables;
    let fields = all_messages.iter_mut().skip(starts.messages).flat_map(|message| &mut message.fields);
    for field in fields.chain(all_extensions.iter_mut().skip(starts.extensions)) {
        field.kind = match (field.kind, names.get(&field.type_name)) {
            (Kind::Message(_), Some(Symbol::Message(index))) => Kind::Message(*index),
            (Kind::Enum(_), Some(Symbol::Enum(index))) => Kind::Enum(*index),
            (Kind::Message(_) | Kind::Enum(_), _) => {
                return Err(missing(&field.full_name, &field.type_name));
            }
            (scalar, _) => scalar,
        };
    }
    Ok(())
}

fn extensions(tables: &mut Tables, starts: Starts) -> Result<(), PoolError> {
    for (index, extension) in tables.extensions.iter().enumerate().skip(starts.extensions) {
        let message = message(tables, &extension.full_name, &extension.extendee)?;
        tables.extended.insert((message, extension.number), index);
    }
    Ok(())
}

fn services(tables: &mut Tables, starts: Starts) -> Result<(), PoolError> {
    for service in starts.services..tables.services.len() {
        let Some(found) = tables.services.get(service) else { continue };
        let mut places = Vec::new();
        for method in &found.methods {
            let user = joined(&found.full_name, &method.name);
            places.push((
                message(tables, &user, &method.input_name)?,
                message(tables, &user, &method.output_name)?,
            ));
        }
        let methods = tables.services.get_mut(service).into_iter().flat_map(|service| &mut service.methods);
        for (method, place) in methods.zip(places) {
            (method.input, method.output) = place;
        }
    }
    Ok(())
}

/// What stands in an entry of a map is always written, and never a group.
fn map_entries(tables: &mut Tables, from: usize) {
    for message in tables.messages.iter_mut().skip(from).filter(|message| message.map_entry) {
        for field in &mut message.fields {
            field.presence = Presence::Explicit;
            field.delimited = false;
        }
    }
    let entries: Vec<bool> = tables.messages.iter().map(|message| message.map_entry).collect();
    for field in tables.messages.iter_mut().skip(from).flat_map(|message| &mut message.fields) {
        if let Kind::Message(index) = field.kind
            && entries.get(index) == Some(&true)
        {
            field.delimited = false;
            field.map = field.repeated;
        }
    }
}

fn message(tables: &Tables, user: &str, name: &str) -> Result<usize, PoolError> {
    match tables.names.get(name) {
        Some(Symbol::Message(index)) => Ok(*index),
        _ => Err(missing(user, name)),
    }
}

fn missing(user: &str, name: &str) -> PoolError {
    PoolError::Missing { user: user.to_owned(), name: name.to_owned() }
}
