//! `family-context migrate`: brings the schema up to date, as its owner.

use super::{CommandError, Database};
use crate::config::Settings;
use crate::store::migrations;

/// Runs the command.
///
/// # Errors
/// The database is not there, or a migration failed.
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    let database = Database::open(settings).await?;
    let outcome = migrations::run(&database.pool).await;
    database.close()?;
    match outcome?.as_slice() {
        [] => println!("The schema is up to date."),
        applied => println!("Applied {}.", applied.join(", ")),
    }
    Ok(())
}
