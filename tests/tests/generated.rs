//! kctl and kubectl on generated input: JSONPath, quantities, patches, selectors and applied changes.
//!
//! The cases are the same in every run; `KADM_SEED=<number>` makes others. Many cases go into one
//! command, so that few processes are started.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use kadm_tests::twins::Server;
use kadm_tests::{Output, executable, peers};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use serde_json::{Map, Value, json};

/// Both clients, in a folder of files.
struct Both {
    programs: [PathBuf; 2],
    folder: tempfile::TempDir,
    kubeconfig: Option<PathBuf>,
}

impl Both {
    fn new() -> Result<Option<Self>> {
        let Some((ours, theirs)) = peers() else { return Ok(None) };
        let folder = tempfile::tempdir()?;
        let kctl = kadm_tests::kctl(&ours, folder.path())?;
        Ok(Some(Self { programs: [kctl, theirs], folder, kubeconfig: None }))
    }

    fn write(&self, name: &str, text: &str) -> Result<()> {
        Ok(std::fs::write(self.folder.path().join(name), text)?)
    }

    fn run_one(&self, program: &Path, args: &[&str]) -> Result<Output> {
        let output = Command::new("timeout")
            .arg("60")
            .arg(program)
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("KUBECONFIG", self.kubeconfig.as_deref().unwrap_or(Path::new("/dev/null")))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()?;
        Ok(output.into())
    }

    /// What both say of the same command.
    fn run(&self, args: &[&str]) -> Result<[Output; 2]> {
        let [ours, theirs] = &self.programs;
        Ok([self.run_one(ours, args)?, self.run_one(theirs, args)?])
    }
}

fn random(what: &str) -> StdRng {
    let seed = std::env::var("KADM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("{what}: KADM_SEED={seed}");
    StdRng::seed_from_u64(seed)
}

fn pick<'a, T>(random: &mut StdRng, all: &'a [T]) -> &'a T {
    &all[random.random_range(0..all.len())]
}

const KEYS: [&str; 6] = ["a", "b", "c", "d-e", "f", "g"];

fn leaf(random: &mut StdRng) -> Value {
    match random.random_range(0..6) {
        0 => json!(random.random_range(-3..1000)),
        1 => json!(random.random::<bool>()),
        2 => json!(f64::from(random.random_range(1..4000)) / 8.0),
        3 => Value::Null,
        _ => json!(pick(random, &["x", "y", "two words", "1", "", "a\"b", "ü"])),
    }
}

fn tree(random: &mut StdRng, depth: usize) -> Value {
    if depth == 0 {
        return leaf(random);
    }
    if random.random_range(0..3) > 0 {
        let count = random.random_range(2..5);
        return (0..count)
            .map(|_| ((*pick(random, &KEYS)).to_string(), tree(random, depth - 1)))
            .collect::<Map<_, _>>()
            .into();
    }
    // Like objects, so that filters find values of one type.
    let count = random.random_range(1..5);
    let (number, text) = (*pick(random, &KEYS[..3]), *pick(random, &KEYS[3..]));
    let item = |random: &mut StdRng| json!({number: random.random_range(0..5), text: pick(random, &["x", "y", "z"]), "sub": tree(random, depth - 1)});
    Value::Array((0..count).map(|_| item(random)).collect())
}

