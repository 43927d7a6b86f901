//! Another command of this program, run as a process: the demonstration does what a person would type.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::cli::CommandError;
use crate::cli::Database;
use crate::config::Settings;

/// A process that ends when the wait for it is given up.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        // One that has ended cannot be killed; that is no problem.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// This program with `arguments`, and the settings of the demonstration in its environment.
pub(super) fn command(arguments: &[&str], settings: &Settings) -> Result<Command, CommandError> {
    let program = std::env::current_exe().map_err(CommandError::failed)?;
    let mut command = Command::new(program);
    command.args(arguments).env("STATE_DIR", &settings.state).env("LOG", settings.log.as_deref().unwrap_or("warn")).stdin(Stdio::null());
    for (name, value) in [("AUTHORITY", settings.authority_file.as_ref()), ("DATABASE_CA", settings.database_ca.as_ref())] {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    if let Some(date) = settings.clock_date {
        command.env("CLOCK_DATE", date.to_string());
    }
    Ok(command)
}

/// The same, on the database that is open already.
pub(super) fn database_command(arguments: &[&str], settings: &Settings, database: &Database) -> Result<Command, CommandError> {
    let mut command = command(arguments, settings)?;
    command.env("DATABASE_URL", database.url().reveal()).env_remove("DATABASE_URL_FILE");
    Ok(command)
}

/// Runs it to its end, with its standard output in `output`. What it says on standard error is shown only where it fails.
pub(super) async fn run(mut command: Command, output: &Path, doing: &str) -> Result<(), CommandError> {
    let complaints = output.with_extension("log");
    let create = |path: &Path| File::create(path).map_err(|problem| CommandError::failed(format!("{}: {problem}", path.display())));
    command.stdout(create(output)?).stderr(create(&complaints)?);
    let mut child = Guarded(command.spawn().map_err(CommandError::failed)?);
    let status = loop {
        if let Some(status) = child.0.try_wait().map_err(CommandError::failed)? {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    if status.success() {
        return Ok(());
    }
    let said = std::fs::read_to_string(&complaints).unwrap_or_default();
    let last =
        said.lines().rfind(|line| line.starts_with("family-context: ")).map_or("", |line| line.trim_start_matches("family-context: "));
    Err(CommandError::failed(format!("{doing} failed ({status}): {last} (see {})", complaints.display())))
}
