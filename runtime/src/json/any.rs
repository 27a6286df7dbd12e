//! The reading of `google.protobuf.Any`: its type may stand behind its fields, so that all of it is kept first. Called by
//! `read`, which it calls back for the message in it.

use serde::de::{DeserializeSeed, Error};
use serde_json::{Map, Value};

use super::kept::Kept;
use super::place::Place;
use super::reading::Reading;
use super::source::Entries;
use crate::reflect::{DynamicMessage, Reflect, ValueMut};
use crate::well_known::{pack, with_type};

/// Reads an `Any` into `message`.
pub(super) fn read_any<'de, S: Entries<'de>>(
    message: &mut dyn Reflect,
    mut map: S,
    reading: &Reading<'_>,
) -> Result<(), S::Error> {
    let mut url = None;
    let mut fields = Map::new();
    while let Some(name) = map.key()? {
        reading.seen(name.len() + 2);
        if name == "@type" {
            if url.replace(map.text()?).is_some() {
                return Err(S::Error::custom("`@type` is there twice"));
            }
        } else if fields.insert(name.into_owned(), map.kept(Kept(reading))?).is_some() {
            return Err(S::Error::custom("a field is there twice"));
        }
    }
    let Some(url) = url else {
        return if fields.is_empty() { Ok(()) } else { Err(S::Error::custom("`@type` is missing")) };
    };
    let pools = [reading.reader.pool.as_ref(), Some(reading.pool)];
    let inner = with_type(&url, pools, DynamicMessage::new);
    let mut inner =
        inner.ok_or_else(|| S::Error::custom(format_args!("no descriptor is known of `{url}`")))?;
    reading.charge(&ValueMut::Message(&mut inner), size_of::<DynamicMessage>())?;
    let value = match inner.descriptor().special() {
        None => Value::Object(fields),
        Some(_) => match (fields.remove("value"), fields.is_empty() || reading.reader.ignore_unknown) {
            (Some(value), true) => value,
            _ => {
                return Err(S::Error::custom(format_args!(
                    "`{url}` has the field `value` here, and no other"
                )));
            }
        },
    };
    let place = Place::outermost(&mut inner, reading);
    place.deserialize(value).map_err(S::Error::custom)?;
    pack(message, &url, inner.encode_to_vec());
    Ok(())
}
