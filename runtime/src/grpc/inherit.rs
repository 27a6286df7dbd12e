//! What the calls that a handler makes have of the call that it handles: its deadline. Set by `guard`, asked by `client`.
//!
//! A thread knows of the handler that it runs at the moment. So what a handler spawns has nothing of it, and its
//! cancellation needs no word: a handler that is dropped drops the calls that it waits for.

use std::cell::Cell;

use tokio::time::Instant;

thread_local! {
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// The deadline of the handler that asks, if it is one and has one.
pub(crate) fn inherited() -> Option<Instant> {
    DEADLINE.get()
}

/// Does `work`, which must not panic, for a handler with this deadline.
pub(super) fn within<T>(deadline: Instant, work: impl FnOnce() -> T) -> T {
    let outer = DEADLINE.replace(Some(deadline));
    let done = work();
    DEADLINE.set(outer);
    done
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::{inherited, within};

    #[test]
    fn a_deadline_is_known_within_and_forgotten_behind() {
        let outer = Instant::now();
        let inner = outer + std::time::Duration::from_secs(1);
        assert_eq!(inherited(), None);
        within(outer, || {
            within(inner, || assert_eq!(inherited(), Some(inner)));
            assert_eq!(inherited(), Some(outer));
        });
        assert_eq!(inherited(), None);
    }
}
