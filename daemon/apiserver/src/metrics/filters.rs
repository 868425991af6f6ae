//! What requests pass before they are carried out, and how long that takes. Every request comes here: what there may be
//! of labels is known beforehand.

use std::time::{Duration, Instant};

use component::metrics::{Fixed, Metric};

use crate::routes::Query;

/// What requests pass, by upstream's names; each stands in the place of its name below.
#[derive(Clone, Copy)]
pub enum Filter {
    Authentication,
    Audit,
    Impersonation,
    Turn,
    Authorization,
}

static TIMES: Fixed<5, 13> = Fixed::new(
    "apiserver_request_filter_duration_seconds",
    "Request filter latency distribution in seconds, for each filter type",
    "filter",
    ["authentication", "audit", "impersonation", "priorityandfairness", "authorization"],
    [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 5.0, 10.0, 15.0, 30.0],
);

/// Goes along with a request. The clock is read once for each filter: one begins where the other ends.
pub struct Clock(Instant);

impl Clock {
    /// From now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// The request is past a filter; gives how long that took.
    pub fn passed(&mut self, filter: Filter) -> Duration {
        let now = Instant::now();
        let time = now.duration_since(self.0);
        TIMES.observe(filter as usize, time);
        self.0 = now;
        time
    }
}

/// The last word is for what is none of the others.
const VALIDATIONS: [&str; 5] = ["", "Ignore", "Strict", "Warn", "invalid"];

static VALIDATION_TIMES: Fixed<5, 21> = Fixed::new(
    "field_validation_request_duration_seconds",
    "Response latency distribution in seconds for each field validation value",
    "field_validation",
    VALIDATIONS,
    [
        0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 30.0,
        45.0, 60.0,
    ],
);

/// How a request wants fields validated that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validation(usize);

impl Validation {
    /// As its query says.
    pub fn of(query: &Query) -> Self {
        let place = match query.all("fieldValidation") {
            [] => Some(0),
            [one] => VALIDATIONS[1..4].iter().position(|word| word == one).map(|at| at + 1),
            _ => None,
        };
        Self(place.unwrap_or(VALIDATIONS.len() - 1))
    }

    /// The request took so long.
    pub fn took(self, time: Duration) {
        VALIDATION_TIMES.observe(self.0, time);
    }
}

/// What these tell.
pub fn render(out: &mut String) {
    TIMES.render(out);
    VALIDATION_TIMES.render(out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_validation() {
        for (query, want) in [
            ("", ""),
            ("fieldValidation=Strict", "Strict"),
            ("fieldValidation=Warn", "Warn"),
            ("fieldValidation=invalid", "invalid"),
            ("fieldValidation=", "invalid"),
            ("fieldValidation=Warn&fieldValidation=Warn", "invalid"),
        ] {
            assert_eq!(VALIDATIONS[Validation::of(&Query::parse(query)).0], want, "{query}");
        }
    }
}
