//! Users, roles and their permissions. Part of the state: only entries of the log change it.

use std::collections::BTreeMap;

use bytes::Bytes;
use etcdapi::authpb::{Permission, Role, User, UserAddOptions, permission::Type};
use etcdapi::etcdserverpb::request_op::Request;
use etcdapi::etcdserverpb::{
    AuthRoleGrantPermissionRequest, AuthRoleRevokePermissionRequest, AuthUserAddRequest,
    AuthUserChangePasswordRequest, PutRequest, RequestOp, TxnRequest,
};
use etcdfile::StoredRules;
use prost::Message;

use super::By;
use crate::error::Error;

/// The user and the role that may do everything.
pub const ROOT: &str = "root";

/// What a change means for tokens that were given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    None,
    /// A user gets a token.
    Issued { user: String, token: String },
    /// The user's tokens are void.
    Void(String),
    /// All tokens are void.
    VoidAll,
}

/// All users and roles.
#[derive(Clone, Debug)]
pub struct Rules {
    enabled: bool,
    revision: u64,
    users: BTreeMap<String, User>,
    roles: BTreeMap<String, Role>,
}

impl Default for Rules {
    /// A new store's rules are at revision 1, as etcd's.
    fn default() -> Self {
        Self { enabled: false, revision: 1, users: BTreeMap::new(), roles: BTreeMap::new() }
    }
}

fn name_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

impl Rules {
    /// Reads what [`Self::encode`] wrote.
    ///
    /// # Errors
    /// Fails when the bytes are something else.
    pub fn decode(bytes: &[u8]) -> Result<Self, prost::DecodeError> {
        let stored = StoredRules::decode(bytes)?;
        Ok(Self {
            enabled: stored.enabled,
            revision: stored.revision.max(1),
            users: stored.users.into_iter().map(|user| (name_of(&user.name), user)).collect(),
            roles: stored.roles.into_iter().map(|role| (name_of(&role.name), role)).collect(),
        })
    }

    /// The rules' bytes in the backend.
    pub fn encode(&self) -> Vec<u8> {
        StoredRules {
            enabled: self.enabled,
            revision: self.revision,
            users: self.users.values().cloned().collect(),
            roles: self.roles.values().cloned().collect(),
        }
        .encode_to_vec()
    }

    /// Whether requests must say whose they are.
    pub fn enabled(&self) -> bool {
        self.enabled
    }

