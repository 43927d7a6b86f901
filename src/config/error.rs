//! What can be wrong with settings and configuration files.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A setting or a configuration file that cannot be used. Its sentence names the file or the setting, and what is wrong with it.
#[derive(Debug)]
pub enum ConfigurationError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the operating system says.
        problem: io::Error,
    },
    /// A file is no TOML, has a key that is not known, or lacks one.
    Malformed {
        /// The file.
        file: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What the parser says.
        problem: String,
    },
    /// A value is well formed and makes no sense.
    Invalid {
        /// The file.
        file: PathBuf,
        /// The key, such as `service[2].duty`, counted from 1.
        key: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A flag or an environment variable makes no sense.
    Setting {
        /// The setting's name in the environment.
        name: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

impl fmt::Display for ConfigurationError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, problem } => write!(formatter, "{} cannot be read: {problem}", file.display()),
            Self::Malformed { file, line, problem } => write!(formatter, "{} line {line}: {problem}", file.display()),
            Self::Invalid { file, key, problem } => write!(formatter, "{}: {key} {problem}", file.display()),
            Self::Setting { name, problem } => write!(formatter, "{name} {problem}"),
        }
    }
}

impl std::error::Error for ConfigurationError {}
