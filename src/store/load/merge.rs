//! What was staged, merged into what is held: sets, not rows.

use tokio_postgres::Transaction;

use super::{AbsentThings, Changes, Extent, FEWEST_JUDGED, LoadError, LoadOutcome, Places};
use crate::domain::Origin;

pub(super) async fn merge(transaction: &Transaction<'_>, extent: Extent) -> Result<LoadOutcome, LoadError> {
    let mut outcome = LoadOutcome::default();
    transaction.batch_execute("ANALYZE load_record, load_involvement, load_relationship, load_named").await?;
    transaction.batch_execute(include_str!("../sql/load_named_people.sql")).await?;
    outcome.person_differs = repeated_records(transaction).await?;
    refuse_lost_records(transaction, extent).await?;
    outcome.records = merged(transaction, include_str!("../sql/load_records.sql")).await?;
    if extent.removes() {
        outcome.records.removed = transaction.execute(include_str!("../sql/load_absent_records.sql"), &[]).await?;
    }
    if i64::try_from(outcome.records.inserted).unwrap_or(i64::MAX) >= FEWEST_JUDGED {
        // A feed's first load: without figures the server would join by loops.
        transaction.batch_execute("ANALYZE record").await?;
    }
    outcome.person_unknown = unknown_people(transaction).await?;
    transaction.batch_execute(include_str!("../sql/load_match_involvements.sql")).await?;
    transaction.batch_execute(include_str!("../sql/load_match_relationships.sql")).await?;
    refuse_lost(transaction, extent, "involvements", "load_involvement_held", "load_involvement_pair").await?;
    refuse_lost(transaction, extent, "relationships", "load_relationship_held", "load_relationship_pair").await?;
    outcome.involvements = merged(transaction, include_str!("../sql/load_involvements.sql")).await?;
    outcome.relationships = merged(transaction, include_str!("../sql/load_relationships.sql")).await?;
    absent(transaction, extent, "involvement", &mut outcome.involvements).await?;
    absent(transaction, extent, "relationship", &mut outcome.relationships).await?;
    Ok(outcome)
}

fn unsigned(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}

fn place(file: i16, line: i64) -> Origin {
    Origin { file: u16::try_from(file).unwrap_or_default(), line: unsigned(line) }
}

/// Runs a merge that gives how many were inserted, changed and received.
async fn merged(transaction: &Transaction<'_>, sql: &str) -> Result<Changes, LoadError> {
    let row = transaction.query_one(sql, &[]).await?;
    let (inserted, changed, received) = (unsigned(row.get(0)), unsigned(row.get(1)), unsigned(row.get(2)));
    Ok(Changes { inserted, changed, unchanged: received.saturating_sub(inserted + changed), ..Changes::default() })
}

async fn repeated_records(transaction: &Transaction<'_>) -> Result<Places, LoadError> {
    let rows = transaction.query(include_str!("../sql/load_repeated_records.sql"), &[]).await?;
    let count = rows.first().map_or(0, |row| unsigned(row.get(2)));
    Ok(Places { some: rows.iter().map(|row| place(row.get(0), row.get(1))).collect(), count })
}

async fn unknown_people(transaction: &Transaction<'_>) -> Result<Vec<(String, Places)>, LoadError> {
    let mut unknown: Vec<(String, Places)> = Vec::new();
    for row in transaction.query(include_str!("../sql/load_unknown_people.sql"), &[]).await? {
        let (field, file, line, count): (String, i16, i64, i64) = (row.get(0), row.get(1), row.get(2), row.get(3));
        if unknown.last().is_none_or(|(last, _)| *last != field) {
            unknown.push((field, Places { some: Vec::new(), count: unsigned(count) }));
        }
        if let Some((_, places)) = unknown.last_mut() {
            places.some.push(place(file, line));
        }
    }
    Ok(unknown)
}

/// Where absent records are deleted, too many of them refuse the load.
async fn refuse_lost_records(transaction: &Transaction<'_>, extent: Extent) -> Result<(), LoadError> {
    if !extent.removes() {
        return Ok(());
    }
    let row = transaction
        .query_one(
            "SELECT count(*), count(*) FILTER (WHERE received.source_id IS NULL)
             FROM record
             LEFT JOIN load_record AS received ON received.source_id = record.source_id AND received.dependent = record.dependent
             WHERE record.feed = (SELECT feed FROM load_delivery)",
            &[],
        )
        .await?;
    judge(extent, "records", row.get(0), row.get(1))
}

/// Where too many of what is held and not yet absent have no counterpart in the snapshot, it is refused.
async fn refuse_lost(transaction: &Transaction<'_>, extent: Extent, what: &'static str, held: &str, pair: &str) -> Result<(), LoadError> {
    let sql = format!(
        "SELECT count(*), count(*) FILTER (WHERE pair.id IS NULL) FROM {held} AS held LEFT JOIN {pair} AS pair USING (id)
         WHERE held.absent_since IS NULL"
    );
    let row = transaction.query_one(&sql, &[]).await?;
    judge(extent, what, row.get(0), row.get(1))
}

fn judge(extent: Extent, what: &'static str, held: i64, dropped: i64) -> Result<(), LoadError> {
    let Extent::Snapshot { largest_drop_percent: percent, .. } = extent else { return Ok(()) };
    #[allow(clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]
    if held >= FEWEST_JUDGED && dropped as f64 * 100.0 > held as f64 * percent {
        return Err(LoadError::DropTooLarge { what, dropped: unsigned(dropped), held: unsigned(held), percent });
    }
    Ok(())
}

/// What a snapshot no longer holds is over as of then, or gone.
async fn absent(transaction: &Transaction<'_>, extent: Extent, table: &str, changes: &mut Changes) -> Result<(), LoadError> {
    let Extent::Snapshot { absent, .. } = extent else { return Ok(()) };
    let unpaired = format!("SELECT id FROM load_{table}_held EXCEPT SELECT id FROM load_{table}_pair");
    if table == "relationship" {
        // What no longer ties two records no longer says that they are two people. What was over before is over still.
        let newly = if absent == AbsentThings::Ended { "AND absent_since IS NULL" } else { "" };
        let ends = format!(
            "INSERT INTO load_changed
             SELECT unnest(ARRAY[from_record, to_record]) FROM relationship WHERE id IN ({unpaired}) {newly}
             ON CONFLICT DO NOTHING"
        );
        transaction.execute(&ends, &[]).await?;
    }
    match absent {
        AbsentThings::Ended => {
            let sql = format!(
                "UPDATE {table} SET absent_since = (SELECT data_as_of FROM load_delivery) WHERE absent_since IS NULL AND id IN ({unpaired})"
            );
            changes.ended = transaction.execute(&sql, &[]).await?;
        }
        AbsentThings::Removed => {
            changes.removed = transaction.execute(&format!("DELETE FROM {table} WHERE id IN ({unpaired})"), &[]).await?;
        }
    }
    Ok(())
}
