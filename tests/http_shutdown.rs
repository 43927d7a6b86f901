//! The program as a process: it serves, and stops without breaking off what it has begun.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Duration,
};

use crate::support::{
    TestDatabase, TestFolder,
    serving::{Serving, token},
};
use family_context::cluster::ClusterRole;

fn serve(database: &TestDatabase, state: &TestFolder) -> Serving {
    Serving::start(&database.url(ClusterRole::Serve), state, &[])
}

#[tokio::test]
async fn a_request_in_flight_is_answered_when_the_program_is_told_to_stop() {
    let database = TestDatabase::new().await;
    let state = TestFolder::new();
    for signal in ["-TERM", "-INT"] {
        let mut service = serve(&database, &state);
        let token = token(&state);
        let mut stream = TcpStream::connect(&service.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let body = r#"{"child":{"given_name":"Jory","family_name":"Penhallick","date_of_birth":"2014-03-09"},"purpose":"section_47"}"#;
        let head = format!(
            "POST /v1/lookups HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            token,
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        service.signal(signal);
        std::thread::sleep(Duration::from_millis(300));
        stream.write_all(body.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("no_match"), "{signal}: {answer}");
        assert!(service.ended().0, "{signal}: it failed");
    }
}

#[tokio::test]
async fn a_connection_that_only_waits_does_not_hold_the_end_up_and_a_second_signal_ends_it_at_once() {
    let database = TestDatabase::new().await;
    let state = TestFolder::new();
    let mut service = serve(&database, &state);
    let mut idle = TcpStream::connect(&service.address).unwrap();
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    assert!(idle.read(&mut [0; 1024]).unwrap() > 0);
    service.signal("-TERM");
    let (succeeded, time) = service.ended();
    assert!(succeeded && time < Duration::from_secs(5), "{time:?}");

    let mut service = serve(&database, &state);
    let mut unfinished = TcpStream::connect(&service.address).unwrap();
    unfinished.write_all(b"GET /health/live HTTP/1.1\r\nhost:").unwrap();
    std::thread::sleep(Duration::from_millis(200));
    service.signal("-TERM");
    std::thread::sleep(Duration::from_millis(200));
    service.signal("-TERM");
    let (_, time) = service.ended();
    assert!(time < Duration::from_secs(5), "{time:?}");
}
