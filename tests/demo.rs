//! The demonstration, as a person meets it: started, asked, stopped, started again.

#![allow(clippy::unwrap_used, reason = "a test that cannot do its part fails")]

mod support;

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use support::TestFolder;
use support::program::family_context;

/// A demonstration that serves.
struct Demonstration {
    child: Child,
    /// What it printed, up to the question.
    printed: String,
}

impl Demonstration {
    /// Starts one and waits until it has printed what to paste.
    fn start(state: &Path) -> Self {
        let mut command = family_context(state);
        command.arg("demo").env("BIND_ADDR", "127.0.0.1:0").current_dir(env!("CARGO_MANIFEST_DIR"));
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
    fn paste(&self) -> Value {
        let command = &self.printed[self.printed.find("curl ").unwrap()..];
        let output = Command::new("sh").args(["-c", command]).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stdout)))
    }

    /// Stops it as Ctrl-C does.
    fn stop(mut self) {
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

#[test]
fn the_demonstration_answers_what_it_prints_stops_and_is_ready_again_at_once() {
    let folder = TestFolder::new();
    let first = Demonstration::start(folder.path());
    assert_eq!(first.paste()["outcome"], "match");
    let tokens = folder.path().join("demo/tokens.json");
    assert_eq!(fs::metadata(&tokens).unwrap().permissions().mode() & 0o777, 0o600);
    let tokens: serde_json::Map<String, Value> = serde_json::from_str(&fs::read_to_string(tokens).unwrap()).unwrap();
    assert_eq!(tokens.len(), 8, "one for each role");
    first.stop();
    assert!(!folder.path().join("postgres/data/postmaster.pid").exists(), "the private cluster was stopped");

    let begun = Instant::now();
    let second = Demonstration::start(folder.path());
    assert!(begun.elapsed() < Duration::from_secs(5), "ready again after {:?}", begun.elapsed());
    assert_eq!(second.paste()["outcome"], "match");
    second.stop();
}

#[test]
fn a_port_in_use_is_told_in_one_sentence_before_anything_is_begun() {
    let folder = TestFolder::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = family_context(folder.path()).arg("demo").env("BIND_ADDR", &address).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("{address} is in use by another program")) && said.lines().count() == 1, "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}
