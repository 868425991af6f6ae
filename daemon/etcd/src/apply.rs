//! Applies one entry of the log to the state. What it answers goes to whoever proposed it.

use etcdapi::etcdserverpb::compare::{CompareResult, CompareTarget, TargetUnion};
use etcdapi::etcdserverpb::request_op::Request;
use etcdapi::etcdserverpb::response_op::Response;
use etcdapi::etcdserverpb::{
    AlarmMember, AlarmRequest, AlarmType, Compare, DeleteRangeResponse, Member, PutResponse, RangeRequest,
    RangeResponse, RequestOp, ResponseHeader, ResponseOp, TxnRequest, TxnResponse,
    alarm_request::AlarmAction,
};
use etcdapi::mvccpb::KeyValue;

use crate::auth::Effect;
use crate::command::{Command, Entry, LeaseCheckpoints};
use crate::error::Error;
use crate::members::Members;
use crate::metrics;
use crate::mvcc::{Change, KeyRange, Store};

/// What an entry did.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Put(Option<KeyValue>),
    DeleteRange(i64, Vec<KeyValue>),
    Txn(Box<TxnResponse>),
    Compacted,
    /// The granted lease and its TTL.
    Granted(i64, i64),
    Revoked(i64),
    Checkpointed(LeaseCheckpoints),
    Alarms(Vec<AlarmMember>),
    Auth(Effect),
    /// The members after a change.
    Members(Vec<Member>),
}

/// An entry's effect: the answer, the state's revision after it, and what changed.
pub struct Applied {
    pub outcome: Result<Outcome, Error>,
    pub revision: i64,
    pub changes: Vec<Change>,
}

/// Applies an entry. One that fails changes nothing.
pub fn apply(store: &mut Store, entry: Entry) -> Applied {
    let outcome = permitted(store, &entry).and_then(|()| run(store, entry.command));
    let changes = store.commit();
    Applied { outcome, revision: store.revision(), changes }
}

/// Whether the entry's author may do this, by the rules as they are when it is applied.
fn permitted(store: &Store, entry: &Entry) -> Result<(), Error> {
    let rules = store.rules();
    if !rules.enabled() {
        return Ok(());
    }
    let by = &entry.by;
    match &entry.command {
        Command::Put(request) => rules.put(by, request, store.lease_keys(request.lease)),
        Command::DeleteRange(request) => {
            rules.write(by, &request.key, &request.range_end)?;
            if request.prev_kv { rules.read(by, &request.key, &request.range_end) } else { Ok(()) }
        }
        Command::Txn(request) => rules.txn(by, request),
        Command::LeaseRevoke(request) => {
            rules.somebody(by)?;
            rules.lease(by, store.lease_keys(request.id))
        }
        Command::Compact(_) | Command::LeaseGrant(_) => rules.somebody(by),
        // Asked of everyone who comes, or by members of one another.
        Command::Alarm(_) | Command::IssueToken(_) => Ok(()),
        _ => rules.admin(by),
    }
}

fn run(store: &mut Store, command: Command) -> Result<Outcome, Error> {
    match command {
        Command::Put(request) => {
            no_alarm(store, true)?;
            store.check_put(&request)?;
            Ok(Outcome::Put(store.put(request)?))
        }
        Command::DeleteRange(request) => {
            no_alarm(store, false)?;
            let (deleted, previous) = store.delete_range(&request)?;
            Ok(Outcome::DeleteRange(deleted, previous))
        }
        Command::Txn(request) => {
            metrics::TXNS.inc();
            no_alarm(store, grows(&request))?;
            txn(store, &request).map(|response| Outcome::Txn(Box::new(response)))
        }
        Command::Compact(request) => {
            no_alarm(store, false)?;
            store.compact(request.revision).map(|()| Outcome::Compacted)
        }
        Command::LeaseGrant(request) => {
            no_alarm(store, true)?;
            store.grant(request.id, request.ttl).map(|ttl| Outcome::Granted(request.id, ttl))
        }
        Command::LeaseRevoke(request) => {
            no_alarm(store, false)?;
            store.revoke(request.id).map(|()| Outcome::Revoked(request.id))
        }
        Command::LeaseCheckpoint(request) => {
            for checkpoint in &request.checkpoints {
                store.checkpoint(checkpoint.id, checkpoint.remaining_ttl);
            }
            Ok(Outcome::Checkpointed(request))
        }
        Command::Alarm(request) => Ok(Outcome::Alarms(alarm(store, &request))),
        Command::AddMember(_)
        | Command::RemoveMember(_)
        | Command::PromoteMember(_)
        | Command::UpdateMember(_)
        | Command::Publish(_) => change_members(store.members_mut(), command),
        command => auth(store, command).map(Outcome::Auth),
    }
}

