//! `family-context train`: learns a matching model from the authority's own records, without labels, and writes it to a file. Nothing in the database
//! changes: the model comes into force when the authority's configuration names it and `family-context migrate` is run.

use std::path::PathBuf;

use clap::Args;

use super::{CommandError, Database, setting};
use crate::{
    config::Settings,
    matching::{Goal, Model, Profile, TrainingReport, TrainingSettings, train},
    store::{pool, resolve},
    telemetry::clock,
};

/// Of the pairs joined, the share that is expected to be of one person: a wrong match shows a stranger's family.
const WANTED_PRECISION: f64 = 0.9998;

/// Learn a matching model from the records that are loaded, without labels: how often names and addresses occur here, which keys too many share, how
/// often each field is right, and where the thresholds lie. The model in force is where it starts from. Exit 2: the result is no better, nothing is
/// written.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// The model file to write
    #[arg(long, value_name = "MODEL.toml")]
    out: PathBuf,
    /// Fixes every random choice: the same records and seed give the same model
    #[arg(long, default_value_t = TrainingSettings::default().seed)]
    seed: u64,
}

/// Runs the command.
///
/// # Errors
/// The database cannot be read or the file not written; with exit code 2, the guard refused the model.
pub async fn run(arguments: TrainArguments, settings: &Settings) -> Result<(), CommandError> {
    let model = setting::model(Some(&settings.authority()?))?;
    let database = Database::open(settings).await?;
    let outcome = learn(&database, &arguments, &model).await;
    database.close()?;
    let (records, report) = outcome?;
    for iteration in report.iterations.iter().enumerate().filter(|(turn, _)| turn % 10 == 0).map(|(turn, iteration)| {
        format!(
            "round {}: {:.0} pairs of one person expected, shares moved by {:.5}",
            turn + 1,
            iteration.expected_matches,
            iteration.change
        )
    }) {
        eprintln!("{iteration}");
    }
    if !report.accepted {
        return Err(CommandError::refused(format!(
            "the model learnt from {records} records is not taken: {}. Nothing is written; the model in force stays",
            report.reasons.join("; ")
        )));
    }
    let name = arguments.out.display();
    std::fs::write(&arguments.out, report.model.to_toml()).map_err(|error| CommandError::failed(format!("{name}: {error}")))?;
    println!(
        "Learnt from {records} records: model {} in {name}. It joins from {:.1} bits and asks a steward from {:.1}; blocking proposes {} pairs, of \
         which {:.0} are expected to be of one person. Name it in the authority's configuration (model = \"…\") and run family-context migrate.",
        report.model.version(),
        report.model.join_bits(),
        report.model.review_bits(),
        report.proposed_pairs,
        report.expected_matches
    );
    Ok(())
}

async fn learn(database: &Database, arguments: &TrainArguments, model: &Model) -> Result<(usize, TrainingReport), CommandError> {
    let mut client = pool::client(&database.pool).await?;
    let transaction = client.transaction().await.map_err(CommandError::failed)?;
    let records = resolve::all(&transaction).await?;
    transaction.rollback().await.map_err(CommandError::failed)?;
    let day = clock::now().strftime("%Y-%m-%d").to_string();
    let settings = TrainingSettings {
        seed: arguments.seed,
        goal: Goal::Precision(WANTED_PRECISION),
        version: format!("{day}-trained"),
        date: day,
        ..TrainingSettings::default()
    };
    let report = tokio::task::block_in_place(|| {
        let mut profiles: Vec<Profile> = records.iter().map(|record| Profile::new(&record.details, model)).collect();
        train(&mut profiles, &settings, model)
    });
    Ok((records.len(), report))
}
