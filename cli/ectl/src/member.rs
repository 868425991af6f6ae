//! member: who belongs to the cluster.

use clap::{Arg, ArgMatches, Command};
use etcdapi::etcdserverpb::{
    Member, MemberAddRequest, MemberListRequest, MemberPromoteRequest, MemberRemoveRequest,
    MemberUpdateRequest, ResponseHeader,
};

use crate::connect::{ask, connect, timed};
use crate::output::{Format, Printer, show};
use crate::{Done, Failure, json, on, positional, text, toggle};

pub(crate) fn command() -> Command {
    let id = || positional("id", true).help("The member's ID in hexadecimal");
    let urls = || {
        Arg::new("peer-urls")
            .long("peer-urls")
            .default_value("")
            .help("comma separated peer URLs for the member.")
    };
    Command::new("member")
        .about("Membership related commands")
        .subcommand_required(true)
        .subcommand(
            Command::new("add")
                .about("Adds a member into the cluster")
                .arg(positional("name", true))
                .arg(urls())
                .arg(toggle("learner", "indicates if the new member is raft learner")),
        )
        .subcommand(Command::new("remove").about("Removes a member from the cluster").arg(id()))
        .subcommand(Command::new("update").about("Updates a member in the cluster").arg(id()).arg(urls()))
        .subcommand(Command::new("promote").about("Promotes a non-voting member in the cluster").arg(id()))
        .subcommand(
            Command::new("list").about("Lists all members in the cluster").arg(
                Arg::new("consistency")
                    .long("consistency")
                    .default_value("l")
                    .value_parser(["l", "s"])
                    .help("Linearizable(l) or Serializable(s)"),
            ),
        )
}

/// A member's id in hexadecimal.
pub(crate) fn id(matches: &ArgMatches) -> Result<u64, Failure> {
    let given = text(matches, "id").unwrap_or_default();
    u64::from_str_radix(given, 16).map_err(|_| {
        let why = crate::commands::go_number(given, "ParseUint");
        Failure::args(format!("bad member ID arg ({why}), expecting ID in Hex"))
    })
}

fn urls(matches: &ArgMatches) -> Result<Vec<String>, Failure> {
    let given = text(matches, "peer-urls").unwrap_or_default();
    if given.is_empty() {
        return Err(Failure::args("member peer urls not provided"));
    }
    Ok(given.split(',').map(|url| url.trim().to_string()).collect())
}

fn cluster(header: Option<&ResponseHeader>) -> u64 {
    header.map_or(0, |header| header.cluster_id)
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let Some((verb, matches)) = matches.subcommand() else { return Err(Failure::args("no command given")) };
    let printer = Printer::new(matches);
    match verb {
        "add" => {
            let name = text(matches, "name").unwrap_or_default();
            let peer_urls = urls(matches)?;
            let request =
                MemberAddRequest { peer_urls: peer_urls.clone(), is_learner: on(matches, "learner") };
            let mut client = connect(matches).await?.cluster();
            let added = timed(matches, client.member_add(ask(request))).await?.into_inner();
            let id = added.member.as_ref().map_or(0, |member| member.id);
            printer.answer("MemberAddResponse", &added, added.header.as_ref(), || {
                println!("Member {id:16x} added to cluster {:16x}", cluster(added.header.as_ref()));
                println!();
                print!("{}", environment(name, id, &added.members, &peer_urls));
            })
        }
        "remove" => {
            let id = id(matches)?;
            let mut client = connect(matches).await?.cluster();
            let done =
                timed(matches, client.member_remove(ask(MemberRemoveRequest { id }))).await?.into_inner();
            printer.answer("MemberRemoveResponse", &done, done.header.as_ref(), || {
                println!("Member {id:16x} removed from cluster {:16x}", cluster(done.header.as_ref()));
            })
        }
        "update" => {
            let (id, peer_urls) = (id(matches)?, urls(matches)?);
            let mut client = connect(matches).await?.cluster();
            let request = MemberUpdateRequest { id, peer_urls };
            let done = timed(matches, client.member_update(ask(request))).await?.into_inner();
            printer.answer("MemberUpdateResponse", &done, done.header.as_ref(), || {
                println!("Member {id:16x} updated in cluster {:16x}", cluster(done.header.as_ref()));
            })
        }
        "promote" => {
            let id = id(matches)?;
            let mut client = connect(matches).await?.cluster();
            let request = MemberPromoteRequest { id };
            let done = timed(matches, client.member_promote(ask(request))).await?.into_inner();
            printer.answer("MemberPromoteResponse", &done, done.header.as_ref(), || {
                println!("Member {id:16x} promoted in cluster {:16x}", cluster(done.header.as_ref()));
            })
        }
        _ => list(matches, printer).await,
    }
}

/// What the new member is to be started with.
fn environment(name: &str, id: u64, members: &[Member], urls: &[String]) -> String {
    let cluster: Vec<String> = members
        .iter()
        .flat_map(|member| {
            let name = if member.id == id { name } else { &member.name };
            member.peer_urls.iter().map(move |url| format!("{name}={url}"))
        })
        .collect();
    format!(
        "ETCD_NAME={name:?}\nETCD_INITIAL_CLUSTER={:?}\nETCD_INITIAL_ADVERTISE_PEER_URLS={:?}\n\
         ETCD_INITIAL_CLUSTER_STATE=\"existing\"\n",
        cluster.join(","),
        urls.join(",")
    )
}

async fn list(matches: &ArgMatches, printer: Printer) -> Done {
    let linearizable = text(matches, "consistency") != Some("s");
    let mut client = connect(matches).await?.cluster();
    let list =
        timed(matches, client.member_list(ask(MemberListRequest { linearizable }))).await?.into_inner();
    if printer.format == Format::Fields {
        crate::output::header_fields(list.header.as_ref());
        for member in &list.members {
            println!("\"ID\" : {}\n\"Name\" : {:?}", member.id, member.name);
            for url in &member.peer_urls {
                println!("\"PeerURL\" : {url:?}");
            }
            for url in &member.client_urls {
                println!("\"ClientURL\" : {url:?}");
            }
            println!("\"IsLearner\" : {}\n", member.is_learner);
        }
        return Ok(());
    }
    let rows = list
        .members
        .iter()
        .map(|member| {
            vec![
                format!("{:x}", member.id),
                if member.name.is_empty() { "unstarted" } else { "started" }.to_string(),
                member.name.clone(),
                member.peer_urls.join(","),
                member.client_urls.join(","),
                member.is_learner.to_string(),
            ]
        })
        .collect();
    let head = ["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"];
    if printer.format == Format::Protobuf {
        return printer.answer("MemberListResponse", &list, list.header.as_ref(), || {});
    }
    show(printer, &head, rows, json::message("MemberListResponse", &list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_members_environment() {
        let member = |id, name: &str, url: &str| Member {
            id,
            name: name.into(),
            peer_urls: vec![url.into()],
            ..Member::default()
        };
        let members = [member(1, "a", "http://a:2380"), member(2, "", "http://b:2380")];
        assert_eq!(
            environment("b", 2, &members, &["http://b:2380".into()]),
            "ETCD_NAME=\"b\"\nETCD_INITIAL_CLUSTER=\"a=http://a:2380,b=http://b:2380\"\n\
             ETCD_INITIAL_ADVERTISE_PEER_URLS=\"http://b:2380\"\nETCD_INITIAL_CLUSTER_STATE=\"existing\"\n"
        );
    }
}
