//! `google.protobuf.Any` seen by reflection: what it holds, and where its type is found. Called by the formats.

use bytes::Bytes;

use super::Timestamp;
use crate::reflect::{DescriptorPool, MessageDescriptor, Reflect, Value};

/// Shows `take` the type that a URL names: from the first of the pools that has it, else from that of
/// `google.protobuf`; `None` where no pool has it.
pub(crate) fn with_type<T>(
    url: &str,
    pools: [Option<&DescriptorPool>; 2],
    take: impl FnOnce(MessageDescriptor<'_>) -> T,
) -> Option<T> {
    let (_, name) = url.rsplit_once('/')?;
    if let Some(found) = pools.into_iter().flatten().find_map(|pool| pool.message(name)) {
        return Some(take(found));
    }
    let known = Timestamp::default();
    let found = known.descriptor().pool().message(name)?;
    Some(take(found))
}

/// The URL and the bytes of an `Any`.
pub(crate) fn packed(message: &dyn Reflect) -> (&str, &[u8]) {
    let url = match message.get(1) {
        Ok(Some(Value::String(url))) => url,
        _ => "",
    };
    match message.get(2) {
        Ok(Some(Value::Bytes(bytes))) => (url, bytes),
        _ => (url, &[]),
    }
}

/// Makes the message an `Any` of those.
pub(crate) fn pack(message: &mut dyn Reflect, url: &str, bytes: Vec<u8>) {
    // Both fail only where a type calls itself `google.protobuf.Any` and is another one, which then stays empty.
    let _ = message.set(1, url);
    let _ = message.set(2, Bytes::from(bytes));
}
