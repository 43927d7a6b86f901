//! `family-context generate`: a made-up authority with its people, its feeds and the truth.

use std::path::PathBuf;

use super::CommandError;
use crate::generate;

/// Make a synthetic authority: its people, families and feeds, and the truth about them.
#[derive(Debug, clap::Args)]
pub struct GenerateArguments {
    /// How many people.
    #[arg(long, value_name = "N")]
    pub people: u32,
    /// The seed: the same number of people and the same seed give the same bytes.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// The folder to write.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Nobody was asked for, or the folder cannot be written.
pub fn run(arguments: &GenerateArguments) -> Result<(), CommandError> {
    let made = generate::generate(arguments.people, arguments.seed, &arguments.out).map_err(CommandError::failed)?;
    println!(
        "{} people in {} families, {} records, {} questions in {}",
        made.people,
        made.families,
        made.records,
        made.questions,
        arguments.out.display()
    );
    Ok(())
}
