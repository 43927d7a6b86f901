//! A token for every role, for people who try the demonstration.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use crate::cli::CommandError;
use crate::cli::token::TokenArguments;
use crate::config::Settings;
use crate::domain::Role;

/// The role whose token is printed.
pub(super) const SHOWN: Role = Role::Triage;

/// How long the tokens hold, in minutes: a working day.
const MINUTES: u32 = 720;

/// The tokens of this run.
pub(super) struct Tokens {
    /// The file that holds them all.
    pub(super) file: PathBuf,
    /// The one to show.
    pub(super) shown: String,
}

/// Signs a token for every role and writes them to `var/demo/tokens.json`, which only its owner can read.
pub(super) fn write(settings: &Settings) -> Result<Tokens, CommandError> {
    let folder = settings.state.join("demo");
    let mut tokens = BTreeMap::new();
    for role in Role::ALL {
        tokens.insert(role.name(), token(role, settings)?);
    }
    let file = folder.join("tokens.json");
    let text = serde_json::to_string_pretty(&tokens).map_err(CommandError::failed)?;
    // Written anew rather than over an older file, whose mode it would keep.
    fs::remove_file(&file).ok();
    let write = || OpenOptions::new().write(true).create_new(true).mode(0o600).open(&file)?.write_all(text.as_bytes());
    write().map_err(|problem| CommandError::failed(format!("{}: {problem}", file.display())))?;
    let shown = tokens.remove(SHOWN.name()).unwrap_or_default();
    Ok(Tokens { file, shown })
}

fn token(role: Role, settings: &Settings) -> Result<String, CommandError> {
    // A system acts for a worker, whose own role decides.
    let (roles, acting_system) = match role {
        Role::Integration => (vec![role, Role::EarlyHelpWorker], Some("demo-case-management".to_owned())),
        role => (vec![role], None),
    };
    let arguments = TokenArguments {
        subject: format!("demo.{}", role.name()),
        name: format!("Demonstration {}", role.name().replace('_', " ")),
        roles,
        acting_system,
        expires_in_minutes: MINUTES,
    };
    Ok(crate::cli::token::token(arguments, settings)?)
}
