//! The command line: one command, one file.

pub mod database;
pub mod error;
pub mod import;
pub mod migrate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Flags, Settings};
use crate::telemetry;

pub use database::Database;
pub use error::CommandError;

/// One question, and in one answer the child, the family, the services that they have met, and whom to ring.
#[derive(Debug, Parser)]
#[command(name = "family-context", version, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Bring the database's schema up to date.
    Migrate,
    /// Load a delivery of a feed: every file of it, or nothing.
    Import(import::ImportArguments),
}

/// Runs the command that the arguments name. A failure is one sentence on standard error and an exit code above 0.
#[must_use]
pub fn run() -> ExitCode {
    let CommandLine { command, flags } = CommandLine::parse();
    match perform(command, flags) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("family-context: {error}");
            ExitCode::from(error.exit_code)
        }
    }
}

fn perform(command: Command, flags: Flags) -> Result<(), CommandError> {
    let settings = Settings::read(flags, |name| std::env::var(name).ok())?;
    telemetry::start(&settings.log).map_err(CommandError::failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::failed)?;
    runtime.block_on(async {
        match command {
            Command::Migrate => migrate::run(&settings).await,
            Command::Import(arguments) => arguments.run(&settings).await,
        }
    })
}
