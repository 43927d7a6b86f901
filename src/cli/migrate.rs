//! `family-context migrate`: brings the schema up to date, and puts the authority's matching model in force, as the database's owner.

use super::{CommandError, Database, setting};
use crate::config::Settings;
use crate::matching::Model;
use crate::resolution::{self, Resolved};
use crate::store::{load::LOAD_LOCK, migrations, model::Standing, pool};

/// What a command says that meets records which another model keyed.
pub const ANOTHER_MODEL: &str =
    "the database's people were worked out with another matching model: run family-context migrate with this AUTHORITY";

/// Runs the command.
///
/// # Errors
/// The database is not there, a migration failed, or the model cannot be put in force.
pub async fn run(settings: &Settings) -> Result<(), CommandError> {
    // Without an authority nothing says which model it is to be.
    let model = match &settings.authority_file {
        Some(_) => Some(setting::model(Some(&settings.authority()?))?),
        None => None,
    };
    let database = Database::open(settings).await?;
    let outcome = bring_up_to_date(&database, model.as_ref()).await;
    database.close()?;
    outcome
}

/// Puts a model in force, unless it is; returns what became of people, where anything did.
///
/// # Errors
/// The database fails.
pub async fn put_in_force(database: &Database, model: &Model) -> Result<Option<Resolved>, CommandError> {
    let mut client = pool::client(&database.pool).await?;
    let transaction = client.transaction().await.map_err(CommandError::database)?;
    transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOAD_LOCK]).await.map_err(CommandError::database)?;
    let resolved = resolution::put_in_force(&transaction, model).await?;
    transaction.commit().await.map_err(CommandError::database)?;
    Ok(resolved)
}

async fn bring_up_to_date(database: &Database, model: Option<&Model>) -> Result<(), CommandError> {
    match migrations::run(&database.pool).await?.as_slice() {
        [] => println!("The schema is up to date."),
        applied => println!("Applied {}.", applied.join(", ")),
    }
    let Some(model) = model else { return Ok(()) };
    if let Some(resolved) = put_in_force(database, model).await? {
        println!(
            "Matching model {} is in force: {} records are {} people, {} records moved.",
            model.version(),
            resolved.records,
            resolved.people,
            resolved.moved
        );
    }
    Ok(())
}

/// Refuses to go on where another model than `model` is in force.
///
/// # Errors
/// It is, or the database cannot be asked.
pub async fn refuse_another_model(database: &Database, model: &Model) -> Result<(), CommandError> {
    let client = pool::client(&database.pool).await?;
    match crate::store::model::standing(&**client, model).await? {
        Standing::InForce | Standing::NoneYet => Ok(()),
        Standing::Another => Err(CommandError::failed(ANOTHER_MODEL)),
    }
}