/// Changes of the members.
///
/// # Errors
/// Fails when the change is none for these members.
pub fn change_members(members: &mut Members, command: Command) -> Result<Outcome, Error> {
    match command {
        Command::AddMember(member) => members.add(member)?,
        Command::RemoveMember(request) => members.remove(request.id)?,
        Command::PromoteMember(request) => members.promote(request.id)?,
        Command::UpdateMember(request) => members.update(request.id, request.peer_urls)?,
        Command::Publish(member) => members.publish(member.id, member.name, member.client_urls)?,
        _ => return Err(Error::Backend),
    }
    Ok(Outcome::Members(members.list()))
}

/// Changes to the rules. No alarm keeps anybody from managing users.
fn auth(store: &mut Store, command: Command) -> Result<Effect, Error> {
    if let Command::IssueToken(issue) = &command {
        return store.rules().issue(&issue.user, &issue.token);
    }
    let rules = store.rules_mut();
    match command {
        Command::AuthEnable(_) => rules.enable(),
        Command::AuthDisable(_) => Ok(rules.disable()),
        Command::UserAdd(request) => rules.user_add(&request),
        Command::UserDelete(request) => rules.user_delete(&request.name),
        Command::UserChangePassword(request) => rules.user_password(&request),
        Command::UserGrantRole(request) => rules.user_grant(&request.user, &request.role),
        Command::UserRevokeRole(request) => rules.user_revoke(&request.name, &request.role),
        Command::RoleAdd(request) => rules.role_add(&request.name),
        Command::RoleDelete(request) => rules.role_delete(&request.role),
        Command::RoleGrantPermission(request) => rules.role_grant(&request),
        Command::RoleRevokePermission(request) => rules.role_revoke(&request),
        // All others are handled before.
        _ => Err(Error::Backend),
    }
}

/// Under NOSPACE nothing may grow; under CORRUPT nothing may happen.
fn no_alarm(store: &Store, grows: bool) -> Result<(), Error> {
    for (_, alarm) in store.alarms() {
        if *alarm == AlarmType::Corrupt as i32 {
            return Err(Error::Corrupt);
        }
        if grows && *alarm == AlarmType::Nospace as i32 {
            return Err(Error::NoSpace);
        }
    }
    Ok(())
}

/// Whether a transaction may put.
fn grows(request: &TxnRequest) -> bool {
    request.success.iter().chain(&request.failure).any(|op| match &op.request {
        Some(Request::RequestPut(_)) => true,
        Some(Request::RequestTxn(inner)) => grows(inner),
        _ => false,
    })
}

fn alarm(store: &mut Store, request: &AlarmRequest) -> Vec<AlarmMember> {
    let on = match AlarmAction::try_from(request.action) {
        Ok(AlarmAction::Activate) => true,
        Ok(AlarmAction::Deactivate) => false,
        _ => return alarms(store),
    };
    let wanted: Vec<(u64, i32)> = if on {
        vec![(request.member_id, request.alarm)]
    } else {
        // Member 0 and alarm NONE mean all of them.
        store
            .alarms()
            .iter()
            .copied()
            .filter(|(member, alarm)| {
                (request.member_id == 0 || *member == request.member_id)
                    && (request.alarm == AlarmType::None as i32 || *alarm == request.alarm)
            })
            .collect()
    };
    wanted
        .into_iter()
        .filter(|(member, alarm)| store.set_alarm(*member, *alarm, on))
        .map(|(member_id, alarm)| AlarmMember { member_id, alarm })
        .collect()
}

/// All alarms as the API shows them.
pub fn alarms(store: &Store) -> Vec<AlarmMember> {
    store.alarms().iter().map(|&(member_id, alarm)| AlarmMember { member_id, alarm }).collect()
}

/// Runs a transaction that only reads, without the log.
///
/// # Errors
/// Fails when one of its reads does.
pub fn read_txn(store: &Store, request: &TxnRequest) -> Result<TxnResponse, Error> {
    let mut paths = Paths::default();
    choose(store, request, &mut paths)?;
    check(store, request, &mut paths.clone())?;
    answer(request, &mut paths, &mut |request| match request {
        Request::RequestRange(request) => Ok(Response::ResponseRange(range(store, request)?)),
        // The caller looked: there is nothing else in it.
        _ => Err(Error::Backend),
    })
}

fn txn(store: &mut Store, request: &TxnRequest) -> Result<TxnResponse, Error> {
    let mut paths = Paths::default();
    choose(store, request, &mut paths)?;
    // All that can fail fails before anything is changed.
    check(store, request, &mut paths.clone())?;
    answer(request, &mut paths, &mut |request| {
        Ok(match request {
            Request::RequestRange(request) => Response::ResponseRange(range(store, request)?),
            Request::RequestPut(request) => {
                let prev_kv = store.put(request.clone())?;
                Response::ResponsePut(PutResponse { header: header(store), prev_kv })
            }
            Request::RequestDeleteRange(request) => {
                let (deleted, prev_kvs) = store.delete_range(request)?;
                Response::ResponseDeleteRange(DeleteRangeResponse {
                    header: header(store),
                    deleted,
                    prev_kvs,
                })
            }
            Request::RequestTxn(_) => return Err(Error::Backend),
        })
    })
}

