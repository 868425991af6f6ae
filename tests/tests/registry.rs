//! Images from a registry: Debian's docker-registry on loopback, open and behind a password.

use std::time::Duration;

use anyhow::Result;
use kadm_tests::{Node, program, skip_reason};

const LONG: Duration = Duration::from_secs(60);

/// Two registries, one of which asks who is there, and an image of one layer pushed to both.
const REGISTRIES: &str = r#"
set -e
mkdir -p /tmp/image/bin && cd /tmp
cp "$(command -v busybox)" image/bin/busybox
ln -sf busybox image/bin/sh
tar -C image -cf layer.tar . && diff=$(sha256sum layer.tar | cut -d' ' -f1)
gzip -f layer.tar
cat > config.json <<JSON
{"architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/bin/busybox", "sh", "-c"], "Cmd": ["echo from a registry; sleep 3600"]},
 "rootfs": {"type": "layers", "diff_ids": ["sha256:$diff"]}}
JSON
size() { stat -c %s "$1"; }
sum() { sha256sum "$1" | cut -d' ' -f1; }
cat > manifest.json <<JSON
{"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
 "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": $(size config.json), "digest": "sha256:$(sum config.json)"},
 "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": $(size layer.tar.gz), "digest": "sha256:$(sum layer.tar.gz)"}]}
JSON
perl -e 'print "jane:", crypt("secret", "\$2y\$05\$abcdefghijklmnopqrstuu"), "\n"' > htpasswd
for port in 5000 5001; do
    mkdir -p store-$port
    cat > registry-$port.yml <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: /tmp/store-$port}}
http: {addr: "127.0.0.1:$port"}
YAML
    [ $port = 5000 ] || echo "auth: {htpasswd: {realm: here, path: /tmp/htpasswd}}" >> registry-$port.yml
    setsid docker-registry serve registry-$port.yml > registry-$port.log 2>&1 < /dev/null &
    as="-u jane:secret"
    [ $port = 5001 ] || as=""
    for try in $(seq 100); do curl -sf $as http://127.0.0.1:$port/v2/ > /dev/null && break; sleep 0.1; done
    for file in config.json layer.tar.gz; do
        place=$(curl -sf $as -i -X POST http://127.0.0.1:$port/v2/test/box/blobs/uploads/ | tr -d '\r' | sed -n 's/^[Ll]ocation: //p')
        curl -sf $as -X PUT -H 'Content-Type: application/octet-stream' --data-binary @$file "$place&digest=sha256:$(sum $file)"
    done
    curl -sf $as -X PUT -H 'Content-Type: application/vnd.docker.distribution.manifest.v2+json' --data-binary @manifest.json \
        http://127.0.0.1:$port/v2/test/box/manifests/1
done
"#;

fn pod(name: &str, image: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}}}\nspec:\n  {more}\n  containers: [{{name: c, image: '{image}', imagePullPolicy: Always}}]\n"
    )
}

#[test]
fn images_are_pulled_with_and_without_a_secret() -> Result<()> {
    if skip_reason().is_some()
        || ["docker-registry", "busybox", "curl", "perl"].iter().any(|name| program(name).is_none())
    {
        return Ok(());
    }
    let node = Node::start("one", "10.84.0.1")?;
    node.run(REGISTRIES).ok()?;
    node.run("kadm init --single-node").ok()?;
    node.run("kctl create secret docker-registry jane --docker-server=127.0.0.1:5001 --docker-username=jane --docker-password=secret").ok()?;
    let secret = "imagePullSecrets: [{name: jane}]";
    for (name, image, more) in [
        ("open", "127.0.0.1:5000/test/box:1", "restartPolicy: Always"),
        ("known", "127.0.0.1:5001/test/box:1", secret),
        ("unknown", "127.0.0.1:5001/test/box:1", "restartPolicy: Always"),
        ("missing", "127.0.0.1:5000/test/box:2", "restartPolicy: Always"),
    ] {
        node.run_with("kctl create -f -", &pod(name, image, more))?.ok()?;
    }
    for name in ["open", "known"] {
        node.run(&format!("kctl wait pod/{name} --for=condition=Ready --timeout=60s")).ok()?;
        node.until(&format!("kctl logs {name}"), LONG, |out| out == "from a registry\n")?;
        let id = node
            .run(&format!("kctl get pod {name} -o jsonpath='{{.status.containerStatuses[0].imageID}}'"))
            .ok()?;
        assert!(id.contains("sha256:"), "{id}");
    }
    for (name, why) in [("unknown", "not authorized"), ("missing", "manifest unknown")] {
        let waiting = format!(
            "kctl get pod {name} -o jsonpath='{{.status.containerStatuses[0].state.waiting.reason}}'"
        );
        node.until(&waiting, LONG, |reason| reason == "ErrImagePull" || reason == "ImagePullBackOff")?;
        let events = format!(
            "kctl get events --field-selector involvedObject.name={name},reason=Failed -o jsonpath='{{.items[*].message}}'"
        );
        let said = node.until(&events, LONG, |said| said.contains("Failed to pull image"))?;
        assert!(said.to_lowercase().contains(why), "{name}: {said}");
    }
    Ok(())
}
