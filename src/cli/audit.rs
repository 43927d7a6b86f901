//! `family-context audit verify | export`.

use std::io::{BufWriter, Write, stdout};

use clap::{Args, Subcommand};
use futures_util::TryStreamExt;
use jiff::Timestamp;

use super::{CommandError, Database};
use crate::config::Settings;
use crate::store::chain::{self, Head, SealedEntry};

/// What to do with the audit.
#[derive(Debug, Args)]
pub struct AuditArguments {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Check every seal, and print the end of the chain: keep that line elsewhere.
    Verify {
        /// A line that an earlier check printed: the chain must still hold that entry
        #[arg(long, value_name = "SEQUENCE:SEAL")]
        head: Option<String>,
    },
    /// Print every entry as a line of JSON, oldest first.
    Export {
        /// Only entries from this moment on, such as 2026-11-01T00:00:00Z
        #[arg(long)]
        since: Option<Timestamp>,
        /// Only entries before this moment
        #[arg(long)]
        until: Option<Timestamp>,
    },
}

/// Runs the command.
///
/// # Errors
/// A seal that does not hold, a head that is not in the chain, or a database that cannot be read.
pub async fn run(arguments: AuditArguments, settings: &Settings) -> Result<(), CommandError> {
    let database = Database::open(settings).await?;
    let outcome = match arguments.command {
        AuditCommand::Verify { head } => verify(&database, head.as_deref()).await,
        AuditCommand::Export { since, until } => export(&database, since, until).await,
    };
    database.close()?;
    outcome
}

async fn verify(database: &Database, expected: Option<&str>) -> Result<(), CommandError> {
    let client = crate::store::pool::client(&database.pool).await.map_err(CommandError::failed)?;
    let mut entries = std::pin::pin!(chain::entries(&client).await.map_err(CommandError::failed)?);
    let mut head = Head::start();
    let mut met = expected.is_none();
    while let Some(entry) = entries.try_next().await.map_err(CommandError::failed)? {
        let Some(next) = head.follow(&entry) else {
            return Err(CommandError::failed(format!(
                "the audit does not hold: entry {} is not what was sealed, or one before it is gone",
                entry.sequence
            )));
        };
        head = next;
        met |= expected == Some(written(&head).as_str());
    }
    if !met {
        return Err(CommandError::failed(
            "the audit does not hold: the head given is not in the chain, so entries were cut off or sealed anew",
        ));
    }
    println!("{}", written(&head));
    Ok(())
}

async fn export(database: &Database, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<(), CommandError> {
    let client = crate::store::pool::client(&database.pool).await.map_err(CommandError::failed)?;
    let mut entries = std::pin::pin!(chain::entries(&client).await.map_err(CommandError::failed)?);
    let mut out = BufWriter::new(stdout().lock());
    while let Some(entry) = entries.try_next().await.map_err(CommandError::failed)? {
        if since.is_none_or(|since| entry.at >= since) && until.is_none_or(|until| entry.at < until) {
            let written = writeln!(out, "{}", line(&entry));
            if is_closed(&written) {
                return Ok(());
            }
            written.map_err(CommandError::failed)?;
        }
    }
    let flushed = out.flush();
    if is_closed(&flushed) { Ok(()) } else { flushed.map_err(CommandError::failed) }
}

/// Whether the reader has had enough, as `head` has.
fn is_closed(written: &std::io::Result<()>) -> bool {
    written.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

fn line(entry: &SealedEntry) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let lookup_id = entry.lookup_id.map_or_else(|| "null".to_owned(), |id| quoted(&id.to_string()));
    // The content is the very text that was sealed, so that whoever has the export can work the seals out.
    format!(
        "{{\"sequence\":{},\"at\":{},\"kind\":{},\"issuer\":{},\"subject\":{},\"lookup_id\":{lookup_id},\"seal\":{},\"content\":{}}}",
        entry.sequence,
        quoted(&entry.at.to_string()),
        quoted(&entry.kind),
        quoted(&entry.issuer),
        quoted(&entry.subject),
        quoted(&hexadecimal(&entry.seal)),
        entry.content
    )
}

fn written(head: &Head) -> String {
    format!("{}:{}", head.sequence, hexadecimal(&head.seal))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
