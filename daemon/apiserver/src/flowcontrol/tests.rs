//! Levels from objects, and requests that wait for each other.

use serde_json::{Value, json};

use super::*;

fn level(name: &str, shares: i32, queues: Option<(i32, i32, i32)>) -> api::PriorityLevelConfiguration {
    let response = match queues {
        None => json!({"type": "Reject"}),
        Some((queues, hand, length)) => {
            json!({"type": "Queue", "queuing": {"queues": queues, "handSize": hand, "queueLengthLimit": length}})
        }
    };
    let spec = json!({"type": "Limited", "limited": {"nominalConcurrencyShares": shares, "limitResponse": response}});
    serde_json::from_value(json!({"metadata": {"name": name, "uid": name}, "spec": spec})).expect("a level")
}

fn schema(name: &str, level: &str, rule: Value) -> api::FlowSchema {
    let spec = json!({
        "matchingPrecedence": 500, "priorityLevelConfiguration": {"name": level},
        "distinguisherMethod": {"type": "ByUser"}, "rules": [rule],
    });
    serde_json::from_value(json!({"metadata": {"name": name, "uid": name}, "spec": spec})).expect("a schema")
}

fn control(total: usize, levels: &[api::PriorityLevelConfiguration]) -> (Arc<FlowControl>, Arc<State>) {
    let control = FlowControl::new(total, Duration::from_secs(15));
    let everyone = json!({"subjects": [{"kind": "Group", "group": {"name": "*"}}], "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]});
    let schemas: Vec<_> = levels
        .iter()
        .map(|level| schema("s", level.metadata.name.as_deref().unwrap_or_default(), everyone.clone()))
        .collect();
    let state = Arc::new(control.build(&State::default(), None, &schemas, levels));
    *control.state.write().expect("not poisoned") = state.clone();
    (control, state)
}

async fn take(control: &Arc<FlowControl>, state: &State, user: &str) -> Result<Turn, Status> {
    let user = User { name: user.into(), ..User::default() };
    let route = Route { verb: "get", path: "/x".into(), ..Route::default() };
    let schema = schemas::find(&state.schemas, &user, &route).expect("a schema");
    let work = Work { seats: 1, watchers: None, hold: Duration::ZERO };
    control.take(state, schema, &state.levels[&schema.level], &user, &route, work).await
}

#[tokio::test(start_paused = true)]
async fn requests_wait_and_are_turned_away() {
    // Of 10 seats catch-all has 5 shares, and so has the other: 5 seats each.
    let (control, state) = control(10, &[level("l", 5, Some((1, 1, 2)))]);
    let mut turns = Vec::new();
    for _ in 0..5 {
        turns.push(take(&control, &state, "ann").await.expect("has a seat"));
    }
    // Two wait, a third finds the queue full.
    let one = async { take(&control, &state, "ann").await.map(drop) };
    let two = async { take(&control, &state, "bob").await.map(drop) };
    let three = async {
        tokio::task::yield_now().await;
        let status = take(&control, &state, "bob").await.err().expect("the queue is full");
        assert_eq!((status.code, status.details.and_then(|d| d.retry_after_seconds)), (429, Some(1)));
        let table =
            control.table("/debug/api_priority_and_fairness/dump_requests", "includeRequestDetails=1");
        assert!(table.expect("a table").contains("l, s, 0, 1, bob, 0.000s, 1, bob, get, /x"));
        turns.pop();
    };
    let (one, two, ()) = tokio::join!(one, two, three);
    one.expect("runs");
    two.expect("runs");
    // Nobody ends: whoever waits is turned away after a while.
    turns.push(take(&control, &state, "ann").await.expect("has a seat"));
    let status = take(&control, &state, "ann").await.err().expect("waits for too long");
    assert_eq!(status.code, 429);
    // One whose client goes leaves no trace.
    let gone = tokio::time::timeout(Duration::from_secs(1), take(&control, &state, "ann")).await;
    assert!(gone.is_err());
    drop(turns);
    let table = control.table("/debug/api_priority_and_fairness/dump_priority_levels", "").expect("a table");
    assert!(table.contains("\nl, 0, true, false, 0, 0, 8, 1, 1, 1\n"), "{table}");
    let mut metrics = String::new();
    control.render(&mut metrics);
    for line in [
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"s\",priority_level=\"l\",reason=\"queue-full\"} 1",
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"s\",priority_level=\"l\",reason=\"time-out\"} 1",
        "apiserver_flowcontrol_rejected_requests_total{flow_schema=\"s\",priority_level=\"l\",reason=\"cancelled\"} 1",
        "apiserver_flowcontrol_dispatched_requests_total{flow_schema=\"s\",priority_level=\"l\"} 8",
        "apiserver_flowcontrol_current_executing_seats{flow_schema=\"s\",priority_level=\"l\"} 0",
        "apiserver_flowcontrol_current_inqueue_requests{flow_schema=\"s\",priority_level=\"l\"} 0",
        "apiserver_flowcontrol_nominal_limit_seats{priority_level=\"l\"} 5",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test(start_paused = true)]
async fn levels_change_under_those_who_wait() {
    let (control, state) = control(10, &[level("l", 5, None)]);
    let turns: Vec<_> = futures::future::join_all((0..5).map(|_| take(&control, &state, "ann"))).await;
    assert!(turns.iter().all(Result::is_ok));
    assert_eq!(take(&control, &state, "ann").await.err().map(|status| status.code), Some(429), "it rejects");
    // Queues for the same level: who runs goes on in it.
    let queued = level("l", 5, Some((4, 1, 10)));
    let everyone = json!({"subjects": [{"kind": "Group", "group": {"name": "*"}}], "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}]});
    let schemas = [schema("s", "l", everyone.clone()), schema("dangling", "none", everyone)];
    let state = control.build(&state, None, &schemas, &[queued]);
    assert!(state.schemas.iter().all(|schema| schema.name != "dangling"));
    let waiting = async { take(&control, &state, "ann").await.map(drop) };
    let ending = async {
        tokio::task::yield_now().await;
        drop(turns);
    };
    let (outcome, ()) = tokio::join!(waiting, ending);
    outcome.expect("runs once the others have ended");
}

#[tokio::test(start_paused = true)]
async fn seats_are_borrowed() {
    let idle: api::PriorityLevelConfiguration = serde_json::from_value(json!({
        "metadata": {"name": "idle", "uid": "idle"},
        "spec": {"type": "Limited", "limited": {"nominalConcurrencyShares": 10, "lendablePercent": 100, "limitResponse": {"type": "Reject"}}},
    }))
    .expect("a level");
    let (control, state) = control(40, &[level("l", 5, Some((1, 1, 100))), idle]);
    let seats = |state: &State| state.levels["l"].seats.lock().expect("not poisoned").current;
    assert_eq!(seats(&state), 10);
    let first: Vec<_> = futures::future::join_all((0..10).map(|_| take(&control, &state, "ann"))).await;
    let more = futures::future::join_all((0..15).map(|_| take(&control, &state, "ann")));
    let later = async {
        tokio::time::sleep(Duration::from_secs(11)).await;
        // Whoever comes next has the seats lent anew.
        take(&control, &state, "bob").await.map(drop)
    };
    let (more, later) = tokio::join!(more, later);
    assert!(first.iter().chain(&more).all(Result::is_ok) && later.is_ok());
    assert!(seats(&state) >= 25, "{} seats", seats(&state));
}
