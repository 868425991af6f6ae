//! txn: comparisons, then requests for when they hold and for when they don't, from standard
//! input: one a line, the three parts separated by empty lines.

use std::io::{BufRead, Write};

use clap::{ArgMatches, Command};
use etcdapi::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use etcdapi::etcdserverpb::request_op::Request;
use etcdapi::etcdserverpb::{Compare, RequestOp, TxnRequest};

use crate::commands;
use crate::connect::{ask, connect, timed};
use crate::output::Printer;
use crate::{Done, Failure, on, toggle};

pub(crate) fn command() -> Command {
    Command::new("txn")
        .about("Txn processes all the requests in one transaction")
        .arg(toggle("interactive", "Input transaction in interactive mode").short('i'))
}

pub(crate) async fn run(matches: &ArgMatches) -> Done {
    let prompt = on(matches, "interactive");
    let mut input = std::io::stdin().lock();
    let mut part = |title: &str| -> Result<Vec<String>, Failure> {
        if prompt {
            println!("{title}");
            std::io::stdout().flush().map_err(Failure::io)?;
        }
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).map_err(Failure::io)? == 0 || line.trim().is_empty() {
                return Ok(lines);
            }
            lines.push(line.trim().to_string());
        }
    };
    let compare = part("compares:")?.iter().map(|line| comparison(line)).collect::<Result<_, _>>()?;
    let success = part("success requests (get, put, del):")?
        .iter()
        .map(|line| operation(line))
        .collect::<Result<_, _>>()?;
    let failure = part("failure requests (get, put, del):")?
        .iter()
        .map(|line| operation(line))
        .collect::<Result<_, _>>()?;
    drop(input);
    let mut kv = connect(matches).await?.kv();
    let response = timed(matches, kv.txn(ask(TxnRequest { compare, success, failure }))).await?;
    Printer::new(matches).txn(response.get_ref());
    Ok(())
}

/// Words of a line: quoted ones may hold blanks and the usual escapes.
pub(crate) fn words(line: &str) -> Result<Vec<String>, Failure> {
    let mut words = Vec::new();
    let mut chars = line.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let Some(first) = chars.peek().copied() else { return Ok(words) };
        let mut word = String::new();
        if first == '"' || first == '\'' {
            chars.next();
            loop {
                match chars.next() {
                    Some(c) if c == first => break,
                    Some('\\') if first == '"' => match chars.next() {
                        Some('n') => word.push('\n'),
                        Some('t') => word.push('\t'),
                        Some('r') => word.push('\r'),
                        Some(other) => word.push(other),
                        None => return Err(Failure::input(format!("unfinished escape in {line}"))),
                    },
                    Some(c) => word.push(c),
                    None => return Err(Failure::input(format!("unfinished quote in {line}"))),
                }
            }
        } else {
            while let Some(c) = chars.next_if(|c| !c.is_whitespace()) {
                word.push(c);
            }
        }
        words.push(word);
    }
}

/// `target("key") op "operand"`.
fn comparison(line: &str) -> Result<Compare, Failure> {
    let bad = || Failure::input(format!("malformed comparison: {line}; write it like mod(\"key\") > \"0\""));
    let (target, rest) = line.split_once('(').ok_or_else(bad)?;
    // The key may hold a parenthesis when quoted.
    let rest = rest.trim_start();
    let (key, rest) = if let Some(quoted) = rest.strip_prefix('"') {
        let end = quoted.find("\")").ok_or_else(bad)?;
        (&quoted[..end], &quoted[end + 2..])
    } else {
        rest.split_once(')').ok_or_else(bad)?
    };
    let rest = words(rest)?;
    let [op, operand] = rest.as_slice() else { return Err(bad()) };
    let result = match op.as_str() {
        "=" => CompareResult::Equal,
        "!=" => CompareResult::NotEqual,
        "<" => CompareResult::Less,
        ">" => CompareResult::Greater,
        _ => return Err(bad()),
    };
    let number = || operand.parse::<i64>().map_err(|_| bad());
    let (target, union) = match target.trim() {
        "ver" | "version" => (CompareTarget::Version, TargetUnion::Version(number()?)),
        "c" | "create" => (CompareTarget::Create, TargetUnion::CreateRevision(number()?)),
        "m" | "mod" => (CompareTarget::Mod, TargetUnion::ModRevision(number()?)),
        "val" | "value" => (CompareTarget::Value, TargetUnion::Value(operand.clone().into())),
        "lease" => (CompareTarget::Lease, TargetUnion::Lease(commands::lease(operand)?)),
        _ => return Err(bad()),
    };
    Ok(Compare {
        result: result as i32,
        target: target as i32,
        key: key.to_string().into(),
        range_end: Default::default(),
        target_union: Some(union),
    })
}

/// A get, put or del with its flags.
fn operation(line: &str) -> Result<RequestOp, Failure> {
    let words = words(line)?;
    let parse = |command: Command| {
        command.try_get_matches_from(&words).map_err(|error| Failure::input(format!("{line}: {error}")))
    };
    let request = match words.first().map(String::as_str) {
        Some("get") => Request::RequestRange(commands::get_request(&parse(commands::get())?)?),
        Some("put") => Request::RequestPut(commands::put_request(&parse(commands::put())?, false)?),
        Some("del") => Request::RequestDeleteRange(commands::del_request(&parse(commands::del())?)?),
        _ => return Err(Failure::input(format!("invalid txn request: {line}"))),
    };
    Ok(RequestOp { request: Some(request) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let compare = comparison("mod(\"a (b)\") > \"3\"").expect("parses");
        assert_eq!((&compare.key[..], compare.result, compare.target), (&b"a (b)"[..], 1, 2));
        assert_eq!(compare.target_union, Some(TargetUnion::ModRevision(3)));
        assert!(comparison("mod(a) >> 3").is_err());
        assert!(comparison("value(a) = \"x\"").is_ok());
        let put = operation("put k \"a b\\n\" --prev-kv").expect("parses");
        let Some(Request::RequestPut(put)) = put.request else { panic!("a put") };
        assert_eq!((&put.value[..], put.prev_kv), (&b"a b\n"[..], true));
        assert!(operation("watch k").is_err());
    }
}
