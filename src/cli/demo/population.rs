//! The population of the demonstration: the committed one, or one generated on the spot.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;
use jiff::civil::Date;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::child_process;
use crate::cli::CommandError;
use crate::config::Settings;

/// The seed of generated populations: the same people every time.
const SEED: &str = "1";

/// A folder with an authority, its feeds and the truth.
#[derive(Debug)]
pub(super) struct Population {
    /// The folder.
    pub(super) folder: PathBuf,
}

/// A row of `feeds/loads.csv`.
#[derive(Deserialize)]
struct LoadDates {
    feed: String,
    as_of: Date,
    coverage_start: Date,
}

impl Population {
    /// The committed population.
    pub(super) fn committed(folder: &Path) -> Result<Self, CommandError> {
        let population = Self { folder: folder.to_owned() };
        if population.authority_file().is_file() {
            return Ok(population);
        }
        Err(CommandError::failed(format!(
            "{} is not there: run this in the project's folder, or name the fixtures with --fixtures",
            population.authority_file().display()
        )))
    }

    /// A population of `people`, generated unless an earlier run did.
    pub(super) async fn generated(people: u32, settings: &Settings, progress: &ProgressBar) -> Result<Self, CommandError> {
        let name = format!("population-{people}");
        let folder = settings.state.join("demo").join(&name);
        if folder.is_dir() {
            return Ok(Self { folder });
        }
        // Made beside its place and renamed when it is whole, so that a half-made one is never taken for it.
        let making = settings.state.join("demo").join(format!("{name}.making"));
        let problem = |problem| CommandError::failed(format!("{}: {problem}", making.display()));
        if making.exists() {
            fs::remove_dir_all(&making).map_err(problem)?;
        }
        fs::create_dir_all(&making).map_err(problem)?;
        let _waiting = super::Waiting::new(progress, "Generating the population");
        let (people, out) = (people.to_string(), making.to_string_lossy());
        let command = child_process::command(&["generate", "--people", &people, "--seed", SEED, "--out", &out], settings)?;
        child_process::run(command, &settings.state.join("demo/generate.txt"), "generating the population").await?;
        fs::rename(&making, &folder).map_err(problem)?;
        Ok(Self { folder })
    }

    /// The authority's configuration file.
    pub(super) fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.toml")
    }

    /// The files of the feed whose map is `map`: those in the folder of its name beside it, in order.
    pub(super) fn deliveries(map: &Path) -> Result<Vec<PathBuf>, CommandError> {
        let mut files = files_under(&map.with_extension(""))?;
        files.retain(|file| file.extension().is_none_or(|ending| ending != "toml"));
        Ok(files)
    }

    /// As of when each feed's data is, and the first day that it covers: `feeds/loads.csv`, where there is one.
    pub(super) fn dates(&self) -> Result<BTreeMap<String, (Date, Date)>, CommandError> {
        let file = self.folder.join("feeds/loads.csv");
        if !file.is_file() {
            return Ok(BTreeMap::new());
        }
        let problem = |problem: csv::Error| CommandError::failed(format!("{}: {problem}", file.display()));
        let mut reader = csv::Reader::from_path(&file).map_err(problem)?;
        let rows = reader.deserialize::<LoadDates>();
        rows.map(|row| row.map(|row| (row.feed, (row.as_of, row.coverage_start))).map_err(problem)).collect()
    }

    /// A digest of everything that is loaded: it changes when a file does.
    pub(super) fn digest(&self) -> Result<String, CommandError> {
        let mut digest = Sha256::new();
        for file in files_under(&self.folder.join("feeds"))?.iter().chain([&self.authority_file()]) {
            let contents = fs::read(file).map_err(|problem| CommandError::failed(format!("{}: {problem}", file.display())))?;
            digest.update(file.strip_prefix(&self.folder).unwrap_or(file).as_os_str().as_encoded_bytes());
            digest.update([0]);
            digest.update(Sha256::digest(contents));
        }
        Ok(digest.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
    }
}

/// Every file under `folder`, sorted by path.
fn files_under(folder: &Path) -> Result<Vec<PathBuf>, CommandError> {
    let problem = |problem| CommandError::failed(format!("{}: {problem}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_dir() {
            files.extend(files_under(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
