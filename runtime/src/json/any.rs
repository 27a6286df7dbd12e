//! Where the types of `google.protobuf.Any` are found. Called by `read` and `write`.

use crate::reflect::{DescriptorPool, MessageDescriptor, Reflect as _};
use crate::well_known::Timestamp;

/// Shows `take` the type that a URL names: from the pool that was given, that of the message, and that of
/// `google.protobuf`; `None` where no pool has it.
pub(super) fn with_type<T>(
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
