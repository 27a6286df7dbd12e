//! Options behind a single number, `extensions 4 [verification = DECLARATION];`, which protox reads behind a range only.
//!
//! `parse::statement` takes them out of the text, `parse::option` gives them back to the ranges that they stand behind.

use prost_types::{ExtensionRangeOptions, FileDescriptorProto, UninterpretedOption};

use super::element;

/// The options of some of a message's ranges.
#[derive(Debug)]
pub(super) struct RangeOptions {
    /// The message, by its name inside of the package.
    pub(super) owner: String,
    /// The first of its ranges that has them, and how many.
    pub(super) first: usize,
    pub(super) count: usize,
    pub(super) options: Vec<UninterpretedOption>,
}

/// Reads what stands in the brackets. `None` if that is not sound: then the parser is to see it.
pub(super) fn options(text: &str) -> Option<Vec<UninterpretedOption>> {
    let file = format!("syntax = \"proto2\"; message A {{ extensions 1 to 2 {text}; }}");
    let mut parsed = protox_parse::parse("", &file).ok()?;
    let range = parsed.message_type.pop()?.extension_range.pop()?;
    Some(range.options?.uninterpreted_option)
}

/// Puts the options where they belong.
pub(super) fn give_back(file: &mut FileDescriptorProto, taken: RangeOptions) {
    let Some((message, _)) = element::message(file, &taken.owner) else { return };
    for range in message.extension_range.iter_mut().skip(taken.first).take(taken.count) {
        let uninterpreted_option = taken.options.clone();
        range.options = Some(ExtensionRangeOptions { uninterpreted_option });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_come_back_to_their_ranges() {
        let text = "message A { message B { extensions 1 to 2, 5, 7; } }";
        let mut file = protox_parse::parse("", text).expect("it is sound");
        let options = options("[verification = DECLARATION, (x) = { y: 1 }]").expect("they are sound");
        give_back(&mut file, RangeOptions { owner: "A.B".to_owned(), first: 1, count: 2, options });
        let ranges = &file.message_type[0].nested_type[0].extension_range;
        let counts =
            ranges.iter().map(|it| it.options.as_ref().map_or(0, |it| it.uninterpreted_option.len()));
        assert_eq!(counts.collect::<Vec<_>>(), [0, 2, 2]);
        assert_eq!(super::options("[verification = ]"), None);
    }
}
