//! Logs go to standard error, one line an event.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::{self, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Registry};

use crate::rotate::{Rotated, Rotation};

/// Installs the process's subscriber. `verbosity` is klog's `-v`: 0 to 1 informs, 2 to 3 adds
/// debug lines, 4 and up traces. `KADM_LOG` overrides it with `tracing`'s own filter language.
pub fn init(verbosity: u8) {
    init_level(level(verbosity));
}

/// What klog's verbosity lets through.
fn level(verbosity: u8) -> LevelFilter {
    match verbosity {
        0..=1 => LevelFilter::INFO,
        2..=3 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    }
}

/// How the components of Kubernetes log: their flags `-v`, `--vmodule` and `--logging-format`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// klog's verbosity.
    pub verbosity: u8,
    /// Patterns (`*` and `?`) of source files' names without `.rs`, with the verbosity that each file has instead.
    /// The first that fits counts.
    pub modules: Vec<(String, u8)>,
    /// JSON lines with the names of upstream's (`ts`, `caller`, `msg`, `v`, `err`), not text.
    pub json: bool,
}

impl Settings {
    /// Reads `pattern=N,…`.
    ///
    /// # Errors
    /// Says what is no such pair.
    pub fn modules(text: &str) -> Result<Vec<(String, u8)>, String> {
        text.split(',')
            .filter(|part| !part.is_empty())
            .map(|part| {
                let pair = part.split_once('=').filter(|(pattern, _)| !pattern.is_empty());
                let pair =
                    pair.and_then(|(pattern, number)| Some((pattern.to_string(), number.parse().ok()?)));
                pair.ok_or_else(|| format!("{part:?} is no pattern=N"))
            })
            .collect()
    }

    /// The level of a source file of its own.
    fn level_of(&self, file: &str) -> Option<LevelFilter> {
        let name = file.rsplit('/').next().unwrap_or(file);
        let name = name.strip_suffix(".rs").unwrap_or(name);
        let found = self.modules.iter().find(|(pattern, _)| fits(pattern.as_bytes(), name.as_bytes()));
        found.map(|(_, verbosity)| level(*verbosity))
    }
}

/// Whether a name is as the pattern says: `*` stands for anything, `?` for one character.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => (0..=name.len()).any(|at| fits(rest, &name[at..])),
        (Some((b'?', rest)), Some((_, left))) => fits(rest, left),
        (Some((one, rest)), Some((other, left))) => one == other && fits(rest, left),
        _ => false,
    }
}

/// [`init`], as the component's flags say.
pub fn init_component(settings: Settings) {
    let usual = level(settings.verbosity);
    // Whoever names filters of their own means them.
    if settings.modules.is_empty() || asked().is_some() {
        return install(filter(usual), settings.json);
    }
    let json = settings.json;
    let own = move |metadata: &Metadata<'_>| match metadata.file().and_then(|file| settings.level_of(file)) {
        Some(level) => *metadata.level() <= level,
        None => {
            let library = metadata.target().split("::").next().unwrap_or_default();
            *metadata.level() <= if QUIET.contains(&library) { LevelFilter::WARN } else { usual }
        }
    };
    install(filter_fn(own).with_max_level_hint(LevelFilter::TRACE), json);
}

fn install<F: layer::Filter<Registry> + Send + Sync + 'static>(filter: F, json: bool) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let registry = tracing_subscriber::registry();
    // A second call (tests that start several daemons in one process) keeps the first subscriber.
    let _ = match json {
        true => registry.with(lines.event_format(Lines(klog)).with_filter(filter)).try_init(),
        false => registry.with(lines.with_filter(filter)).try_init(),
    };
}

/// Lines of JSON, each an object that is made of an event.
struct Lines(fn(&Event<'_>) -> Map<String, Value>);

impl<S, N> FormatEvent<S, N> for Lines
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
        writeln!(writer, "{}", Value::Object((self.0)(event)))
    }
}

