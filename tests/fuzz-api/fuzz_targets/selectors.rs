//! Selectors of labels and fields, quantities, paths.
#![no_main]

use apimachinery::jsonpath::JsonPath;
use apimachinery::quantity::Quantity;
use apimachinery::{fields, labels};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(selector) = labels::Selector::parse(text) {
        let printed = selector.to_string();
        assert_eq!(labels::Selector::parse(&printed).map(|again| again.to_string()).ok(), Some(printed));
    }
    let _ = fields::Selector::parse(text);
    let _ = JsonPath::parse(text);
    if let Ok(amount) = text.parse::<Quantity>() {
        assert!(amount.to_string().parse::<Quantity>().is_ok());
    }
});
