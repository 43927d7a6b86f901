//! The passwords of a private cluster's roles: generated once, kept beside its data, readable by this program's user alone.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::ClusterError;

/// One password for each role. It has no `Debug`, so that none is ever printed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Passwords {
    /// Of the cluster's own administrator.
    pub(super) administrator: String,
    /// Of the role that owns the schema.
    pub(super) owner: String,
    /// Of the role that serves.
    pub(super) serve: String,
}

impl Passwords {
    /// New ones, of 192 random bits each.
    pub(super) fn generate() -> Result<Self, ClusterError> {
        Ok(Self { administrator: random()?, owner: random()?, serve: random()? })
    }

    /// Reads them; `None` where they are missing or not whole, which makes the cluster beside them unusable.
    pub(super) fn read(file: &Path) -> Result<Option<Self>, ClusterError> {
        match std::fs::read_to_string(file) {
            Ok(text) => Ok(toml::from_str(&text).ok()),
            Err(problem) if problem.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(problem) => Err(ClusterError::file(file, problem)),
        }
    }

    /// Writes them, for this program's user alone.
    pub(super) fn write(&self, file: &Path) -> Result<(), ClusterError> {
        let text = toml::to_string(self).expect("three strings have a TOML form");
        write_closed(file, &text)
    }
}

/// Writes a file that only its owner can read.
pub(super) fn write_closed(file: &Path, text: &str) -> Result<(), ClusterError> {
    let write = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?.write_all(text.as_bytes());
    write().map_err(|problem| ClusterError::file(file, problem))
}

fn random() -> Result<String, ClusterError> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 24];
    File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).map_err(|problem| ClusterError::file(source, problem))?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a string takes everything");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_password_is_new_and_long() {
        let (one, other) = (Passwords::generate().unwrap(), Passwords::generate().unwrap());
        assert_eq!(one.owner.len(), 48);
        assert!(one.owner != other.owner && one.owner != one.serve && one.owner != one.administrator);
    }
}
