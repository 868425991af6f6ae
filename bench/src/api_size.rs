//! An API server with many objects, and with many kinds: what they cost in memory, how long they take to be
//! listed, and how long a new kind takes until clients hear of it.

use std::future::Future;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::{Client, Config, path};
use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::api::{create_pods, load};
use crate::idle;
use crate::kctl::IN_GROUP;
use crate::report::Report;
use crate::space::Space;

/// How long a kind may take to be there.
const LIMIT: Duration = Duration::from_secs(300);

const DISCOVERY: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// Runs both measurements.
pub async fn run(matches: &ArgMatches) -> Result<Report> {
    let text = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or_default();
    let client = Client::new(Config::from_kubeconfig(Path::new(&text("kubeconfig")))?)?;
    let mut report = Report::new(&["what", "ms", "MiB sent", "PSS MiB"]);
    let mut size = Size { client: &client, process: text("process"), report: &mut report };
    size.row("idle", None, None);
    let keep = matches.get_flag("keep");
    if number("pods") > 0 {
        size.pods(number("pods"), number("in-flight"), keep).await?;
    }
    if number("kinds") > 0 {
        size.kinds(number("kinds"), number("in-flight"), keep).await?;
    }
    Ok(report)
}

struct Size<'a> {
    client: &'a Client,
    process: String,
    report: &'a mut Report,
}

impl Size<'_> {
    fn row(&mut self, what: &str, time: Option<Duration>, sent: Option<u64>) {
        self.report.row(vec![
            what.into(),
            time.map_or_else(String::new, |time| format!("{:.1}", time.as_secs_f64() * 1000.0)),
            sent.map_or_else(String::new, |bytes| format!("{:.1}", bytes as f64 / f64::from(1 << 20))),
            format!("{:.1}", idle::pss(&self.process)),
        ]);
    }

    /// Reads a page whole, and forgets it as it comes; gives how long it took and how long it is.
    async fn read(&self, path: &str, accept: &'static str) -> Result<(Duration, u64)> {
        let begun = Instant::now();
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::ACCEPT, http::HeaderValue::from_static(accept));
        let answer = self.client.request(http::Method::GET, path, &[], headers, None).await?;
        let mut body = Box::pin(answer.bytes_stream());
        let mut bytes = 0;
        while let Some(chunk) = body.next().await {
            bytes += chunk?.len() as u64;
        }
        Ok((begun.elapsed(), bytes))
    }

    async fn read_row(&mut self, what: &str, path: &str, accept: &'static str) -> Result<()> {
        let (time, sent) = self.read(path, accept).await?;
        self.row(what, Some(time), Some(sent));
        Ok(())
    }

    async fn pods(&mut self, pods: u64, in_flight: u64, keep: bool) -> Result<()> {
        let space = Space::new(self.client, "size").await?;
        let (_, time) = create_pods(self.client, &space.name, pods, in_flight).await?;
        self.row(&format!("create {pods} pods"), Some(time), None);
        let all = path("", "v1", "pods", None, None, None);
        self.read_row("list them all", &all, "application/json").await?;
        self.read_row("again", &all, "application/json").await?;
        self.read_row("in protobuf", &all, "application/vnd.kubernetes.protobuf").await?;
        self.row("after that", None, None);
        if !keep {
            space.remove(self.client).await?;
        }
        Ok(())
    }

    async fn kinds(&mut self, kinds: u64, in_flight: u64, keep: bool) -> Result<()> {
        let definitions = path("apiextensions.k8s.io", "v1", "customresourcedefinitions", None, None, None);
        let begun = Instant::now();
        let (client, collection) = (self.client.clone(), definitions.clone());
        load(kinds, in_flight, move |index| {
            let (client, collection) = (client.clone(), collection.clone());
            async move {
                client.create::<_, serde::de::IgnoredAny>(&collection, &definition(index, "text")).await?;
                Ok(())
            }
        })
        .await?;
        self.row(&format!("create {kinds} definitions"), Some(begun.elapsed()), None);
        let last = path(&group(kinds - 1), "v1", &format!("things{}", kinds - 1), None, None, None);
        let client = self.client.clone();
        until(|| async { client.get::<Value>(&last).await.is_ok() }).await?;
        self.row("until the last is served", Some(begun.elapsed()), None);
        self.read_row("discovery of all groups", "/apis", DISCOVERY).await?;
        self.read_row("again", "/apis", DISCOVERY).await?;
        self.read_row("OpenAPI v2", "/openapi/v2", "application/json").await?;
        self.read_row("again", "/openapi/v2", "application/json").await?;
        self.read_row(
            "in protobuf",
            "/openapi/v2",
            "application/com.github.proto-openapi.spec.v2@v1.0+protobuf",
        )
        .await?;
        self.read_row("OpenAPI v3, the index", "/openapi/v3", "application/json").await?;
        let document = format!("/openapi/v3/apis/{}/v1", group(0));
        self.read_row("OpenAPI v3, one group", &document, "application/json").await?;
        self.change(&definitions, &document, kinds).await?;
        self.row("after that", None, None);
        if !keep {
            let client = self.client.clone();
            let begun = Instant::now();
            load(kinds, in_flight, move |index| {
                let (client, target) = (client.clone(), format!("{definitions}/{}", name(index)));
                async move {
                    client.delete(&target, None).await?;
                    Ok(())
                }
            })
            .await?;
            self.row("delete them", Some(begun.elapsed()), None);
        }
        Ok(())
    }

    /// How long it takes from a change of one definition, and from a new one, until each page tells of it.
    async fn change(&mut self, definitions: &str, document: &str, kinds: u64) -> Result<()> {
        let schema = "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties";
        for (what, page, word) in [
            ("a change until OpenAPI v3 has it", document.to_string(), "inThird"),
            ("a change until OpenAPI v2 has it", "/openapi/v2".to_string(), "inSecond"),
        ] {
            let patch =
                json!([{"op": "add", "path": format!("{schema}/{word}"), "value": {"type": "string"}}]);
            let target = format!("{definitions}/{}", name(0));
            let begun = Instant::now();
            self.client.patch::<_, serde::de::IgnoredAny>(&target, client::PatchType::Json, &patch).await?;
            let client = self.client.clone();
            let has = || async {
                let text = client.get_bytes(&page, &[], None).await;
                text.is_ok_and(|text| text.windows(word.len()).any(|part| part == word.as_bytes()))
            };
            until(has).await?;
            self.row(what, Some(begun.elapsed()), None);
        }
        let begun = Instant::now();
        self.client.create::<_, serde::de::IgnoredAny>(definitions, &definition(kinds, "new")).await?;
        let client = self.client.clone();
        let named = format!("\"things{kinds}\"");
        let has = || async {
            let text = client.get_bytes("/apis", &[], Some(DISCOVERY)).await;
            text.is_ok_and(|text| text.windows(named.len()).any(|part| part == named.as_bytes()))
        };
        until(has).await?;
        self.row("a new one until discovery has it", Some(begun.elapsed()), None);
        self.client.delete(&format!("{definitions}/{}", name(kinds)), None).await?;
        Ok(())
    }
}

