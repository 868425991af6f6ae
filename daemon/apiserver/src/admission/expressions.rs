//! What expressions of webhooks and policies ask about permissions, and the answers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use apimachinery::Status;
use cel::{Answer, Check, Permissions, Question, Value, Variables};

use super::Attributes;
use crate::authn::User;
use crate::authz::{self, Decision};

/// What has been asked about permissions. Expressions are evaluated without waiting: first for
/// what they ask, then with the answers.
#[derive(Debug, Default)]
pub struct Asked(Mutex<Vec<(Question, Option<Answer>)>>);

impl Asked {
    fn lock(&self) -> MutexGuard<'_, Vec<(Question, Option<Answer>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds the variables that ask.
    pub fn offer(self: &Arc<Self>, attributes: &Attributes<'_>, variables: &mut Variables<'_>) {
        let requested = attributes.requested();
        let own = Question {
            group: requested.group.to_string(),
            resource: requested.plural.to_string(),
            subresource: attributes.subresource.to_string(),
            namespace: attributes.namespace.clone(),
            name: attributes.name.clone(),
            ..Question::default()
        };
        variables.insert("authorizer", Value::Check(Arc::new(Check::start(self.clone()))));
        let own = Check::resource(self.clone(), own);
        variables.insert("authorizer.requestResource", Value::Check(Arc::new(own)));
    }

    /// Has the authorizers answer what is open. Gives whether anything was.
    ///
    /// # Errors
    /// Fails when they can't be asked.
    pub async fn answer(&self, attributes: &Attributes<'_>) -> Result<bool, Status> {
        let open: Vec<(usize, Question)> = {
            let all = self.lock();
            let open = all.iter().enumerate().filter(|(_, (_, answer))| answer.is_none());
            open.map(|(index, (question, _))| (index, question.clone())).collect()
        };
        for (index, question) in &open {
            let answer = decide(attributes, question).await?;
            if let Some((_, place)) = self.lock().get_mut(*index) {
                *place = Some(answer);
            }
        }
        Ok(!open.is_empty())
    }
}

impl Permissions for Asked {
    fn decide(&self, question: &Question) -> Option<Answer> {
        let mut all = self.lock();
        match all.iter().find(|(known, _)| known == question) {
            Some((_, answer)) => answer.clone(),
            None => {
                all.push((question.clone(), None));
                None
            }
        }
    }
}

async fn decide(attributes: &Attributes<'_>, question: &Question) -> Result<Answer, Status> {
    let account;
    let user: &User = match &question.service_account {
        None => &attributes.call.user,
        Some((namespace, name)) => {
            let groups = [
                "system:serviceaccounts".to_string(),
                format!("system:serviceaccounts:{namespace}"),
                "system:authenticated".to_string(),
            ];
            account = User {
                name: format!("system:serviceaccount:{namespace}:{name}"),
                groups: groups.to_vec(),
                ..User::default()
            };
            &account
        }
    };
    let asked = authz::Attributes {
        verb: question.verb.clone(),
        is_resource: question.path.is_none(),
        group: question.group.clone(),
        version: if question.path.is_none() { "*".into() } else { String::new() },
        resource: question.resource.clone(),
        subresource: question.subresource.clone(),
        namespace: question.namespace.clone(),
        name: question.name.clone(),
        path: question.path.clone().unwrap_or_default(),
        fields: apimachinery::fields::Selector::parse(&question.fields).unwrap_or_default(),
        labels: apimachinery::labels::Selector::parse(&question.labels).unwrap_or_default(),
    };
    Ok(match authz::decide(attributes.server(), user, &asked).await? {
        Decision::Allow(reason) => Answer { allowed: true, reason, ..Answer::default() },
        Decision::Deny(reason) | Decision::NoOpinion(reason) => Answer { reason, ..Answer::default() },
    })
}
