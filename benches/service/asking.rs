//! Every question of the truth asked through the API, and what was answered.

#![expect(clippy::struct_field_names, reason = "the names are the words of the API")]

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicUsize, Ordering},
};

use serde::Deserialize;
use uuid::Uuid;

use crate::{
    Failure,
    client::{self, Connection},
    truth::{Census, Question},
};

/// Connections that ask at the same time.
const CONNECTIONS: usize = 16;

/// An answer, as far as it is measured.
#[derive(Deserialize)]
pub struct Answer {
    lookup_id: Uuid,
    pub outcome: String,
    pub candidates: Vec<Candidate>,
    pub context: Option<Context>,
}

/// Somebody to choose.
#[derive(Deserialize)]
pub struct Candidate {
    pub person_id: Uuid,
    #[serde(rename = "match")]
    pub weighed: Match,
}

/// How well the question fits.
#[derive(Deserialize)]
pub struct Match {
    pub probability: f64,
    pub weight_bits: f64,
    pub explanation: Vec<Feature>,
}

/// One part of it.
#[derive(Deserialize)]
pub struct Feature {
    pub feature: String,
    pub level: String,
    pub weight_bits: f64,
}

/// The child, the family and the calls.
#[derive(Deserialize)]
pub struct Context {
    pub child: Member,
    pub family: Vec<Member>,
    pub calls: Vec<Call>,
}

/// The child or one of the family.
#[derive(Deserialize)]
pub struct Member {
    pub person_id: Uuid,
    #[serde(rename = "match")]
    pub weighed: Option<Match>,
    pub relationship: Option<Relationship>,
}

/// What a member is to the child.
#[derive(Deserialize)]
pub struct Relationship {
    #[serde(rename = "type")]
    pub kind: String,
    pub basis: String,
    pub sources: Vec<String>,
}

/// A call.
#[derive(Deserialize)]
pub struct Call {
    pub service: Service,
    pub people: Vec<Uuid>,
    pub contact: Contact,
    pub reach: String,
}

/// A service.
#[derive(Deserialize)]
pub struct Service {
    pub code: String,
}

/// Whom to ring.
#[derive(Deserialize)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
}

/// What came of a question: the answer, and the answer to the choice of the right child where there was a choice and the child among them.
pub struct Asked {
    pub answer: Answer,
    pub chosen: Option<Context>,
}

impl Asked {
    /// The context that the worker ends with.
    pub fn context(&self) -> Option<&Context> {
        self.answer.context.as_ref().or(self.chosen.as_ref())
    }
}

/// Tokens by what they are good for.
pub struct Tokens {
    /// For triage.
    pub triage: String,
    /// For the purpose that only the night desk has.
    pub out_of_hours: String,
}

impl Tokens {
    /// The token for a purpose.
    pub fn of(&self, purpose: &str) -> &str {
        if purpose == "out_of_hours_response" { &self.out_of_hours } else { &self.triage }
    }
}

/// Asks every question; the answers stand in the questions' order.
pub fn ask_all(address: SocketAddr, tokens: &Tokens, questions: &[Question], census: &Census) -> Result<Vec<Asked>, Failure> {
    let next = AtomicUsize::new(0);
    let work = || -> Result<Vec<(usize, Asked)>, Failure> {
        let mut connection = Connection::open(address)?;
        let mut answers = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(question) = questions.get(place) else { return Ok(answers) };
            answers.push((place, ask(&mut connection, tokens.of(&question.purpose), question, census)?));
        }
    };
    let mut answers = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        let mut answers = Vec::with_capacity(questions.len());
        for worker in workers {
            answers.extend(worker.join().map_err(|_| "an asking thread failed")??);
        }
        Ok::<_, Failure>(answers)
    })?;
    answers.sort_by_key(|(place, _)| *place);
    Ok(answers.into_iter().map(|(_, asked)| asked).collect())
}

fn ask(connection: &mut Connection, token: &str, question: &Question, census: &Census) -> Result<Asked, Failure> {
    let answer: Answer = send(connection, &client::post("/v1/lookups", token, &question.body()))?;
    let is_right = |candidate: &&Candidate| census.owners.get(&candidate.person_id) == Some(&question.person_id);
    let chosen = match answer.candidates.iter().find(is_right) {
        Some(candidate) => {
            let path = format!("/v1/lookups/{}/selection", answer.lookup_id);
            let body = serde_json::json!({ "person_id": candidate.person_id }).to_string();
            send(connection, &client::post(&path, token, &body))?.context
        }
        None => None,
    };
    Ok(Asked { answer, chosen })
}

fn send(connection: &mut Connection, request: &[u8]) -> Result<Answer, Failure> {
    let reply = connection.send(request)?;
    if reply.status != 200 {
        return Err(format!("the service answered {}: {}", reply.status, String::from_utf8_lossy(&reply.body)).into());
    }
    Ok(serde_json::from_slice(&reply.body)?)
}
