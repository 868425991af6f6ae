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
    let filter = EnvFilter::builder().with_env_var("KADM_LOG").try_from_env().unwrap_or_else(|_| {
        EnvFilter::default()
            .add_directive(level.into())
            .add_directive(quiet("h2"))
            .add_directive(quiet("hyper"))
            .add_directive(quiet("rustls"))
            .add_directive(quiet("reqwest"))
            .add_directive(quiet("tower"))
            .add_directive(quiet("hyper_util"))
    });
    // A second call (tests that start several daemons in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// Libraries that trace every frame are heard only when they warn.
fn quiet(target: &str) -> tracing_subscriber::filter::Directive {
    format!("{target}=warn").parse().unwrap_or_else(|_| LevelFilter::WARN.into())
}
