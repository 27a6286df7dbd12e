//! Names: from the cases of `.proto` files to Rust's, legal in every edition and without clashes.
//!
//! Every other file of the model asks here; emit never changes a name. A raw identifier carries its `r#`.

use std::collections::HashSet;

use crate::parse::keyword::KEYWORDS;

/// Words that cannot even be raw, and the generated code's own names: the runtime, and a server's implementation.
const NEVER_RAW: [&str; 7] = ["self", "Self", "super", "crate", "_", "__rt", "__S"];

/// A legal identifier.
pub(crate) fn escaped(name: &str) -> String {
    if NEVER_RAW.contains(&name) {
        format!("{name}_")
    } else if KEYWORDS.contains(&name) {
        format!("r#{name}")
    } else {
        name.to_owned()
    }
}

/// `fooBar` and `FooBar` -> `foo_bar`, `HTTPCode` -> `http_code`; what is lower case stays as it is written.
pub(crate) fn snake(name: &str) -> String {
    let signs: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    let mut previous = None;
    for (index, sign) in signs.iter().enumerate() {
        if sign.is_uppercase() {
            let starts_word = signs.get(index + 1).is_some_and(|next| next.is_lowercase());
            let boundary = match previous {
                Some(Case::Lower) => true,
                Some(Case::Upper) => starts_word,
                None => false,
            };
            if boundary && !snake.ends_with('_') {
                snake.push('_');
            }
            previous = Some(Case::Upper);
        } else if sign.is_lowercase() {
            previous = Some(Case::Lower);
        } else if *sign == '_' {
            previous = None;
        } else if previous.is_none() && !snake.is_empty() {
            previous = Some(Case::Lower);
        }
        snake.extend(sign.to_lowercase());
    }
    snake
}

/// The case of the last letter; digits belong to the word before them.
#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
}

/// `out_of_stock` and `OUT_OF_STOCK` -> `OutOfStock`; `V_1_2` -> `V1_2`, which is another name than `V_12`.
pub(crate) fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in snake(name).split('_').filter(|word| !word.is_empty()) {
        let mut signs = word.chars();
        let Some(first) = signs.next() else { continue };
        if first.is_ascii_digit() && (camel.is_empty() || camel.ends_with(|last: char| last.is_ascii_digit()))
        {
            camel.push('_');
        }
        camel.extend(first.to_uppercase());
        camel.push_str(signs.as_str());
    }
    if camel.is_empty() { "_".to_owned() } else { camel }
}

/// A struct field, a method, a module.
pub(crate) fn member(name: &str) -> String {
    escaped(&snake(name))
}

/// A constant or a static.
pub(crate) fn constant(name: &str) -> String {
    escaped(&snake(name).to_uppercase())
}

/// A variant of an enum.
pub(crate) fn variant(name: &str) -> String {
    escaped(&camel(name))
}

/// `name`, or with as many underscores behind it as it takes to be none of `taken`.
pub(crate) fn free(name: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&name) {
        return name;
    }
    let mut free = format!("{}_", name.trim_start_matches("r#"));
    while taken(&free) {
        free.push('_');
    }
    free
}

/// Gives every name that an earlier one, or `taken`, already has a suffix that no other name has.
pub(crate) fn distinct(names: Vec<String>, taken: &[&str]) -> Vec<String> {
    let natural: HashSet<String> = names.iter().cloned().collect();
    let mut used: HashSet<String> = taken.iter().map(|name| (*name).to_owned()).collect();
    let free = |name: &str, used: &HashSet<String>| !used.contains(name) && !natural.contains(name);
    let mut result = Vec::with_capacity(names.len());
    for name in names {
        let mut chosen = name.clone();
        if used.contains(&name) {
            let plain = name.trim_start_matches("r#");
            let numbered = (2..).map(|number| format!("{plain}_{number}"));
            let mut candidates =
                [format!("{plain}_")].into_iter().filter(|_| taken.contains(&plain)).chain(numbered);
            chosen = candidates.find(|candidate| free(candidate, &used)).unwrap_or(name);
        }
        used.insert(chosen.clone());
        result.push(chosen);
    }
    result
}