/// A path into `node`, one that Go's maps, which have no order, can't make ambiguous.
fn path(random: &mut StdRng, mut node: &Value) -> String {
    let mut out = String::new();
    for _ in 0..random.random_range(1..7) {
        match node {
            Value::Object(map) if !map.is_empty() => {
                if random.random_range(0..12) == 0 {
                    out.push_str(".missing");
                    return out;
                }
                let keys: Vec<&String> = map.keys().collect();
                let key = *pick(random, &keys);
                if random.random_range(0..4) == 0 {
                    let _ = write!(out, "['{key}']");
                } else {
                    let _ = write!(out, ".{key}");
                }
                node = &map[key];
            }
            Value::Array(items) => {
                let at = random.random_range(0..items.len());
                let first = items[0].as_object();
                match random.random_range(0..6) {
                    0 | 1 => _ = write!(out, "[{at}]"),
                    2 => _ = write!(out, "[{}]", at.cast_signed() - items.len().cast_signed()),
                    3 => out.push_str("[*]"),
                    4 => {
                        let end = random.random_range(at..=items.len());
                        match random.random_range(0..4) {
                            0 => _ = write!(out, "[{at}:]"),
                            1 => _ = write!(out, "[:{end}]"),
                            2 => out.push_str("[::2]"),
                            _ => _ = write!(out, "[{at}:{end}]"),
                        }
                    }
                    _ => {
                        let sides: Vec<(&String, &Value)> =
                            first.into_iter().flatten().filter(|(key, _)| *key != "sub").collect();
                        let (key, value) = pick(random, &sides);
                        let comparison = pick(random, &["==", "!=", "<", ">", "<=", ">="]);
                        let value = value.to_string();
                        let value = if random.random::<bool>() { value.replace('"', "'") } else { value };
                        let _ = write!(out, "[?(@.{key}{comparison}{value})]");
                    }
                }
                node = &items[at];
            }
            _ => break,
        }
    }
    if out.is_empty() { ".kind".into() } else { out }
}

#[test]
fn jsonpath() -> Result<()> {
    let Some(both) = Both::new()? else { return Ok(()) };
    let mut random = random("jsonpath");
    let mut cases = 0;
    for round in 0..8 {
        let mut object = json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a", "namespace": "b"}});
        for key in ["spec", "status", "other"] {
            object[key] = tree(&mut random, 4);
        }
        both.write("thing.json", &object.to_string())?;
        let paths: Vec<String> = (0..60).map(|_| path(&mut random, &object)).collect();
        let template = |paths: &[String]| {
            let lines = paths.iter().map(|path| format!("{{{path}}}{{\"\\n\"}}"));
            format!("-o=jsonpath={}", lines.collect::<String>())
        };
        let ask =
            |paths: &[String]| both.run(&["label", "--local", "-f", "thing.json", "l=v", &template(paths)]);
        let [ours, theirs] = ask(&paths)?;
        if (ours.code, &ours.out) != (theirs.code, &theirs.out) || theirs.code != 0 {
            // Which one is it?
            for path in &paths {
                let [ours, theirs] = ask(std::slice::from_ref(path))?;
                // After the error kubectl prints its memory of the object.
                let said = theirs.err.split(". Printing more").next().unwrap_or_default().trim_end();
                ensure!(
                    (ours.code, &ours.out, ours.err.trim_end()) == (theirs.code, &theirs.out, said),
                    "round {round}: {path}\nof {object}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
                );
            }
        }
        cases += paths.len();
    }
    println!("{cases} paths");
    Ok(())
}

/// Templates that may fail when they are executed: whether they do, and what is printed.
#[test]
fn jsonpath_that_may_be_wrong() -> Result<()> {
    let Some(both) = Both::new()? else { return Ok(()) };
    let mut random = random("wrong jsonpath");
    let object = json!({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a", "namespace": "b"},
        "spec": {"list": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "text": "t", "number": 3}});
    both.write("thing.json", &object.to_string())?;
    // Here the parts are good, and together may not be.
    let parts = [
        "{.spec.list[5]}",
        "{.spec.list[-3].a}",
        "{.spec.list[0:5].a}",
        "{.spec.list[1:0]}",
        "{.spec.list[1:1]}",
        "{.spec.text[0]}",
        "{.spec.number[*]}",
        "{.spec[*]}",
        "{.spec.list[*].a}",
        "{.spec.list[?(@.a==1)].b}",
        "{.spec.list[?(@.a==\"1\")].b}",
        "{.spec.list[?(@.b>\"x\")].a}",
        "{.spec.list[?(@.a>1.5)].b}",
        "{.spec.list[?(@.zz)]}",
        "{.spec.list[?(@.b)].a}",
        "{.spec[?(@.a==1)]}",
        "{.spec.list[0]['a','b']}",
        "{range .spec.list[*]}",
        "{end}",
        "{.b}",
        "{.a}",
        "{@}",
        "{$.spec.text}",
        "{\"\\t\"}",
        " text ",
        "]",
        ")",
        "{.spec.list[::2].a}",
        "{.spec.list[::0].a}",
        "{.spec.missing[0]}",
        "{.spec.missing.x}",
    ];
    for _ in 0..60 {
        let count = random.random_range(1..6);
        let template: String = (0..count).map(|_| *pick(&mut random, &parts)).collect();
        let output = format!("-o=jsonpath={template}");
        let [ours, theirs] = both.run(&["label", "--local", "-f", "thing.json", "l=v", &output])?;
        // kubectl's own crash in a range of nothing in another.
        if theirs.code == 2 {
            continue;
        }
        ensure!(
            (ours.code, &ours.out) == (theirs.code, &theirs.out),
            "{template:?}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
        );
    }
    Ok(())
}

