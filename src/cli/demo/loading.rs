//! Loads the population, unless the database holds it already.

use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::child_process;
use super::population::Population;
use crate::cli::{CommandError, Database, migrate, setting};
use crate::config::{Authority, Settings};
use crate::store::migrations;

/// How many years a delivery covers whose dates the population does not tell.
const YEARS_COVERED: i32 = 6;

/// What the demonstration loaded, and into which database.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    /// The database, told from every other.
    database: String,
    /// The population and the schema it was loaded into.
    digest: String,
    /// Whether everything was loaded.
    complete: bool,
}

/// Migrates and loads. A population that this demonstration loaded earlier makes way for another; anybody else's data does not.
pub(super) async fn load(
    population: &Population,
    authority: &Authority,
    settings: &Settings,
    database: &Database,
    progress: &ProgressBar,
) -> Result<(), CommandError> {
    progress.set_message("Preparing the database");
    let folder = settings.state.join("demo");
    fs::create_dir_all(&folder).map_err(|problem| CommandError::failed(format!("{}: {problem}", folder.display())))?;
    let file = folder.join("loaded.toml");
    let digest = format!("{} {:016x}", population.digest()?, migrations::fingerprint());
    let earlier = fs::read_to_string(&file).ok().and_then(|text| toml::from_str::<Mark>(&text).ok());
    let here = identity(database).await?;
    let earlier = earlier.filter(|mark| mark.database == here);
    if earlier.as_ref().is_some_and(|mark| mark.complete && mark.digest == digest) {
        // The program may have been built anew with another model since.
        return migrate::put_in_force(database, &setting::model(Some(authority))?).await.map(drop);
    }
    let holds_loads = holds_loads(database).await?;
    // What was broken off is gone on with: the same delivery again changes nothing.
    let goes_on = holds_loads && earlier.as_ref().is_some_and(|mark| mark.digest == digest);
    if holds_loads && !goes_on {
        make_way(earlier.is_some(), database).await?;
    }
    let mark = |database, complete| Mark { database, digest: digest.clone(), complete };
    let here = identity(database).await?;
    write(&file, &mark(here.clone(), false))?;
    super::migrate(database).await?;
    if goes_on {
        migrate::put_in_force(database, &setting::model(Some(authority))?).await?;
    }
    let today = settings.clock_date.unwrap_or(super::BUSINESS_DATE);
    let feeds = feeds_with_files(authority)?;
    let dates = population.dates()?;
    super::count_steps(progress, feeds.len());
    for (map, files) in feeds {
        let name = map.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        progress.set_message(format!("Loading {name}"));
        let (as_of, start) = dates.get(&name).copied().unwrap_or_else(|| (today, today.saturating_sub(YEARS_COVERED.years())));
        import(&map, &files, (as_of, start), settings, database, &folder.join(format!("load-{name}.json"))).await?;
        progress.inc(1);
    }
    write(&file, &mark(here, true))
}

async fn import(
    map: &Path,
    files: &[PathBuf],
    (as_of, start): (Date, Date),
    settings: &Settings,
    database: &Database,
    report: &Path,
) -> Result<(), CommandError> {
    let (as_of, start) = (as_of.to_string(), start.to_string());
    let dates = ["--as-of", &as_of, "--coverage-start", &start, "--coverage-end", &as_of];
    let mut command = child_process::database_command(&["import", "--json"], settings, database)?;
    command.arg("--feed").arg(map).args(dates).args(files);
    child_process::run(command, report, &format!("loading {}", map.display())).await
}

/// The feeds that have something to load, in the authority's order.
fn feeds_with_files(authority: &Authority) -> Result<Vec<(PathBuf, Vec<PathBuf>)>, CommandError> {
    let mut feeds = Vec::new();
    for map in &authority.feeds {
        feeds.push((map.clone(), Population::deliveries(map)?));
    }
    feeds.retain(|(_, files)| !files.is_empty());
    Ok(feeds)
}

/// Tells this database from every other, also from one that had its name before.
async fn identity(database: &Database) -> Result<String, CommandError> {
    let client = database.pool.get().await.map_err(CommandError::failed)?;
    let query = "SELECT (SELECT system_identifier FROM pg_control_system())::text || '/' || oid FROM pg_database WHERE datname = current_database()";
    let row = client.query_one(query, &[]).await.map_err(CommandError::database)?;
    Ok(row.get(0))
}

async fn holds_loads(database: &Database) -> Result<bool, CommandError> {
    let client = database.pool.get().await.map_err(CommandError::failed)?;
    let table = client.query_one("SELECT to_regclass('public.load') IS NOT NULL", &[]).await.map_err(CommandError::database)?;
    if !table.get::<_, bool>(0) {
        return Ok(false);
    }
    let row = client.query_one("SELECT EXISTS (SELECT FROM load)", &[]).await.map_err(CommandError::database)?;
    Ok(row.get(0))
}

/// Empties the private cluster's database of what this demonstration loaded.
async fn make_way(loaded_by_demonstration: bool, database: &Database) -> Result<(), CommandError> {
    match &database.cluster {
        Some(cluster) if loaded_by_demonstration => cluster.remake_database().await.map_err(CommandError::from),
        Some(cluster) => Err(CommandError::failed(format!(
            "the database in {} holds data that the demonstration did not load: name another folder with STATE_DIR, or remove this one",
            cluster.folder().display()
        ))),
        None => Err(CommandError::failed(
            "the database of DATABASE_URL holds other data than that of this demonstration, which does not touch it: name an empty one",
        )),
    }
}

fn write(file: &Path, mark: &Mark) -> Result<(), CommandError> {
    let text = toml::to_string(mark).expect("a mark has a TOML form");
    fs::write(file, text).map_err(|problem| CommandError::failed(format!("{}: {problem}", file.display())))
}
