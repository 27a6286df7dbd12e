//! The expansion of a call as a file that the compiler reads in its place: its errors, and debuggers, then point at lines
//! that can be read.
//!
//! `emit::package` calls [`included`] where the call says `debug = true` or the environment `PROTOCALL_DEBUG=1`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;
use std::{env, fs};

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::print;

/// An `include!` of the items, once they are written down; the items themselves where there is no place for a file, as in
/// an editor.
pub(super) fn included(items: TokenStream, label: &str) -> TokenStream {
    let Some(folder) = folder(env::args_os().map(PathBuf::from)) else { return items };
    match written(&folder, label, &formatted(&print::text(items.clone()))) {
        Ok(path) => include(&path).unwrap_or(items),
        Err(_) => items,
    }
}

/// The path is a token and no parsed text, which would be hashed into the crate.
fn include(path: &Path) -> Option<TokenStream> {
    let path = Literal::string(path.to_str()?);
    Some(quote!(::core::include! { #path }))
}

/// `protocall` beside the folder that cargo lets the compiler write to, which is among the compiler's arguments.
fn folder(mut arguments: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let output = loop {
        let argument = arguments.next()?;
        match argument.to_str() {
            Some("--out-dir") => break arguments.next()?,
            Some(text) if text.starts_with("--out-dir=") => {
                break PathBuf::from(text.strip_prefix("--out-dir=")?);
            }
            _ => {}
        }
    };
    let parent = if output.ends_with("deps") { output.parent().unwrap_or(&output) } else { &output };
    std::path::absolute(parent.join("protocall")).ok()
}

/// Writes the file, unless it is there already. Several compilers may be at it at once, so it appears as a whole.
fn written(folder: &Path, label: &str, text: &str) -> io::Result<PathBuf> {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let path = folder.join(format!("{label}-{:016x}.rs", hasher.finish()));
    if fs::read_to_string(&path).is_ok_and(|found| found == text) {
        return Ok(path);
    }
    fs::create_dir_all(folder)?;
    let fresh = folder.join(format!("{label}-{}.new", std::process::id()));
    fs::write(&fresh, text)?;
    // Cargo builds anew what has read a file that is younger than the build itself; what makes this one stale is tracked.
    fs::File::options().append(true).open(&fresh)?.set_modified(SystemTime::UNIX_EPOCH)?;
    fs::rename(&fresh, &path)?;
    Ok(path)
}

/// As rustfmt has it, where there is one. It leaves the inside of macro calls as it is.
fn formatted(text: &str) -> String {
    rustfmt(text).unwrap_or_else(|| text.to_owned())
}

fn rustfmt(text: &str) -> Option<String> {
    let program = env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut child = Command::new(program)
        .args(["--edition", "2021"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    if output.status.success() { String::from_utf8(output.stdout).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(arguments: &[&str]) -> Option<PathBuf> {
        folder(arguments.iter().map(PathBuf::from))
    }

    #[test]
    fn the_folder_is_beside_that_of_the_dependencies() {
        let there = Some(PathBuf::from("/t/debug/protocall"));
        assert_eq!(found(&["rustc", "--out-dir", "/t/debug/deps", "src/lib.rs"]), there);
        assert_eq!(found(&["rustc", "--out-dir=/t/debug"]), there);
        assert_eq!(found(&["rust-analyzer-proc-macro-srv"]), None);
        assert_eq!(found(&["rustc", "--out-dir"]), None);
    }

    #[test]
    fn a_file_is_written_once_and_is_older_than_any_build() {
        let folder = env::temp_dir().join(format!("protocall-expansion-{}", std::process::id()));
        let path = written(&folder, "shop", "struct A;\n").expect("there is room for temporary files");
        assert_eq!(fs::read_to_string(&path).expect("it is there"), "struct A;\n");
        let modified =
            |path: &Path| fs::metadata(path).and_then(|it| it.modified()).expect("files have times");
        assert_eq!(modified(&path), SystemTime::UNIX_EPOCH);
        assert_eq!(written(&folder, "shop", "struct A;\n").expect("it is there"), path);
        assert_ne!(written(&folder, "shop", "struct B;\n").expect("it can be written"), path);
        let files = fs::read_dir(&folder).expect("it is there").count();
        fs::remove_dir_all(&folder).expect("it is ours");
        assert_eq!(files, 2);
    }
}
