//! What can keep a private cluster from running, each as one sentence that says what to do.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why the private cluster does not run.
#[derive(Debug)]
pub enum ClusterError {
    /// No server programs anywhere.
    ServerMissing,
    /// Only server programs older than this needs.
    ServerTooOld {
        /// The newest version found.
        version: u32,
        /// Where its programs are.
        programs: PathBuf,
    },
    /// The cluster was made by a version whose programs are gone.
    VersionGone {
        /// That version.
        version: u32,
        /// The cluster's folder.
        folder: PathBuf,
    },
    /// This runs as root, which the server refuses, and there is no `postgres` user to run it.
    AccountMissing,
    /// The disk is full.
    DiskFull {
        /// A folder on it.
        folder: PathBuf,
    },
    /// The folder for the socket belongs to somebody else.
    SocketFolderTaken {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder cannot be used.
    File {
        /// Which one.
        path: PathBuf,
        /// What the operating system says.
        problem: io::Error,
    },
    /// No port of loopback is free, or there is no loopback.
    NoPort(io::Error),
    /// A program of the server failed, or could not be run.
    Program {
        /// Its name.
        program: &'static str,
        /// What it said, on one line.
        said: String,
    },
    /// The server runs and refuses what the cluster needs.
    Refused(tokio_postgres::Error),
}

impl ClusterError {
    /// A problem with `path`; a full disk is told apart.
    pub(super) fn file(path: &Path, problem: io::Error) -> Self {
        if problem.kind() == io::ErrorKind::StorageFull {
            return Self::DiskFull { folder: path.parent().unwrap_or(path).to_owned() };
        }
        Self::File { path: path.to_owned(), problem }
    }

    /// What `program` said when it failed on the cluster in `folder`; a full disk is told apart.
    pub(super) fn program(program: &'static str, said: &str, folder: &Path) -> Self {
        if said.contains("No space left on device") {
            return Self::DiskFull { folder: folder.to_owned() };
        }
        let fatal = said.lines().find_map(|line| line.split_once("FATAL:").or_else(|| line.split_once("error:")));
        let last = said.lines().map(str::trim).rfind(|line| !line.is_empty());
        let said = fatal.map(|(_, message)| message.trim()).or(last).unwrap_or("it said nothing").to_owned();
        Self::Program { program, said }
    }
}

impl fmt::Display for ClusterError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ServerMissing => formatter.write_str(
                "PostgreSQL's server is not installed: install version 14 or newer (apt-get install postgresql), or set DATABASE_URL",
            ),
            Self::ServerTooOld { version, programs } => write!(
                formatter,
                "PostgreSQL {version} in {} is too old: install version 14 or newer, or set DATABASE_URL",
                programs.display()
            ),
            Self::VersionGone { version, folder } => write!(
                formatter,
                "{} was made by PostgreSQL {version}, which is no longer installed: install postgresql-{version}, or remove that folder to start afresh",
                folder.display()
            ),
            Self::AccountMissing => formatter.write_str(
                "PostgreSQL does not run as root and there is no postgres user: create it (adduser --system --group postgres), run this as another user, or set DATABASE_URL",
            ),
            Self::DiskFull { folder } => write!(formatter, "the disk that holds {} is full: free some space and run this again", folder.display()),
            Self::SocketFolderTaken { folder } => {
                write!(formatter, "{} is not a folder of this cluster's own: remove it and run this again", folder.display())
            }
            Self::File { path, problem } => write!(formatter, "{} cannot be used for the private cluster: {problem}", path.display()),
            Self::NoPort(problem) => write!(formatter, "the private cluster needs a port of 127.0.0.1 and gets none: {problem}"),
            Self::Program { program, said } => write!(formatter, "PostgreSQL's {program} failed: {said}"),
            Self::Refused(error) => match error.as_db_error() {
                Some(refusal) => write!(formatter, "the private cluster refused: {}", refusal.message()),
                None => write!(formatter, "the private cluster does not answer: {error}"),
            },
        }
    }
}

impl std::error::Error for ClusterError {}

impl From<tokio_postgres::Error> for ClusterError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Refused(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart() {
        let said = "creating configuration files ... initdb: error: could not write to file \"pg_wal/x\": No space left on device";
        let error = ClusterError::program("initdb", said, Path::new("/srv/var/postgres"));
        assert_eq!(error.to_string(), "the disk that holds /srv/var/postgres is full: free some space and run this again");
    }

    #[test]
    fn what_a_program_said_is_one_line() {
        let said = "LOG:  starting\nFATAL:  lock file \"postmaster.pid\" already exists\nHINT: …\n";
        let error = ClusterError::program("pg_ctl", said, Path::new("/srv"));
        assert_eq!(error.to_string(), "PostgreSQL's pg_ctl failed: lock file \"postmaster.pid\" already exists");
    }
}
