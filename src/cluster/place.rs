//! Where a private cluster's files and its socket lie.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, symlink};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::ClusterError;
use super::account::Account;

/// Where clusters lie whose server could not enter the state folder.
const ELSEWHERE: &str = "/var/lib/family-context";

/// What the name of an unfinished cluster's folder ends in, before the number of its process.
const MAKING: &str = "making";

/// The longest path of a Unix socket, in bytes: `sun_path` takes 108 with the end mark.
const LONGEST_SOCKET: usize = 107;

/// The folders of one private cluster.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its own folder, with `data/` and `passwords.toml` in it.
    pub(super) folder: PathBuf,
    /// Where this process makes a new one; renamed to `folder` when it is whole. Another process's is never taken over: programs that it started
    /// may go on writing there after it was killed.
    pub(super) making: PathBuf,
    /// Where one that cannot be used is put aside.
    pub(super) aside: PathBuf,
    /// Held while a cluster starts or stops.
    pub(super) lock: PathBuf,
    /// Held, shared, by every program that uses the cluster.
    pub(super) users: PathBuf,
    /// Tells this cluster's socket from every other's.
    digest: String,
}

impl Place {
    /// The place for the cluster of the state folder `state`, which is made where it is missing.
    pub(super) fn choose(state: &Path) -> Result<Self, ClusterError> {
        fs::create_dir_all(state).map_err(|problem| ClusterError::file(state, problem))?;
        let state = fs::canonicalize(state).map_err(|problem| ClusterError::file(state, problem))?;
        let digest = digest(&state);
        let here = Self::within(&state, "postgres", digest.clone());
        if Account::choose(&here.data())?.can_enter(&state) {
            return Ok(here);
        }
        let elsewhere = Path::new(ELSEWHERE);
        fs::create_dir_all(elsewhere).map_err(|problem| ClusterError::file(elsewhere, problem))?;
        let place = Self::within(elsewhere, &digest.clone(), digest);
        // Only for people and scripts that look for it beside the other files; the cluster runs without.
        symlink(&place.folder, &here.folder).ok();
        Ok(place)
    }

    fn within(parent: &Path, name: &str, digest: String) -> Self {
        let beside = |ending: &str| parent.join(format!("{name}.{ending}"));
        Self {
            folder: parent.join(name),
            making: beside(&format!("{MAKING}-{}", std::process::id())),
            aside: beside("unusable"),
            lock: beside("lock"),
            users: beside("users"),
            digest,
        }
    }

    /// The folders in which this or an earlier process began to make a cluster.
    pub(super) fn unfinished(&self) -> Vec<PathBuf> {
        let unfinished = self.folder.with_added_extension(MAKING);
        let siblings = self.folder.parent().and_then(|parent| fs::read_dir(parent).ok());
        let paths = siblings.into_iter().flatten().flatten().map(|entry| entry.path());
        let beginning = unfinished.as_os_str().as_encoded_bytes();
        paths.filter(|path| path.as_os_str().as_encoded_bytes().starts_with(beginning)).collect()
    }

    /// The server's own folder.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The folder for the socket: the data folder, or a short one where that is too deep for a socket or its name needs quoting.
    pub(super) fn socket_folder(&self) -> PathBuf {
        let data = self.data();
        if is_plain(&data) && socket(&data, u16::MAX).as_os_str().len() <= LONGEST_SOCKET {
            return data;
        }
        PathBuf::from(format!("/tmp/family-context-{}", self.digest))
    }

    /// Makes the socket's folder where it is not the data folder, and sees that it is the server's alone.
    pub(super) fn prepare_socket_folder(&self, account: Account) -> Result<(), ClusterError> {
        let folder = self.socket_folder();
        if folder == self.data() {
            return Ok(());
        }
        match DirBuilder::new().mode(0o700).create(&folder) {
            Ok(()) => account.own(&folder),
            Err(problem) => {
                let found = fs::symlink_metadata(&folder).map_err(|_| ClusterError::file(&folder, problem))?;
                let is_ours = found.is_dir() && Some(found.uid()) == account.user() && found.mode() & 0o777 == 0o700;
                if is_ours { Ok(()) } else { Err(ClusterError::SocketFolderTaken { folder }) }
            }
        }
    }
}

/// The socket in `folder` of the server on `port`.
pub(super) fn socket(folder: &Path, port: u16) -> PathBuf {
    folder.join(format!(".s.PGSQL.{port}"))
}

/// Whether the server's settings take the path without quoting.
fn is_plain(path: &Path) -> bool {
    path.to_str().is_some_and(|path| path.chars().all(|character| character.is_ascii_alphanumeric() || "/._-+".contains(character)))
}

/// Twelve hexadecimal digits for a folder.
fn digest(folder: &Path) -> String {
    let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
    digest.iter().take(6).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(state: &str) -> Place {
        Place::within(Path::new(state), "postgres", digest(Path::new(state)))
    }

    #[test]
    fn the_socket_lies_with_the_data_where_the_path_is_short_enough() {
        let state = format!("/{}", "a".repeat(LONGEST_SOCKET - "//postgres/data/.s.PGSQL.65535".len()));
        assert_eq!(socket(&place(&state).socket_folder(), u16::MAX).as_os_str().len(), LONGEST_SOCKET);
        assert!(place(&format!("{state}a")).socket_folder().starts_with("/tmp"));
    }

    #[test]
    fn a_path_that_needs_quoting_gets_another_socket_folder() {
        assert!(place("/home/o'brien, sean/var").socket_folder().starts_with("/tmp"));
        assert_ne!(place("/a b").socket_folder(), place("/a c").socket_folder());
    }
}
