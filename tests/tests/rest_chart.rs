//! The chart of the bench `rest` is one that can be shown, and README shows it.

use std::fs;
use std::process::Command;

use protocall_tests::program::{finish, installed, workspace};

const CHART: &str = "tests/benches/rest/figures.svg";
const WELL_FORMED: &str =
    "import sys, xml.dom.minidom; print(xml.dom.minidom.parse(sys.argv[1]).documentElement.tagName)";

#[test]
fn it_is_well_formed() {
    let mut parse = Command::new(installed("python3", "python3"));
    let output = finish(parse.args(["-c", WELL_FORMED]).arg(workspace().join(CHART)));
    assert_eq!(output.stdout, b"svg\n");
}

#[test]
fn readme_shows_it() {
    let readme = fs::read_to_string(workspace().join("README.md")).expect("README is there");
    assert!(readme.contains(&format!("]({CHART})")), "README does not show {CHART}");
}
