//! What the macro costs a build as users have it, which is not optimised:
//! `cargo bench -p protocall-tests --bench macro_cost [-- walk | optimised | build] [rounds]`. Linux only.
//!
//! `walk` takes the time on a processor of the whole of `include_proto!`, from the call to its tokens, inside of the compiler,
//! for drawn schemas of 250 to 2,000 messages, for Google's common ones and for Envoy's; `optimised` does so with the macro
//! compiled with `opt-level = 1`, which a user's `[profile.dev.build-override]` can ask for; `build` times the clean build of a service with all it depends on,
//! beside the same with tonic 0.14. It judges, but never fails: a machine that is busy is no mistake in the code.

#[path = "compile_cost/cost.rs"]
mod cost;
#[path = "macro_cost/hello.rs"]
mod hello;
#[path = "macro_cost/schema.rs"]
mod schema;
#[path = "macro_cost/walk.rs"]
mod walk;

use std::io::{self, Write};

use hello::Hello;
use protocall_tests::envoy;
use protocall_tests::googleapis::Googleapis;
use walk::Timed;

const ROUNDS: usize = 3;
const SIZES: [usize; 4] = [250, 500, 1000, 2000];
/// The seconds of a processor that 1,000 messages may take.
const WALK: f64 = 1.0;
/// How much more than half of them a number of messages may take, since growth is to be linear.
const GROWTH: f64 = 2.3;
/// The share of tonic's clean build that ours may take.
const BUILD: f64 = 0.8;

fn main() -> io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let rounds = words.iter().find_map(|word| word.parse().ok()).unwrap_or(ROUNDS);
    let parts = ["walk", "optimised", "build"];
    let any = parts.iter().any(|part| words.iter().any(|word| word == part));
    let wanted = |part: &str| !any || words.iter().any(|word| word == part);
    let out = &mut io::stdout().lock();
    if wanted("walk") {
        walks(&Timed::new(None), rounds, out)?;
    }
    if wanted("optimised") {
        walks(&Timed::new(Some(1)), rounds, out)?;
    }
    if wanted("build") {
        builds(rounds, out)?;
    }
    Ok(())
}

fn walks(timed: &Timed, rounds: usize, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "the walk, {}: seconds of CPU, medians of {rounds}", timed.name())?;
    let mut times = Vec::new();
    for size in SIZES {
        let files = timed.lay_out(&format!("drawn_{size}"), &schema::files(size));
        let time = median((0..rounds).map(|_| timed.walk(&format!("drawn_{size}"), &files)));
        writeln!(out, "{size:>6} messages of 8 fields {time:>8.3} s")?;
        times.push(time);
    }
    let google = Googleapis::laid_out();
    let files: Vec<(String, String)> =
        google.files.iter().map(|file| (file.clone(), text(&google, file))).collect();
    for (name, files) in [("googleapis", files), ("envoy", envoy::schemas())] {
        let paths = timed.lay_out(name, &files);
        let time = median((0..rounds).map(|_| timed.walk(name, &paths)));
        writeln!(out, "{:>6} files of {name} {time:>8.3} s", files.len())?;
    }
    for pair in times.windows(2).zip(SIZES.windows(2)) {
        let growth = pair.0[1] / pair.0[0];
        let verdict = verdict(growth <= GROWTH);
        writeln!(
            out,
            "{verdict} {} messages take {growth:.2} of {}, to be at most {GROWTH}",
            pair.1[1], pair.1[0]
        )?;
    }
    let time = times[2];
    writeln!(out, "{} 1000 messages: {time:.3} s, to be at most {WALK} s\n", verdict(time <= WALK))
}

fn text(google: &Googleapis, file: &str) -> String {
    std::fs::read_to_string(google.root.join(file)).expect("it was laid out")
}

fn builds(rounds: usize, out: &mut impl Write) -> io::Result<()> {
    let all = [Hello::Ours, Hello::Tonic];
    all.iter().for_each(|hello| hello.lay_out());
    writeln!(out, "the clean build of a service of one method; medians of {rounds}")?;
    let mut built: [Vec<hello::Built>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..rounds {
        all.iter().zip(&mut built).for_each(|(hello, built)| built.push(hello.build()));
    }
    let figures = |built: &[hello::Built]| {
        let wall = median(built.iter().map(|it| it.cost.wall));
        (wall, median(built.iter().map(|it| it.cost.cpu)), built[0].crates)
    };
    let [ours, tonic] = built.each_ref().map(|built| figures(built));
    for (hello, (wall, cpu, crates)) in all.iter().zip([ours, tonic]) {
        writeln!(out, "{:>10} {wall:>7.1} s {cpu:>7.1} s of CPU {crates:>4} crates", hello.name())?;
    }
    for (what, share) in
        [("wall", ours.0 / tonic.0), ("CPU", ours.1 / tonic.1), ("crates", ours.2 as f64 / tonic.2 as f64)]
    {
        writeln!(out, "{} {what}: {share:.2} of tonic, to be at most {BUILD}", verdict(share <= BUILD))?;
    }
    Ok(())
}

fn verdict(held: bool) -> &'static str {
    if held { "held  " } else { "MISSED" }
}

fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
