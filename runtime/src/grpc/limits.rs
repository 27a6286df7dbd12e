//! The most bytes that messages may have, in general and for single methods. Set by users on either side, obeyed by
//! `frame`.

use std::collections::HashMap;
use std::sync::Arc;

use super::Method;

/// The most bytes that one message may have, each way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Of a message that comes in: 4 MiB unless set otherwise. Above it the call fails with `RESOURCE_EXHAUSTED`,
    /// judged by the length that is announced, before the message is read.
    pub receive: usize,
    /// Of a message that goes out: unlimited unless set otherwise (the prefix allows 4 GiB - 1). Above it the call
    /// fails with `RESOURCE_EXHAUSTED`, and nothing of the message is sent.
    pub send: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { receive: 4 * 1024 * 1024, send: u32::MAX as usize }
    }
}

/// Limits of single methods, by their paths. None is the usual case.
#[derive(Clone, Debug, Default)]
pub(crate) struct MethodLimits(Option<Arc<HashMap<&'static str, Limits>>>);

impl MethodLimits {
    pub(crate) fn set(&mut self, method: &'static Method, limits: Limits) {
        Arc::make_mut(self.0.get_or_insert_default()).insert(method.path(), limits);
    }

    /// The limits of a method, which has those of all where it has none of its own.
    pub(crate) fn of(&self, method: &'static Method, all: Limits) -> Limits {
        match &self.0 {
            None => all,
            Some(own) => own.get(method.path()).copied().unwrap_or(all),
        }
    }
}