/// As Kubernetes' components have them: `{"ts":…,"caller":"…","msg":"…","v":0,…}`, the time in milliseconds. Errors
/// have no `v`.
fn klog(event: &Event<'_>) -> Map<String, Value> {
    let metadata = event.metadata();
    let mut fields = Map::new();
    event.record(&mut Fields(&mut fields));
    let mut line = Map::new();
    let now = jiff::Timestamp::now().as_microsecond() as f64 / 1000.0;
    line.insert("ts".into(), now.into());
    let file = metadata.file().unwrap_or_default();
    let file = file.rsplit_once("src/").map_or(file, |(_, rest)| rest);
    line.insert("caller".into(), format!("{file}:{}", metadata.line().unwrap_or_default()).into());
    line.insert("msg".into(), fields.remove("msg").unwrap_or_default());
    let v = match *metadata.level() {
        Level::ERROR => None,
        Level::WARN | Level::INFO => Some(0),
        Level::DEBUG => Some(2),
        Level::TRACE => Some(4),
    };
    match v {
        Some(v) => line.insert("v".into(), v.into()),
        None => line.insert("err".into(), fields.remove("error").unwrap_or_default()),
    };
    line.append(&mut fields);
    line
}

/// As zap writes them: `{"level":"info","ts":"…","logger":"…","msg":"…",…}`.
fn zap(event: &Event<'_>) -> Map<String, Value> {
    let mut time = String::new();
    // Into a text, which takes everything.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    let mut line = Map::new();
    let level = event.metadata().level().as_str().to_ascii_lowercase();
    line.insert("level".into(), level.into());
    line.insert("ts".into(), time.into());
    line.insert("logger".into(), event.metadata().target().into());
    event.record(&mut Fields(&mut line));
    line
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
        Form::Json => subscriber.event_format(Lines(zap)).try_init(),
    };
    Ok(())
}

/// An event's fields as they go into an object.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
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
    install(filter(level), false);
}

/// Libraries that trace every frame are heard only when they warn.
const QUIET: [&str; 6] = ["h2", "hyper", "hyper_util", "rustls", "reqwest", "tower"];

/// The filter that whoever started the program wants, in `tracing`'s own language.
fn asked() -> Option<String> {
    std::env::var("KADM_LOG").ok().filter(|text| !text.is_empty())
}

/// What is heard.
fn filter(level: LevelFilter) -> EnvFilter {
    let default = || {
        let quiet = QUIET.into_iter().filter_map(quiet);
        quiet.fold(EnvFilter::default().add_directive(level.into()), EnvFilter::add_directive)
    };
    asked().and_then(|text| EnvFilter::try_new(text).ok()).unwrap_or_else(default)
}

fn quiet(target: &str) -> Option<tracing_subscriber::filter::Directive> {
    format!("{target}=warn").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_levels_of_their_own() {
        let modules = Settings::modules("storage=4,hand*=2,w?ite=3").expect("pairs");
        let settings = Settings { modules, ..Settings::default() };
        for (file, level) in [
            ("daemon/apiserver/src/storage.rs", Some(LevelFilter::TRACE)),
            ("src/handlers.rs", Some(LevelFilter::DEBUG)),
            ("write.rs", Some(LevelFilter::DEBUG)),
            ("src/storage/mod.rs", None),
            ("wite.rs", None),
        ] {
            assert_eq!(settings.level_of(file), level, "{file}");
        }
        for text in ["a", "a=b", "=1", "a=-1"] {
            assert!(Settings::modules(text).is_err(), "{text}");
        }
    }

    #[test]
    fn component_lines_have_upstreams_names() {
        #[derive(Clone, Default)]
        struct Shared(std::sync::Arc<Mutex<Vec<u8>>>);
        impl Write for Shared {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0.lock().expect("nobody panicked").write(bytes)
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let shared = Shared::default();
        let writer = shared.clone();
        let lines =
            tracing_subscriber::fmt::layer().with_writer(move || writer.clone()).event_format(Lines(klog));
        let subscriber = tracing_subscriber::registry().with(lines);
        tracing::subscriber::with_default(subscriber, || {
            tracing::info!(pod = "a/b", "bound");
            tracing::error!(error = "no route", "cannot call");
        });
        let text = String::from_utf8(shared.0.lock().expect("nobody panicked").clone()).expect("a text");
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).expect("an object")).collect();
        assert_eq!(
            (&lines[0]["msg"], &lines[0]["v"], &lines[0]["pod"]),
            (&"bound".into(), &0.into(), &"a/b".into())
        );
        assert!(lines[0]["caller"].as_str().is_some_and(|at| at.starts_with("logging.rs:")), "{text}");
        assert!(lines[0]["ts"].as_f64().is_some_and(|ms| ms > 1.7e12), "{text}");
        assert_eq!((&lines[1]["err"], lines[1].get("v")), (&"no route".into(), None));
    }

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
