//! The shop under a mixed load, for as long as one likes, while its servers are restarted one after the other. Run by
//! tests/tests/soak.rs.

mod caller;
mod clients;
mod fleet;
mod gauge;
mod ledger;
mod run;

pub use caller::Caller;
pub use clients::Clients;
pub use fleet::Fleet;
pub use gauge::{Reading, growth};
pub use ledger::Ledger;
pub use run::{Report, run};
