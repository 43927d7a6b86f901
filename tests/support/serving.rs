//! `family-context serve` as a process, on a database of a test's.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use family_context::config::DatabaseUrl;
use serde_json::Value;

use super::TestFolder;
use super::program::family_context;

/// A service that runs; killed with this value.
pub struct Serving {
    /// The process.
    pub child: Child,
    /// Where it listens.
    pub address: String,
}

impl Serving {
    /// Starts it on a free port with these further settings.
    pub fn start(database: &DatabaseUrl, state: &TestFolder, settings: &[(&str, &str)]) -> Self {
        let mut command = family_context(state.path());
        command
            .env("DATABASE_URL", database.reveal())
            .env("AUTHORITY", Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/authority.toml"))
            .envs(settings.iter().copied())
            .args(["serve", "--bind-addr", "127.0.0.1:0"])
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap());
        let address = loop {
            let mut line = String::new();
            assert!(log.read_line(&mut line).unwrap() > 0, "it ended before it served");
            let entry: Value = serde_json::from_str(&line).unwrap_or_default();
            if entry["message"] == "serving" {
                break entry["address"].as_str().unwrap().to_owned();
            }
        };
        // The rest of the log is read away, so that it never fills the pipe.
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, address }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        assert!(Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits for the end: whether it succeeded, and how long that took.
    pub fn ended(&mut self) -> (bool, Duration) {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status.success(), started.elapsed());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("it did not stop");
    }

    /// A request, with a JSON body where there is one: status, `retry-after` and the answer.
    pub fn send(&self, path: &str, token: &str, body: Option<&str>) -> (u16, Option<String>, Value) {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let address = format!("http://{}{path}", self.address);
        let authorization = format!("Bearer {token}");
        let answer = match body {
            Some(body) => agent.post(&address).header("authorization", &authorization).content_type("application/json").send(body),
            None => agent.get(&address).header("authorization", &authorization).call(),
        };
        let mut answer = answer.unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        let retry = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), retry, serde_json::from_str(&text).unwrap())
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// A token of triage, signed with the development key of `state`.
pub fn token(state: &TestFolder) -> String {
    let arguments = ["token", "--subject", "w.okafor", "--name", "Wale Okafor", "--role", "triage"];
    let token = family_context(state.path()).args(arguments).output().unwrap();
    String::from_utf8(token.stdout).unwrap().trim().to_owned()
}