/// Templates with letters that are missing, are too many, or are others: what kubectl refuses is refused
/// in its words, but for the help with debugging that it prints when a template that it can read fails.
#[test]
fn jsonpath_with_mistakes() -> Result<()> {
    let Some(both) = Both::new()? else { return Ok(()) };
    let mut random = random("mistaken jsonpath");
    let templates = [
        "{.metadata.name}",
        "{.data['a']}{.data.a}{\"\\n\"}",
        "{range .data.a}{@}{\",\"}{end}",
        "{.metadata['name','namespace']}",
        "{..name}",
        "{.list[0:2]}{.list[-1:]}",
        "{.list[?(@.a==\"b\")].c}",
        "{range .x[*]}{.a}{range .b[*]}{.c}{end}{end}",
        "text {.kind} {\"q\\x41\"}",
        "{$.kind}{1.5}{true}",
        "{.list[?(@.x>3)]}{.a\\.b/c}",
    ];
    let mut compared = 0;
    let letters: Vec<char> = "{}[]()'\"@$.*?:,=<>!&|\\ -0a1".chars().collect();
    for round in 0..80 {
        let mut template: Vec<char> = pick(&mut random, &templates).chars().collect();
        for _ in 0..random.random_range(1..4) {
            let (at, letter) = (random.random_range(0..template.len()), *pick(&mut random, &letters));
            match random.random_range(0..3) {
                0 if template.len() > 1 => drop(template.remove(at)),
                1 => template.insert(at, letter),
                _ => template[at] = letter,
            }
        }
        let template: String = template.into_iter().collect();
        let form = if round % 4 == 0 { "jsonpath-as-json" } else { "jsonpath" };
        let output = format!("-o={form}={template}");
        let object = ["create", "configmap", "c", "--from-literal=a=b", "--dry-run=client"];
        let [ours, theirs] = both.run(&[&object[..], &[&output]].concat())?;
        // kubectl's own crash in a range of nothing in another.
        if theirs.code == 2 {
            continue;
        }
        compared += 1;
        let words = |text: &str| text.split(". Printing more").next().map(str::trim).map(str::to_string);
        // Go's maps have no order.
        let orderless = template.contains('*') || template.contains("..");
        ensure!(
            (ours.code, words(&ours.err)) == (theirs.code, words(&theirs.err))
                && (orderless || ours.out == theirs.out),
            "{template:?}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
        );
    }
    ensure!(compared >= 60, "kubectl crashed on all of 80 templates but {compared}");
    Ok(())
}

const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "n"},
    "spec": {"containers": [{"name": "c", "image": "i"}]}}"#;