    /// Counts changes.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    fn changed(&mut self, effect: Effect) -> Result<Effect, Error> {
        self.revision += 1;
        Ok(effect)
    }

    /// Turns authentication on.
    ///
    /// # Errors
    /// Fails without a root user that has the root role: nobody could turn it off again.
    pub fn enable(&mut self) -> Result<Effect, Error> {
        if !self.enabled {
            let root = self.users.get(ROOT).ok_or(Error::RootUserNotExist)?;
            if !root.roles.iter().any(|role| role == ROOT) {
                return Err(Error::RootRoleNotExist);
            }
            self.enabled = true;
        }
        Ok(Effect::None)
    }

    /// Turns authentication off.
    pub fn disable(&mut self) -> Effect {
        if self.enabled {
            self.enabled = false;
            self.revision += 1;
        }
        Effect::VoidAll
    }

    /// The hash of a user's password, and the rules' revision that it is from.
    ///
    /// # Errors
    /// Fails when authentication is off, or the user doesn't exist or has no password.
    pub fn password(&self, user: &str) -> Result<(Bytes, u64), Error> {
        if !self.enabled {
            return Err(Error::AuthNotEnabled);
        }
        match self.users.get(user) {
            Some(found) if found.options.is_none_or(|options| !options.no_password) => {
                Ok((found.password.clone(), self.revision))
            }
            _ => Err(Error::AuthFailed),
        }
    }

    /// Gives a user, whose password was checked, a token.
    ///
    /// # Errors
    /// As [`Self::password`].
    pub fn issue(&self, user: &str, token: &str) -> Result<Effect, Error> {
        self.password(user)?;
        Ok(Effect::Issued { user: user.into(), token: token.into() })
    }

    /// Adds a user; its password comes hashed.
    ///
    /// # Errors
    /// Fails without a name or when the user exists.
    pub fn user_add(&mut self, request: &AuthUserAddRequest) -> Result<Effect, Error> {
        if request.name.is_empty() {
            return Err(Error::UserEmpty);
        }
        if self.users.contains_key(&request.name) {
            return Err(Error::UserAlreadyExist);
        }
        let options = request.options.unwrap_or(UserAddOptions { no_password: false });
        let password = if options.no_password { String::new() } else { request.hashed_password.clone() };
        let user = User {
            name: request.name.clone().into(),
            password: password.into(),
            roles: Vec::new(),
            options: Some(options),
        };
        self.users.insert(request.name.clone(), user);
        self.changed(Effect::None)
    }

    /// Removes a user.
    ///
    /// # Errors
    /// Fails when there is no such user, and for root while authentication is on.
    pub fn user_delete(&mut self, name: &str) -> Result<Effect, Error> {
        if self.enabled && name == ROOT {
            return Err(Error::InvalidAuthMgmt);
        }
        self.users.remove(name).ok_or(Error::UserNotFound)?;
        self.changed(Effect::Void(name.into()))
    }

    /// Changes a password; it comes hashed.
    ///
    /// # Errors
    /// Fails when there is no such user.
    pub fn user_password(&mut self, request: &AuthUserChangePasswordRequest) -> Result<Effect, Error> {
        let user = self.users.get_mut(&request.name).ok_or(Error::UserNotFound)?;
        if user.options.is_none_or(|options| !options.no_password) {
            user.password = request.hashed_password.clone().into();
        }
        self.changed(Effect::Void(request.name.clone()))
    }

    /// Gives a user a role.
    ///
    /// # Errors
    /// Fails when either doesn't exist. The root role need not.
    pub fn user_grant(&mut self, user: &str, role: &str) -> Result<Effect, Error> {
        let known = role == ROOT || self.roles.contains_key(role);
        let user = self.users.get_mut(user).ok_or(Error::UserNotFound)?;
        if !known {
            return Err(Error::RoleNotFound);
        }
        match user.roles.binary_search_by(|has| has.as_str().cmp(role)) {
            Ok(_) => Ok(Effect::None),
            Err(at) => {
                user.roles.insert(at, role.into());
                self.changed(Effect::None)
            }
        }
    }

    /// Takes a role from a user.
    ///
    /// # Errors
    /// Fails when the user doesn't exist or lacks the role, and for root's root role while
    /// authentication is on.
    pub fn user_revoke(&mut self, user: &str, role: &str) -> Result<Effect, Error> {
        if self.enabled && user == ROOT && role == ROOT {
            return Err(Error::InvalidAuthMgmt);
        }
        let user = self.users.get_mut(user).ok_or(Error::UserNotFound)?;
        let before = user.roles.len();
        user.roles.retain(|has| has != role);
        if user.roles.len() == before {
            return Err(Error::RoleNotGranted);
        }
        self.changed(Effect::None)
    }

    /// Adds a role.
    ///
    /// # Errors
    /// Fails without a name or when the role exists.
    pub fn role_add(&mut self, name: &str) -> Result<Effect, Error> {
        if name.is_empty() {
            return Err(Error::RoleEmpty);
        }
        if self.roles.contains_key(name) {
            return Err(Error::RoleAlreadyExist);
        }
        let role = Role { name: name.to_string().into(), key_permission: Vec::new() };
        self.roles.insert(name.into(), role);
        self.changed(Effect::None)
    }

    /// Removes a role, also from users.
    ///
    /// # Errors
    /// Fails when there is no such role, and for root while authentication is on.
    pub fn role_delete(&mut self, name: &str) -> Result<Effect, Error> {
        if self.enabled && name == ROOT {
            return Err(Error::InvalidAuthMgmt);
        }
        self.roles.remove(name).ok_or(Error::RoleNotFound)?;
        for user in self.users.values_mut() {
            user.roles.retain(|has| has != name);
        }
        self.changed(Effect::None)
    }

    /// Adds a permission to a role, or changes its kind.
    ///
    /// # Errors
    /// Fails without a permission, for a range that ends before it begins, and when there is no
    /// such role.
    pub fn role_grant(&mut self, request: &AuthRoleGrantPermissionRequest) -> Result<Effect, Error> {
        let wanted = request.perm.as_ref().ok_or(Error::PermissionNotGiven)?;
        let role = self.roles.get_mut(&request.name).ok_or(Error::RoleNotFound)?;
        let same = |has: &&mut Permission| has.key == wanted.key && has.range_end == wanted.range_end;
        match role.key_permission.iter_mut().find(same) {
            Some(has) => has.perm_type = wanted.perm_type,
            None => {
                role.key_permission.push(wanted.clone());
                role.key_permission.sort_by(|a, b| a.key.cmp(&b.key));
            }
        }
        self.changed(Effect::None)
    }

    /// Takes a permission from a role.
    ///
    /// # Errors
    /// Fails when the role doesn't exist or lacks exactly this range.
    pub fn role_revoke(&mut self, request: &AuthRoleRevokePermissionRequest) -> Result<Effect, Error> {
        let role = self.roles.get_mut(&request.role).ok_or(Error::RoleNotFound)?;
        let before = role.key_permission.len();
        role.key_permission.retain(|has| has.key != request.key || has.range_end != request.range_end);
        if role.key_permission.len() == before {
            return Err(Error::PermissionNotGranted);
        }
        self.changed(Effect::None)
    }

    // ---- reading ----

    /// The names of all users.
    pub fn users(&self) -> Vec<String> {
        self.users.keys().cloned().collect()
    }

    /// The names of all roles.
    pub fn roles(&self) -> Vec<String> {
        self.roles.keys().cloned().collect()
    }

    /// A user's roles. Users may look at themselves.
    ///
    /// # Errors
    /// Fails when there is no such user or looking is not permitted.
    pub fn user_get(&self, by: &By, name: &str) -> Result<Vec<String>, Error> {
        if let Err(denied) = self.admin(by)
            && !matches!(by, By::User { name: own, .. } if own == name)
        {
            return Err(denied);
        }
        self.users.get(name).map(|user| user.roles.clone()).ok_or(Error::UserNotFound)
    }

    /// A role's permissions. Users may look at roles that they have.
    ///
    /// # Errors
    /// Fails when there is no such role or looking is not permitted.
    pub fn role_get(&self, by: &By, name: &str) -> Result<Vec<Permission>, Error> {
        if let Err(denied) = self.admin(by) {
            let has = match by {
                By::User { name: user, .. } => {
                    self.users.get(user).is_some_and(|user| user.roles.iter().any(|has| has == name))
                }
                _ => false,
            };
            if !has {
                return Err(denied);
            }
        }
        let role = self.roles.get(name).ok_or(Error::RoleNotFound)?;
        if name == ROOT {
            return Ok(vec![Permission {
                perm_type: Type::Readwrite as i32,
                key: Bytes::new(),
                range_end: Bytes::from_static(&[0]),
            }]);
        }
        Ok(role.key_permission.clone())
    }

    // ---- judging ----

    /// Whether the caller may manage the cluster.
    ///
    /// # Errors
    /// Fails when not.
    pub fn admin(&self, by: &By) -> Result<(), Error> {
        if !self.enabled {
            return Ok(());
        }
        match by {
            By::Server => Ok(()),
            By::Nobody => Err(Error::UserEmpty),
            By::User { name, .. } => {
                let user = self.users.get(name).ok_or(Error::UserNotFound)?;
                if user.roles.iter().any(|role| role == ROOT) { Ok(()) } else { Err(Error::PermissionDenied) }
            }
        }
    }

    /// Whether the caller said who it is, which is enough for what concerns no keys.
    ///
    /// # Errors
    /// Fails when not.
    pub fn somebody(&self, by: &By) -> Result<(), Error> {
        if self.enabled && *by == By::Nobody { Err(Error::UserEmpty) } else { Ok(()) }
    }

    /// Whether the caller may read a range.
    ///
    /// # Errors
    /// Fails when not.
    pub fn read(&self, by: &By, key: &[u8], end: &[u8]) -> Result<(), Error> {
        self.range(by, key, end, Type::Read)
    }

    /// Whether the caller may change a range.
    ///
    /// # Errors
    /// Fails when not.
    pub fn write(&self, by: &By, key: &[u8], end: &[u8]) -> Result<(), Error> {
        self.range(by, key, end, Type::Write)
    }

    fn range(&self, by: &By, key: &[u8], end: &[u8], kind: Type) -> Result<(), Error> {
        if !self.enabled {
            return Ok(());
        }
        let (name, revision) = match by {
            By::Server => return Ok(()),
            By::Nobody => return Err(Error::UserEmpty),
            By::User { name, revision } => (name, *revision),
        };
        if revision < self.revision {
            return Err(Error::AuthOldRevision);
        }
        let user = self.users.get(name).ok_or(Error::PermissionDenied)?;
        if user.roles.iter().any(|role| role == ROOT) {
            return Ok(());
        }
        let granted = user
            .roles
            .iter()
            .filter_map(|role| self.roles.get(role))
            .flat_map(|role| &role.key_permission)
            .filter(|has| has.perm_type == Type::Readwrite as i32 || has.perm_type == kind as i32)
            .map(|has| span(&has.key, &has.range_end));
        if covered(span(key, end), granted.collect()) { Ok(()) } else { Err(Error::PermissionDenied) }
    }

    /// Whether the caller may put: the key, with a lease all keys that would die with it, and
    /// with `prev_kv` read the key.
    ///
    /// # Errors
    /// Fails when not.
    pub fn put<'a>(
        &self,
        by: &By,
        request: &PutRequest,
        lease_keys: impl IntoIterator<Item = &'a Bytes>,
    ) -> Result<(), Error> {
        if !self.enabled {
            return Ok(());
        }
        self.write(by, &request.key, b"")?;
        self.lease(by, lease_keys)?;
        if request.prev_kv { self.read(by, &request.key, b"") } else { Ok(()) }
    }

    /// Whether the caller may end a lease, and so delete its keys.
    ///
    /// # Errors
    /// Fails when not.
    pub fn lease<'a>(&self, by: &By, keys: impl IntoIterator<Item = &'a Bytes>) -> Result<(), Error> {
        if self.admin(by).is_ok() {
            return Ok(());
        }
        keys.into_iter().try_for_each(|key| self.write(by, key, b""))
    }

    /// Whether the caller may do all that a transaction might do.
    ///
    /// # Errors
    /// Fails when not.
    pub fn txn(&self, by: &By, request: &TxnRequest) -> Result<(), Error> {
        if !self.enabled {
            return Ok(());
        }
        for compare in &request.compare {
            self.read(by, &compare.key, &compare.range_end)?;
        }
        request.success.iter().chain(&request.failure).try_for_each(|op| self.operation(by, op))
    }

    fn operation(&self, by: &By, op: &RequestOp) -> Result<(), Error> {
        match &op.request {
            Some(Request::RequestRange(request)) => self.read(by, &request.key, &request.range_end),
            Some(Request::RequestPut(request)) => self.put(by, request, []),
            Some(Request::RequestDeleteRange(request)) => {
                if request.prev_kv {
                    self.read(by, &request.key, &request.range_end)?;
                }
                self.write(by, &request.key, &request.range_end)
            }
            Some(Request::RequestTxn(inner)) => self.txn(by, inner),
            None => Ok(()),
        }
    }
}

