//! A configuration that follows its files: read again when a connection is made, at most once a second, so that a
//! renewed certificate is used without a restart. Connections that are open keep what they began with.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::grpc::Result;

/// How old what was read from files may be.
const FRESH: Duration = Duration::from_secs(1);

/// Told of each reading of files that had changed.
pub(super) type Notice = Arc<dyn Fn(&Result<()>) + Send + Sync>;

/// What a configuration is made of, which may change.
pub(super) trait Recipe: Send + Sync + 'static {
    /// What is read.
    type Read: PartialEq + Send;
    /// What is made of it.
    type Config: Send + Sync;

    /// Whether reading again may give something else.
    fn may_change(&self) -> bool;
    fn read(&self) -> Result<Self::Read>;
    fn make(&self, read: &Self::Read) -> Result<Self::Config>;
}

/// The configuration of now.
pub(crate) struct Renewed<C>(Arc<dyn Renew<C>>);

impl<C> Clone for Renewed<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C> fmt::Debug for Renewed<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Renewed")
    }
}

impl<C: Send + Sync + 'static> Renewed<C> {
    pub(super) fn new<R: Recipe<Config = C>>(recipe: R, notice: Option<Notice>) -> Result<Self> {
        let read = recipe.read()?;
        let config = Arc::new(recipe.make(&read)?);
        let state = State { config, read, failed: None, looked: Instant::now() };
        Ok(Self(Arc::new(Kept { recipe, notice, state: Mutex::new(state) })))
    }

    /// A configuration that stays as it is.
    pub(super) fn fixed(config: Arc<C>) -> Self {
        Self(Arc::new(Fixed(config)))
    }

    /// The configuration for a connection that is made now. One call at a time looks at the files, on a thread that
    /// may block; the others take what there is.
    pub(crate) async fn current(&self) -> Arc<C> {
        if self.0.is_due() {
            let renewing = Arc::clone(&self.0);
            // It fails only when the runtime stops.
            let _ = tokio::task::spawn_blocking(move || renewing.renew()).await;
        }
        self.0.get()
    }
}

trait Renew<C>: Send + Sync {
    fn get(&self) -> Arc<C>;
    /// Whether it is this caller's turn to call `renew`.
    fn is_due(&self) -> bool;
    fn renew(&self);
}

struct Fixed<C>(Arc<C>);

impl<C: Send + Sync> Renew<C> for Fixed<C> {
    fn get(&self) -> Arc<C> {
        Arc::clone(&self.0)
    }

    fn is_due(&self) -> bool {
        false
    }

    fn renew(&self) {}
}

struct Kept<R: Recipe> {
    recipe: R,
    notice: Option<Notice>,
    state: Mutex<State<R>>,
}

struct State<R: Recipe> {
    config: Arc<R::Config>,
    read: R::Read,
    /// What was read last and is of no use: it is told once, and what was there before stays in use.
    failed: Option<Option<R::Read>>,
    looked: Instant,
}

impl<R: Recipe> Kept<R> {
    fn state(&self) -> MutexGuard<'_, State<R>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, outcome: &Result<()>) {
        if let Some(notice) = &self.notice {
            notice(outcome);
        }
    }
}

impl<R: Recipe> Renew<R::Config> for Kept<R> {
    fn get(&self) -> Arc<R::Config> {
        Arc::clone(&self.state().config)
    }

    fn is_due(&self) -> bool {
        if !self.recipe.may_change() {
            return false;
        }
        let mut state = self.state();
        let due = state.looked.elapsed() >= FRESH;
        if due {
            state.looked = Instant::now();
        }
        due
    }

    fn renew(&self) {
        // The lock is not held while files are read.
        let read = self.recipe.read();
        let known = match &read {
            Ok(read) => {
                let state = self.state();
                *read == state.read
                    || state.failed.as_ref().is_some_and(|failed| failed.as_ref() == Some(read))
            }
            Err(_) => matches!(self.state().failed, Some(None)),
        };
        if known {
            return;
        }
        let made = read.map(|read| (self.recipe.make(&read), read));
        let outcome = match made {
            Ok((Ok(config), read)) => {
                let mut state = self.state();
                (state.config, state.read, state.failed) = (Arc::new(config), read, None);
                Ok(())
            }
            Ok((Err(status), read)) => {
                self.state().failed = Some(Some(read));
                Err(status)
            }
            Err(status) => {
                self.state().failed = Some(None);
                Err(status)
            }
        };
        self.tell(&outcome);
    }
}