#[test]
fn quantities() -> Result<()> {
    let Some(both) = Both::new()? else { return Ok(()) };
    let mut random = random("quantities");
    both.write("pod.json", POD)?;
    let suffixes = [
        "", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "e3", "E2",
        "e-2",
    ];
    // kubectl leaves some as they were written: those with zeros in front or a large E, some that have
    // both a point and a decimal suffix or an exponent; and more than an int64 holds. kctl writes each in its canonical
    // form, and keeps to the documented limit.
    let quantity = |random: &mut StdRng| {
        let suffix = *pick(random, &suffixes);
        let most = match suffix.chars().next() {
            Some('E') => 8,
            Some('P') => 8_000,
            Some('T') => 8_000_000,
            _ => 1_000_000_000,
        };
        let mut number = random.random_range(1..most).to_string();
        if random.random_range(0..3) == 0 && suffix.ends_with('i') {
            number.insert(random.random_range(0..number.len()), '.');
        }
        format!("{number}{suffix}")
    };
    let all = |quantities: &[String]| {
        let list =
            quantities.iter().enumerate().map(|(at, quantity)| format!("example.com/r{at}={quantity}"));
        format!("--limits={}", list.collect::<Vec<_>>().join(","))
    };
    let ask = |quantities: &[String]| {
        both.run(&["set", "resources", "--local", "-f", "pod.json", &all(quantities), "-o", "json"])
    };
    for _ in 0..6 {
        let some: Vec<String> = (0..80).map(|_| quantity(&mut random)).collect();
        // The order of fields is kubectl's by type here, and by name elsewhere.
        let value = |output: &Output| serde_json::from_str::<Value>(&output.out).ok();
        let [ours, theirs] = ask(&some)?;
        if value(&ours) != value(&theirs) || theirs.code != 0 {
            for one in &some {
                let [ours, theirs] = ask(std::slice::from_ref(one))?;
                ensure!(
                    (ours.code, value(&ours), &ours.err) == (theirs.code, value(&theirs), &theirs.err),
                    "{one}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
                );
            }
        }
    }
    for wrong in [
        "", "x", "1x", "1 ", "1..2", "1Ki2", "e3", "1e", "-", ".", "-1", "0x1", "1E", "1e1Ki", "1ki", "1+3",
        "1e3.5",
    ] {
        let [ours, theirs] = ask(&[wrong.to_string()])?;
        ensure!(
            (ours.code, &ours.err) == (theirs.code, &theirs.err),
            "{wrong:?}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
        );
    }
    Ok(())
}

/// Containers and what belongs to them, as a strategic merge tells them apart.
fn containers(random: &mut StdRng, least: usize) -> Value {
    let mut all = Vec::new();
    for name in ["a", "b", "c"] {
        if least == 0 && random.random_range(0..3) == 0 {
            continue;
        }
        let mut one = json!({"name": name, "image": format!("i:{}", random.random_range(0..9))});
        for (field, key) in [("env", "name"), ("ports", "containerPort"), ("volumeMounts", "mountPath")] {
            let mut list = Vec::new();
            for at in 0..random.random_range(least..4) {
                list.push(match key {
                    "name" => json!({"name": format!("E{at}"), "value": pick(random, &["1", "2", ""])}),
                    "containerPort" => {
                        json!({"containerPort": 80 + at, "name": format!("p{at}"), "protocol": "TCP"})
                    }
                    _ => json!({"mountPath": format!("/m{at}"), "name": pick(random, &["v", "w"])}),
                });
            }
            if !list.is_empty() {
                one[field] = list.into();
            }
        }
        if random.random::<bool>() {
            one["args"] = json!([pick(random, &["x", "y"]), "z"]);
        }
        all.push(one);
    }
    if all.is_empty() {
        all.push(json!({"name": "a", "image": "i"}));
    }
    Value::Array(all)
}

/// A deployment; what its containers list has `least` elements or more, and no container is missing then.
fn deployment(random: &mut StdRng, name: &str, least: usize) -> Value {
    let labels = json!({"app": name});
    let mut annotations = Map::new();
    for key in ["x", "y", "z"] {
        if random.random::<bool>() {
            annotations.insert(key.into(), (*pick(random, &["1", "2"])).into());
        }
    }
    let volumes = json!([{"name": "v", "emptyDir": {}}, {"name": "w", "emptyDir": {"medium": "Memory"}}]);
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "n", "annotations": annotations},
        "spec": {
            "replicas": random.random_range(0..4),
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {
                "containers": containers(random, least), "volumes": volumes,
                "nodeSelector": {*pick(random, &["n1", "n2"]): "x"},
            }},
        },
    })
}

