//! Dynamic resources: how much of a device's capacity may be asked for, where several claims share it.

use apimachinery::invalid::{Field, Violation};
use apimachinery::quantity::Quantity as Amount;
use k8s_openapi::api::resource::v1::{CapacityRequestPolicy, CapacityRequestPolicyRange};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::devices::bounded;

/// At most so many values to choose from.
const VALUES: usize = 10;

fn amount(quantity: &Quantity) -> Amount {
    quantity.0.parse().unwrap_or(Amount::ZERO)
}

/// What is wrong with a policy for a capacity of that much.
pub fn policy(most: &Quantity, policy: &CapacityRequestPolicy, field: &Field, wrong: &mut Vec<Violation>) {
    let values = policy.valid_values.as_deref().unwrap_or_default();
    match (values, &policy.valid_range) {
        ([_, ..], Some(_)) => {
            let why = "exactly one policy can be specified, cannot specify \"validValues\" and \"validRange\" at the same time";
            wrong.push(Violation::forbidden(field, why));
        }
        ([], None) => {}
        (_, range) => {
            let name = if range.is_some() { "validRange" } else { "validValues" };
            let Some(default) = &policy.default else {
                let why = format!("required when {name} is defined");
                wrong.push(Violation::required(&field.child("default"), &why));
                return;
            };
            let place = field.child(name);
            match range {
                Some(range) => within(default, most, range, &place, wrong),
                None => among(default, most, values, &place, wrong),
            }
        }
    }
}

fn among(
    default: &Quantity,
    most: &Quantity,
    values: &[Quantity],
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    for (index, pair) in values.windows(2).enumerate() {
        if let [first, second] = pair
            && amount(first) > amount(second)
        {
            let why = "values must be sorted in ascending order";
            wrong.push(Violation::invalid(&field.index(index + 1), &second.0, why));
        }
    }
    for (index, one) in bounded(Some(values), VALUES, field, wrong).iter().enumerate() {
        let place = field.index(index);
        if amount(one) > amount(most) {
            let why = format!("option is larger than capacity value: {}", most.0);
            wrong.push(Violation::invalid(&place, &one.0, &why));
        }
        if values[..index].iter().any(|other| amount(other) == amount(one)) {
            wrong.push(Violation::duplicate(&place, &amount(one).units().to_string()));
        }
    }
    if !values.iter().any(|one| amount(one) == amount(default)) {
        let why = "default value is not valid according to the requestPolicy";
        wrong.push(Violation::invalid(field, &default.0, why));
    }
}

fn within(
    default: &Quantity,
    capacity: &Quantity,
    range: &CapacityRequestPolicyRange,
    field: &Field,
    wrong: &mut Vec<Violation>,
) {
    let (least, whole, usual) = (amount(&range.min), amount(capacity), amount(default));
    let mut invalid = |name: &str, value: &Quantity, why: String| {
        wrong.push(Violation::invalid(&field.child(name), &value.0, &why));
    };
    if least > whole {
        invalid("min", &range.min, format!("min is larger than capacity value: {}", capacity.0));
    }
    if usual < least {
        invalid("default", default, format!("default is less than min: {}", range.min.0));
    }
    if let Some(max) = &range.max {
        if least > amount(max) {
            invalid("max", &range.min, format!("min is larger than max: {}", max.0));
        }
        if amount(max) > whole {
            invalid("max", max, format!("max is larger than capacity value: {}", capacity.0));
        }
        if usual > amount(max) {
            invalid("default", default, format!("default is more than max: {}", max.0));
        }
    }
    let Some(step) = &range.step else { return };
    if amount(step).signum() <= 0 {
        invalid("step", step, "must be greater than zero".into());
        return;
    }
    let first = least.plus(&amount(step));
    if first > whole {
        invalid("step", step, format!("one step {first} is larger than capacity value: {}", capacity.0));
    }
    for value in std::iter::once(default).chain(&range.max) {
        let off = i128::from(amount(value).units()) - i128::from(least.units());
        if off % i128::from(amount(step).units()) != 0 {
            let why = format!("value is not a multiple of a given step ({}) from ({})", step.0, range.min.0);
            invalid("step", value, why);
        }
    }
}
