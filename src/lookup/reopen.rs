//! Lookups that go on: a candidate is selected, or the same user opens one again. Today's policy applies.

use uuid::Uuid;

use super::{
    Answer, Asking, LookupError, Lookups, Withheld,
    answer::Outcome,
    find::{self, Search},
    operation,
    record::Recorded,
    split, unavailable,
};
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
        const OPERATION: &str = operation::SELECT_CANDIDATE;
        let own = self.recorded(principal, OPERATION, lookup_id).await?;
        let asking = self.admit_again(principal, OPERATION, &own, lookup_id).await?;
        if !own.lookup.candidates.contains(&person) {
            return Err(self.refuse(principal, OPERATION, (Some(lookup_id), Some(&own.lookup.question)), LookupError::NotFound).await);
        }
        self.show(&asking, person, ("selection", OPERATION)).await
    }

    /// Opens a lookup again.
    ///
    /// # Errors
    /// See [`LookupError`].
    pub async fn reopen(&self, principal: &Principal, lookup_id: Uuid) -> Result<Answer, LookupError> {
        const KIND: &str = "reopening";
        const OPERATION: &str = operation::REOPEN_LOOKUP;
        let own = self.recorded(principal, OPERATION, lookup_id).await?;
        let asking = self.admit_again(principal, OPERATION, &own, lookup_id).await?;
        if let Some(person) = own.person {
            return self.show(&asking, person, (KIND, OPERATION)).await;
        }
        let mut answer = asking.answer(own.lookup.outcome);
        if own.lookup.outcome == Outcome::PossibleMatches {
            let search = Search::run(&self.client().await?, &asking.prepared, &self.setting, asking.viewer()).await?;
            answer.candidates = search.candidates(&own.lookup.candidates, &asking.prepared, &self.setting, asking.viewer(), asking.today);
            if answer.candidates.is_empty() {
                answer.outcome = Outcome::NoMatch;
            }
        }
        self.deliver(&asking, KIND, answer, Withheld::default()).await
    }

    /// The lookup as it was recorded, where it is this user's.
    pub(super) async fn recorded(&self, principal: &Principal, operation: &'static str, lookup_id: Uuid) -> Result<Own, LookupError> {
        let entries = store::audit::of_lookup(&self.client().await?, lookup_id).await.map_err(|error| unavailable(&error))?;
        let is_shown = |entry: &&RecordedEntry| matches!(entry.kind.as_str(), "lookup" | "selection" | "reopening");
        let shown: Vec<&RecordedEntry> = entries.iter().filter(is_shown).collect();
        let is_own = |entry: &&RecordedEntry| entry.kind == "lookup" && principal.is(&entry.issuer, &entry.subject);
        if !shown.first().is_some_and(is_own) {
            return Err(self.refuse(principal, operation, (Some(lookup_id), None), LookupError::NotFound).await);
        }
        let mut shown = shown.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        let person = shown.iter().rev().find_map(|shown| shown.person);
        Ok(Own { lookup: shown.swap_remove(0), person })
    }

    async fn admit_again<'asking>(
        &'asking self,
        principal: &'asking Principal,
        operation: &'static str,
        own: &'asking Own,
        lookup_id: Uuid,
    ) -> Result<Asking<'asking>, LookupError> {
        let question = &own.lookup.question;
        let admitted = if own.lookup.expires_at <= self.clock.now() {
            Err(LookupError::Expired)
        } else {
            self.admit(principal, question, lookup_id, own.lookup.expires_at)
        };
        match admitted {
            Ok(asking) => Ok(asking),
            Err(refusal) => Err(self.refuse(principal, operation, (Some(lookup_id), Some(question)), refusal).await),
        }
    }

    /// Shows a person, wherever their records are now. One who is restricted by now is gone like one whose records were sorted anew.
    async fn show(
        &self,
        asking: &Asking<'_>,
        person: Uuid,
        (kind, operation): (&'static str, &'static str),
    ) -> Result<Answer, LookupError> {
        let current = store::person::current(&self.client().await?, person).await.map_err(|error| unavailable(&error))?;
        let disclosed = match current {
            Some(person) => {
                let surroundings = self.surroundings(person).await?;
                let records: Vec<_> = surroundings.records.iter().filter(|record| record.person == Some(person)).collect();
                let child_match = find::match_of(&asking.prepared, &records, &self.setting, asking.viewer());
                self.disclose(asking, person, &surroundings, child_match)
            }
            None => None,
        };
        match disclosed {
            Some(disclosed) => {
                let (context, withheld) = split(disclosed);
                self.deliver(asking, kind, Answer { context: Some(context), ..asking.answer(Outcome::Match) }, withheld).await
            }
            None => Err(self
                .refuse(asking.principal, operation, (Some(asking.lookup_id), Some(asking.question)), LookupError::PersonGone)
                .await),
        }
    }
}

fn read(entry: &RecordedEntry) -> Result<Recorded, LookupError> {
    serde_json::from_str(&entry.content).map_err(|_| LookupError::StoreUnavailable)
}
