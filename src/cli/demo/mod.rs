//! `family-context demo`, which `make demo` runs: from nothing to a running service with a population to ask about.

mod child_process;
mod loading;
mod population;
mod question;
mod tokens;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use jiff::civil::{Date, date};

use self::population::Population;
use super::serve::{self, Installation};
use super::{CommandError, Database};
use crate::config::Settings;
use crate::store::migrations;

/// The business date of the demonstration: that of its fixtures, so that ages and freshness never drift.
const BUSINESS_DATE: Date = date(2026, 11, 1);

/// The arguments of the command.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Generate a population of this many people in place of the committed one.
    #[arg(long, value_name = "N")]
    people: Option<u32>,
    /// The folder of the committed population.
    #[arg(long, value_name = "FOLDER", default_value = "fixtures/demo")]
    fixtures: PathBuf,
}

/// Runs the command: prepares, prints what to paste, serves until it is told to stop, and stops the private cluster.
///
/// # Errors
/// Whatever keeps the demonstration from running, as one sentence.
pub async fn run(arguments: &Arguments, settings: &Settings) -> Result<(), CommandError> {
    if settings.identity != crate::config::Identity::Development {
        return Err(CommandError::failed("the demonstration signs its own tokens: unset JWT_ISSUER, JWT_AUDIENCE and JWT_JWKS"));
    }
    let mut settings = settings.clone();
    settings.clock_date.get_or_insert(BUSINESS_DATE);
    settings.refuse_development_off_loopback()?;
    serve::check_address(settings.bind)?;
    let progress = progress();
    // Listened for from here on: Ctrl-C while the server starts must not be lost.
    let mut stopped = tokio::spawn(serve::stop_signal());
    let stopped_early = || CommandError::failed("stopped before the demonstration was ready");
    let opened = {
        let _waiting = Waiting::new(&progress, "Starting PostgreSQL");
        Database::open(&settings).await
    };
    let database = match opened {
        Ok(database) => database,
        Err(error) => {
            progress.finish_and_clear();
            // Ctrl-C ends the server's programs too: that they failed is then not worth telling.
            return Err(if stopped.is_finished() { stopped_early() } else { error });
        }
    };
    let prepared = tokio::select! {
        biased;
        // What was begun is undone by its own transaction, or by the child process that ends with this one.
        _ = &mut stopped => Err(stopped_early()),
        prepared = prepare(arguments, &mut settings, &database, &progress) => prepared,
    };
    progress.finish_and_clear();
    let served = match prepared {
        Ok(population) => serve_population(&population, &settings).await,
        Err(error) => Err(error),
    };
    let closed = database.close();
    served.and(closed)
}

async fn prepare(
    arguments: &Arguments,
    settings: &mut Settings,
    database: &Database,
    progress: &ProgressBar,
) -> Result<Population, CommandError> {
    let population = match arguments.people {
        Some(people) => Population::generated(people, settings, progress).await?,
        None => Population::committed(&arguments.fixtures)?,
    };
    settings.authority_file = Some(population.authority_file());
    let authority = settings.authority()?;
    loading::load(&population, &authority, settings, database, progress).await?;
    Ok(population)
}

async fn serve_population(population: &Population, settings: &Settings) -> Result<(), CommandError> {
    let tokens = tokens::write(settings)?;
    let question = question::choose(population)?;
    let installation = Installation::open(settings).await?;
    installation.serve(settings, |address| announce(address, &tokens, &question)).await
}

/// Prints where it listens and what to paste.
fn announce(address: SocketAddr, tokens: &tokens::Tokens, question: &str) {
    println!("family-context answers on http://{address} (Ctrl-C stops it)");
    println!("Tokens for every role are in {}. One for {}:\n", tokens.file.display(), tokens::SHOWN.name());
    println!("{}\n", tokens.shown);
    println!("Ask about a child:\n");
    println!("curl -s http://{address}/v1/lookups \\\n  -H 'Authorization: Bearer {}' \\", tokens.shown);
    println!("  -H 'Content-Type: application/json' \\\n  -d '{}'", question.replace('\'', "'\\''"));
}

fn progress() -> ProgressBar {
    let progress = ProgressBar::new_spinner();
    progress.enable_steady_tick(Duration::from_millis(100));
    progress
}

/// Shows how many of `steps` are done from here on.
fn count_steps(progress: &ProgressBar, steps: usize) {
    let style = ProgressStyle::with_template("{spinner} {msg:30} {wide_bar} {pos}/{len} {elapsed}").expect("the template is well formed");
    progress.set_style(style);
    progress.set_length(steps as u64);
}

/// Says on the progress bar what is waited for, until it is dropped.
struct Waiting<'bar>(&'bar ProgressBar);

impl<'bar> Waiting<'bar> {
    fn new(progress: &'bar ProgressBar, message: &'static str) -> Self {
        progress.set_message(message);
        Self(progress)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.set_message("");
    }
}

/// Brings the schema up to date, on the way to loading.
async fn migrate(database: &Database) -> Result<(), CommandError> {
    migrations::run(&database.pool).await.map(drop).map_err(CommandError::from)
}
