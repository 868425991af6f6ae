//! The Auth service: users and roles, and tokens for those who know a password.

use std::sync::Arc;

use etcdapi::etcdserverpb as pb;
use etcdapi::etcdserverpb::auth_server::Auth;
use tonic::{Request, Response, Status};

use crate::auth::By;
use crate::auth::Rules;
use crate::command::{Command, IssueToken};
use crate::error::Error;
use crate::node::Node;

/// The service.
#[derive(Clone)]
pub struct AuthService(pub Arc<Node>);

impl AuthService {
    /// Puts a change of the rules through the log.
    async fn change(&self, by: By, command: Command) -> Result<Option<pb::ResponseHeader>, Status> {
        let (_, revision) = self.0.propose(by, command).await?;
        Ok(self.0.header(revision))
    }

    /// Reads the rules as they are now.
    async fn look<T>(
        &self,
        read: impl FnOnce(&Rules) -> Result<T, Error>,
    ) -> Result<(Option<pb::ResponseHeader>, T), Status> {
        self.0.linearizable().await?;
        let store = self.0.store();
        let found = read(store.rules())?;
        Ok((self.0.header(store.revision()), found))
    }

    /// The hash of a password. It takes tens of milliseconds on purpose, so not on these threads.
    async fn hash(&self, password: String) -> Result<String, Status> {
        let cost = self.0.limits.bcrypt_cost;
        let hashed = tokio::task::spawn_blocking(move || bcrypt::hash(password, cost)).await;
        match hashed {
            Ok(Ok(hash)) => Ok(hash),
            Ok(Err(error)) => Err(Status::invalid_argument(format!("cannot hash the password: {error}"))),
            Err(_) => Err(Status::internal("hashing the password was cut short")),
        }
    }
}

