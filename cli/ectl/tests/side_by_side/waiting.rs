//! Commands that go on until they are stopped: watches, elections, mirrors.

use super::harness::{Etcd, text, with_each};

#[test]
fn watches() {
    with_each(watches_of);
}

/// The numbers that grow.
fn plain(text: &str) -> String {
    super::harness::moving(text)
}

fn revision(etcd: &Etcd) -> i64 {
    let found = text(&etcd.theirs(&["get", "none", "-w", "json"], "").stdout);
    let (_, rest) = found.split_once("\"revision\":").expect("a revision");
    rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|number| number.parse().ok()).expect("a number")
}

fn watches_of(etcd: &Etcd) {
    let first = revision(etcd) + 1;
    for args in [
        &["put", "w", "1"][..],
        &["put", "w", "two\nlines \u{7}\""],
        &["del", "w"],
        &["put", "w/a", "x"],
        &["put", "w/b", "y"],
        &["put", "v", "end"],
    ] {
        assert!(etcd.theirs(args, "").status.success(), "{args:?}");
    }
    let rev = format!("--rev={first}");
    let watch = |more: &[&str], enough: &str| {
        let args = [&["watch", &rev], more].concat();
        // What is printed comes in pieces; nothing that counts comes after that.
        let cut = |text: &str| text.split_once(enough).map_or("", |(before, _)| before).to_string() + enough;
        etcd.follow(&args, "", |text| text.contains(enough), |text| plain(&cut(text)));
    };
    watch(&["w"], "DELETE\nw\n\n");
    watch(&["w", "--prev-kv"], "DELETE\nw\ntwo\nlines \u{7}\"\nw\n\n");
    watch(&["w", "--prefix"], "w/b\ny\n");
    watch(&["w", "w/b"], "w/a\nx\n");
    watch(&["w/", "--prefix", "--hex"], "\\x79\n");
    watch(&["w", "-w", "json"], "}\n");
    watch(&["w", "--prefix", "--prev-kv", "-w", "json"], "}\n");
    watch(&["w", "--prefix", "-w", "fields"], "\"y\"\n\"Lease\" : 0\n");
    watch(&["w/b", "-w", "protobuf"], "w/b");
    // A command for each event.
    let show = ["--", "sh", "-c", "env | grep ETCD_WATCH_ | grep -v REVISION | sort; echo done"];
    let three = |text: &str| text.matches("done\n").count() == 3;
    etcd.follow(&[&["watch", &rev, "w"], &show[..]].concat(), "", three, plain);
    // Commands for the watch, as lines.
    let both = |text: &str| text.lines().count() == 13 && text.ends_with('\n');
    etcd.follow(&["watch", "-i"], &format!("watch w {rev}\nwatch v {rev}\n"), both, |text| {
        // Which watch is told first is open.
        let mut lines: Vec<_> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    });
    let [theirs, ours] = [false, true].map(|ours| {
        let mut running = etcd.run(ours, &["watch", "-i"]);
        running.write(&format!("watch w/b {rev}\n"));
        running.until(|text| text.contains("w/b\ny\n"));
        running.write("progress\n");
        let printed = running.until(|text| text.contains("progress notify: ") && text.ends_with('\n'));
        printed.trim_end().trim_end_matches(|c: char| c.is_ascii_digit()).to_string()
    });
    etcd.judge_pair(&["watch", "-i", "(progress)"], &theirs, &ours);
    // What can't be watched ends by itself.
    assert!(etcd.theirs(&["compaction", &revision(etcd).to_string()], "").status.success());
    etcd.same(&["watch", "w", "--rev=1"]);
    etcd.same(&["watch"]);
    etcd.same(&["watch", "a", "b", "--prefix"]);
}

#[test]
fn elections_and_mirrors() {
    with_each(elections_and_mirrors_of);
}

/// An election's keys end with the lease of the candidate.
fn without_leases(text: &str) -> String {
    let cut = |line: &str| match line.split_once("e/") {
        Some((before, lease)) if lease.chars().all(|c| c.is_ascii_hexdigit()) => format!("{before}e/LEASE"),
        _ => line.to_string(),
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

fn elections_and_mirrors_of(etcd: &Etcd) {
    // Each has an election of its own: who is killed leads until its lease ends.
    let [theirs, ours] = [false, true].map(|ours| {
        let election = if ours { "ours" } else { "theirs" };
        let printed = etcd.run(ours, &["elect", election, "me"]).until(|text| text.contains("\nme\n"));
        without_leases(&printed.replace(&format!("{election}/"), "e/"))
    });
    etcd.judge_pair(&["elect"], &theirs, &ours);
    let mut leader = etcd.run(false, &["elect", "e", "theirs"]);
    leader.until(|text| text.contains("\ntheirs\n"));
    // The same leader, so the same key.
    etcd.follow(&["elect", "-l", "e"], "", |text| text.contains("\ntheirs\n"), str::to_string);
    drop(leader);
    let mut leader = etcd.run(true, &["elect", "f", "ours"]);
    leader.until(|text| text.contains("\nours\n"));
    etcd.follow(&["elect", "-l", "f"], "", |text| text.contains("\nours\n"), str::to_string);
    drop(leader);
    etcd.same(&["elect", "e"]);
    etcd.same(&["elect"]);
    etcd.same(&["elect", "-l", "e", "x"]);

    for n in 0..3 {
        assert!(etcd.theirs(&["put", &format!("m/{n}"), &n.to_string()], "").status.success());
    }
    // Into another place of the same server; what comes later is carried over too.
    let address = etcd.address.clone();
    for (ours, to) in [(false, "copy/0/"), (true, "copy/1/")] {
        let mirror =
            etcd.run(ours, &["make-mirror", "--prefix", "m/", "--dest-prefix", &format!("{to}m/"), &address]);
        let mut seen = etcd.run(false, &["watch", to, "--prefix", "--rev=1"]);
        seen.until(|text| text.contains("m/2\n2\n"));
        assert!(etcd.theirs(&["put", "m/later", to], "").status.success());
        seen.until(|text| text.contains(&format!("m/later\n{to}\n")));
        assert!(etcd.theirs(&["del", "m/later"], "").status.success());
        seen.until(|text| text.contains("DELETE\n"));
        drop(mirror);
    }
    let copied = |to: &str| {
        let found = text(&etcd.theirs(&["get", to, "--prefix"], "").stdout);
        found.replace(to, "")
    };
    etcd.judge_pair(&["make-mirror"], &copied("copy/0/"), &copied("copy/1/"));
    etcd.same(&["make-mirror"]);
}
