//! YAML as a body, and as a file of several documents.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok((value, _)) = yaml::first(bytes) {
        let text = yaml::document(&value);
        let (again, twice) = yaml::first(text.as_bytes()).expect("what was written is read");
        assert_eq!((again, twice), (value, Vec::new()), "{text}");
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = yaml::documents(text);
        let _ = yaml::documents_with_few_booleans(text);
        let _ = yaml::documents_with_unique_keys(text);
    }
});