#[tonic::async_trait]
impl Auth for AuthService {
    async fn auth_status(
        &self,
        request: Request<pb::AuthStatusRequest>,
    ) -> Result<Response<pb::AuthStatusResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (header, (enabled, auth_revision)) = self
            .look(|rules| {
                rules.admin(&by)?;
                Ok((rules.enabled(), rules.revision()))
            })
            .await?;
        Ok(Response::new(pb::AuthStatusResponse { header, enabled, auth_revision }))
    }

    async fn auth_enable(
        &self,
        request: Request<pb::AuthEnableRequest>,
    ) -> Result<Response<pb::AuthEnableResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::AuthEnable(request.into_inner())).await?;
        Ok(Response::new(pb::AuthEnableResponse { header }))
    }

    async fn auth_disable(
        &self,
        request: Request<pb::AuthDisableRequest>,
    ) -> Result<Response<pb::AuthDisableResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::AuthDisable(request.into_inner())).await?;
        Ok(Response::new(pb::AuthDisableResponse { header }))
    }

    async fn authenticate(
        &self,
        request: Request<pb::AuthenticateRequest>,
    ) -> Result<Response<pb::AuthenticateResponse>, Status> {
        self.0.linearizable().await?;
        let pb::AuthenticateRequest { name: user, password } = request.into_inner();
        loop {
            let (hash, revision) = self.0.store().rules().password(&user)?;
            let given = password.clone();
            let right = tokio::task::spawn_blocking(move || {
                std::str::from_utf8(&hash).is_ok_and(|hash| bcrypt::verify(given, hash).unwrap_or(false))
            });
            if !right.await.unwrap_or(false) {
                tracing::warn!(user, "wrong password");
                return Err(Error::AuthFailed.into());
            }
            let token = self.0.tokens.make(&user, revision)?;
            let issue = IssueToken { user: user.clone(), token: token.clone() };
            let header = self.change(By::Nobody, Command::IssueToken(issue)).await?;
            // The password may have been changed while it was checked.
            if self.0.store().rules().revision() == revision {
                return Ok(Response::new(pb::AuthenticateResponse { header, token }));
            }
        }
    }

    async fn user_add(
        &self,
        request: Request<pb::AuthUserAddRequest>,
    ) -> Result<Response<pb::AuthUserAddResponse>, Status> {
        let by = self.0.caller(&request)?;
        let mut request = request.into_inner();
        if request.options.is_none_or(|options| !options.no_password) {
            // The log must not know passwords.
            request.hashed_password = self.hash(std::mem::take(&mut request.password)).await?;
        }
        let header = self.change(by, Command::UserAdd(request)).await?;
        Ok(Response::new(pb::AuthUserAddResponse { header }))
    }

    async fn user_get(
        &self,
        request: Request<pb::AuthUserGetRequest>,
    ) -> Result<Response<pb::AuthUserGetResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (header, roles) = self.look(|rules| rules.user_get(&by, &request.get_ref().name)).await?;
        Ok(Response::new(pb::AuthUserGetResponse { header, roles }))
    }

    async fn user_list(
        &self,
        request: Request<pb::AuthUserListRequest>,
    ) -> Result<Response<pb::AuthUserListResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (header, users) = self.look(|rules| rules.admin(&by).map(|()| rules.users())).await?;
        Ok(Response::new(pb::AuthUserListResponse { header, users }))
    }

    async fn user_delete(
        &self,
        request: Request<pb::AuthUserDeleteRequest>,
    ) -> Result<Response<pb::AuthUserDeleteResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::UserDelete(request.into_inner())).await?;
        Ok(Response::new(pb::AuthUserDeleteResponse { header }))
    }

    async fn user_change_password(
        &self,
        request: Request<pb::AuthUserChangePasswordRequest>,
    ) -> Result<Response<pb::AuthUserChangePasswordResponse>, Status> {
        let by = self.0.caller(&request)?;
        let mut request = request.into_inner();
        if !request.password.is_empty() {
            request.hashed_password = self.hash(std::mem::take(&mut request.password)).await?;
        }
        let header = self.change(by, Command::UserChangePassword(request)).await?;
        Ok(Response::new(pb::AuthUserChangePasswordResponse { header }))
    }

    async fn user_grant_role(
        &self,
        request: Request<pb::AuthUserGrantRoleRequest>,
    ) -> Result<Response<pb::AuthUserGrantRoleResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::UserGrantRole(request.into_inner())).await?;
        Ok(Response::new(pb::AuthUserGrantRoleResponse { header }))
    }

    async fn user_revoke_role(
        &self,
        request: Request<pb::AuthUserRevokeRoleRequest>,
    ) -> Result<Response<pb::AuthUserRevokeRoleResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::UserRevokeRole(request.into_inner())).await?;
        Ok(Response::new(pb::AuthUserRevokeRoleResponse { header }))
    }

    async fn role_add(
        &self,
        request: Request<pb::AuthRoleAddRequest>,
    ) -> Result<Response<pb::AuthRoleAddResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::RoleAdd(request.into_inner())).await?;
        Ok(Response::new(pb::AuthRoleAddResponse { header }))
    }

    async fn role_get(
        &self,
        request: Request<pb::AuthRoleGetRequest>,
    ) -> Result<Response<pb::AuthRoleGetResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (header, perm) = self.look(|rules| rules.role_get(&by, &request.get_ref().role)).await?;
        Ok(Response::new(pb::AuthRoleGetResponse { header, perm }))
    }

    async fn role_list(
        &self,
        request: Request<pb::AuthRoleListRequest>,
    ) -> Result<Response<pb::AuthRoleListResponse>, Status> {
        let by = self.0.caller(&request)?;
        let (header, roles) = self.look(|rules| rules.admin(&by).map(|()| rules.roles())).await?;
        Ok(Response::new(pb::AuthRoleListResponse { header, roles }))
    }

    async fn role_delete(
        &self,
        request: Request<pb::AuthRoleDeleteRequest>,
    ) -> Result<Response<pb::AuthRoleDeleteResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::RoleDelete(request.into_inner())).await?;
        Ok(Response::new(pb::AuthRoleDeleteResponse { header }))
    }

    async fn role_grant_permission(
        &self,
        request: Request<pb::AuthRoleGrantPermissionRequest>,
    ) -> Result<Response<pb::AuthRoleGrantPermissionResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::RoleGrantPermission(request.into_inner())).await?;
        Ok(Response::new(pb::AuthRoleGrantPermissionResponse { header }))
    }

    async fn role_revoke_permission(
        &self,
        request: Request<pb::AuthRoleRevokePermissionRequest>,
    ) -> Result<Response<pb::AuthRoleRevokePermissionResponse>, Status> {
        let by = self.0.caller(&request)?;
        let header = self.change(by, Command::RoleRevokePermission(request.into_inner())).await?;
        Ok(Response::new(pb::AuthRoleRevokePermissionResponse { header }))
    }
}
