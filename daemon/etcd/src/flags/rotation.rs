//! `--enable-log-rotation` and `--log-rotation-config-json`.

use component::logging::Output;
use component::rotate::Rotation;

/// How a log file is rotated, as etcd's flag has it.
#[derive(serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RotationConfig {
    /// MiB; 0 means the default too.
    maxsize: u32,
    maxage: u32,
    maxbackups: usize,
    localtime: bool,
    compress: bool,
}

impl Default for RotationConfig {
    fn default() -> Self {
        Self { maxsize: 100, maxage: 0, maxbackups: 0, localtime: false, compress: false }
    }
}

/// The outputs with the one file among them rotated.
///
/// # Errors
/// Fails when there is no file, or more than one, or `how` is no configuration.
pub(super) fn rotated(outputs: Vec<Output>, how: &str) -> Result<Vec<Output>, String> {
    let is_file = |output: &&Output| matches!(output, Output::File(_));
    if outputs.iter().filter(is_file).count() != 1 {
        return Err("--enable-log-rotation: --log-outputs requires a single file path".into());
    }
    let config: RotationConfig = serde_json::from_str(how).map_err(|error| {
        format!("--log-rotation-config-json: improperly formatted log rotation config: {error}")
    })?;
    let mib = if config.maxsize == 0 { RotationConfig::default().maxsize } else { config.maxsize };
    let how = Rotation {
        size: u64::from(mib) << 20,
        days: config.maxage,
        backups: config.maxbackups,
        local_time: config.localtime,
        compress: config.compress,
    };
    let rotate = |output| match output {
        Output::File(path) => Output::Rotated(path, how),
        other => other,
    };
    Ok(outputs.into_iter().map(rotate).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_file_is_rotated_as_the_json_says() {
        let file = || Output::File("/log".into());
        let how = Rotation { size: 100 << 20, days: 0, backups: 0, local_time: false, compress: false };
        let check = |outputs: Vec<Output>, json: &str, expected| {
            assert_eq!(rotated(outputs, json), Ok(expected), "{json}");
        };
        check(vec![file()], "{}", vec![Output::Rotated("/log".into(), how)]);
        check(
            vec![Output::Stderr, file()],
            r#"{"maxsize": 1, "maxage": 2, "maxbackups": 3, "localtime": true, "compress": true}"#,
            vec![
                Output::Stderr,
                Output::Rotated(
                    "/log".into(),
                    Rotation { size: 1 << 20, days: 2, backups: 3, local_time: true, compress: true },
                ),
            ],
        );
        check(vec![file()], r#"{"maxsize": 0}"#, vec![Output::Rotated("/log".into(), how)]);
        for (outputs, json, said) in [
            (vec![Output::Stderr], "{}", "single file"),
            (vec![file(), file()], "{}", "single file"),
            (vec![file()], "{", "improperly formatted"),
            (vec![file()], r#"{"maxsize": -1}"#, "improperly formatted"),
            (vec![file()], r#"{"maxsise": 1}"#, "maxsise"),
        ] {
            let wrong = rotated(outputs, json).expect_err(json);
            assert!(wrong.contains(said), "{wrong}");
        }
    }
}
