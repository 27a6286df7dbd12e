//! The macro with a clock in it: a copy of its crate whose macro says how long the walk took and gives no tokens, and a
//! crate that calls it. So it is the compiler that runs it, as for users, and nothing else is timed. The clock
//! is that of the thread, which stands still while others have the processor. Called by `macro_cost`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use protocall_tests::program::{cargo, finish, target_dir, workspace};

/// What the copy has more than the crate.
const CLOCK: &str = r#"
/// Says what the walk takes of a processor.
#[proc_macro]
pub fn timed_include_proto(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    // The compiler runs a macro in its own thread. Of a thread Linux tells the nanoseconds that it ran, first of three numbers.
    let ran = || {
        let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("this is Linux");
        told.split(' ').next().and_then(|number| number.parse::<u64>().ok()).expect("it begins with a number")
    };
    let started = ran();
    let output = include_proto(input);
    eprintln!("the walk took {} us", (ran() - started) / 1000);
    // A mistake would make the walk a short one.
    if output.to_string().contains("compile_error") { output } else { proc_macro::TokenStream::new() }
}
"#;

#[derive(Debug)]
pub(crate) struct Timed {
    folder: PathBuf,
    /// What the macro is compiled with, if not as usual.
    level: Option<u32>,
}

impl Timed {
    pub(crate) fn new(level: Option<u32>) -> Self {
        let timed = Self { folder: target_dir().join("macro_cost/walk"), level };
        let manifest = fs::read_to_string(workspace().join("Cargo.toml")).expect("the workspace has one");
        let members = "members = [\"macros\", \"runtime\", \"tests\", \"examples\"]";
        assert!(manifest.contains(members), "the workspace has other members by now");
        timed.write("Cargo.toml", manifest.replace(members, "members = [\"macros\", \"caller\"]"));
        let lock = fs::read(workspace().join("Cargo.lock")).expect("cargo made a lock file");
        timed.write("Cargo.lock", lock);
        timed.write(
            "caller/Cargo.toml",
            "[package]\nname = \"caller\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nprotocall-macros = { path = \"../macros\" }\n",
        );
        let crate_of_macros = workspace().join("macros");
        copy(&crate_of_macros, &timed.folder.join("macros"));
        let root = fs::read_to_string(crate_of_macros.join("src/lib.rs")).expect("the crate has a root");
        timed.write("macros/src/lib.rs", root + CLOCK);
        timed
    }

    pub(crate) fn name(&self) -> String {
        match self.level {
            None => "the macro as a dev build has it".to_owned(),
            Some(level) => format!("the macro with `[profile.dev.build-override] opt-level = {level}`"),
        }
    }

    /// Writes schemas under an import root of that name, and gives their paths.
    pub(crate) fn lay_out(&self, name: &str, files: &[(String, String)]) -> Vec<String> {
        files.iter().for_each(|(path, text)| self.write(&format!("caller/{name}/{path}"), text));
        files.iter().map(|(path, _)| path.clone()).collect()
    }

    /// The seconds that one walk over the schemas has a processor for.
    pub(crate) fn walk(&self, name: &str, files: &[String]) -> f64 {
        let files: String = files.iter().map(|file| format!("    \"{name}/{file}\",\n")).collect();
        let call = format!(
            "protocall_macros::timed_include_proto!([\n{files}], include = [{name:?}], warnings = false);\n"
        );
        // A new file is compiled anew, and the macro is not.
        self.write("caller/src/lib.rs", "");
        finish(&mut self.check());
        self.write("caller/src/lib.rs", call);
        let output = finish(&mut self.check());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let time = said.lines().find_map(|line| line.strip_prefix("the walk took ")?.strip_suffix(" us"));
        let time: f64 =
            time.and_then(|time| time.parse().ok()).unwrap_or_else(|| panic!("no time in {said}"));
        time / 1e6
    }

    fn check(&self) -> Command {
        let mut check = cargo();
        check.current_dir(&self.folder).args(["check", "--quiet", "--package", "caller"]);
        check.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_INCREMENTAL", "0");
        if let Some(level) = self.level {
            check.arg("--config").arg(format!("profile.dev.build-override.opt-level={level}"));
        }
        check
    }

    fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let file = self.folder.join(path);
        fs::create_dir_all(file.parent().expect("a file has a folder"))
            .expect("the target folder can be written");
        // What is the same stays as old as it is, so that the macro is not compiled for each part.
        if fs::read(&file).is_ok_and(|found| found == contents.as_ref()) {
            return;
        }
        fs::write(file, contents).expect("the target folder can be written");
    }
}

/// Copies a folder, without the crate's root, which is another one there.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder can be written");
    for entry in fs::read_dir(from).expect("the crate can be read") {
        let path = entry.expect("a folder can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else if !path.ends_with("src/lib.rs") {
            fs::copy(&path, target).expect("the target folder can be written");
        }
    }
}
