//! Groups: the files of a tree that one call of the macro can take, since no two of them declare the same name.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::naming::{self, Named};
use super::protoc::Protoc;
use super::upstream::Tree;
use crate::program::target_dir;

/// Files of one tree for one call.
#[derive(Debug)]
pub struct Group {
    /// The name, which is a module's.
    pub name: String,
    /// The name of the tree.
    pub tree: &'static str,
    /// What its call says of strings that are not to be checked.
    pub strings: &'static str,
    /// The files that the call names.
    pub files: Vec<String>,
    /// Their descriptors and those of all that they import, as protoc has them.
    pub descriptors: PathBuf,
    /// What the call makes.
    pub named: Named,
}

impl Group {
    /// The groups of a tree, and the files that protoc refuses.
    pub fn all(tree: &Tree, protoc: &Protoc) -> (Vec<Self>, Vec<String>) {
        let mut drafts: Vec<Draft<'_>> = Vec::new();
        let mut refused = Vec::new();
        for (file, _) in &tree.files {
            let Some(descriptors) = protoc.describe(&tree.mended, &[file]) else {
                refused.push(file.clone());
                continue;
            };
            let claims = naming::claims(&descriptors);
            match drafts.iter_mut().find(|draft| draft.fits(&claims)) {
                Some(draft) => draft.add(file, claims),
                None => drafts.push(Draft { files: vec![file], claims }),
            }
        }
        let drafts = drafts.into_iter().zip(1..);
        (drafts.map(|(draft, number)| Self::new(tree, number, &draft.files, protoc)).collect(), refused)
    }

    fn new(tree: &Tree, number: usize, files: &[&str], protoc: &Protoc) -> Self {
        let name = format!("{}_{number}", tree.name);
        let set = protoc.describe(&tree.mended, files).expect("no two files declare the same");
        let descriptors = target_dir().join("torture").join(format!("{name}.descriptors"));
        fs::write(&descriptors, &set).expect("the target folder can be written");
        let files: Vec<String> = files.iter().map(|file| (*file).to_owned()).collect();
        let named = naming::named(&set, &files);
        Self { name, tree: tree.name, strings: tree.strings, files, descriptors, named }
    }
}

/// A group that still grows.
struct Draft<'a> {
    files: Vec<&'a str>,
    /// What is declared, and in which file.
    claims: BTreeMap<String, String>,
}

impl<'a> Draft<'a> {
    fn fits(&self, claims: &BTreeMap<String, String>) -> bool {
        claims.iter().all(|(name, file)| self.claims.get(name).is_none_or(|other| other == file))
    }

    fn add(&mut self, file: &'a str, claims: BTreeMap<String, String>) {
        self.files.push(file);
        self.claims.extend(claims);
    }
}
