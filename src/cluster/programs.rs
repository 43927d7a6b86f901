//! Finds the programs of PostgreSQL's server.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::ClusterError;

/// The oldest major version that this works with.
pub const OLDEST_VERSION: u32 = 14;

/// What a folder of server programs must hold.
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// One installed server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerPrograms {
    /// Its major version.
    pub version: u32,
    /// The folder of its programs.
    pub folder: PathBuf,
}

impl ServerPrograms {
    /// Every server found: in Debian's places, beside `pg_config`, and on the PATH; the newest first.
    #[must_use]
    pub fn installed() -> Vec<Self> {
        let mut folders: Vec<PathBuf> = Vec::new();
        for (parent, rest) in [("/usr/lib/postgresql", "bin"), ("/usr/local/pgsql", ""), ("/opt/homebrew/opt", "bin")] {
            folders.extend(fs::read_dir(parent).into_iter().flatten().flatten().map(|entry| entry.path().join(rest)));
        }
        folders.extend(pg_config_folder());
        folders.extend(env::var_os("PATH").iter().flat_map(env::split_paths));
        Self::in_folders(folders)
    }

    fn in_folders(folders: Vec<PathBuf>) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for folder in folders {
            if NEEDED.iter().all(|program| folder.join(program).is_file())
                && let Some(version) = version_of(&folder)
                && !found.iter().any(|server| server.folder == folder)
            {
                found.push(Self { version, folder });
            }
        }
        // A stable sort: among equal versions the place looked at first wins.
        found.sort_by_key(|server| std::cmp::Reverse(server.version));
        found
    }

    /// The newest server that is new enough.
    ///
    /// # Errors
    /// [`ClusterError::ServerMissing`] or [`ClusterError::ServerTooOld`].
    pub fn newest() -> Result<Self, ClusterError> {
        Self::choose(Self::installed())
    }

    fn choose(installed: Vec<Self>) -> Result<Self, ClusterError> {
        match installed.into_iter().next() {
            None => Err(ClusterError::ServerMissing),
            Some(server) if server.version < OLDEST_VERSION => {
                Err(ClusterError::ServerTooOld { version: server.version, programs: server.folder })
            }
            Some(server) => Ok(server),
        }
    }

    /// The server that can run the cluster in `data`: its files are those of one major version.
    ///
    /// # Errors
    /// [`ClusterError::VersionGone`] where that version is not installed.
    pub(super) fn of_cluster(data: &Path) -> Result<Self, ClusterError> {
        let file = data.join("PG_VERSION");
        let text = fs::read_to_string(&file).map_err(|problem| ClusterError::file(&file, problem))?;
        let version = text.trim().parse().unwrap_or(0);
        Self::installed()
            .into_iter()
            .find(|server| server.version == version)
            .ok_or_else(|| ClusterError::VersionGone { version, folder: data.parent().unwrap_or(data).to_owned() })
    }
}

fn pg_config_folder() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8(output.stdout).ok()?.trim()))
}

/// The major version of the server in `folder`: 15 of "postgres (PostgreSQL) 15.18 (Debian …)".
fn version_of(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    major_version(&String::from_utf8(output.stdout).ok()?)
}

fn major_version(said: &str) -> Option<u32> {
    let number = said.split_whitespace().find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(version: u32) -> ServerPrograms {
        ServerPrograms { version, folder: PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")) }
    }

    #[test]
    fn the_major_version_is_read_from_what_the_server_says() {
        assert_eq!(major_version("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(major_version("postgres (PostgreSQL) 9.6.24"), Some(9));
        assert_eq!(major_version("postgres (PostgreSQL) 19beta1"), Some(19));
        assert_eq!(major_version("nonsense"), None);
    }

    #[test]
    fn a_server_that_is_missing_or_too_old_is_said_to_be() {
        assert!(ServerPrograms::choose(vec![]).unwrap_err().to_string().contains("not installed"));
        assert!(ServerPrograms::choose(vec![server(13)]).unwrap_err().to_string().starts_with("PostgreSQL 13 in /usr/lib"));
        assert_eq!(ServerPrograms::choose(vec![server(14)]).unwrap(), server(14));
    }

    #[test]
    fn a_folder_without_the_programs_is_no_server() {
        assert!(ServerPrograms::in_folders(vec![std::env::temp_dir(), PathBuf::from("/nowhere")]).is_empty());
    }
}