/// The first key of a range and the first after it (`None`: there is none).
type Span = (Vec<u8>, Option<Vec<u8>>);

fn span(key: &[u8], end: &[u8]) -> Span {
    match end {
        [] => (key.to_vec(), Some([key, &[0]].concat())),
        [0] => (key.to_vec(), None),
        _ => (key.to_vec(), Some(end.to_vec())),
    }
}

/// Whether the spans together cover all of `wanted`.
fn covered(wanted: Span, mut spans: Vec<Span>) -> bool {
    spans.sort();
    let mut reached = wanted.0;
    for (start, end) in spans {
        if start > reached {
            return false;
        }
        match (&end, &wanted.1) {
            (None, _) => return true,
            (Some(end), Some(wanted)) if end >= wanted => return true,
            (Some(end), _) => reached = reached.max(end.clone()),
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(rules: &Rules, name: &str) -> By {
        By::User { name: name.into(), revision: rules.revision() }
    }

    fn grant(rules: &mut Rules, role: &str, kind: Type, key: &'static str, end: &'static str) {
        let perm = Permission { perm_type: kind as i32, key: key.into(), range_end: end.into() };
        rules
            .role_grant(&AuthRoleGrantPermissionRequest { name: role.into(), perm: Some(perm) })
            .expect("grants");
    }

    fn add(rules: &mut Rules, name: &str) {
        rules.user_add(&AuthUserAddRequest { name: name.into(), ..Default::default() }).expect("adds");
    }

    #[test]
    fn roles_open_ranges_and_a_change_makes_callers_stale() {
        let mut rules = Rules::default();
        assert_eq!(rules.enable(), Err(Error::RootUserNotExist));
        add(&mut rules, ROOT);
        assert_eq!(rules.enable(), Err(Error::RootRoleNotExist));
        rules.user_grant(ROOT, ROOT).expect("grants");
        add(&mut rules, "ann");
        rules.role_add("r").expect("adds");
        grant(&mut rules, "r", Type::Read, "a", "c");
        grant(&mut rules, "r", Type::Readwrite, "c", "e");
        rules.user_grant("ann", "r").expect("grants");
        assert_eq!(rules.read(&By::Nobody, b"z", b""), Ok(()), "authentication is off");
        rules.enable().expect("enables");
        let ann = user(&rules, "ann");
        assert_eq!(rules.read(&ann, b"b", b"d"), Ok(()), "two ranges together");
        assert_eq!(rules.read(&ann, b"b", b"f"), Err(Error::PermissionDenied));
        assert_eq!(rules.write(&ann, b"b", b""), Err(Error::PermissionDenied));
        assert_eq!(rules.write(&ann, b"d", b""), Ok(()));
        assert_eq!(rules.read(&ann, b"a", &[0]), Err(Error::PermissionDenied));
        assert_eq!(rules.read(&user(&rules, ROOT), b"a", &[0]), Ok(()));
        assert_eq!(rules.read(&By::Nobody, b"b", b""), Err(Error::UserEmpty));
        assert_eq!(rules.admin(&ann), Err(Error::PermissionDenied));
        assert_eq!(rules.user_delete(ROOT), Err(Error::InvalidAuthMgmt));
        assert_eq!(rules.user_revoke(ROOT, ROOT), Err(Error::InvalidAuthMgmt));
        assert_eq!(rules.role_delete("r"), Ok(Effect::None));
        assert_eq!(rules.read(&ann, b"b", b""), Err(Error::AuthOldRevision));
        assert_eq!(rules.read(&user(&rules, "ann"), b"b", b""), Err(Error::PermissionDenied));
        let again = Rules::decode(&rules.encode()).expect("decodes");
        assert_eq!((again.users(), again.revision()), (rules.users(), rules.revision()));
    }

    proptest! {
        /// Against asking for every key of a small key space.
        #[test]
        fn covering_is_every_key_covered(
            wanted in (0u8..8, 0u8..9), spans in prop::collection::vec((0u8..8, 0u8..9), 0..5),
        ) {
            let make = |(start, end): (u8, u8)| (vec![start], (end < 8).then(|| vec![end]));
            let inside = |key: u8, (start, end): (u8, u8)| start <= key && (key < end || end == 8);
            prop_assume!(wanted.0 < wanted.1);
            let expected = (0..8).filter(|key| inside(*key, wanted))
                .all(|key| spans.iter().any(|span| inside(key, *span)));
            // Beyond the last key of the small space only open ends reach.
            let open = wanted.1 < 8 || spans.iter().any(|span| span.1 == 8);
            let found = covered(make(wanted), spans.iter().map(|span| make(*span)).collect());
            prop_assert_eq!(found, expected && open);
        }
    }
}