/// Inside a transaction only the revision of a header is filled in.
fn header(store: &Store) -> Option<ResponseHeader> {
    Some(ResponseHeader { revision: store.writing_revision(), ..ResponseHeader::default() })
}

fn range(store: &Store, request: &RangeRequest) -> Result<RangeResponse, Error> {
    let (kvs, found) = store.decoded(request)?;
    Ok(RangeResponse { header: header(store), kvs, more: found.more, count: found.count })
}

/// The outcome of each comparison, of the transaction and those inside it, in the order in which
/// they are met. All are evaluated before anything changes, as etcd does.
#[derive(Clone, Default)]
struct Paths(std::collections::VecDeque<bool>);

impl Paths {
    fn take(&mut self) -> bool {
        self.0.pop_front().unwrap_or_default()
    }
}

fn branch(request: &TxnRequest, succeeded: bool) -> &[RequestOp] {
    if succeeded { &request.success } else { &request.failure }
}

fn choose(store: &Store, request: &TxnRequest, paths: &mut Paths) -> Result<(), Error> {
    let mut succeeded = true;
    for compare in &request.compare {
        if !holds(store, compare)? {
            succeeded = false;
            break;
        }
    }
    paths.0.push_back(succeeded);
    for op in branch(request, succeeded) {
        if let Some(Request::RequestTxn(inner)) = &op.request {
            choose(store, inner, paths)?;
        }
    }
    Ok(())
}

fn check(store: &Store, request: &TxnRequest, paths: &mut Paths) -> Result<(), Error> {
    let succeeded = paths.take();
    for op in branch(request, succeeded) {
        match &op.request {
            Some(Request::RequestPut(request)) => store.check_put(request)?,
            Some(Request::RequestRange(request)) => store.check_revision(request.revision)?,
            Some(Request::RequestTxn(inner)) => check(store, inner, paths)?,
            Some(Request::RequestDeleteRange(_)) | None => {}
        }
    }
    Ok(())
}

fn answer(
    request: &TxnRequest,
    paths: &mut Paths,
    run: &mut dyn FnMut(&Request) -> Result<Response, Error>,
) -> Result<TxnResponse, Error> {
    let succeeded = paths.take();
    let mut responses = Vec::new();
    for op in branch(request, succeeded) {
        let response = match &op.request {
            Some(Request::RequestTxn(inner)) => Some(Response::ResponseTxn(answer(inner, paths, run)?)),
            Some(request) => Some(run(request)?),
            None => None,
        };
        responses.push(ResponseOp { response });
    }
    Ok(TxnResponse { header: Some(ResponseHeader::default()), succeeded, responses })
}

/// Whether a comparison holds, for every key of its range. Keys that don't exist have zeroes,
/// except that their value compares to nothing.
fn holds(store: &Store, compare: &Compare) -> Result<bool, Error> {
    let kvs = if compare.range_end.is_empty() {
        store.get(&compare.key)?.into_iter().collect()
    } else {
        store.all(&KeyRange::new(compare.key.clone(), compare.range_end.clone()))?
    };
    if kvs.is_empty() {
        if CompareTarget::try_from(compare.target) == Ok(CompareTarget::Value) {
            return Ok(false);
        }
        return Ok(one_holds(compare, &KeyValue::default()));
    }
    Ok(kvs.iter().all(|kv| one_holds(compare, kv)))
}

fn one_holds(compare: &Compare, kv: &KeyValue) -> bool {
    let union = compare.target_union.as_ref();
    // A target without its operand compares with zero.
    let number = |pick: fn(&TargetUnion) -> Option<i64>| union.and_then(pick).unwrap_or_default();
    let ordering = match CompareTarget::try_from(compare.target) {
        Ok(CompareTarget::Version) => kv.version.cmp(&number(|u| match u {
            TargetUnion::Version(v) => Some(*v),
            _ => None,
        })),
        Ok(CompareTarget::Create) => kv.create_revision.cmp(&number(|u| match u {
            TargetUnion::CreateRevision(v) => Some(*v),
            _ => None,
        })),
        Ok(CompareTarget::Mod) => kv.mod_revision.cmp(&number(|u| match u {
            TargetUnion::ModRevision(v) => Some(*v),
            _ => None,
        })),
        Ok(CompareTarget::Lease) => kv.lease.cmp(&number(|u| match u {
            TargetUnion::Lease(v) => Some(*v),
            _ => None,
        })),
        Ok(CompareTarget::Value) => match union {
            Some(TargetUnion::Value(value)) => kv.value.cmp(value),
            _ => kv.value[..].cmp(&[]),
        },
        Err(_) => return true,
    };
    match CompareResult::try_from(compare.result) {
        Ok(CompareResult::Equal) => ordering.is_eq(),
        Ok(CompareResult::Greater) => ordering.is_gt(),
        Ok(CompareResult::Less) => ordering.is_lt(),
        Ok(CompareResult::NotEqual) => ordering.is_ne(),
        Err(_) => true,
    }
}
