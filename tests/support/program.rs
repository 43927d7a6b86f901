//! This program as a process, away from the settings of whoever runs the tests.

use std::path::Path;
use std::process::Command;

/// The program, with `state` as its state folder and nothing else set.
pub fn family_context(state: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_family-context"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("STATE_DIR", state);
    command
}
