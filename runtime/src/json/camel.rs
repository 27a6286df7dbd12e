//! The paths of field masks, which JSON writes in its own case. Called by `read` and `write`.

/// A path in JSON's case, if it can be read back.
pub(super) fn camel(path: &str) -> Option<String> {
    let mut camel = String::with_capacity(path.len());
    let mut upper = false;
    for sign in path.chars() {
        match sign {
            '_' if !upper => upper = true,
            'a'..='z' if upper => {
                camel.push(sign.to_ascii_uppercase());
                upper = false;
            }
            // What stands between two paths.
            '_' | 'A'..='Z' | ',' => return None,
            _ if upper => return None,
            sign => camel.push(sign),
        }
    }
    // Nothing is no path when it is read.
    (!upper && !camel.is_empty()).then_some(camel)
}

/// A path in the schema's case.
pub(super) fn snake(path: &str) -> Option<String> {
    let mut snake = String::with_capacity(path.len());
    for sign in path.chars() {
        match sign {
            'A'..='Z' => snake.extend(['_', sign.to_ascii_lowercase()]),
            '_' => return None,
            sign => snake.push(sign),
        }
    }
    Some(snake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_comes_back_changes_its_case() {
        assert_eq!(
            (camel("foo_bar.b").as_deref(), camel("foo__b"), camel("fooB")),
            (Some("fooBar.b"), None, None)
        );
        assert_eq!((camel("a,b"), camel("")), (None, None));
        assert_eq!(snake("fooBar").as_deref(), Some("foo_bar"));
    }
}
