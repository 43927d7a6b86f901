//! Lookups that go on: a candidate is selected, or the same user opens one again. Today's policy applies.

use deadpool_postgres::Client;
use uuid::Uuid;

use super::{Answer, Asking, LookupError, Lookups, answer::Outcome, find::Search, record::Recorded, unavailable};
use crate::{
    domain::Principal,
    store::{self, audit::RecordedEntry},
};

/// A lookup of the user's own: its question and outcome, and the person last shown.
pub(super) struct Own {
    lookup: Recorded,
    person: Option<Uuid>,
}

impl Lookups {
    /// Chooses one of the lookup's own candidates.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn select(&self, principal: &Principal, lookup_id: Uuid, person: Uuid) -> Result<Answer, LookupError> {
        let client = self.client().await?;
        let own = self.recorded(&client, principal, lookup_id).await?;
        let asking = self.admit_again(principal, &own, lookup_id).await?;
        if !own.lookup.candidates.contains(&person) {
            return Err(self.refuse(principal, None, LookupError::NotFound).await);
        }
        self.show(&client, &asking, person, "selection").await
    }

    /// Opens a lookup again.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn reopen(&self, principal: &Principal, lookup_id: Uuid) -> Result<Answer, LookupError> {
        const KIND: &str = "reopening";
        let client = self.client().await?;
        let own = self.recorded(&client, principal, lookup_id).await?;
        let asking = self.admit_again(principal, &own, lookup_id).await?;
        if let Some(person) = own.person {
            return self.show(&client, &asking, person, KIND).await;
        }
        let mut answer = asking.answer(own.lookup.outcome);
        if own.lookup.outcome == Outcome::PossibleMatches {
            let search = Search::run(&client, &asking.prepared, &self.setting).await?;
            answer.candidates = search.candidates(&own.lookup.candidates, &asking.prepared, &self.setting, asking.viewer(), asking.today);
            if answer.candidates.is_empty() {
                answer.outcome = Outcome::NoMatch;
            }
        }
        self.deliver(&asking, KIND, answer, None).await
    }

    /// The lookup as it was recorded, where it is this user's.
    pub(super) async fn recorded(&self, client: &Client, principal: &Principal, lookup_id: Uuid) -> Result<Own, LookupError> {
        let entries = store::audit::of_lookup(client, lookup_id).await.map_err(|error| unavailable(&error))?;
        let is_shown = |entry: &&RecordedEntry| matches!(entry.kind.as_str(), "lookup" | "selection" | "reopening");
        let first = entries.first().filter(|entry| entry.kind == "lookup" && principal.is(&entry.issuer, &entry.subject));
        let Some(first) = first else {
            return Err(self.refuse(principal, None, LookupError::NotFound).await);
        };
        let lookup = read(first)?;
        let last = entries.iter().rev().find(is_shown).map(read).transpose()?;
        Ok(Own { lookup, person: last.and_then(|last| last.person) })
    }

    async fn admit_again<'asking>(
        &'asking self,
        principal: &'asking Principal,
        own: &'asking Own,
        lookup_id: Uuid,
    ) -> Result<Asking<'asking>, LookupError> {
        if own.lookup.expires_at <= self.clock.now() {
            return Err(self.refuse(principal, None, LookupError::Expired).await);
        }
        match self.admit(principal, &own.lookup.question, lookup_id, own.lookup.expires_at) {
            Ok(asking) => Ok(asking),
            Err(refusal) => Err(self.refuse(principal, Some(&own.lookup.question), refusal).await),
        }
    }

    /// Shows a person, wherever their records are now.
    async fn show(&self, client: &Client, asking: &Asking<'_>, person: Uuid, kind: &'static str) -> Result<Answer, LookupError> {
        let person = store::person::current(client, person).await.map_err(|error| unavailable(&error))?;
        let Some(person) = person else {
            return Err(self.refuse(asking.principal, Some(asking.question), LookupError::PersonGone).await);
        };
        let surroundings = store::context::read(client, person).await.map_err(|error| unavailable(&error))?;
        match self.disclose(asking, person, &surroundings) {
            Some(disclosed) => self.deliver(asking, kind, asking.answer(Outcome::Match), Some(disclosed)).await,
            // Restricted since: from here on not to be told from nobody.
            None => self.deliver(asking, kind, asking.answer(Outcome::NoMatch), None).await,
        }
    }
}

fn read(entry: &RecordedEntry) -> Result<Recorded, LookupError> {
    serde_json::from_str(&entry.content).map_err(|_| LookupError::StoreUnavailable)
}