/// The variants of an enum: without the enum's own name in front, where that is possible for all of them.
pub(crate) fn variants(enumeration: &str, values: &[&str], taken: &[&str]) -> Vec<String> {
    let prefix = format!("{}_", snake(enumeration)).to_ascii_uppercase();
    let bare: Option<Vec<&str>> = values.iter().map(|value| bare_value(value, &prefix)).collect();
    if let Some(bare) = bare {
        let names: Vec<String> = bare.iter().map(|value| variant(value)).collect();
        let differ = names.iter().collect::<HashSet<_>>().len() == names.len();
        if differ && !names.iter().any(|name| taken.contains(&name.as_str())) {
            return names;
        }
    }
    distinct(values.iter().map(|value| variant(value)).collect(), taken)
}

fn bare_value<'a>(value: &'a str, prefix: &str) -> Option<&'a str> {
    let head = value.get(..prefix.len())?;
    let tail = value.get(prefix.len()..)?;
    let starts_well = tail.trim_start_matches('_').starts_with(|first: char| first.is_ascii_alphabetic());
    (head.eq_ignore_ascii_case(prefix) && starts_well).then_some(tail)
}

/// The name of a message's or a oneof's view.
pub(crate) fn view_name(name: &str) -> String {
    format!("{}View", name.trim_start_matches("r#"))
}

/// The full name of `name` in `scope`, which is empty at the top.
pub(crate) fn joined(scope: &str, name: &str) -> String {
    if scope.is_empty() { name.to_owned() } else { format!("{scope}.{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_knows_acronyms() {
        for (proto, rust) in [
            ("fooBar", "foo_bar"),
            ("FooBar", "foo_bar"),
            ("HTTPCode", "http_code"),
            ("XMLHttpRequest", "xml_http_request"),
            ("foo_bar", "foo_bar"),
            ("foo__bar_", "foo__bar_"),
            ("_field_Name3", "_field_name3"),
            ("FIELD_NAME11", "field_name11"),
            ("fieldName7", "field_name7"),
            ("abc123DEF456", "abc123_def456"),
            ("X509Cert", "x509_cert"),
            ("A", "a"),
            ("MyURL", "my_url"),
            ("Field_name18__", "field_name18__"),
        ] {
            assert_eq!(snake(proto), rust, "{proto}");
        }
    }

    #[test]
    fn camel_case_keeps_numbers_apart() {
        for (proto, rust) in [
            ("OUT_OF_STOCK", "OutOfStock"),
            ("discount", "Discount"),
            ("shipping_info", "ShippingInfo"),
            ("VALUE_1_2", "Value1_2"),
            ("VALUE_12", "Value12"),
            ("V2Beta", "V2Beta"),
            ("1A", "_1a"),
            ("_", "_"),
        ] {
            assert_eq!(camel(proto), rust, "{proto}");
        }
    }

    #[test]
    fn keywords_are_escaped() {
        for (proto, rust) in [
            ("type", "r#type"),
            ("self", "self_"),
            ("Self", "Self_"),
            ("gen", "r#gen"),
            ("union", "r#union"),
            ("x", "x"),
        ] {
            assert_eq!(escaped(proto), rust);
        }
        assert_eq!(member("Crate"), "crate_");
        assert_eq!(variant("SELF"), "Self_");
    }

    #[test]
    fn clashes_get_a_suffix_in_order() {
        let names = ["foo_bar", "foo_bar", "foo_bar_2", "unknown_fields", "type"].map(str::to_owned).to_vec();
        let expected = ["foo_bar", "foo_bar_3", "foo_bar_2", "unknown_fields_", "type"];
        assert_eq!(distinct(names, &["unknown_fields"]), expected);
    }

    #[test]
    fn prefixes_go_for_all_or_none() {
        let open = &["Unrecognized"];
        for (name, values, expected) in [
            (
                "EventType",
                vec!["EVENT_TYPE_UNKNOWN", "EVENT_TYPE_OUT_OF_STOCK"],
                vec!["Unknown", "OutOfStock"],
            ),
            ("Status", vec!["STATUS_OK", "PENDING"], vec!["StatusOk", "Pending"]),
            ("Level", vec!["LEVEL_1", "LEVEL_A"], vec!["Level1", "LevelA"]),
            ("E", vec!["E_A", "E_a"], vec!["EA", "EA_2"]),
            ("Kind", vec!["KIND_UNRECOGNIZED"], vec!["KindUnrecognized"]),
            ("Kind", vec!["unrecognized"], vec!["Unrecognized_"]),
            ("Who", vec!["WHO_SELF", "WHO_NONE"], vec!["Self_", "None"]),
        ] {
            assert_eq!(variants(name, &values, open), expected, "{name}");
        }
    }
}
