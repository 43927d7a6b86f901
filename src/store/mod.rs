//! PostgreSQL: pool, rows, queries, the audit, migrations. Longer SQL stands in `store/sql`.
//!
//! Rows are read as JSON objects, so that one struct a table serves single rows and whole neighbourhoods alike; a row that does not hold what it
//! must becomes a [`StoreError::Inconsistent`] that names the table and the row, never a panic and never a value.

pub mod audit;
pub mod candidates;
pub mod chain;
pub mod context;
pub mod decision;
pub mod load;
pub mod migrations;
pub mod model;
pub mod outcome;
pub mod person;
pub mod pool;
pub mod record;
pub mod resolve;
pub mod review;
pub mod shared_keys;

use std::fmt;

/// Does work that takes a while without keeping other tasks of a runtime with several threads waiting; a runtime of one thread, as a worker of the
/// service has, does it in its turn.
pub fn in_place<T>(work: impl FnOnce() -> T) -> T {
    match tokio::runtime::Handle::current().runtime_flavor() {
        tokio::runtime::RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}

/// Why the store could not answer. It carries no personal data: of a database error only the SQLSTATE and the severity are kept.
#[derive(Debug)]
pub enum StoreError {
    /// The database could not be reached, or refused the statement: what was tried, and the SQLSTATE where there is one.
    Database {
        /// What was tried.
        action: &'static str,
        /// The SQLSTATE, or the kind of connection failure.
        code: String,
    },
    /// A row does not hold what it must.
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The row's id.
        row: i64,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl StoreError {
    /// Turns a driver's error into one without values.
    pub fn database(action: &'static str) -> impl FnOnce(tokio_postgres::Error) -> Self {
        move |error| {
            let code = error
                .code()
                .map_or_else(|| if error.is_closed() { "closed" } else { "connection" }.to_owned(), |code| code.code().to_owned());
            Self::Database { action, code }
        }
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { action, code } => write!(formatter, "the database failed to {action} ({code})"),
            Self::Inconsistent { table, row, problem } => write!(formatter, "row {row} of {table} {problem}"),
        }
    }
}

impl std::error::Error for StoreError {}
