//! The settings of a private cluster's server, among them its port: written before every start, and the record by which the next program finds a
//! server that still runs.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use super::account::Account;
use super::place::Place;
use super::{ClusterError, Durability};

/// The name of the settings file, beside the server's own.
pub(super) const FILE: &str = "family-context.conf";

/// The port of the server that was last started here.
pub(super) fn recorded_port(place: &Place) -> Option<u16> {
    let text = fs::read_to_string(place.data().join(FILE)).ok()?;
    text.lines().find_map(|line| line.strip_prefix("port = ")?.parse().ok())
}

/// A port that nobody listens on: the one of last time where it is free, so that what was told of it stays true.
pub(super) fn free_port(last: Option<u16>) -> Result<u16, ClusterError> {
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    if let Some(port) = last.filter(is_free) {
        return Ok(port);
    }
    let any = || -> io::Result<u16> { Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port()) };
    any().map_err(ClusterError::NoPort)
}

/// Writes the settings. It is done before every start: the folder may have moved, and the port may have been taken.
pub(super) fn write(place: &Place, account: Account, durability: Durability, port: u16) -> Result<(), ClusterError> {
    let file = place.data().join(FILE);
    // Loopback alone, by number: a name could lead anywhere. Nothing of a statement, its parameters or a row reaches the server's log: DETAIL lines
    // quote rows.
    let mut text = format!(
        "listen_addresses = '{}'\nport = {port}\nunix_socket_directories = '{}'\nunix_socket_permissions = 0700\n\
         password_encryption = 'scram-sha-256'\nmax_connections = 400\njit = off\ntimezone = 'UTC'\n\
         logging_collector = off\nlog_error_verbosity = terse\nlog_min_error_statement = panic\nlog_parameter_max_length_on_error = 0\n",
        Ipv4Addr::LOCALHOST,
        place.socket_folder().display()
    );
    text += match durability {
        Durability::Full => "shared_buffers = '256MB'\nmax_wal_size = '4GB'\n",
        Durability::Fast => "shared_buffers = '128MB'\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n",
    };
    // Written beside its place: a disk that is full must not cost the record of the port.
    let whole = file.with_extension("new");
    fs::write(&whole, text).map_err(|problem| ClusterError::file(&place.data(), problem))?;
    account.own(&whole)?;
    fs::rename(&whole, &file).map_err(|problem| ClusterError::file(&file, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_of_last_time_is_kept_while_it_is_free() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert_ne!(free_port(Some(port)).unwrap(), port);
        drop(taken);
        assert_eq!(free_port(Some(port)).unwrap(), port);
    }
}
