//! Google's conformance suite finds nothing wrong with the binary codec, JSON and text: every test passes, required or
//! recommended, in every syntax, none is skipped, and no list excuses any. So it is on every way through: the codec of
//! generated messages, the one that goes by tables, views, and messages that are known by their descriptors only.

use std::path::Path;

use protocall_tests::conformance::{Level, Report, examine};

/// What the suite holds from binary to binary: syntax, required, recommended.
const BINARY: [(&str, usize, usize); 6] = [
    ("Proto2", 489, 218),
    ("Proto3", 486, 221),
    ("Editions_Proto2", 486, 216),
    ("Editions_Proto3", 486, 221),
    ("Editions", 9, 1),
    ("EditionUnstable", 2, 0),
];

/// What it holds of binary and JSON, and of the text format.
const BINARY_AND_JSON: usize = 5649;
const TEXT: usize = 909;

/// Without it the runner leaves the editions out.
const LATEST_EDITION: &str = "2023";

/// Every test passes on the way that the testee takes with these arguments.
fn examine_all(way: &str, arguments: &[&str]) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("conformance").join(way);
    let testee = [&[env!("CARGO_BIN_EXE_conformance")], arguments].concat();
    let report = examine(&testee, LATEST_EDITION, &folder);
    assert!(report.failed.is_empty(), "{} failed:\n{}", report.failed.len(), report.failed.join("\n"));
    assert!(report.skipped.is_empty(), "skipped: {:?}", report.skipped);
    let counted = BINARY.map(|(syntax, ..)| {
        (syntax, report.binary(Level::Required, syntax), report.binary(Level::Recommended, syntax))
    });
    assert_eq!(counted, BINARY, "the runner ran other tests than the suite holds");
    assert_eq!(report.text(), TEXT);
    assert_eq!(report.names.len(), BINARY_AND_JSON + TEXT);
    assert_eq!(report.summaries, report.clean_summaries(), "the log and the runner's own count");
}

#[test]
fn every_test_passes_through_the_codec() {
    examine_all("codec", &[]);
}

#[test]
fn every_test_passes_through_the_tables() {
    examine_all("tables", &["tables"]);
}

#[test]
fn every_test_passes_through_views() {
    examine_all("views", &["views"]);
}

#[test]
fn every_test_passes_through_dynamic_messages() {
    examine_all("dynamic", &["dynamic"]);
}

mod the_report {
    use super::*;

    const LOG: &str = "\
WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
conformance test: name=Required.Proto3.ProtobufInput.Good.ProtobufOutput, request=r, response=s
conformance test: name=Required.Proto3.ProtobufInput.NoEnd.INT32, request=r, response=s
conformance test: name=Required.Proto3.ProtobufInput.Left.ProtobufOutput, request=r, response=skipped
SKIPPED, test=Required.Proto3.ProtobufInput.Left.ProtobufOutput request=r, response=skipped
conformance test: name=Required.Proto3.JsonInput.Left.ProtobufOutput, request=r, response=skipped
SKIPPED, test=Required.Proto3.JsonInput.Left.ProtobufOutput request=r, response=skipped
conformance test: name=Recommended.Proto2.ProtobufInput.Bad.ProtobufOutput, request=r, response=s
ERROR, test=Recommended.Proto2.ProtobufInput.Bad.ProtobufOutput: Not equal., request=r, response=s
conformance test: name=Recommended.Editions_Proto2.ProtobufInput.Good.JsonOutput, request=r, response=s
CONFORMANCE SUITE FAILED: 3 successes, 2 skipped, 0 expected failures, 1 unexpected failures.
";

    #[test]
    fn counts_by_level_and_syntax_what_is_binary_on_both_sides() {
        let report = Report::read(LOG);
        assert_eq!(report.binary(Level::Required, "Proto3"), 3);
        assert_eq!(report.binary(Level::Recommended, "Proto2"), 1);
        assert_eq!(report.binary(Level::Recommended, "Editions_Proto2"), 0);
        assert_eq!(report.names.len(), 6);
    }

    #[test]
    fn finds_what_was_skipped_and_what_failed() {
        let report = Report::read(LOG);
        let left = [
            "Required.Proto3.JsonInput.Left.ProtobufOutput",
            "Required.Proto3.ProtobufInput.Left.ProtobufOutput",
        ];
        assert!(report.skipped.iter().eq(left.iter()), "{:?}", report.skipped);
        assert_eq!(report.failed.len(), 1);
        assert!(
            report.failed[0].starts_with("Recommended.Proto2.ProtobufInput.Bad.ProtobufOutput: Not equal.")
        );
    }

    #[test]
    fn knows_a_clean_run_from_another() {
        let report = Report::read(LOG);
        assert_ne!(report.summaries, report.clean_summaries());
        let clean: String =
            LOG.lines().filter(|line| !line.contains(".Bad.")).map(|line| line.to_owned() + "\n").collect();
        let clean = clean.replace("FAILED", "PASSED").replace("1 unexpected", "0 unexpected")
            + "CONFORMANCE SUITE PASSED: 0 successes, 0 skipped, 0 expected failures, 0 unexpected failures.\n";
        let report = Report::read(&clean);
        assert_eq!(report.summaries, report.clean_summaries());
    }
}
