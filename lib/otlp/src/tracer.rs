//! Which spans are recorded, and what is said of them.

use std::sync::Arc;
use std::time::SystemTime;

use rand::RngCore as _;

use crate::Context;
use crate::export::Exporter;
use crate::wire::{self, SpanKind, any_value};

/// An attribute with text.
pub fn attribute(key: &str, value: impl Into<String>) -> wire::KeyValue {
    keyed(key, any_value::Value::StringValue(value.into()))
}

/// An attribute with a number.
pub fn number(key: &str, value: i64) -> wire::KeyValue {
    keyed(key, any_value::Value::IntValue(value))
}

fn keyed(key: &str, value: any_value::Value) -> wire::KeyValue {
    wire::KeyValue { key: key.to_string(), value: Some(wire::AnyValue { value: Some(value) }) }
}

/// Where a span comes from.
#[derive(Clone, Debug)]
pub enum Parent {
    /// Nowhere: it begins a trace.
    None,
    /// A span of another program, whose word on sampling holds.
    Remote(Context),
    /// A span of another program that has no say here: the span begins a trace, and points to that one.
    Linked(Context),
    /// A span of this program.
    Local(Context),
}

/// Begins spans, and hands those that have ended to the exporter.
#[derive(Clone)]
pub struct Tracer {
    rate: u32,
    exporter: Arc<Exporter>,
}

/// Of a million traces that begin here, how many are recorded is decided by the trace's number, so that all
/// programs that share a rate decide alike. As OpenTelemetry's TraceIdRatioBased does.
fn is_sampled(rate: u32, trace: &[u8; 16]) -> bool {
    let [.., a, b, c, d, e, f, g, h] = *trace;
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) >> 1;
    u128::from(number) * 1_000_000 < u128::from(rate) << 63
}

impl Tracer {
    /// Records `rate` of a million traces that begin here, and all that callers have sampled.
    pub fn new(rate: u32, exporter: Exporter) -> Self {
        Self { rate, exporter: Arc::new(exporter) }
    }

    /// Begins a span, if it is to be recorded.
    pub fn begin(&self, parent: Parent, kind: SpanKind, begun: SystemTime) -> Option<Span> {
        let mut links = Vec::new();
        let (above, remote) = match parent {
            Parent::Remote(context) => (Some(context), true),
            Parent::Local(context) => (Some(context), false),
            Parent::None => (None, false),
            Parent::Linked(context) => {
                links.push(context);
                (None, false)
            }
        };
        match &above {
            Some(context) if !context.sampled => return None,
            None if self.rate == 0 => return None,
            _ => {}
        }
        let mut random = rand::rng();
        let mut span = [0; 8];
        random.fill_bytes(&mut span);
        let trace = above.as_ref().map_or_else(
            || {
                let mut trace = [0; 16];
                random.fill_bytes(&mut trace);
                trace
            },
            |context| context.trace,
        );
        if above.is_none() && !is_sampled(self.rate, &trace) {
            return None;
        }
        let state = above.as_ref().map(|context| context.state.clone()).unwrap_or_default();
        let flags = 0x101 | if remote { 0x200 } else { 0 };
        Some(Span {
            context: Context { trace, span, sampled: true, state: state.clone() },
            exporter: self.exporter.clone(),
            wire: wire::Span {
                trace_id: trace.to_vec(),
                span_id: span.to_vec(),
                trace_state: state,
                parent_span_id: above.map(|context| context.span.to_vec()).unwrap_or_default(),
                kind: kind.into(),
                start_time_unix_nano: nanoseconds(begun),
                links: links
                    .into_iter()
                    .map(|context| wire::Link {
                        trace_id: context.trace.to_vec(),
                        span_id: context.span.to_vec(),
                        trace_state: context.state,
                        flags: 0x300 | u32::from(context.sampled),
                    })
                    .collect(),
                flags,
                ..wire::Span::default()
            },
        })
    }

    /// Sends what has ended, and waits until it is sent or `most` has passed.
    pub async fn drain(&self, most: std::time::Duration) {
        self.exporter.drain(most).await;
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

/// A span that is being recorded. It ends when it is dropped.
pub struct Span {
    context: Context,
    exporter: Arc<Exporter>,
    wire: wire::Span,
}

impl Span {
    /// Where it stands, for those below it.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Names it.
    pub fn name(&mut self, name: impl Into<String>) {
        self.wire.name = name.into();
    }

    /// Says something of it.
    pub fn say(&mut self, attribute: wire::KeyValue) {
        self.wire.attributes.push(attribute);
    }

    /// It went wrong.
    pub fn fail(&mut self, why: impl Into<String>) {
        self.wire.status = Some(wire::Status { message: why.into(), code: wire::StatusCode::Error.into() });
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        self.wire.end_time_unix_nano = nanoseconds(SystemTime::now()).max(self.wire.start_time_unix_nano);
        self.exporter.take(std::mem::take(&mut self.wire));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_traces_is_the_rate() {
        let mut low = [0; 16];
        assert!(!is_sampled(0, &low) && is_sampled(1, &low));
        low[8..].fill(0xff);
        assert!(!is_sampled(999_999, &low) && is_sampled(1_000_000, &low));
        let mut middle = [0; 16];
        middle[8] = 0x80;
        assert!(!is_sampled(500_000, &middle) && is_sampled(500_001, &middle));
    }

    #[tokio::test]
    async fn who_is_recorded() {
        let (exporter, mut spans) = Exporter::held(16);
        let tracer = Tracer::new(0, exporter);
        let now = SystemTime::now();
        let begin = |tracer: &Tracer, parent| tracer.begin(parent, SpanKind::Server, now);
        let above = |sampled| Context { trace: [1; 16], span: [2; 8], sampled, state: "a=b".into() };
        assert!(begin(&tracer, Parent::None).is_none());
        assert!(begin(&tracer, Parent::Remote(above(false))).is_none());
        assert!(begin(&tracer, Parent::Linked(above(true))).is_none());
        let mut span = begin(&tracer, Parent::Remote(above(true))).expect("is recorded");
        span.name("GET");
        span.say(number("http.response.status_code", 500));
        span.fail("no");
        assert_eq!(span.context().trace, [1; 16]);
        let below = Context { ..span.context().clone() };
        drop(begin(&tracer, Parent::Local(below)));
        drop(span);
        let (inner, outer) = (spans.recv().await.expect("a span"), spans.recv().await.expect("a span"));
        assert_eq!((inner.parent_span_id, inner.flags), (outer.span_id.clone(), 0x101));
        assert_eq!((outer.parent_span_id, outer.flags), (vec![2; 8], 0x301));
        assert_eq!((outer.trace_state.as_str(), outer.name.as_str()), ("a=b", "GET"));
        assert!(outer.end_time_unix_nano >= outer.start_time_unix_nano);

        let (exporter, mut spans) = Exporter::held(16);
        let tracer = Tracer::new(1_000_000, exporter);
        drop(begin(&tracer, Parent::Linked(above(true))));
        let span = spans.recv().await.expect("a span");
        assert!(span.trace_id != [1; 16] && span.parent_span_id.is_empty());
        assert_eq!(span.links.len(), 1);
        assert_eq!(span.links[0].trace_id, [1; 16]);
        assert!(begin(&tracer, Parent::Remote(above(false))).is_none());
    }
}
