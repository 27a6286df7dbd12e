//! What protoc takes we take, what it refuses we refuse, and both have the same descriptors of it: for hundreds of small
//! schemas, each a rule of the language, and for upstream's own test schemas. The front end of the macro runs here by itself,
//! without a compiler around it.

#[allow(dead_code, unreachable_pub, reason = "the macro uses all of it")]
#[path = "../../macros/src/error.rs"]
mod error;
#[allow(dead_code, unused_imports, unreachable_pub, reason = "the macro uses all of it")]
#[path = "../../macros/src/parse/mod.rs"]
mod parse;

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::thread;

use protocall_tests::googleapis::Googleapis;
use protocall_tests::program::target_dir;
use protocall_tests::rules::{Case, MAIN, shown};
use protocall_tests::torture::{self, Protoc};

/// Where we differ: a reason in each line, and behind it the schemas that it holds for.
const DIFFERS: &str = include_str!("../protoc_differs.txt");

/// How many schemas are judged at once.
const THREADS: usize = 2;

/// What we make of a schema under a root: its descriptor, or what is wrong with it.
fn ours(root: &Path, file: &str) -> Result<Vec<u8>, String> {
    let call = format!("{file:?}, include = [\".\"]").parse().expect("the call is made of tokens");
    let call = parse::call(call).expect("the call is sound");
    let (loaded, errors) = parse::load(&call, root);
    let problems: Vec<String> = errors.shown().iter().map(|problem| problem.render()).collect();
    if !problems.is_empty() {
        return Err(problems.join("\n"));
    }
    let root = loaded.files.into_iter().find(|file| file.root);
    root.map(|file| file.encoded).ok_or_else(|| "nothing was loaded".to_owned())
}

/// A schema that both were asked about.
struct Judged {
    name: String,
    is_sound: bool,
    complaint: Option<String>,
}

impl Judged {
    fn new(name: &str, (root, file): (&Path, &str), protoc: &Protoc) -> Self {
        let theirs = protoc.judge(root, &[file]);
        let is_sound = theirs.is_ok();
        let complaint = match (theirs, ours(root, file)) {
            (Err(_), Err(_)) => None,
            (Ok(set), Ok(file)) => differing(protoc, &set, &file).map(|how| format!("{name}: {how}")),
            (Ok(_), Err(reason)) => Some(format!("we refuse {name}\n{reason}")),
            (Err(reason), Ok(_)) => Some(format!("we take {name}\n{reason}")),
        };
        Self { name: name.to_owned(), is_sound, complaint }
    }
}

/// How the two descriptors differ, both as JSON.
fn differing(protoc: &Protoc, set: &[u8], file: &[u8]) -> Option<String> {
    let (theirs, ours) = shown(protoc, set, file);
    (theirs != ours).then(|| format!("the descriptors differ\n{theirs}\n{ours}"))
}

/// Judges all of them, some at once.
fn judged<T: Sync>(schemas: &[T], judge: impl Fn(usize, &T) -> Judged + Sync) -> Vec<Judged> {
    let part = |first: usize| -> Vec<Judged> {
        let own = schemas.iter().enumerate().skip(first).step_by(THREADS);
        own.map(|(number, schema)| judge(number, schema)).collect()
    };
    thread::scope(|scope| {
        let part = &part;
        let parts: Vec<_> = (0..THREADS).map(|first| scope.spawn(move || part(first))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("no schema panics")).collect()
    })
}

#[test]
fn the_rules_of_the_language_are_protocs() {
    let protoc = Protoc::installed();
    let root = target_dir().join("protoc_agrees");
    if root.exists() {
        fs::remove_dir_all(&root).expect("the target folder can be written");
    }
    let judged = judged(&Case::all(), |number, case| {
        let folder = root.join(number.to_string());
        case.lay_out(&folder);
        Judged::new(&case.name, (&folder, MAIN), &protoc)
    });
    let sound = judged.iter().filter(|case| case.is_sound).count();
    assert!(sound > 300 && judged.len() - sound > 300, "only {sound} of {} cases are sound", judged.len());
    assert_agreed(&judged);
}

/// That the differences are those that are known: none more, and none of a topic less.
fn assert_agreed(judged: &[Judged]) {
    let known: HashSet<&str> = DIFFERS.lines().flat_map(|line| line.split(" | ").skip(1)).collect();
    let (differing, agreed): (Vec<_>, Vec<_>) = judged.iter().partition(|it| it.complaint.is_some());
    let complaints: Vec<&str> = differing
        .iter()
        .filter(|schema| !known.contains(schema.name.as_str()))
        .filter_map(|schema| schema.complaint.as_deref())
        .collect();
    let stale: Vec<&str> =
        agreed.iter().map(|it| it.name.as_str()).filter(|name| known.contains(name)).collect();
    assert!(complaints.is_empty(), "{} differences:\n{}", complaints.len(), complaints.join("\n"));
    assert!(stale.is_empty(), "these do not differ any more: {stale:#?}");
}

#[test]
fn the_known_differences_are_few_and_have_their_reasons() {
    let names: HashSet<String> = Case::all().into_iter().map(|case| case.name).collect();
    assert!(DIFFERS.lines().count() <= 10, "that is too long for a list of exceptions");
    for line in DIFFERS.lines() {
        let mut parts = line.split(" | ");
        assert!(parts.next().is_some_and(|reason| reason.contains(' ')), "there is no reason: {line}");
        let unknown: Vec<&str> =
            parts.filter(|name| !names.contains(*name) && !name.starts_with("google/")).collect();
        assert!(unknown.is_empty(), "there are no such schemas: {unknown:?}");
    }
}

#[test]
fn the_schemas_of_protobuf_itself_are_taken_as_protoc_takes_them() {
    let (protoc, trees) = (Protoc::installed(), torture::trees());
    let files: Vec<(&Path, &str)> = trees
        .iter()
        .flat_map(|tree| tree.files.iter().map(|(path, _)| (tree.mended.as_path(), path.as_str())))
        .collect();
    let judged = judged(&files, |_, (root, file)| Judged::new(file, (root, file), &protoc));
    let sound = judged.iter().filter(|file| file.is_sound).count();
    assert!(sound >= 150, "protoc takes only {sound} files: is this the set?");
    assert_agreed(&judged);
}

#[test]
fn the_common_schemas_of_google_are_taken_as_protoc_takes_them() {
    let (protoc, google) = (Protoc::installed(), Googleapis::laid_out());
    // protoc reads what it brings along from the same root.
    let bundled = google.root.join("google/protobuf");
    for entry in fs::read_dir(protoc.include.join("google/protobuf")).expect("protoc brings schemas") {
        let path = entry.expect("a folder can be read").path();
        if let Some(name) = path.file_name().filter(|_| path.is_file()) {
            fs::create_dir_all(&bundled).expect("the target folder can be written");
            fs::copy(&path, bundled.join(name)).expect("the target folder can be written");
        }
    }
    let judged = judged(&google.files, |_, file| Judged::new(file, (&google.root, file), &protoc));
    assert!(judged.iter().all(|file| file.is_sound), "protoc takes all of them");
    assert_agreed(&judged);
}
