//! Strings and bytes in other types than `String` and `Bytes`, where a call of the macro wants them so. Named by generated
//! code, called by the shapes in `field`.

use std::marker::PhantomData;

use super::{DecodeError, Input, Kind, Merge, Output, SharedStr, wire_type};

/// `string`, in a type that is made of a `&str`.
#[derive(Debug)]
pub struct StrAs<T>(PhantomData<T>);

impl<T: AsRef<str> + Default + for<'b> From<&'b str>> Kind for StrAs<T> {
    type Value = T;

    const WIRE: u32 = wire_type::LENGTH;

    fn is_default(value: &T) -> bool {
        value.as_ref().is_empty()
    }

    fn put(number: u32, value: &T, out: &mut Output<'_>) {
        out.put_bytes(number, value.as_ref().as_bytes());
    }
}

impl<'a, T: AsRef<str> + Default + for<'b> From<&'b str>> Merge<'a> for StrAs<T> {
    fn merge(_: u32, value: &mut T, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
        *value = input.text()?.into();
        Ok(())
    }
}

/// `bytes`, in a type that is made of a `&[u8]`.
#[derive(Debug)]
pub struct RawAs<T>(PhantomData<T>);

impl<T: AsRef<[u8]> + Default + for<'b> From<&'b [u8]>> Kind for RawAs<T> {
    type Value = T;

    const WIRE: u32 = wire_type::LENGTH;

    fn is_default(value: &T) -> bool {
        value.as_ref().is_empty()
    }

    fn put(number: u32, value: &T, out: &mut Output<'_>) {
        out.put_bytes(number, value.as_ref());
    }
}

impl<'a, T: AsRef<[u8]> + Default + for<'b> From<&'b [u8]>> Merge<'a> for RawAs<T> {
    fn merge(_: u32, value: &mut T, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
        *value = input.slice()?.into();
        Ok(())
    }
}

/// `string`, as a slice of what it was read from.
#[derive(Debug)]
pub struct StrShared;

impl Kind for StrShared {
    type Value = SharedStr;

    const WIRE: u32 = wire_type::LENGTH;

    fn is_default(value: &SharedStr) -> bool {
        value.is_empty()
    }

    fn put(number: u32, value: &SharedStr, out: &mut Output<'_>) {
        out.put_bytes(number, value.as_bytes());
    }
}

impl<'a> Merge<'a> for StrShared {
    fn merge(_: u32, value: &mut SharedStr, input: &mut Input<'a, '_>) -> Result<(), DecodeError> {
        *value = SharedStr::from_utf8(input.shared()?).map_err(|_| DecodeError::InvalidUtf8)?;
        Ok(())
    }
}
