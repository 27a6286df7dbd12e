//! The codec of generated messages and of their views, spelled from a line for each field and direction: a macro that the
//! compiler runs is quicker than `include_proto!` with each of the tokens.
//!
//! Generated code calls them through the private door.

/// The methods of `Message` and `MessageView` that write and read the fields: the lifetime of what is read from, the reader
/// with the numbers of the required fields, and the fields, each as shape, kinds, number and member, the one with the
/// highest number first. `shared` stands for the fields of a message that is written by its table. `@bare` in front is for
/// one that keeps no unknown fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __walked {
    (
        $from:lifetime, $read:ident $([$($required:literal),*])?,
        $($shape:ident[$($kind:tt)*]($($number:literal)? $member:ident))*
    ) => {
        fn put_fields(&self, out: &mut $crate::__private_0_1_0::Output<'_>) {
            self.unknown_fields.put(out);
            $($crate::__private_0_1_0::$shape::put::<$($kind)*>($($number,)? &self.$member, out);)*
        }
        $crate::__walked!(@in $from, $read $([$($required),*])?);
    };
    ($from:lifetime, $read:ident $([$($required:literal),*])?, shared) => {
        fn put_fields(&self, out: &mut $crate::__private_0_1_0::Output<'_>) {
            self.unknown_fields.put(out);
            $crate::__private_0_1_0::put_shared(self, out);
        }
        $crate::__walked!(@in $from, $read $([$($required),*])?);
    };
    (
        @bare $from:lifetime, $read:ident $([$($required:literal),*])?,
        $($shape:ident[$($kind:tt)*]($($number:literal)? $member:ident))*
    ) => {
        fn put_fields(&self, out: &mut $crate::__private_0_1_0::Output<'_>) {
            $($crate::__private_0_1_0::$shape::put::<$($kind)*>($($number,)? &self.$member, out);)*
        }
        $crate::__walked!(@in $from, $read $([$($required),*])?);
    };
    (@bare $from:lifetime, $read:ident $([$($required:literal),*])?, shared) => {
        fn put_fields(&self, out: &mut $crate::__private_0_1_0::Output<'_>) {
            $crate::__private_0_1_0::put_shared(self, out);
        }
        $crate::__walked!(@in $from, $read $([$($required),*])?);
    };
    (@in $from:lifetime, $read:ident $([$($required:literal),*])?) => {
        fn merge_fields(
            &mut self,
            input: $crate::__private_0_1_0::Input<$from, '_>,
        ) -> ::core::result::Result<(), $crate::__private_0_1_0::DecodeError> {
            $crate::__private_0_1_0::$read(self, input $(, &[$($required),*])?)
        }
    };
}

/// `impl Fields`: the lifetime of what is read from, the type, what the lines call the method's parameters, and a line for
/// each field, its tags and its slot. With `@bare` in front, of a message that keeps no unknown fields.
#[doc(hidden)]
#[macro_export]
macro_rules! __slotted {
    (
        $(#[$allow:meta])* <$from:lifetime> $message:ident $(<$lifetime:lifetime>)?,
        ($this:ident, $tag:ident, $input:ident),
        $($($number:literal)|+ => $slot:ident $(($($place:tt)*))?,)*
        _ => $unknown:ident $(($($unknown_place:tt)*))?,
    ) => {
        $(#[$allow])*
        impl<$from> $crate::__private_0_1_0::Fields<$from> for $message $(<$lifetime>)? {
            #[inline(always)]
            fn slot(
                &mut $this,
                $tag: ::core::primitive::u32,
                $input: &mut $crate::__private_0_1_0::Input<$from, '_>,
            ) -> $crate::__private_0_1_0::Slot<'_, $from> {
                match $tag {
                    $($($number)|+ => $crate::__private_0_1_0::Slot::$slot $(($($place)*))?,)*
                    _ => $crate::__private_0_1_0::Slot::$unknown $(($($unknown_place)*))?,
                }
            }
            fn unknown(&mut self) -> ::core::option::Option<&mut $crate::__private_0_1_0::UnknownFields> {
                ::core::option::Option::Some(&mut self.unknown_fields)
            }
        }
    };
    (@bare
        $(#[$allow:meta])* <$from:lifetime> $message:ident $(<$lifetime:lifetime>)?,
        ($this:ident, $tag:ident, $input:ident),
        $($($number:literal)|+ => $slot:ident $(($($place:tt)*))?,)*
        _ => $unknown:ident,
    ) => {
        $(#[$allow])*
        impl<$from> $crate::__private_0_1_0::Fields<$from> for $message $(<$lifetime>)? {
            #[inline(always)]
            fn slot(
                &mut $this,
                $tag: ::core::primitive::u32,
                $input: &mut $crate::__private_0_1_0::Input<$from, '_>,
            ) -> $crate::__private_0_1_0::Slot<'_, $from> {
                match $tag {
                    $($($number)|+ => $crate::__private_0_1_0::Slot::$slot $(($($place)*))?,)*
                    _ => $crate::__private_0_1_0::Slot::$unknown,
                }
            }
        }
    };
}
