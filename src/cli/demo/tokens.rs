//! A token for every role, for people who try the demonstration.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::child_process;
use crate::cli::CommandError;
use crate::config::Settings;
use crate::domain::Role;

/// The role whose token is printed.
pub(super) const SHOWN: Role = Role::Triage;

/// How long the tokens hold, in minutes: a working day.
const MINUTES: &str = "720";

/// The tokens of this run.
pub(super) struct Tokens {
    /// The file that holds them all.
    pub(super) file: PathBuf,
    /// The one to show.
    pub(super) shown: String,
}

/// Signs a token for every role and writes them to `var/demo/tokens.json`, which only its owner can read.
pub(super) async fn write(settings: &Settings) -> Result<Tokens, CommandError> {
    let folder = settings.state.join("demo");
    let mut tokens = BTreeMap::new();
    for role in Role::ALL {
        tokens.insert(role.name(), token(role, settings, &folder).await?);
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

async fn token(role: Role, settings: &Settings, folder: &Path) -> Result<String, CommandError> {
    let (subject, name) = (format!("demo.{}", role.name()), format!("Demonstration {}", role.name().replace('_', " ")));
    let mut arguments = vec!["token", "--subject", &subject, "--name", &name, "--role", role.name(), "--expires-in-minutes", MINUTES];
    if role == Role::Integration {
        // A system acts for a worker, whose own role decides.
        arguments.extend(["--role", Role::EarlyHelpWorker.name(), "--acting-system", "demo-case-management"]);
    }
    let output = folder.join("token.txt");
    child_process::run(child_process::command(&arguments, settings)?, &output, "signing a token").await?;
    let token = fs::read_to_string(&output).map_err(CommandError::failed)?;
    fs::remove_file(&output).ok();
    Ok(token.trim().to_owned())
}
