//! The command line: one command, one file.

pub mod audit;
pub mod database;
pub mod demo;
pub mod doctor;
pub mod error;
pub mod evaluate;
pub mod generate;
pub mod import;
pub mod migrate;
pub mod review;
pub mod serve;
pub mod setting;
pub mod token;
pub mod train;

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
    /// Serve lookups until told to stop.
    Serve,
    /// Bring the database's schema up to date.
    Migrate,
    /// Load a delivery of a feed: every file of it, or nothing.
    Import(import::ImportArguments),
    /// Show doubtful matches and decide about them: list, show, join, keep apart, split, undo.
    Review(review::ReviewArguments),
    /// Measure matching over CSV files; no database needed.
    Evaluate(evaluate::EvaluateArguments),
    /// Make a synthetic population with its services' extracts and the truth.
    Generate(generate::Arguments),
    /// Print one token, signed with the development key.
    Token(token::TokenArguments),
    /// Check the audit's seals, or print its entries.
    Audit(audit::AuditArguments),
    /// Learn a matching model from the records that are loaded, without labels.
    Train(train::TrainArguments),
    /// Say what is missing or wrong in this installation; exit 1 where something is wrong.
    Doctor,
    /// Run the demonstration: a private database, a made-up population, the service and its tokens.
    Demo(demo::Arguments),
}

impl Command {
    /// What is logged where LOG does not say: the demonstration has a person in front of it.
    fn log_filter(&self) -> &'static str {
        match self {
            // That the database is made anew, which breaks off connections, is no news.
            Self::Demo(_) => "warn,deadpool.postgres=error",
            _ => "info",
        }
    }
}

/// Runs the command that the arguments name. A failure is one sentence on standard error and an exit code above 0.
#[must_use]
pub fn run() -> ExitCode {
    let CommandLine { command, flags } = CommandLine::parse();
    if let Command::Evaluate(arguments) = command {
        return arguments.run(); // no settings, no log, no database: files in, figures out
    }
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
    telemetry::start(settings.log.as_deref().unwrap_or(command.log_filter())).map_err(CommandError::failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CommandError::failed)?;
    runtime.block_on(async {
        match command {
            Command::Serve => serve::run(&settings).await,
            Command::Doctor => doctor::run(&settings).await,
            Command::Demo(arguments) => demo::run(&arguments, &settings).await,
            Command::Migrate => migrate::run(&settings).await,
            Command::Generate(arguments) => generate::run(&arguments),
            Command::Evaluate(_) => unreachable!("it ran before any setting was read"),
            Command::Token(arguments) => {
                println!("{}", token::token(arguments, &settings)?);
                Ok(())
            }
            Command::Review(arguments) => review::run(arguments, &settings).await,
            Command::Audit(arguments) => audit::run(arguments, &settings).await,
            Command::Import(arguments) => arguments.run(&settings).await,
            Command::Train(arguments) => train::run(arguments, &settings).await,
        }
    })
}
