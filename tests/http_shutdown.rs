//! The program as a process: it serves, and stops without breaking off what it has begun.

#![allow(clippy::unwrap_used, reason = "test code")]

mod support;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use family_context::cluster::ClusterRole;
use support::{TestDatabase, TestFolder, program::family_context};

/// Starts `serve` on a free port and gives it with its address, as its log tells it.
fn serve(database: &TestDatabase, state: &TestFolder) -> (Child, String) {
    let mut command = family_context(state.path());
    command
        .env("DATABASE_URL", database.url(ClusterRole::Serve).reveal())
        .env("AUTHORITY", Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo/authority.toml"))
        .args(["serve", "--bind-addr", "127.0.0.1:0"])
        .stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended before it served");
        let entry: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
        if entry["message"] == "serving" {
            break entry["address"].as_str().unwrap().to_owned();
        }
    };
    // The rest of the log is read away, so that it never fills the pipe.
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    (child, address)
}

fn send_signal(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// Waits for the end, and says how long that took.
fn ended(child: &mut Child) -> (bool, Duration) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if let Some(status) = child.try_wait().unwrap() {
            return (status.success(), started.elapsed());
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    panic!("it did not stop");
}

#[tokio::test]
async fn a_request_in_flight_is_answered_when_the_program_is_told_to_stop() {
    let database = TestDatabase::new().await;
    let state = TestFolder::new();
    for signal in ["-TERM", "-INT"] {
        let (mut child, address) = serve(&database, &state);
        let token = family_context(state.path())
            .args(["token", "--subject", "w.okafor", "--name", "Wale Okafor", "--role", "triage"])
            .output()
            .unwrap();
        let token = String::from_utf8(token.stdout).unwrap();
        let mut stream = TcpStream::connect(&address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let body = r#"{"child":{"given_name":"Jory","family_name":"Penhallick","date_of_birth":"2014-03-09"},"purpose":"section_47"}"#;
        let head = format!(
            "POST /v1/lookups HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            token.trim(),
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        send_signal(&child, signal);
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("no_match"), "{signal}: {answer}");
        assert!(ended(&mut child).0, "{signal}: it failed");
    }
}

#[tokio::test]
async fn a_connection_that_only_waits_does_not_hold_the_end_up_and_a_second_signal_ends_it_at_once() {
    let database = TestDatabase::new().await;
    let state = TestFolder::new();
    let (mut child, address) = serve(&database, &state);
    let mut idle = TcpStream::connect(&address).unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 1024]).unwrap() > 0);
    send_signal(&child, "-TERM");
    let (succeeded, time) = ended(&mut child);
    assert!(succeeded && time < Duration::from_secs(5), "{time:?}");

    let (mut child, address) = serve(&database, &state);
    let mut unfinished = TcpStream::connect(&address).unwrap();
    unfinished.write_all(b"GET /health/live HTTP/1.1\r\nhost:").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    send_signal(&child, "-TERM");
    std::thread::sleep(Duration::from_millis(200));
    send_signal(&child, "-TERM");
    let (_, time) = ended(&mut child);
    assert!(time < Duration::from_secs(5), "{time:?}");
}
