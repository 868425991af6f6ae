//! The files in `/var/log`, served at `/logs`.

use reqwest::Method;
use serde_json::json;

use crate::cluster::Cluster;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_are_served_to_whom_may_read_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().to_path_buf();
    std::fs::create_dir(path.join("pods")).expect("a folder");
    std::fs::write(path.join("pods/a b.log"), "one\ntwo\n").expect("writable");
    std::fs::write(path.join("syslog"), "three\n").expect("writable");
    let flag = |_: &std::path::Path| vec!["--enable-logs-handler".to_string()];
    let Some(cluster) = Cluster::start_changed(flag, |options| options.logs = Some(path)).await else {
        return;
    };
    let admin = cluster.user("admin", Some("system:masters"));
    let reader = cluster.user("reader", None);
    let (_, index) = admin.get("/").await;
    assert!(index["paths"].as_array().is_some_and(|paths| paths.contains(&json!("/logs"))), "{index}");

    let (code, page) = admin.get("/logs/").await;
    let want = "<pre>\n<a href=\"pods/\">pods/</a>\n<a href=\"syslog\">syslog</a>\n</pre>\n";
    assert!(code == 200 && page.as_str().is_some_and(|page| page.ends_with(want)), "{page}");
    // The client follows to the folder's own address.
    assert_eq!(admin.get("/logs").await.1, page);
    assert_eq!(admin.get("/logs/pods/a%20b.log").await, (200, json!("one\ntwo\n")));
    let ranged = admin.request(Method::GET, "/logs/pods/a%20b.log").header("range", "bytes=4-");
    let answer = ranged.send().await.expect("an answer");
    assert_eq!((answer.status().as_u16(), answer.text().await.expect("a text").as_str()), (206, "two\n"));
    assert_eq!(admin.get("/logs/pods/%2e%2e%2fsyslog").await, (400, json!("invalid URL path\n")));
    assert_eq!(admin.get("/logs/none").await, (404, json!("404 page not found\n")));
    let (code, status) = admin.send(Method::PUT, "/logs/syslog", None).await;
    assert_eq!((code, &status["reason"]), (405, &json!("MethodNotAllowed")));

    // Who may read some of them may not read others, however they are written.
    let role = json!({
        "metadata": {"name": "logs"}, "rules": [{"nonResourceURLs": ["/logs/pods/*"], "verbs": ["get"]}],
    });
    let binding = json!({
        "metadata": {"name": "logs"}, "subjects": [{"kind": "User", "name": "reader", "apiGroup": "rbac.authorization.k8s.io"}],
        "roleRef": {"kind": "ClusterRole", "name": "logs", "apiGroup": "rbac.authorization.k8s.io"},
    });
    assert_eq!(reader.get("/logs/pods/a%20b.log").await.0, 403);
    let rbac = "/apis/rbac.authorization.k8s.io/v1";
    assert_eq!(admin.post(&format!("{rbac}/clusterroles"), role).await.0, 201);
    assert_eq!(admin.post(&format!("{rbac}/clusterrolebindings"), binding).await.0, 201);
    let mut tries = 0;
    while reader.get("/logs/pods/a%20b.log").await.0 != 200 {
        tries += 1;
        assert!(tries < 500, "the role never counts");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(reader.get("/logs/%70ods/a%20b.log").await.0, 200);
    for path in ["/logs/syslog", "/logs/", "/logs/%73yslog", "/logs//syslog"] {
        assert_eq!(reader.get(path).await.0, 403, "{path}");
    }
    assert_eq!(reader.get("/logs/pods/..%2Fsyslog").await.0, 400);
    cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn logs_are_not_served_by_themselves() {
    let Some(cluster) = Cluster::start().await else { return };
    let admin = cluster.user("admin", Some("system:masters"));
    assert_eq!(admin.get("/logs/").await.0, 404);
    let (_, index) = admin.get("/").await;
    assert!(index["paths"].as_array().is_some_and(|paths| !paths.contains(&json!("/logs"))), "{index}");
    cluster.stop().await;
}
