//! PostgreSQL: pool, rows, queries, migrations.

pub mod load;
pub mod migrations;
pub mod pool;
