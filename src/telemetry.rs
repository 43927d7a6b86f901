//! Logs and the clock.
//!
//! Logs are JSON lines on standard error. They carry names of operations, counts, durations and request ids; nothing of what was asked or answered
//! is ever given to a log macro, and values that hold personal data print `[redacted]` in case one is.

use std::io;

use tracing_subscriber::EnvFilter;

/// Starts the log of this process. A second start in one process (as in tests) leaves the first in force.
///
/// # Errors
/// `filter` is no log filter.
pub fn start(filter: &str) -> Result<(), String> {
    let filter = EnvFilter::try_new(filter).map_err(|error| format!("LOG is no log filter: {error}"))?;
    let log = tracing_subscriber::fmt().json().flatten_event(true).with_env_filter(filter).with_writer(io::stderr);
    // An error here means that a log is already in force, which is what this asks for.
    log.try_init().ok();
    Ok(())
}

/// The only place where the time of day comes from.
pub mod clock {
    use jiff::civil::Date;
    use jiff::tz::TimeZone;
    use jiff::{Timestamp, Zoned};

    /// Tells the time: the real one, and the business date, which a demonstration may hold still.
    #[derive(Debug, Clone)]
    pub struct Clock {
        time_zone: TimeZone,
        fixed_date: Option<Date>,
    }

    impl Clock {
        /// A clock for an authority's time zone; `fixed_date` (`CLOCK_DATE`) holds the business date still.
        #[must_use]
        pub fn new(time_zone: TimeZone, fixed_date: Option<Date>) -> Self {
            Self { time_zone, fixed_date }
        }

        /// The real time, for audit entries, expiry and durations. It never stands still.
        #[must_use]
        pub fn now(&self) -> Timestamp {
            now()
        }

        /// The business date: for ages, freshness, retention and the policy's last day.
        #[must_use]
        pub fn today(&self) -> Date {
            self.fixed_date.unwrap_or_else(|| Zoned::new(now(), self.time_zone.clone()).date())
        }
    }

    /// The real time, where no authority is at hand (a development token's expiry, say).
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the clock that everything else is given")]
    pub fn now() -> Timestamp {
        Timestamp::now()
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use jiff::civil::date;

        #[test]
        fn a_fixed_date_holds_the_business_date_and_not_the_time() {
            let clock = Clock::new(TimeZone::UTC, Some(date(2020, 2, 3)));
            assert_eq!(clock.today(), date(2020, 2, 3));
            assert!(clock.now() > "2026-01-01T00:00:00Z".parse().unwrap());
        }

        #[test]
        fn without_one_the_business_date_is_that_of_the_time_zone() {
            let clock = Clock::new(TimeZone::get("Pacific/Kiritimati").unwrap(), None);
            assert!(clock.today() >= Clock::new(TimeZone::get("Pacific/Pago_Pago").unwrap(), None).today());
        }
    }
}