/// A strategic merge patch, directives and all.
fn strategic(random: &mut StdRng) -> Value {
    let mut list = Vec::new();
    // One element that replaces all leaves only the new ones.
    let replace = random.random_range(0..5) == 0;
    for name in ["a", "b", "new"] {
        let choice = if replace {
            1 + 2 * random.random_range(0..2)
        } else {
            if name == "new" { 1 } else { *pick(random, &[0, 1, 2, 4]) }
        };
        match choice {
            0 => list.push(json!({"name": name, "$patch": "delete"})),
            1 => list.push(json!({"name": name, "image": "j", "env": [{"name": "E1", "value": "new"}, {"name": "E9", "value": "9"}]})),
            2 => list.push(json!({"name": name, "image": null, "ports": [{"containerPort": 81, "$patch": "delete"}, {"containerPort": 99}]})),
            3 => list.push(json!({"name": name, "image": "r", "args": ["only"], "$patch": "replace"})),
            _ => {}
        }
    }
    let mut spec = json!({"containers": list});
    match random.random_range(0..6) {
        0 => {
            spec["$setElementOrder/containers"] = pick(
                random,
                &[
                    json!([{"name": "b"}, {"name": "new"}, {"name": "a"}]),
                    json!([{"name": "a"}, {"name": "b"}, {"name": "new"}]),
                ],
            )
            .clone()
        }
        1 => {
            spec["volumes"] =
                json!([{"name": "w", "$retainKeys": ["name", "hostPath"], "hostPath": {"path": "/p"}}])
        }
        2 => spec["nodeSelector"] = json!({"$patch": "replace", "only": "this"}),
        3 => spec["nodeSelector"] = Value::Null,
        4 => spec["volumes"] = json!([{"$patch": "replace"}, {"name": "only", "emptyDir": {}}]),
        _ => spec["tolerations"] = json!([{"key": "k", "operator": "Exists"}]),
    }
    json!({"metadata": {"annotations": {"x": null, "w": "new"}}, "spec": {"replicas": 7, "template": {"spec": spec}}})
}

#[test]
fn patches() -> Result<()> {
    let Some(both) = Both::new()? else { return Ok(()) };
    let mut random = random("patches");
    for _ in 0..25 {
        // Directives for what is not there would be kept as they are by kubectl, and are left out by kctl.
        let items: Vec<Value> = (0..6).map(|at| deployment(&mut random, &format!("d{at}"), 2)).collect();
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        both.write("list.json", &list.to_string())?;
        let patch = strategic(&mut random);
        both.write("patch.json", &patch.to_string())?;
        let kind = *pick(&mut random, &["strategic", "strategic", "strategic", "merge"]);
        let args = [
            "patch",
            "--local",
            "-f",
            "list.json",
            "--type",
            kind,
            "--patch-file",
            "patch.json",
            "-o",
            "json",
        ];
        let [ours, theirs] = both.run(&args)?;
        ensure!(
            // What was done before an error is told by both; the error has Go's maps in it.
            (ours.code, &ours.out) == (theirs.code, &theirs.out),
            "{kind} {patch}\nof {list}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
        );
    }
    Ok(())
}

/// What a server sets by itself is not compared.
fn bare(text: &str) -> Result<Value> {
    let mut list: Value = serde_json::from_str(text).with_context(|| text.to_string())?;
    for item in list["items"].as_array_mut().into_iter().flatten() {
        let meta = item["metadata"].as_object_mut().context("no metadata")?;
        for field in ["uid", "resourceVersion", "creationTimestamp", "managedFields", "namespace"] {
            meta.shift_remove(field);
        }
        let applied = "kubectl.kubernetes.io/last-applied-configuration";
        if let Some(text) = item["metadata"]["annotations"].get_mut(applied) {
            let mut last: Value = serde_json::from_str(text.as_str().unwrap_or_default())?;
            last["metadata"]["namespace"] = Value::Null;
            *text = last;
        }
    }
    Ok(list)
}

