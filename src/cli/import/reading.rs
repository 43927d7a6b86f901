//! The files of an import: opened, fingerprinted, and read on a thread of their own.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use indicatif::ProgressBar;
use tokio::sync::mpsc;

use super::Stop;
use crate::{
    cli::CommandError,
    domain::Received,
    import::{self, Days, DeliveredFile, DeliveryDates, FeedMap, LoadReport, Refusal},
};

/// How many rows are staged at a time.
const ROWS_A_BATCH: usize = 4000;
/// How many batches may wait while the database is busy.
pub(super) const WAITING_BATCHES: usize = 4;

/// The files of the command line.
pub(super) struct Files {
    names: Vec<String>,
    paths: Vec<PathBuf>,
    /// How much there is to read.
    pub bytes: u64,
}

impl Files {
    pub fn open(paths: &[PathBuf]) -> Result<Self, Stop> {
        let mut names = Vec::with_capacity(paths.len());
        let mut bytes = 0;
        for path in paths {
            let readable = File::open(path).and_then(|file| file.metadata()).map_err(|error| reason(&error));
            match readable {
                Ok(metadata) if !metadata.is_dir() => bytes += metadata.len(),
                Ok(_) => return Err(not_readable(path, "it is a folder")),
                Err(reason) => return Err(not_readable(path, &reason)),
            }
            names.push(path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()));
        }
        Ok(Self { names, paths: paths.to_vec(), bytes })
    }

    /// The order in which a delivery is read: the map's where every file has its place, else the one given.
    fn order(&self, map: &FeedMap) -> Vec<usize> {
        import::assign(map, &self.names)
            .map_or_else(|_| (0..self.names.len()).collect(), |assigned| assigned.into_iter().map(|(_, index)| index).collect())
    }

    fn reader(&self, index: usize) -> Result<Box<dyn Read + Send>, Stop> {
        let path = &self.paths[index];
        let file = File::open(path).map_err(|error| not_readable(path, &reason(&error)))?;
        Ok(Box::new(file))
    }
}

/// Why a file cannot be read, in words.
pub(super) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be read".to_owned(),
        kind => kind.to_string(),
    }
}

fn not_readable(path: &Path, reason: &str) -> Stop {
    Stop::Usage { rule: "file-unreadable", sentence: format!("{}: {reason}", path.display()) }
}

/// The delivery's fingerprint.
pub(super) async fn digest(map_text: String, dates: DeliveryDates, map: &FeedMap, files: &Files) -> Result<[u8; 32], Stop> {
    let order = files.order(map);
    let mut contents =
        order.into_iter().map(|index| Ok((files.names[index].clone(), files.reader(index)?))).collect::<Result<Vec<_>, Stop>>()?;
    let digest = tokio::task::spawn_blocking(move || import::delivery_digest(&map_text, dates, &mut contents)).await;
    match digest {
        Ok(Ok(digest)) => Ok(digest),
        Ok(Err(error)) => Err(Stop::Usage { rule: "file-unreadable", sentence: reason(&error) }),
        Err(error) => Err(Stop::Failed(CommandError::failed(error))),
    }
}

/// A reading under way: its report and whether the delivery can be used.
pub(super) type Reading = tokio::task::JoinHandle<(LoadReport, Result<(), Refusal>)>;

/// Reads the delivery on a thread of its own, a batch of rows at a time; it ends early where nobody takes the batches any more.
pub(super) fn start_reading(
    map: FeedMap,
    files: &Files,
    days: Days,
    progress: &ProgressBar,
    batches: mpsc::Sender<Vec<Received>>,
) -> Result<Reading, Stop> {
    let delivered = (0..files.names.len())
        .map(|index| Ok(DeliveredFile { name: files.names[index].clone(), content: Box::new(progress.wrap_read(files.reader(index)?)) }))
        .collect::<Result<Vec<_>, Stop>>()?;
    Ok(tokio::task::spawn_blocking(move || {
        let mut report = LoadReport::default();
        let mut batch = Vec::with_capacity(ROWS_A_BATCH);
        let mut result = import::read_delivery(&map, delivered, days, &mut report, &mut |received| {
            batch.push(received);
            if batch.len() < ROWS_A_BATCH {
                return Ok(());
            }
            let full = std::mem::replace(&mut batch, Vec::with_capacity(ROWS_A_BATCH));
            batches.blocking_send(full).map_err(|_| import::SinkClosed)
        });
        if result.is_ok() && batches.blocking_send(batch).is_err() {
            result = Err(Refusal::Interrupted);
        }
        (report, result)
    }))
}
