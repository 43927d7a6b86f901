//! `make bench`: how fast the service is, and how right, over a generated population and on real parts: the program's own commands load it, PostgreSQL
//! holds it, and every question goes over HTTP.
//!
//! RECORDS (100,000 unless told otherwise) or PEOPLE and SEED say what to generate; TIMED how many lookups to time; QUESTIONS how many to ask (30,000); MODEL a model file in place of the built-in one; `--worst` lists mistakes; `--keep`
//! (or KEEP=1) asks the database that an earlier run loaded. Everything goes to var/bench, the figures also to var/bench/report.json.

mod asking;
mod children;
mod client;
mod families;
mod family_mistakes;
mod installation;
mod options;
mod people;
mod report;
mod speed;
mod truth;
mod worst;

use std::time::Instant;

use family_context::{cli, cluster::ClusterRole, config};

use self::{
    asking::{Asked, Tokens},
    installation::{Import, Installation},
    options::Options,
    report::Report,
    truth::{Census, Question, Truth},
    worst::Ground,
};

/// Why there are no figures: a sentence for the person who ran it.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> std::process::ExitCode {
    let outcome = Options::read().map_err(Failure::from).and_then(|options| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(measure(&options))
    });
    match outcome {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            std::process::ExitCode::FAILURE
        }
    }
}

async fn measure(options: &Options) -> Result<(), Failure> {
    let mut report = Report::default();
    let (installation, imports) = Installation::make(options).await?;
    loading(&mut report, &imports);
    let mut truth = Truth::read(&installation.folder)?;
    truth.questions.truncate(options.questions);
    let client = installation.connect(ClusterRole::Serve).await?;
    let census = Census::take(&client, &truth).await?;
    people::report(&mut report, &truth, &census);
    report.print_last();

    let tokens = Tokens { triage: installation.token("triage")?, out_of_hours: installation.token("out_of_hours")? };
    let service = installation.serve()?;
    let begun = Instant::now();
    let asked = asking::ask_all(service.address, &tokens, &truth.questions, &census)?;
    let seconds = begun.elapsed().as_secs_f64();
    service.stop()?;
    children::report(&mut report, &truth, &census, &asked);
    report.figure("asking them all, at 16 connections", seconds, "s");
    report.print_last();
    let rights = families::right(&truth, &census, &asked);
    families::report(&mut report, &truth, &census, &rights);
    report.print_last();
    let policy = config::policy::read(&installation.authority)?;
    families::report_contacts(&mut report, &truth, &census, (&installation.authority, &policy), &rights);
    report.print_last();

    speed(&mut report, options, &installation, (&truth, &tokens, &asked), &client).await?;
    report.print_last();
    std::fs::write(options.state.join("report.json"), format!("{:#}\n", report.to_json()))?;
    if options.worst {
        let model = cli::setting::model(Some(&installation.authority))?;
        worst::print(&Ground { client: &client, model: &model, truth: &truth, census: &census }, &asked, &rights).await?;
    }
    drop(client);
    installation.stop()
}

fn loading(report: &mut Report, imports: &[Import]) {
    if imports.is_empty() {
        return;
    }
    report.section("Import");
    let sum = |part: fn(&Import) -> f64| imports.iter().map(part).sum::<f64>();
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    for import in imports {
        let Import { feed, rows, resolved, load, resolve, whole } = import;
        let note = format!(
            "{rows} rows: load {load:.2} s ({:.0} rows/s), resolve {resolve:.2} s ({:.0} records/s)",
            *rows as f64 / load,
            *resolved as f64 / resolve
        );
        report.noted(feed, *whole, "s", note);
    }
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let rows = imports.iter().map(|import| import.rows).sum::<u64>() as f64;
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let resolved = imports.iter().map(|import| import.resolved).sum::<u64>() as f64;
    report.figure("all feeds", sum(|import| import.whole), "s");
    report.figure("load rate", rows / sum(|import| import.load), "rows/s");
    report.figure("resolve rate", resolved / sum(|import| import.resolve), "records/s");
    report.print_last();
}

/// Speed over HTTP and of the parts.
async fn speed(
    report: &mut Report,
    options: &Options,
    installation: &Installation,
    (truth, tokens, asked): (&Truth, &Tokens, &[Asked]),
    client: &tokio_postgres::Client,
) -> Result<(), Failure> {
    let request = |question: &Question| client::post("/v1/lookups", tokens.of(&question.purpose), &question.body());
    let all: Vec<Vec<u8>> = truth.questions.iter().map(request).collect();
    let matched: Vec<(&Question, uuid::Uuid)> = truth
        .questions
        .iter()
        .zip(asked)
        .filter_map(|(question, asked)| Some((question, asked.answer.context.as_ref()?.child.person_id)))
        .take(options.timed)
        .collect();
    let whole_way: Vec<Vec<u8>> = matched.iter().map(|(question, _)| request(question)).collect();
    if matched.is_empty() {
        return Err("no question ended in a match: there is nothing to time".into());
    }

    let before = speed::commits(client).await?;
    let service = installation.serve()?;
    let matching = speed::over_http(service.address, &whole_way, options.timed, 1)?;
    service.stop()?;
    let commits = speed::commits(client).await? - before;
    let service = installation.serve()?;
    let model = cli::setting::model(Some(&installation.authority))?;
    let parts = speed::parts(client, &model, service.address, (&matched, &whole_way), options.timed).await?;
    let bare = speed::over_http(service.address, &[client::get("/health/live")], options.timed, 1)?;
    let bare_many = speed::over_http(service.address, &[client::get("/health/live")], options.timed * 4, 16)?;
    let one = speed::over_http(service.address, &all, options.timed, 1)?;
    let many = speed::over_http(service.address, &all, options.timed * 3, 16)?;
    service.stop()?;

    report.section("Speed (client: raw HTTP/1.1 over kept-alive connections, on the same machine)");
    bare.report(report, "bare route /health/live, 1 connection");
    bare_many.report(report, "bare route /health/live, 16 connections");
    one.report(report, "lookup, audit included, 1 connection");
    many.report(report, "lookup, audit included, 16 connections");
    matching.report(report, "lookup that ends in a match, 1 connection");
    let [whole, route, candidates, context, audit] = &parts;
    whole.report(report, "in turn, 1 connection: lookup that ends in a match");
    route.report(report, "in turn: bare route /health/live");
    candidates.report(report, "in turn: candidate query, bare");
    context.report(report, "in turn: context query, bare");
    audit.report(report, "in turn: durable audit insert, bare");
    let sum = [route, candidates, context, audit].into_iter().map(|times| times.percentile(50)).sum::<f64>();
    report.figure("sum of the parts' p50", sum, "ms");
    report.noted("lookup's p50 by the sum of its parts", whole.percentile(50) / sum, "times", "target 1.5 at 1,000,000 records".to_owned());
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let trips = commits as f64 / (options.timed + speed::WARM_UP) as f64;
    report.noted("round trips to the database a lookup", trips, "", "statements committed while only lookups ran".to_owned());
    Ok(())
}
