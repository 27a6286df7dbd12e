//! The command line of the programs: flags in, complaints out. Called by all of `src/bin`.

use std::fmt;
use std::io::{self, Write};
use std::process::ExitCode;

/// What a program was called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags {
    /// The value of `--addr`.
    pub addr: String,
    /// Whether `--quiet` was given.
    pub quiet: bool,
}

/// A program, as its `--help` tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// The text of `--help`.
    pub help: &'static str,
    /// Where the program listens or connects without `--addr`.
    pub addr: &'static str,
    /// Whether there is a flag `--quiet`.
    pub has_quiet: bool,
}

/// Why a program does not start: it was asked for help, or called wrongly.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stop {
    Help,
    Wrong(String),
}

impl Program {
    /// The flags of this process.
    ///
    /// # Errors
    /// The code to exit with when the program is not to start; why has been printed.
    pub fn flags(self) -> Result<Flags, ExitCode> {
        self.parse(std::env::args().skip(1)).map_err(|stop| match stop {
            Stop::Help => {
                let _ = writeln!(io::stdout(), "{}", self.help);
                ExitCode::SUCCESS
            }
            Stop::Wrong(why) => {
                complain(format_args!("{why}\n\n{}", self.help));
                ExitCode::from(2)
            }
        })
    }

    fn parse(self, arguments: impl IntoIterator<Item = String>) -> Result<Flags, Stop> {
        let mut flags = Flags { addr: self.addr.to_owned(), quiet: false };
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--help" | "-h" => return Err(Stop::Help),
                "--quiet" if self.has_quiet => flags.quiet = true,
                "--addr" => {
                    let value = arguments.next();
                    flags.addr = value.ok_or_else(|| Stop::Wrong("--addr needs a value".to_owned()))?;
                }
                other => match other.strip_prefix("--addr=") {
                    Some(value) => flags.addr = value.to_owned(),
                    None => return Err(Stop::Wrong(format!("unknown argument {other:?}"))),
                },
            }
        }
        Ok(flags)
    }
}

/// Tells the user what went wrong.
pub fn complain(text: impl fmt::Display) {
    // Where nobody listens there is nobody to tell.
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::{Flags, Program, Stop};

    fn parse(arguments: &[&str]) -> Result<Flags, Stop> {
        let program = Program { help: "", addr: "here", has_quiet: true };
        program.parse(arguments.iter().map(|argument| (*argument).to_owned()))
    }

    #[test]
    fn flags_are_found_in_either_form() {
        let flags = |addr: &str, quiet| Ok(Flags { addr: addr.to_owned(), quiet });
        assert_eq!(parse(&[]), flags("here", false));
        assert_eq!(parse(&["--addr", "there", "--quiet"]), flags("there", true));
        assert_eq!(parse(&["--quiet", "--addr=there"]), flags("there", true));
    }

    #[test]
    fn what_is_no_flag_is_refused() {
        assert_eq!(parse(&["--quiet", "-h"]), Err(Stop::Help));
        for arguments in [&["--loud"][..], &["--addr"], &["there"], &["--quiet=1"]] {
            assert!(matches!(parse(arguments), Err(Stop::Wrong(_))), "{arguments:?}");
        }
    }
}
