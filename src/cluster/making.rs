//! Makes a private cluster, whole or not at all, and tells a half-made one.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use super::account::{self, Account};
use super::passwords::{Passwords, write_closed};
use super::place::Place;
use super::programs::ServerPrograms;
use super::{ClusterError, Durability, server, settings};

/// The passwords of the whole cluster in `place`, which is made where it is missing. What cannot be used is put aside, never deleted.
pub(super) fn make_or_open(place: &Place, account: Account, durability: Durability) -> Result<Passwords, ClusterError> {
    let found = place.folder.exists() || place.folder.is_symlink();
    if found && let Some(passwords) = passwords_of_whole(place)? {
        return Ok(passwords);
    }
    server::end_useless(&place.data(), account);
    if found {
        put_aside(place)?;
    }
    for unfinished in place.unfinished() {
        remove(&unfinished)?;
    }
    let passwords = make(place, account, durability)?;
    fs::rename(&place.making, &place.folder).map_err(|problem| ClusterError::file(&place.folder, problem))?;
    Ok(passwords)
}

/// The passwords, where everything that a cluster needs is there.
fn passwords_of_whole(place: &Place) -> Result<Option<Passwords>, ClusterError> {
    let data = place.data();
    let whole = ["PG_VERSION", "global/pg_control", "postgresql.conf", "pg_hba.conf"].iter().all(|file| {
        let found = fs::metadata(data.join(file));
        // Something that may not be looked at is there: the error comes, in its own words, when it is used.
        found.map_or_else(|problem| problem.kind() == std::io::ErrorKind::PermissionDenied, |found| found.len() > 0)
    });
    if whole { Passwords::read(&place.folder.join("passwords.toml")) } else { Ok(None) }
}

fn put_aside(place: &Place) -> Result<(), ClusterError> {
    tracing::warn!(folder = %place.folder.display(), aside = %place.aside.display(), "the private cluster is not whole: put aside and made again");
    remove(&place.aside)?;
    if place.folder.exists() {
        return fs::rename(&place.folder, &place.aside).map_err(|problem| ClusterError::file(&place.folder, problem));
    }
    // A symbolic link to a folder that has gone.
    fs::remove_file(&place.folder).map_err(|problem| ClusterError::file(&place.folder, problem))
}

fn remove(folder: &Path) -> Result<(), ClusterError> {
    if folder.is_symlink() {
        return fs::remove_file(folder).map_err(|problem| ClusterError::file(folder, problem));
    }
    match fs::remove_dir_all(folder) {
        Err(problem) if problem.kind() != std::io::ErrorKind::NotFound => Err(ClusterError::file(folder, problem)),
        _ => Ok(()),
    }
}

fn make(place: &Place, account: Account, durability: Durability) -> Result<Passwords, ClusterError> {
    let making = &place.making;
    let programs = ServerPrograms::newest()?;
    // 0711: the server's user must pass through to its data, and may see nothing else.
    DirBuilder::new().mode(0o711).create(making).map_err(|problem| ClusterError::file(making, problem))?;
    let data = making.join("data");
    fs::create_dir(&data).map_err(|problem| ClusterError::file(&data, problem))?;
    account.take(&data)?;
    let passwords = Passwords::generate()?;
    passwords.write(&making.join("passwords.toml"))?;
    let password_file = making.join("administrator");
    write_closed(&password_file, &passwords.administrator)?;
    account.own(&password_file)?;
    let mut command = account.command(&programs.folder.join("initdb"));
    command.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password_file);
    command.args(["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]);
    if durability == Durability::Fast {
        command.arg("--no-sync");
    }
    let made = account::run("initdb", &mut command, &place.folder);
    fs::remove_file(&password_file).map_err(|problem| ClusterError::file(&password_file, problem))?;
    if let Err(error) = made {
        // A disk that is full gets its space back; the error to tell is initdb's.
        remove(making).ok();
        return Err(error);
    }
    let configuration = data.join("postgresql.conf");
    let include =
        || OpenOptions::new().append(true).open(&configuration)?.write_all(format!("\ninclude = '{}'\n", settings::FILE).as_bytes());
    include().map_err(|problem| ClusterError::file(&configuration, problem))?;
    Ok(passwords)
}
