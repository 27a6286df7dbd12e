//! The other half of each conversion: what is made from a reference is made from a value as well. Used by the files that
//! convert.

/// Declares conversions from values that stand on those from references.
macro_rules! owned {
    ($($from:ty => $to:ty;)*) => {$(
        impl TryFrom<$from> for $to {
            type Error = TimeError;

            fn try_from(value: $from) -> Result<Self, TimeError> {
                Self::try_from(&value)
            }
        }
    )*};
}

pub(super) use owned;