/// The same files applied by kctl in one namespace and by kubectl in another: creations, changes of
/// what was applied beside changes of another hand, again and again.
#[test]
fn applied_changes_and_selectors() -> Result<()> {
    let Some(mut both) = Both::new()? else { return Ok(()) };
    let mut random = random("apply");
    let server = Server::start(&executable().context("it was there")?)?;
    both.kubeconfig = Some(server.kubeconfig.clone());
    let sides = [("ours", both.programs[0].clone()), ("theirs", both.programs[1].clone())];
    for (namespace, _) in &sides {
        both.run_one(&both.programs[1], &["create", "namespace", namespace])?.ok()?;
    }
    let objects = |namespace: &str| -> Result<Value> {
        bare(&both.run_one(&both.programs[1], &["get", "deployments", "-n", namespace, "-o", "json"])?.ok()?)
    };
    for round in 0..5 {
        let mut items: Vec<Value> = (0..8).map(|at| deployment(&mut random, &format!("d{at}"), 0)).collect();
        items.iter_mut().for_each(|item| item["metadata"]["namespace"] = Value::Null);
        let list = json!({"apiVersion": "v1", "kind": "List", "items": items});
        both.write("list.json", &list.to_string())?;
        let mut said = Vec::new();
        for (namespace, program) in &sides {
            said.push(both.run_one(program, &["apply", "-n", namespace, "-f", "list.json"])?);
        }
        ensure!(
            (said[0].code, &said[0].out, &said[0].err) == (said[1].code, &said[1].out, &said[1].err),
            "round {round}: {said:?}\n{list}"
        );
        ensure!(
            objects("ours")? == objects("theirs")?,
            "round {round}: applied {list}\n{:#}\n{:#}",
            objects("ours")?,
            objects("theirs")?
        );
        // Somebody else changes some of them, in both namespaces alike.
        for at in 0..4 {
            let patch = strategic(&mut random).to_string();
            for (namespace, _) in &sides {
                let name = format!("d{at}");
                both.run_one(
                    &both.programs[1],
                    &["patch", "deployment", &name, "-n", namespace, "-p", &patch],
                )?;
            }
        }
    }

    // Selectors: keys and values that may be there, operators that may be wrong.
    let labels = |random: &mut StdRng| {
        let mut labels = Map::new();
        for key in ["a", "b", "example.com/c"] {
            if random.random::<bool>() {
                labels.insert(key.into(), (*pick(random, &["x", "y", "10", ""])).into());
            }
        }
        labels
    };
    let maps: Vec<Value> = (0..20)
        .map(|at| {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("m{at:02}"), "labels": labels(&mut random)}})
        })
        .collect();
    both.write("maps.json", &json!({"apiVersion": "v1", "kind": "List", "items": maps}).to_string())?;
    both.run_one(&both.programs[1], &["create", "-n", "ours", "-f", "maps.json"])?.ok()?;
    for _ in 0..30 {
        let mut parts = Vec::new();
        for _ in 0..random.random_range(1..3) {
            let key = pick(&mut random, &["a", "b", "example.com/c", "none", "a b", "_"]);
            let (one, two) =
                (pick(&mut random, &["x", "y", "10", "5", ""]), pick(&mut random, &["x", "y", "z w"]));
            parts.push(match random.random_range(0..9) {
                0 => format!("{key}={one}"),
                1 => format!("{key}=={one}"),
                2 => format!("{key}!={one}"),
                3 => format!("{key} in ({one},{two})"),
                4 => format!("{key} notin ({one}, {two})"),
                5 => format!("!{key}"),
                6 => format!("{key}>{one}"),
                7 => format!("{key}<{one}"),
                _ => (*key).to_string(),
            });
        }
        let selector = parts.join(",");
        let [ours, theirs] = both.run(&["get", "configmaps", "-n", "ours", "-o", "name", "-l", &selector])?;
        ensure!(
            (ours.code, &ours.out, &ours.err) == (theirs.code, &theirs.out, &theirs.err),
            "{selector:?}\nkctl:    {ours:?}\nkubectl: {theirs:?}"
        );
    }
    Ok(())
}
