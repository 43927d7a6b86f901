//! PostgreSQL: pool, rows, queries, migrations.

pub mod migrations;
pub mod pool;
