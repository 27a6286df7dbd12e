//! The time of day as the schema's messages carry it. Called by whatever stamps a product, an order or an event.

use std::time::SystemTime;

use protocall::well_known::Timestamp;

/// This moment.
pub(crate) fn now() -> Timestamp {
    let since_1970 = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    Timestamp {
        seconds: i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX),
        nanos: since_1970.subsec_nanos().cast_signed(),
        ..Default::default()
    }
}
