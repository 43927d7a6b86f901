//! `family-context generate`: a synthetic population, its services' extracts and the truth.

use std::path::PathBuf;

use super::CommandError;
use crate::generate;

/// What to generate.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// How many people
    #[arg(long)]
    people: u32,
    /// The same seed gives the same files, byte for byte
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write to; it is made if it is missing
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The folder cannot be written.
pub fn run(arguments: &Arguments) -> Result<(), CommandError> {
    let summary = generate::generate(arguments.people, arguments.seed, &arguments.out).map_err(CommandError::failed)?;
    let generate::Summary { people, families, records, questions } = summary;
    println!("{people} people in {families} families, {records} records, {questions} questions: {}", arguments.out.display());
    Ok(())
}
