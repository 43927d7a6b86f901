//! The demonstration, as a person meets it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use family_context::config::DatabaseUrl;
use serde_json::Value;

use super::program::family_context;

/// A demonstration that serves.
pub struct Demonstration {
    child: Child,
    /// What it printed, up to the question.
    pub printed: String,
}

impl Demonstration {
    /// Starts one and waits until it has printed what to paste.
    pub fn start(state: &Path) -> Self {
        Self::start_on(state, None)
    }

    /// The same, on a server of somebody's.
    pub fn start_on(state: &Path, database: Option<&DatabaseUrl>) -> Self {
        let mut command = family_context(state);
        command.arg("demo").env("BIND_ADDR", "127.0.0.1:0").current_dir(env!("CARGO_MANIFEST_DIR"));
        if let Some(url) = database {
            command.env("DATABASE_URL", url.reveal());
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = String::new();
        for line in BufReader::new(child.stdout.take().unwrap()).lines() {
            printed += &(line.unwrap() + "\n");
            if printed.contains("  -d '") {
                return Self { child, printed };
            }
        }
        panic!("it ended with {} after printing: {printed}", child.wait().unwrap());
    }

    /// Pastes the command that it printed into a shell, as a person would.
    pub fn paste(&self) -> Value {
        let command = &self.printed[self.printed.find("curl ").unwrap()..];
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stdout)))
    }

    /// Stops it as Ctrl-C does.
    pub fn stop(mut self) {
        Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Demonstration {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}