/// Asks again and again; there is no event for what a page says.
async fn until<F: Future<Output = bool>>(done: impl Fn() -> F) -> Result<()> {
    let begun = Instant::now();
    while !done().await {
        if begun.elapsed() > LIMIT {
            bail!("not after {} s", LIMIT.as_secs());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

fn group(index: u64) -> String {
    format!("group{}.size.kadm.io", index / IN_GROUP)
}

fn name(index: u64) -> String {
    format!("things{index}.{}", group(index))
}

/// A definition with a schema of some size, as an operator has it.
fn definition(index: u64, field: &str) -> Value {
    let mut fields = serde_json::Map::new();
    for number in 0..12 {
        fields.insert(
            format!("{field}{number}"),
            json!({"type": "string", "maxLength": 64, "description": "One of the settings that such a thing has."}),
        );
    }
    json!({
        "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": {"name": name(index)},
        "spec": {
            "group": group(index), "scope": "Namespaced",
            "names": {
                "plural": format!("things{index}"), "singular": format!("thing{index}"),
                "kind": format!("Thing{index}"), "shortNames": [format!("t{index}")],
            },
            "versions": [{
                "name": "v1", "served": true, "storage": true,
                "subresources": {"status": {}},
                "additionalPrinterColumns": [{"name": "Ready", "type": "string", "jsonPath": ".status.ready"}],
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {
                    "spec": {"type": "object", "properties": fields, "required": [format!("{field}0")]},
                    "status": {"type": "object", "properties": {"ready": {"type": "string"}}},
                }}},
            }],
        },
    })
}
