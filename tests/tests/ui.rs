//! What the compiler says of mistakes in user code and in schemas: each case of `ui/` beside its expected text.
//!
//! `TRYBUILD=overwrite` writes the texts anew; they are those of the stable toolchain that the workspace is built with.

#[test]
fn the_compiler_says_what_is_wrong_and_nothing_more() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui/*.rs");
}
