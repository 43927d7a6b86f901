//! What is recorded of a lookup: who, when, why, the question, and each item shown or withheld. A lookup is reopened from its own audit entry.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Question,
    answer::{Answer, Call, Context, Outcome},
    context::involvements::ItemDecision,
};
use crate::domain::{Principal, Role};

/// The content of the entries of kind lookup, selection and reopening.
#[derive(Serialize)]
pub struct Shown<'answer> {
    /// The worker's name, as the token gave it.
    pub name: Option<&'answer str>,
    /// The worker's roles.
    pub roles: &'answer [Role],
    /// The system that asked for the worker.
    pub acting_system: Option<&'answer str>,
    /// The question, whole.
    pub question: &'answer Question,
    /// The version of the policy that decided.
    pub policy_version: &'answer str,
    /// The version of the model that matched.
    pub model_version: &'answer str,
    /// Until when it can be reopened.
    pub expires_at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// The people to choose among.
    pub candidates: Vec<Uuid>,
    /// The child shown.
    pub person: Option<Uuid>,
    /// Who was shown, the child first.
    pub people: Vec<PersonShown>,
    /// Whom the answer said to ring.
    pub calls: Vec<CallShown<'answer>>,
    /// What was decided of each involvement.
    pub involvements: &'answer [ItemDecision],
    /// People left out, with the rule.
    pub withheld_people: Vec<PersonWithheld>,
    /// The state of each service's row.
    pub coverage: Vec<CoverageShown<'answer>>,
}

/// One person shown.
#[derive(Serialize)]
pub struct PersonShown {
    person: Uuid,
    relationship: Option<super::answer::Relationship>,
}

/// One call shown.
#[derive(Serialize)]
pub struct CallShown<'answer> {
    service: &'answer str,
    people: &'answer [Uuid],
    contact: Option<&'answer str>,
    reach: super::answer::Reach,
}

/// One person left out.
#[derive(Serialize)]
pub struct PersonWithheld {
    person: Uuid,
    rule: &'static str,
}

/// One row of coverage shown.
#[derive(Serialize)]
pub struct CoverageShown<'answer> {
    service: &'answer str,
    state: super::answer::CoverageState,
}

impl<'answer> Shown<'answer> {
    /// The record of an answer.
    #[must_use]
    pub fn of(
        principal: &'answer Principal,
        question: &'answer Question,
        versions: (&'answer str, &'answer str),
        answer: &'answer Answer,
        involvements: &'answer [ItemDecision],
        withheld_people: &[(Uuid, &'static str)],
    ) -> Self {
        let context = answer.context.as_ref();
        Self {
            name: principal.name.as_deref(),
            roles: &principal.roles,
            acting_system: principal.acting_system.as_deref(),
            question,
            policy_version: versions.0,
            model_version: versions.1,
            expires_at: answer.expires_at,
            outcome: answer.outcome,
            candidates: answer.candidates.iter().map(|candidate| candidate.person_id).collect(),
            person: context.map(|context| context.child.person_id),
            people: context.map(people).unwrap_or_default(),
            calls: context.map(|context| context.calls.iter().map(call).collect()).unwrap_or_default(),
            involvements,
            withheld_people: withheld_people.iter().map(|(person, rule)| PersonWithheld { person: *person, rule }).collect(),
            coverage: context
                .map(|context| context.coverage.iter().map(|row| CoverageShown { service: &row.service.code, state: row.state }).collect())
                .unwrap_or_default(),
        }
    }
}

fn people(context: &Context) -> Vec<PersonShown> {
    let members = std::iter::once(&context.child).chain(&context.family);
    members.map(|member| PersonShown { person: member.person_id, relationship: member.relationship.clone() }).collect()
}

fn call(call: &Call) -> CallShown<'_> {
    CallShown { service: &call.service.code, people: &call.people, contact: call.contact.name.as_deref(), reach: call.reach }
}

/// A lookup as its own entries tell it.
#[derive(Deserialize)]
pub struct Recorded {
    /// The question, whole.
    pub question: Question,
    /// Until when it can be reopened.
    pub expires_at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// The people to choose among.
    pub candidates: Vec<Uuid>,
    /// The child shown.
    pub person: Option<Uuid>,
}

/// The content of an entry of kind refusal.
#[derive(Serialize)]
pub struct Refused<'refusal> {
    /// The worker's name, as the token gave it.
    pub name: Option<&'refusal str>,
    /// The worker's roles.
    pub roles: &'refusal [Role],
    /// The system that asked for the worker.
    pub acting_system: Option<&'refusal str>,
    /// What was asked for, by its name in openapi.yaml.
    pub operation: &'static str,
    /// Why it was refused: the last part of the problem's type.
    pub problem: &'static str,
    /// The question, where it could be read. What could not be read is not kept: nobody knows what stands in it.
    pub question: Option<&'refusal Question>,
}

/// The content of an entry of kind feedback.
#[derive(Serialize)]
pub struct FeedbackGiven<'feedback> {
    /// What kind.
    pub kind: super::FeedbackKind,
    /// In the worker's own words.
    pub comment: Option<&'feedback str>,
}
