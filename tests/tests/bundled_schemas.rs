//! The schemas of `google/protobuf` that the macro brings are those of the protoc that the tests install, to the last byte,
//! and all of them go through the macro.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use protocall::well_known::field_options::FeatureSupport;
use protocall::well_known::{Edition, FieldOptions};
use protocall_tests::program::workspace;
use protocall_tests::torture::Protoc;

/// What the runtime has no place for: options of other languages' generators.
mod others {
    protocall::include_proto!([
        "google/protobuf/c_sharp_features.proto",
        "google/protobuf/cpp_features.proto",
        "google/protobuf/cpp_file_options.proto",
        "google/protobuf/cpp_options.proto",
        "google/protobuf/go_features.proto",
        "google/protobuf/java_features.proto",
        "google/protobuf/json_enumvalue_options.proto",
        "google/protobuf/json_options.proto",
    ]);
}

fn schemas(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for folder in [folder.to_path_buf(), folder.join("compiler")] {
        for entry in fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("the folder can be read").path();
            if path.extension().is_some_and(|end| end == "proto") {
                let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
                found.insert(name, fs::read_to_string(&path).expect("schemas are UTF-8"));
            }
        }
    }
    found
}

#[test]
fn the_bundle_is_what_protoc_brings() {
    let theirs = schemas(&Protoc::installed().include.join("google/protobuf"));
    let ours = schemas(&workspace().join("macros/bundle/google/protobuf"));
    assert!(theirs.len() >= 20, "only {} schemas were found", theirs.len());
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    let stale: Vec<_> = ours.iter().filter(|(name, text)| theirs[*name] != **text).collect();
    assert!(stale.is_empty(), "{:?}", stale.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn the_newest_options_are_in_the_runtime() {
    let support = FeatureSupport { edition_introduced: Some(Edition::Edition2024), ..Default::default() };
    let options = FieldOptions { feature_support: Some(support), ..Default::default() };
    assert_eq!(options.feature_support().edition_introduced(), Edition::Edition2024);
}

#[test]
fn files_of_features_give_their_keys() {
    use protocall::Extendable;
    use protocall::well_known::FeatureSet;
    let mut features = FeatureSet::default();
    let cpp = others::pb::CppFeatures { legacy_closed_enum: Some(true), ..Default::default() };
    features.set_extension(&others::pb::CPP, &Some(cpp.clone()));
    assert_eq!(features.extension(&others::pb::CPP), Ok(Some(cpp)));
}
