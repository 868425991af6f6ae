//! The rules of schemas in the Common Expression Language.

use apimachinery::invalid::{Field, Violation};
use apimachinery::structural::Structural;

/// What is wrong with the rules of a schema: as yet, that there are any.
pub fn check(schema: &Structural, field: &Field, wrong: &mut Vec<Violation>) {
    if schema.has_rules() {
        wrong.push(Violation::forbidden(
            &field.child("x-kubernetes-validations"),
            "this server does not evaluate validation rules yet",
        ));
    }
}
