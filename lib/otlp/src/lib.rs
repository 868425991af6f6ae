//! Spans of distributed traces, and their export over OTLP/gRPC: who is sampled ([`Tracer`]), where a
//! span stands ([`Context`]), and how spans reach a collector ([`export`]) without anyone waiting for it.
//!
//! What a program traces, and under which names, is its own business.

mod context;
mod endpoint;
pub mod export;
mod tracer;

/// The wire's messages.
pub mod wire {
    #![allow(missing_docs, clippy::all, clippy::pedantic)]
    tonic::include_proto!("opentelemetry.proto.collector.trace.v1");
}

pub use context::Context;
pub use endpoint::{BadEndpoint, Endpoint};
pub use export::Exporter;
pub use tracer::{Parent, Span, Tracer, attribute, number};
