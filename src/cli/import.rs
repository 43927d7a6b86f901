//! `family-context import`: a delivery of a feed into the database, all of it or nothing.
//!
//! The delivery is read on a thread of its own and staged while it is read. Exit code 0: loaded (or loaded already); 2: refused, nothing changed; 1:
//! something else failed.

mod outcome;
mod reading;

use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use jiff::{civil::Date, tz::TimeZone};
use tokio::sync::mpsc;

use self::{
    outcome::Outcome,
    reading::{Files, WAITING_BATCHES, start_reading},
};
use super::{CommandError, Database, migrate::ANOTHER_MODEL, setting};
use crate::{
    config::{Authority, Settings},
    import::{self, Absent, Days, DeliveryDates, DeliveryKind, FeedMap, Refusal},
    matching::Model,
    resolution,
    store::{
        self, StoreError,
        load::{self, AbsentThings, Beginning, Delivery, Extent, LoadError, LoadOutcome},
        model::Standing,
    },
    telemetry::clock::Clock,
};

/// Load a delivery of a feed: every file of it, or nothing.
#[derive(Debug, clap::Args)]
pub struct ImportArguments {
    /// The feed's map.
    #[arg(long, value_name = "FEED.toml")]
    pub feed: PathBuf,
    /// As of when the data is current; today, where it is not said.
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// First day that the extract covers.
    #[arg(long, value_name = "DATE")]
    pub coverage_start: Option<Date>,
    /// Last day that the extract covers.
    #[arg(long, value_name = "DATE")]
    pub coverage_end: Option<Date>,
    /// Print the report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The delivery's files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// Why an import ended without a load.
enum Stop {
    /// The delivery is refused: its `load` row says so.
    Refused(Refusal),
    /// The command itself is no good (a map that cannot be used, a file that is not there): nothing is written.
    Usage { rule: &'static str, sentence: String },
    /// Something failed.
    Failed(CommandError),
}

impl From<LoadError> for Stop {
    fn from(error: LoadError) -> Self {
        Self::Failed(CommandError::failed(error))
    }
}

impl From<tokio_postgres::Error> for Stop {
    fn from(error: tokio_postgres::Error) -> Self {
        LoadError::from(error).into()
    }
}

impl ImportArguments {
    /// Runs the command.
    ///
    /// # Errors
    /// Exit code 2 where the delivery or the command is refused, 1 where something failed.
    pub async fn run(self, settings: &Settings) -> Result<(), CommandError> {
        let mut outcome = Outcome::default();
        let result = self.perform(settings, &mut outcome).await;
        if let Err(stop) = &result {
            match stop {
                Stop::Refused(refusal) => outcome.refuse(refusal.rule(), refusal.to_string()),
                Stop::Usage { rule, sentence } => outcome.refuse(rule, sentence.clone()),
                Stop::Failed(_) => {}
            }
        }
        match result {
            Err(Stop::Failed(error)) => return Err(error),
            _ if self.json => println!("{:#}", outcome.to_json()),
            _ => print!("{}", outcome.to_text()),
        }
        match result {
            Ok(()) => Ok(()),
            Err(Stop::Refused(refusal)) => Err(CommandError::refused(refusal)),
            Err(Stop::Usage { sentence, .. }) => Err(CommandError::refused(sentence)),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    async fn perform(&self, settings: &Settings, outcome: &mut Outcome) -> Result<(), Stop> {
        let usage = |rule, sentence: String| Stop::Usage { rule, sentence };
        let map_name = self.feed.display().to_string();
        let map_text =
            fs::read_to_string(&self.feed).map_err(|error| usage("map-unreadable", format!("{map_name}: {}", reading::reason(&error))))?;
        let map = FeedMap::parse(&map_text, &map_name).map_err(|error| usage("map-invalid", error.to_string()))?;
        let authority =
            settings.authority_file.as_ref().map(|_| settings.authority()).transpose().map_err(|error| Stop::Failed(error.into()))?;
        let today = business_date(settings, authority.as_ref(), &map)?;
        let model = setting::model(authority.as_ref()).map_err(Stop::Failed)?;
        let dates = self.dates(today)?;
        let files = Files::open(&self.files)?;
        outcome.describe(&map, dates);
        let digest = reading::digest(map_text, dates, &map, &files).await?;
        let delivery = delivery(&map, dates, digest);
        let database = Database::open(settings).await.map_err(Stop::Failed)?;
        let result = match import(&database, &map, &delivery, files, (today, &model), outcome).await {
            Err(Stop::Refused(refusal)) => {
                outcome.refuse(refusal.rule(), refusal.to_string());
                write_refused(&database, &delivery, outcome).await.and(Err(Stop::Refused(refusal)))
            }
            other => other,
        };
        database.close().map_err(Stop::Failed).and(result)
    }

    fn dates(&self, today: Date) -> Result<DeliveryDates, Stop> {
        let dates =
            DeliveryDates { data_as_of: self.as_of.unwrap_or(today), coverage_start: self.coverage_start, coverage_end: self.coverage_end };
        let wrong = |sentence: &str| Err(Stop::Usage { rule: "dates-invalid", sentence: sentence.to_owned() });
        if dates.data_as_of > today {
            return wrong("--as-of lies in the future");
        }
        if dates.coverage_start.zip(dates.coverage_end).is_some_and(|(start, end)| end < start) {
            return wrong("--coverage-end lies before --coverage-start");
        }
        Ok(dates)
    }
}

/// The business date, of the authority's time zone where one is configured; its catalogue must then hold the feed's service.
fn business_date(settings: &Settings, authority: Option<&Authority>, map: &FeedMap) -> Result<Date, Stop> {
    let Some(authority) = authority else { return Ok(Clock::new(TimeZone::UTC, settings.clock_date).today()) };
    setting::check_service(map, authority).map_err(|sentence| Stop::Usage { rule: "service-unknown", sentence })?;
    Ok(Clock::new(authority.time_zone.clone(), settings.clock_date).today())
}

fn delivery(map: &FeedMap, dates: DeliveryDates, digest: [u8; 32]) -> Delivery {
    Delivery {
        feed: map.feed.clone(),
        service: map.service.clone(),
        owner: map.owner.clone(),
        area: map.area.clone(),
        fresh_days: map.fresh_days.and_then(|days| i32::try_from(days).ok()),
        extent: match map.delivery {
            DeliveryKind::Delta => Extent::Delta,
            DeliveryKind::Snapshot { absent } => Extent::Snapshot {
                absent: match absent {
                    Absent::Ended => AbsentThings::Ended,
                    Absent::Removed => AbsentThings::Removed,
                },
                largest_drop_percent: map.largest_drop_percent,
            },
        },
        data_as_of: dates.data_as_of,
        coverage_start: dates.coverage_start,
        coverage_end: dates.coverage_end,
        digest,
    }
}

/// Writes that the delivery was refused, and why.
async fn write_refused(database: &Database, delivery: &Delivery, outcome: &Outcome) -> Result<(), Stop> {
    let mut client = database.pool.get().await.map_err(|error| Stop::Failed(CommandError::failed(error)))?;
    let transaction = client.transaction().await?;
    load::write_refused(&transaction, delivery, &outcome.to_json()).await?;
    Ok(transaction.commit().await?)
}

/// Reads, stages, merges and commits.
async fn import(
    database: &Database,
    map: &FeedMap,
    delivery: &Delivery,
    files: Files,
    (today, model): (Date, &Model),
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let mut client = database.pool.get().await.map_err(|error| Stop::Failed(CommandError::failed(error)))?;
    let transaction = client.transaction().await?;
    let refused = |error: LoadError| stop(error, delivery);
    let mut loading = match load::begin(&transaction, delivery).await.map_err(refused)? {
        Beginning::AlreadyLoaded => {
            outcome.already_loaded = true;
            return Ok(());
        }
        Beginning::Loading(loading) => loading,
    };
    model_stands(&transaction, model).await?;
    let progress = progress(files.bytes);
    let started = Instant::now();
    let (batches, mut staged) = mpsc::channel(WAITING_BATCHES);
    let days = Days { today, data_as_of: delivery.data_as_of };
    let reading = start_reading(map.clone(), &files, days, &progress, batches)?;
    while let Some(batch) = staged.recv().await {
        loading.add(&batch, &|details| resolution::keys_of(details, model)).await?;
    }
    let (report, read) = reading.await.map_err(|error| Stop::Failed(CommandError::failed(error)))?;
    outcome.report = report;
    read.map_err(Stop::Refused)?;
    let staged = started.elapsed();
    progress.set_message("Merging");
    let merged = loading.merge().await.map_err(refused)?;
    outcome.merged(&merged);
    let merged = started.elapsed();
    progress.set_message("Finding people");
    let resolved = resolution::resolve_load(&transaction, model).await.map_err(|error| Stop::Failed(error.into()))?;
    outcome.resolved = Some(resolved);
    let resolved = started.elapsed();
    outcome.seconds = Some((merged.as_secs_f64(), resolved.saturating_sub(merged).as_secs_f64()));
    load::write_loaded(&transaction, delivery, &outcome.to_json()).await?;
    transaction.commit().await?;
    progress.finish_and_clear();
    tracing::info!(
        feed = delivery.feed,
        rows = outcome.report.rows(),
        staged_seconds = staged.as_secs_f64(),
        merged_seconds = merged.saturating_sub(staged).as_secs_f64(),
        resolved_seconds = resolved.saturating_sub(merged).as_secs_f64(),
        "loaded"
    );
    Ok(())
}

/// Records are keyed by one model at a time; the first load puts its own in force.
async fn model_stands(transaction: &tokio_postgres::Transaction<'_>, model: &Model) -> Result<(), Stop> {
    let failed = |error: StoreError| Stop::Failed(error.into());
    match store::model::standing(transaction, model).await.map_err(failed)? {
        Standing::InForce => Ok(()),
        Standing::NoneYet => store::model::put_in_force(transaction, model).await.map_err(failed),
        Standing::Another => Err(Stop::Failed(CommandError::failed(ANOTHER_MODEL))),
    }
}

/// A bar over the files' bytes, on a terminal only.
fn progress(bytes: u64) -> ProgressBar {
    let progress = ProgressBar::new(bytes).with_message("Reading");
    let style = ProgressStyle::with_template("{msg:16} {wide_bar} {percent:>3}% {elapsed}").expect("the template is well formed");
    progress.set_style(style);
    progress.enable_steady_tick(Duration::from_millis(200));
    progress
}

/// A load's error as what it means to the delivery.
fn stop(error: LoadError, delivery: &Delivery) -> Stop {
    match error {
        LoadError::Older { newest } => Stop::Refused(Refusal::Older { data_as_of: delivery.data_as_of, newest }),
        LoadError::DropTooLarge { what, dropped, held, percent } => Stop::Refused(Refusal::DropTooLarge { what, dropped, held, percent }),
        LoadError::Database(_) => error.into(),
    }
}

impl Outcome {
    /// Takes in what only the merge could see.
    fn merged(&mut self, merged: &LoadOutcome) {
        use import::{Field, PersonField, RowKind, Rule};
        let differs = &merged.person_differs;
        self.report.find_many(Some(Field::Person(PersonField::SourceId)), Rule::PersonDiffers, differs.count, &differs.some);
        for (field, places) in &merged.person_unknown {
            let field = Field::named(field, RowKind::Person).or_else(|| Field::named(field, RowKind::Relationship));
            self.report.find_many(field, Rule::PersonUnknown, places.count, &places.some);
        }
        self.changes = Some((merged.records, merged.involvements, merged.relationships));
    }
}
