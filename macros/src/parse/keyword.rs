//! The words that Rust keeps for itself. Asked where an option of the call takes a path, and where names are made.

/// Words that can stand as raw identifiers only. Reserved words of all editions, so that a schema means the same in each.
pub(crate) const KEYWORDS: [&str; 49] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    "union",
];

/// Whether a word can stand anywhere in a path as it is.
pub(super) fn is_name(word: &str) -> bool {
    // Those two are words like others in some place, or in some edition.
    let is_free = matches!(word, "gen" | "union") || !KEYWORDS.contains(&word);
    is_free && !matches!(word, "_" | "Self" | "self" | "super" | "crate")
}
