//! What the integration tests stand on: a fresh database for each test, and this program as a process.
//!
//! All tests share one server: that of `DATABASE_URL`, or a private cluster under `var/test`, which `make test` stops at its end. It
//! holds a template database, migrated once, which each test clones; the clone is dropped with the test. What a killed test left behind is swept by the
//! next run.

#![allow(clippy::unwrap_used, reason = "what a test stands on either works or fails the test")]

use std::io::Write;

pub mod database;
pub mod demonstration;
pub mod folder;
pub mod program;
pub mod server;
pub mod serving;

pub use database::TestDatabase;
pub use folder::TestFolder;

/// Says, past the runner, that this test is not run and why.
pub fn skipped(why: &str) {
    writeln!(std::io::stderr(), "skipped: {}: {why}", std::thread::current().name().unwrap_or("a test")).ok();
}
