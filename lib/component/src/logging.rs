//! Logs go to standard error, one line an event.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::rotate::{Rotated, Rotation};

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

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    /// One JSON object a line, with zap's names of fields.
    Json,
}

/// Where lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    Stdout,
    Stderr,
    File(PathBuf),
    /// One that is renamed when it is full.
    Rotated(PathBuf, Rotation),
}

/// All outputs as one.
struct Outputs(Vec<Box<dyn Write + Send>>);

impl Write for Outputs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // One that fails (a full disk, a closed pipe) does not keep the others from it.
        for output in &mut self.0 {
            let _ = output.write_all(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        for output in &mut self.0 {
            let _ = output.flush();
        }
        Ok(())
    }
}

/// [`init_level`], in this form and to these places.
///
/// # Errors
/// Fails when a file can't be opened; names it.
pub fn init_to(level: LevelFilter, form: Form, outputs: &[Output]) -> Result<(), String> {
    if (form, outputs) == (Form::Text, &[Output::Stderr]) {
        init_level(level);
        return Ok(());
    }
    let mut all: Vec<Box<dyn Write + Send>> = Vec::new();
    for output in outputs {
        all.push(match output {
            Output::Stdout => Box::new(io::stdout()),
            Output::Stderr => Box::new(io::stderr()),
            Output::File(path) => {
                let file = File::options().append(true).create(true).open(path);
                Box::new(file.map_err(|error| format!("{}: {error}", path.display()))?)
            }
            Output::Rotated(path, how) => {
                let file = Rotated::open(path, *how);
                Box::new(file.map_err(|error| format!("{}: {error}", path.display()))?)
            }
        });
    }
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter(level))
        .with_ansi(false)
        .with_writer(Mutex::new(Outputs(all)));
    let _ = match form {
        Form::Text => subscriber.try_init(),
        Form::Json => subscriber.event_format(Json).try_init(),
    };
    Ok(())
}

/// Lines as zap writes them: `{"level":"info","ts":"…","logger":"…","msg":"…",…}`.
struct Json;

impl<S, N> FormatEvent<S, N> for Json
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let mut time = String::new();
        SystemTime.format_time(&mut Writer::new(&mut time))?;
        let mut line = serde_json::Map::new();
        let level = event.metadata().level().as_str().to_ascii_lowercase();
        line.insert("level".into(), level.into());
        line.insert("ts".into(), time.into());
        line.insert("logger".into(), event.metadata().target().into());
        event.record(&mut Fields(&mut line));
        writeln!(writer, "{}", serde_json::Value::Object(line))
    }
}

/// An event's fields as they go into an object.
struct Fields<'a>(&'a mut serde_json::Map<String, serde_json::Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl Into<serde_json::Value>) {
        let name = if field.name() == "message" { "msg" } else { field.name() };
        self.0.insert(name.into(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.put(field, format!("{value:?}"));
    }
}

/// [`init`] with a level by name, for programs whose flags name it.
pub fn init_level(level: LevelFilter) {
    // A second call (tests that start several daemons in one process) keeps the first subscriber.
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter(level))
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .try_init();
}

/// What is heard.
fn filter(level: LevelFilter) -> EnvFilter {
    let default = || {
        let quiet = ["h2", "hyper", "hyper_util", "rustls", "reqwest", "tower"].into_iter().filter_map(quiet);
        quiet.fold(EnvFilter::default().add_directive(level.into()), EnvFilter::add_directive)
    };
    let asked = std::env::var("KADM_LOG").ok().filter(|text| !text.is_empty());
    asked.and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(default)
}

/// Libraries that trace every frame are heard only when they warn.
fn quiet(target: &str) -> Option<tracing_subscriber::filter::Directive> {
    format!("{target}=warn").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_lines_have_zaps_names() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("log");
        // No other test of this process installs a subscriber.
        init_to(LevelFilter::INFO, Form::Json, &[Output::File(path.clone())]).expect("opens");
        tracing::warn!(took = 3, who = "me", path = %"/x", "slow \"one\"");
        tracing::debug!("unheard");
        let text = std::fs::read_to_string(&path).expect("reads");
        let line: serde_json::Value = serde_json::from_str(text.trim()).expect("one object");
        assert_eq!((&line["level"], &line["msg"]), (&"warn".into(), &"slow \"one\"".into()));
        assert_eq!((&line["took"], &line["who"], &line["path"]), (&3.into(), &"me".into(), &"/x".into()));
        assert!(line["ts"].as_str().is_some_and(|time| time.starts_with("20")), "{line}");
        let missing = Output::File("/nowhere/at/all".into());
        assert!(
            init_to(LevelFilter::INFO, Form::Text, &[missing]).expect_err("refuses").contains("/nowhere")
        );
    }
}
