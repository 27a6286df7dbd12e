//! What generated types say in the same words, as macros: a call of the macro is a tenth of what it stands for, and
//! the compiler is quicker with a macro of this crate than `include_proto!` with each of its tokens.
//!
//! Generated code calls them through the private door.

/// `impl Reflect` of a message: its name, the descriptors of its call and its index there, and the members of the struct
/// with their places. With `@bare` in front, of a message that keeps no unknown fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __reflected {
    (
        $(#[$allow:meta])* $message:ident, $files:path, $index:literal,
        $($($place:literal)|+ => $member:ident,)*
    ) => {
        $(#[$allow])*
        impl $crate::__private_0_1_0::Reflect for $message {
            fn descriptor(&self) -> $crate::__private_0_1_0::MessageDescriptor<'_> {
                $files.message($index)
            }
            fn field(&self, index: ::core::primitive::usize) -> $crate::__private_0_1_0::FieldRef<'_> {
                $crate::__private_0_1_0::FieldRef::Some(match index {
                    $($($place)|+ => &self.$member,)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn field_mut(&mut self, index: ::core::primitive::usize) -> $crate::__private_0_1_0::FieldMut<'_> {
                $crate::__private_0_1_0::FieldMut::Some(match index {
                    $($($place)|+ => &mut self.$member,)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn unknown(&self) -> &$crate::__private_0_1_0::UnknownFields {
                &self.unknown_fields
            }
            fn unknown_mut(&mut self) -> ::core::option::Option<&mut $crate::__private_0_1_0::UnknownFields> {
                ::core::option::Option::Some(&mut self.unknown_fields)
            }
        }
    };
    (@bare
        $(#[$allow:meta])* $message:ident, $files:path, $index:literal,
        $($($place:literal)|+ => $member:ident,)*
    ) => {
        $(#[$allow])*
        impl $crate::__private_0_1_0::Reflect for $message {
            fn descriptor(&self) -> $crate::__private_0_1_0::MessageDescriptor<'_> {
                $files.message($index)
            }
            fn field(&self, index: ::core::primitive::usize) -> $crate::__private_0_1_0::FieldRef<'_> {
                $crate::__private_0_1_0::FieldRef::Some(match index {
                    $($($place)|+ => &self.$member,)*
                    _ => return ::core::option::Option::None,
                })
            }
            fn field_mut(&mut self, index: ::core::primitive::usize) -> $crate::__private_0_1_0::FieldMut<'_> {
                $crate::__private_0_1_0::FieldMut::Some(match index {
                    $($($place)|+ => &mut self.$member,)*
                    _ => return ::core::option::Option::None,
                })
            }
        }
    };
}

/// `impl Debug` of a message.
#[doc(hidden)]
#[macro_export]
macro_rules! __debugged {
    ($(#[$allow:meta])* $message:ident) => {
        $(#[$allow])*
        impl ::core::fmt::Debug for $message {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::__private_0_1_0::debug(self, f)
            }
        }
    };
}

/// serde's traits of a message or an enum, by the two functions that are named.
#[doc(hidden)]
#[cfg(feature = "json")]
#[macro_export]
macro_rules! __serialized {
    ($(#[$allow:meta])* $name:ident, $write:ident, $read:ident) => {
        $(#[$allow])*
        impl $crate::__private_0_1_0::Serialize for $name {
            fn serialize<S: $crate::__private_0_1_0::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private_0_1_0::$write(self, serializer)
            }
        }
        $(#[$allow])*
        impl<'de> $crate::__private_0_1_0::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private_0_1_0::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private_0_1_0::$read(deserializer)
            }
        }
    };
}
#[doc(hidden)]
#[cfg(not(feature = "json"))]
#[macro_export]
macro_rules! __serialized {
    ($($tokens:tt)*) => {};
}
