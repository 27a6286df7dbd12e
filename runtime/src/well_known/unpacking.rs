//! The messages in `Any`s while a whole message is written: each is decoded where it is come to, so that no limit of the
//! message around it holds what Anys within Anys become. Called by the formats.

use std::cell::Cell;

use crate::reflect::{DynamicMessage, MessageDescriptor};
use crate::wire::DecodeError;

/// How deep messages may nest from the outermost `Any` on: as deep as in a message that is decoded.
const DEPTH: u32 = 100;

/// What all that is unpacked at once may take in memory, and what each byte of the outermost `Any` adds to that: as for a
/// message that is decoded.
const BUDGET: usize = 64 * 1024 * 1024;
const BUDGET_PER_BYTE: usize = 32;

/// What is left for Anys within Anys.
#[derive(Debug, Default)]
pub(crate) struct Unpacking {
    /// Nothing where no `Any` is open.
    left: Cell<Option<usize>>,
}

impl Unpacking {
    /// What is left, for [`Unpacking::back`] once the message that is unpacked next is gone.
    pub(crate) fn mark(&self) -> Option<usize> {
        self.left.get()
    }

    pub(crate) fn back(&self, mark: Option<usize>) {
        self.left.set(mark);
    }

    /// The message of that type in an `Any` which is `depth` levels within the outermost one.
    pub(crate) fn unpack(
        &self,
        found: MessageDescriptor<'_>,
        bytes: &[u8],
        depth: u32,
    ) -> Result<DynamicMessage, DecodeError> {
        let levels = DEPTH.checked_sub(depth).ok_or(DecodeError::RecursionLimit)?;
        let all = || bytes.len().saturating_mul(BUDGET_PER_BYTE).saturating_add(BUDGET);
        let left = self.left.get().unwrap_or_else(all);
        // Strings and bytes are copied.
        let left = left.checked_sub(bytes.len()).ok_or(DecodeError::MemoryBudget)?;
        let mut inner = DynamicMessage::new(found);
        self.left.set(Some(inner.merge_within(bytes, levels, left)?));
        Ok(inner)
    }
}
