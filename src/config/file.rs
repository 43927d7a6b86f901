//! Reads a TOML file into a type that refuses unknown keys.

use std::fs;
use std::path::Path;

use serde::de::DeserializeOwned;

use super::ConfigurationError;

/// Reads `path` as the TOML form of `Contents`.
///
/// # Errors
/// [`ConfigurationError::Unreadable`] or [`ConfigurationError::Malformed`].
pub fn read<Contents: DeserializeOwned>(path: &Path) -> Result<Contents, ConfigurationError> {
    let text = fs::read_to_string(path).map_err(|problem| ConfigurationError::Unreadable { file: path.to_owned(), problem })?;
    parse(&text, path)
}

/// Parses the text of `path`, which is named in errors only.
pub(super) fn parse<Contents: DeserializeOwned>(text: &str, path: &Path) -> Result<Contents, ConfigurationError> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        let line = text.bytes().take(start).filter(|&byte| byte == b'\n').count() + 1;
        ConfigurationError::Malformed { file: path.to_owned(), line, problem: error.message().replace('\n', "; ") }
    })
}
