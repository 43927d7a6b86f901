//! The command line's front door.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use family_context::cli::evaluate::EvaluateArguments;

#[derive(Parser)]
#[command(name = "family-context", version, about)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Evaluate(EvaluateArguments),
}

fn main() -> ExitCode {
    match CommandLine::parse().command {
        Command::Evaluate(arguments) => arguments.run(),
    }
}
