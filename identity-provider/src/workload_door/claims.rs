//! What a token claims, as the Workload API shows it.

use keystead_trust::json;
use keystead_trust::jws::Compact;
use keystead_workload_api::value::Kind;
use keystead_workload_api::{ListValue, Struct, Value};

/// The claims of a token that was verified; none if it is no token.
pub(super) fn of(token: &[u8]) -> Option<Struct> {
    let payload = Compact::parse(token).ok()?.payload;
    json::Object::parse(&payload).ok().map(object)
}

fn object(object: json::Object) -> Struct {
    Struct { fields: object.into_members().map(|(name, member)| (name, value(member))).collect() }
}

fn value(value: json::Value) -> Value {
    let kind = match value {
        json::Value::Null => Kind::NullValue(0),
        json::Value::Bool(truth) => Kind::BoolValue(truth),
        // Struct has no other numbers: those beyond 53 bits are rounded.
        json::Value::Integer(number) => Kind::NumberValue(number as f64),
        json::Value::Text(text) => Kind::StringValue(text),
        json::Value::List(list) => Kind::ListValue(ListValue { values: list.into_iter().map(self::value).collect() }),
        json::Value::Object(inner) => Kind::StructValue(object(inner)),
    };
    Value { kind: Some(kind) }
}
