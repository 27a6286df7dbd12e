//! Writes the seeds of a target into a folder. Called by `run.sh`: `seeds TARGET FOLDER`.

use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    let (Some(target), Some(folder)) = (arguments.next(), arguments.next()) else {
        return Err(io::Error::other("usage: seeds TARGET FOLDER"));
    };
    fs::create_dir_all(&folder)?;
    for (name, bytes) in protocall_fuzz::seed::of(&target) {
        fs::write(Path::new(&folder).join(name), bytes)?;
    }
    Ok(())
}
