//! The scratch workspace below the target folder: a crate for each codec with the schema and a program that uses all
//! of it, and the crate that generates prost's and buffa's code. Called by `compile_cost`, before anything is timed.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use protocall_tests::program::{cargo, finish, target_dir, workspace};

use crate::codec::Codec;
use crate::phase::Phase;
use crate::schema::Schema;

const GENERATOR: &str = "generate";

#[derive(Debug)]
pub(crate) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Crates that hold nothing yet.
    pub(crate) fn new() -> Self {
        let scratch = Self { folder: target_dir().join("compile_cost") };
        let members: Vec<&str> = Codec::ALL.iter().map(|codec| codec.name()).chain([GENERATOR]).collect();
        scratch.write("Cargo.toml", format!("[workspace]\nresolver = \"3\"\nmembers = {members:?}\n"));
        // The same versions as ours, as far as we have the crates.
        let lock = fs::read(workspace().join("Cargo.lock")).expect("cargo made a lock file");
        scratch.write("Cargo.lock", lock);
        let runtime = workspace().join("runtime");
        for codec in Codec::ALL {
            let dependencies = codec.dependencies(&runtime.to_string_lossy());
            scratch.member(codec.name(), &codec.package(), &dependencies);
            scratch.write(&format!("{}/src/lib.rs", codec.name()), "");
            scratch.write(&format!("{}/src/main.rs", codec.name()), "fn main() {}\n");
        }
        let generators = "buffa-build = \"0.9\"\nprost-build = \"0.14\"\nprotox = \"0.10\"\n";
        scratch.member(GENERATOR, "cost_generate", generators);
        scratch.write("generate/src/main.rs", include_str!("generate.rs"));
        scratch
    }

    /// Builds what a codec's crate depends on.
    pub(crate) fn build_dependencies(&self, codec: Codec, phase: Phase) {
        finish(&mut self.build(codec, phase));
    }

    /// Gives the crates their schema and their programs, and the programs their work.
    pub(crate) fn fill(&self, schema: &Schema) {
        let smaller = "option optimize_for = CODE_SIZE;\n\n";
        for (codec, options) in [(Codec::Ours, ""), (Codec::Formats, ""), (Codec::CodeSize, smaller)] {
            for (path, text) in schema.files(options) {
                self.write(&format!("{}/proto/{path}", codec.name()), text);
            }
        }
        let folder = |path: &str| self.folder.join(path);
        let mut generate = self.cargo("run");
        generate.args(["--quiet", "--package", "cost_generate", "--"]);
        generate.args(["ours/proto", "prost/src", "buffa/src"].map(folder));
        finish(generate.args(schema.files("").into_iter().map(|(path, _)| path)));
        for codec in Codec::ALL {
            self.write(&format!("{}/src/main.rs", codec.name()), codec.program(schema));
            if let Some(library) = codec.library() {
                self.write(&format!("{}/src/lib.rs", codec.name()), library);
            }
        }
        self.write("samples.bin", schema.samples());
    }

    /// The build that is timed: a whole one, because the crate is newer than what was built of it.
    pub(crate) fn outdated(&self, codec: Codec, phase: Phase) -> Command {
        let root = self.folder.join(codec.name()).join("src/lib.rs");
        let file = fs::File::options().append(true).open(root).expect("the crate's root");
        file.set_modified(std::time::SystemTime::now()).expect("a file's time can be set");
        self.build(codec, phase)
    }

    /// The program that `phase` built.
    pub(crate) fn program(&self, codec: Codec, phase: Phase) -> Option<PathBuf> {
        Some(self.folder.join("target").join(phase.profile()?).join(codec.package()))
    }

    /// Panics unless the program writes the very bytes that it read, message by message.
    pub(crate) fn prove(&self, codec: Codec, phase: Phase) {
        let Some(program) = self.program(codec, phase) else { return };
        let (samples, output) = (self.folder.join("samples.bin"), self.folder.join("output.bin"));
        finish(Command::new(program).args([&samples, &output]));
        let [samples, output] = [samples, output].map(|file| fs::read(file).expect("a file of messages"));
        let differs = samples.iter().zip(&output).position(|(read, written)| read != written);
        let differs = differs.or((samples.len() != output.len()).then_some(samples.len().min(output.len())));
        assert_eq!(differs, None, "{}: the output differs from the input there", codec.name());
    }

    fn build(&self, codec: Codec, phase: Phase) -> Command {
        let mut build = self.cargo(phase.command());
        build.args(phase.options()).args(["--quiet", "--package", &codec.package()]);
        build
    }

    fn cargo(&self, command: &str) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&self.folder).arg(command);
        cargo.env("CARGO_TARGET_DIR", self.folder.join("target")).env("CARGO_INCREMENTAL", "0");
        cargo
    }

    fn member(&self, folder: &str, package: &str, dependencies: &str) {
        let manifest = format!(
            "[package]\nname = \"{package}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{dependencies}"
        );
        self.write(&format!("{folder}/Cargo.toml"), manifest);
    }

    fn write(&self, path: &str, contents: impl AsRef<[u8]>) {
        let file = self.folder.join(path);
        let folder = file.parent().expect("a file has a folder");
        fs::create_dir_all(folder).expect("the target folder can be written");
        fs::write(file, contents).expect("the target folder can be written");
    }
}
