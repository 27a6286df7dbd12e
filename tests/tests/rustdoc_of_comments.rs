//! Comments of every nasty kind become docs that rustdoc has nothing to say of and takes no test from, whatever they stand at.

use protocall_tests::outside::OutsideCrate;
use protocall_tests::program::finish;

/// What people write, and what they do not.
const COMMENT: &str = r##"Indented text, which Markdown takes for code:

    let x: Vec<T> = panic!("a doctest");

And more of it.
	with a tab, after text

	after a blank line

[brackets], [Type][pkg.Type], [`Code`], [`Code`](Nowhere), [text](relative/path.md), ![image](missing.png), [x]: y
[ref]: https://example.com/reference
[^1]: a footnote, [^1] and its use
<T>, Vec<Option<T>>, <b>bold, </div>, <!-- a comment, <https://example.com>, <a href="x">, &amp; &, a < b > c
https://example.com/a_(b)?c=[d]#e, (http://example.com). www.example.com HTTP://UPPER.example ftp://example.com x@example.com
Unbalanced `ticks, ``two of them`, and ``` three in a line, `a
span over lines` and \`escaped\` and \[brackets\] and a \ alone and one at the end \
# a heading
#not a heading
#[derive(Debug)]
#include <stdio.h>
## [another](
Setext
======
Setext
------
* * *
```rust
panic!("a doctest");
```
```
panic!("another");
```
~~~ should_panic,edition2021
fn main() {}
~~~
````ignore
```
inner
````
- a list

      code in the list
  1. nested
     ```
     panic!("in a list");
     ```
1) one

        deep code
> a quote with <T> and [x]
>
>     code in a quote
| a | `b | c |
|---|:-:|
| <T> | [x] | ``` |
*/ ends nothing, nor does /* or // or """ or r#" or "#
{braces} {{}} $dollar $crate $($x:expr),* %s {0:?} \n \u{1F600} \x41
größer, 金, 🦀, e\u{301}, a zero\u{200b}width
*unbalanced **stars _and__ underscores* ~~struck
  - 

```text
a fence that never ends"##;

/// The schema, with the comment at all that can have one.
fn schema() -> String {
    let text = COMMENT.replace(r"\u{301}", "\u{301}").replace(r"\u{200b}", "\u{200b}");
    let line: String = text.lines().map(|line| format!("// {line}\n")).collect();
    // Without a blank behind the slashes, and with stars in front, as others do.
    let close: String = text.lines().map(|line| format!("//{line}\n")).collect();
    let block: String = text.replace("*/", "* /").replace("/*", "/ *");
    let block = format!("/**\n{} */\n", block.lines().map(|line| format!(" * {line}\n")).collect::<String>());
    format!(
        "edition = \"2023\";\n\npackage nasty;\n\n{line}message Message {{\n{line}string field = 1;\n{close}repeated int32 list = 2 \
         [deprecated = true];\n{block}oneof choice {{\n{line}string one = 3;\n{block}Nested other = 4;\n}}\n{block}message Nested {{ \
         int32 x = 1; {line} }}\n{line}extensions 100 to max;\n}}\n{block}enum Enum {{\n{line}NONE = 0;\n{close}SOME = 1;\n}}\n\
         {close}service Service {{\n{line}rpc Call(Message) returns (Message);\n{block}rpc Watch(Message) returns (stream Message);\n}}\n\
         extend Message {{\n{line}string more = 100;\n}}\n"
    )
}

fn crate_of(name: &str, more: &str) -> OutsideCrate {
    let outside = OutsideCrate::new(name);
    outside.write("proto/nasty.proto", &schema());
    let call = "protocall::include_proto!(\"proto/nasty.proto\", views = true);";
    outside.write("src/lib.rs", &format!("//! Docs of comments.\n\n{call}\n{more}"));
    outside
}

fn said(outside: &OutsideCrate, flags: &str) -> String {
    let output = finish(outside.cargo("doc").arg("--no-deps").env("RUSTDOCFLAGS", flags));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Generated code switches the lints of rustdoc off; here they are on all the same.
#[test]
fn no_lint_of_rustdoc_finds_anything() {
    let outside = crate_of("outside_comments", "");
    let said = said(&outside, "-D warnings --force-warn rustdoc::all");
    assert!(said.contains("Documenting outside_comments") && !said.contains("warning"), "{said}");
}

#[test]
fn the_lints_would_find_what_is_wrong() {
    let wrong = "/// Docs, <T>, [x], `y.\n#[allow(rustdoc::all)]\npub struct Wrong;\n";
    let said = said(&crate_of("outside_comments_wrong", wrong), "--force-warn rustdoc::all");
    for part in ["unclosed HTML tag `T`", "unresolved link to `x`", "unescaped backtick"] {
        assert_eq!(said.matches(part).count(), 1, "{part}: {said}");
    }
}

#[test]
fn no_comment_becomes_a_test() {
    let outside = crate_of("outside_comments_tests", "");
    let output = finish(outside.cargo("test").arg("--doc"));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.contains("running 0 tests"), "{said}");
}
