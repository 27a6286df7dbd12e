//! Getters of message fields that are not set: they answer with a default instance, one per type, made when it is
//! first asked for. Called by generated code.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

use super::Message;

type Instance = &'static (dyn Any + Send + Sync);

/// A static cannot be generic, and one static per generated message would cost every build for what few programs
/// ask for: the instances share a table instead.
static INSTANCES: LazyLock<RwLock<HashMap<TypeId, Instance>>> = LazyLock::new(RwLock::default);

/// The message that is set, or the default instance.
#[inline]
pub fn message<M: Message>(value: &Option<M>) -> &M {
    value.as_ref().unwrap_or_else(|| default_instance())
}

/// The boxed message that is set, or the default instance.
#[inline]
pub fn boxed_message<M: Message>(value: &Option<Box<M>>) -> &M {
    value.as_deref().unwrap_or_else(|| default_instance())
}

#[cold]
fn default_instance<M: Message>() -> &'static M {
    let made = instance(TypeId::of::<M>(), || Box::leak(Box::new(M::default())));
    // The table is keyed by type, so the cast succeeds; if it ever did not, a fresh instance is as good.
    made.downcast_ref().unwrap_or_else(|| Box::leak(Box::new(M::default())))
}

fn instance(id: TypeId, make: fn() -> Instance) -> Instance {
    let known = INSTANCES.read().unwrap_or_else(PoisonError::into_inner).get(&id).copied();
    known.unwrap_or_else(|| {
        *INSTANCES.write().unwrap_or_else(PoisonError::into_inner).entry(id).or_insert_with(make)
    })
}
