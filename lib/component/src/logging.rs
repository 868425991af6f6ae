//! Logs go to standard error, one line an event.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Installs the process's subscriber. `verbosity` is klog's `-v`: 0 to 1 informs, 2 to 3 adds
/// debug lines, 4 and up traces. `KADM_LOG` overrides it with `tracing`'s own filter language.
pub fn init(verbosity: u8) {
    let level = match verbosity {
        0..=1 => LevelFilter::INFO,
        2..=3 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    init_level(level);
}

/// [`init`] with a level by name, for programs whose flags name it.
pub fn init_level(level: LevelFilter) {
    let default = || {
        let quiet = ["h2", "hyper", "hyper_util", "rustls", "reqwest", "tower"].into_iter().filter_map(quiet);
        quiet.fold(EnvFilter::default().add_directive(level.into()), EnvFilter::add_directive)
    };
    let asked = std::env::var("KADM_LOG").ok().filter(|text| !text.is_empty());
    let filter = asked.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(default);
    // A second call (tests that start several daemons in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// Libraries that trace every frame are heard only when they warn.
fn quiet(target: &str) -> Option<tracing_subscriber::filter::Directive> {
    format!("{target}=warn").parse().ok()
}
