//! The report: one HTML file that holds all it needs, runs no script, and says in words and tables what its charts show.

mod bars;
mod charts;
mod markup;
mod page;
mod plot;

pub use bars::LevelWeight;
pub use page::{Report, page};
