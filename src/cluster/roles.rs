//! The roles and the database of a private cluster, made where they are missing.

use tokio_postgres::{Client, Config, NoTls};

use super::ClusterError;
use super::passwords::Passwords;

/// The role that owns the schema: migrations and imports run as it.
pub const OWNER: &str = "family_context_owner";

/// The role that serves: it reads, and appends to the audit.
pub const SERVE: &str = "family_context_serve";

/// The database of an installation.
pub const DATABASE: &str = "family_context";

/// Makes the roles and the database where they are missing.
pub(super) async fn ensure(administrator: &Config, passwords: &Passwords) -> Result<(), ClusterError> {
    let client = connect(administrator.clone().dbname("postgres")).await?;
    for (role, password) in [(OWNER, &passwords.owner), (SERVE, &passwords.serve)] {
        let found = client.query("SELECT FROM pg_roles WHERE rolname = $1", &[&role]).await?;
        if found.is_empty() {
            // The name is a constant and the password is hexadecimal: neither needs quoting.
            client.batch_execute(&format!("CREATE ROLE {role} LOGIN PASSWORD '{password}'")).await?;
        }
    }
    if client.query("SELECT FROM pg_database WHERE datname = $1", &[&DATABASE]).await?.is_empty() {
        client.batch_execute(&format!("CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")).await?;
    }
    hand_over(administrator).await
}

/// Gives the owner its schema and nobody else the right to make anything in it: up to version 14 everybody could.
async fn hand_over(administrator: &Config) -> Result<(), ClusterError> {
    let client = connect(administrator.clone().dbname(DATABASE)).await?;
    let statement =
        format!("ALTER SCHEMA public OWNER TO {OWNER}; REVOKE ALL ON SCHEMA public FROM PUBLIC; GRANT USAGE ON SCHEMA public TO {SERVE}");
    client.batch_execute(&statement).await?;
    Ok(())
}

/// Drops the database, ending its sessions, and makes it anew.
pub(super) async fn remake_database(administrator: &Config) -> Result<(), ClusterError> {
    let client = connect(administrator.clone().dbname("postgres")).await?;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")).await?;
    client.batch_execute(&format!("CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0")).await?;
    hand_over(administrator).await
}

async fn connect(config: &Config) -> Result<Client, ClusterError> {
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}
