//! The table of attacks in the documentation is of the attacks that are carried out: each stands in it once, with what it does,
//! how it must end, and what it may cost.

use std::fs;

use protocall_tests::attack::{Probe, on_a_client, on_a_server};
use protocall_tests::program::workspace;

/// The cells of each line of a table below a title.
fn rows(title: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(workspace().join("runtime/src/attacks.md")).expect("the table is there");
    let (_, rest) = text.split_once(&format!("## {title}\n")).expect("the title is there");
    let table = rest.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let lines = table.take_while(|line| line.starts_with('|'));
    lines
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

fn agree(title: &str, probes: Vec<Probe>) {
    let rows = rows(title);
    let names: Vec<&str> = probes.iter().map(|probe| probe.name).collect();
    assert_eq!(rows.iter().map(|row| row[0].as_str()).collect::<Vec<_>>(), names, "{title}: other attacks");
    for (probe, row) in probes.iter().zip(&rows) {
        let name = probe.name;
        assert_eq!(row[1], probe.does, "{name}: does something else");
        let ends = [Some(&probe.demand), probe.or.as_ref()];
        assert!(
            ends.into_iter().flatten().any(|end| end.to_string() == row[2]),
            "{name}: ends with {}",
            row[2]
        );
        within(name, &row[3], probe.cost.seconds, "s");
        within(name, &row[5], probe.cost.memory, "MiB");
    }
}

/// `told` is a figure of at most `most`, as in `1.5 of 32 MiB`.
fn within(name: &str, told: &str, most: u64, unit: &str) {
    let figure = told.strip_suffix(&format!(" of {most} {unit}"));
    let figure =
        figure.unwrap_or_else(|| panic!("{name}: may cost {most} {unit}, but the table says {told:?}"));
    let figure: f64 = figure.parse().unwrap_or_else(|_| panic!("{name}: {figure:?} is no number"));
    assert!(figure <= most as f64, "{name}: {told}");
}

#[test]
fn it_has_each_attack_on_a_server() {
    agree("Attacks on a server", on_a_server());
}

#[test]
fn it_has_each_attack_on_a_client() {
    agree("Attacks on a client", on_a_client());
}

#[test]
fn readme_leads_to_it() {
    let readme = fs::read_to_string(workspace().join("README.md")).expect("README is there");
    assert!(readme.contains("runtime/src/attacks.md"), "README does not name the table");
}
