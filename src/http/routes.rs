//! Every route of the API, made from the table in `access`; a known address with another method answers 405 and says which are for it.

use actix_web::{
    HttpResponse, Resource, Route,
    http::header::ALLOW,
    web::{self, ServiceConfig},
};

use super::{
    access::Operation,
    contract, create_lookup, decide_review, give_feedback, health, list_decisions, list_reviews,
    problem::{Problem, ProblemKind},
    reopen_lookup, select_candidate, show_person, show_review, split_person, undo_decision,
};

/// Adds every route.
pub fn configure(config: &mut ServiceConfig) {
    let mut paths: Vec<&'static str> = Operation::ALL.into_iter().map(Operation::path).collect();
    paths.sort_unstable();
    paths.dedup();
    for path in paths {
        config.service(resource(path));
    }
    config.default_service(web::to(not_found));
}

fn resource(path: &'static str) -> Resource {
    let operations: Vec<Operation> = Operation::ALL.into_iter().filter(|operation| operation.path() == path).collect();
    let allowed: Vec<String> = operations.iter().map(|operation| operation.method().to_string()).collect();
    let allowed = allowed.join(", ");
    let resource = operations.into_iter().fold(web::resource(path), |resource, operation| resource.route(route(operation)));
    resource.default_service(web::to(move || {
        let allowed = allowed.clone();
        async move {
            let detail = format!("the methods of this address are: {allowed}");
            Err::<HttpResponse, _>(Problem::new(ProblemKind::MethodNotAllowed, detail).with_header(ALLOW, allowed))
        }
    }))
}

fn route(operation: Operation) -> Route {
    let route = web::method(operation.method());
    match operation {
        Operation::CreateLookup => route.to(create_lookup::create_lookup),
        Operation::SelectCandidate => route.to(select_candidate::select_candidate),
        Operation::ReopenLookup => route.to(reopen_lookup::reopen_lookup),
        Operation::GiveFeedback => route.to(give_feedback::give_feedback),
        Operation::ListReviews => route.to(list_reviews::list_reviews),
        Operation::ShowReview => route.to(show_review::show_review),
        Operation::DecideReview => route.to(decide_review::decide_review),
        Operation::ShowPerson => route.to(show_person::show_person),
        Operation::SplitPerson => route.to(split_person::split_person),
        Operation::ListDecisions => route.to(list_decisions::list_decisions),
        Operation::UndoDecision => route.to(undo_decision::undo_decision),
        Operation::Live => route.to(health::live),
        Operation::Ready => route.to(health::ready),
        Operation::Contract => route.to(contract::contract),
    }
}

async fn not_found() -> Result<HttpResponse, Problem> {
    Err(Problem::new(ProblemKind::NotFound, "there is nothing at this address"))
}
