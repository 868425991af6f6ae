//! Tokens of other issuers: OpenID Connect, from the `--oidc-*` flags or an
//! AuthenticationConfiguration. An issuer's keys are fetched when the first of its tokens comes,
//! and again when one names a key that is not known.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cel::{Budget, Program, Type, Value as CelValue, Variables};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::{Value, json};

use super::User;
use crate::egress::Egress;
use crate::metrics::tokens as metrics;

/// Keys are not fetched more often than this.
const PAUSE: Duration = Duration::from_secs(10);
/// How long an issuer may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What the expressions of one token may cost.
const BUDGET: u64 = 1_000_000;

/// The configuration file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Configuration {
    api_version: String,
    kind: String,
    jwt: Vec<Jwt>,
    /// Who may come without credentials; `None`: as the flag says.
    pub anonymous: Option<Anonymous>,
}

/// Who may come without credentials.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Anonymous {
    enabled: bool,
    conditions: Vec<Condition>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Condition {
    path: String,
}

impl Anonymous {
    /// As the flag says.
    pub fn everywhere(enabled: bool) -> Self {
        Self { enabled, conditions: Vec::new() }
    }

    /// Whether anyone may come to this path.
    pub fn may(&self, path: &str) -> bool {
        self.enabled && (self.conditions.is_empty() || self.conditions.iter().any(|one| one.path == path))
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Jwt {
    issuer: IssuerConfig,
    claim_validation_rules: Vec<ClaimRule>,
    claim_mappings: Mappings,
    user_validation_rules: Vec<UserRule>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct IssuerConfig {
    url: String,
    #[serde(rename = "discoveryURL")]
    discovery_url: Option<String>,
    certificate_authority: Option<String>,
    audiences: Vec<String>,
    audience_match_policy: Option<String>,
    /// The way to it by the egress selector, where it is not straight: `controlplane` or `cluster`.
    egress_selector_type: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct ClaimRule {
    claim: String,
    required_value: String,
    expression: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct UserRule {
    expression: String,
    message: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Mappings {
    username: Mapping,
    groups: Mapping,
    uid: Mapping,
    extra: Vec<Extra>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Mapping {
    claim: String,
    prefix: Option<String>,
    expression: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
struct Extra {
    key: String,
    value_expression: String,
}

/// What the `--oidc-*` flags say.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// The issuer.
    pub issuer: String,
    /// The audience.
    pub client: String,
    /// The CA's file.
    pub ca: Option<std::path::PathBuf>,
    /// The claim with the name.
    pub username_claim: String,
    /// What goes in front of it.
    pub username_prefix: Option<String>,
    /// The claim with the groups.
    pub groups_claim: Option<String>,
    /// What goes in front of each.
    pub groups_prefix: String,
    /// Claims that must have these values.
    pub required: Vec<(String, String)>,
    /// The algorithms that tokens may be signed with.
    pub algorithms: Vec<Algorithm>,
}

impl Flags {
    fn jwt(&self) -> Result<Jwt, String> {
        let ca = match &self.ca {
            Some(path) => Some(
                std::fs::read_to_string(path)
                    .map_err(|error| format!("--oidc-ca-file {}: {error}", path.display()))?,
            ),
            None => None,
        };
        // Names of different issuers must not meet by chance.
        let prefix = match self.username_prefix.as_deref() {
            Some("-") => String::new(),
            Some(prefix) => prefix.to_string(),
            None if self.username_claim == "email" => String::new(),
            None => format!("{}#", self.issuer),
        };
        let rule = |(claim, value): &(String, String)| ClaimRule {
            claim: claim.clone(),
            required_value: value.clone(),
            ..ClaimRule::default()
        };
        Ok(Jwt {
            issuer: IssuerConfig {
                url: self.issuer.clone(),
                audiences: vec![self.client.clone()],
                certificate_authority: ca,
                ..IssuerConfig::default()
            },
            claim_validation_rules: self.required.iter().map(rule).collect(),
            claim_mappings: Mappings {
                username: Mapping {
                    claim: self.username_claim.clone(),
                    prefix: Some(prefix),
                    ..Mapping::default()
                },
                groups: Mapping {
                    claim: self.groups_claim.clone().unwrap_or_default(),
                    prefix: Some(self.groups_prefix.clone()),
                    ..Mapping::default()
                },
                ..Mappings::default()
            },
            user_validation_rules: Vec::new(),
        })
    }
}

impl Configuration {
    /// Reads the file's content.
    ///
    /// # Errors
    /// Tells what is wrong with it.
    pub fn parse(text: &[u8]) -> Result<Self, String> {
        let configuration: Self = serde_yaml::from_slice(text).map_err(|error| error.to_string())?;
        let version = configuration.api_version.strip_prefix("apiserver.config.k8s.io/").unwrap_or_default();
        if configuration.kind != "AuthenticationConfiguration" || !matches!(version, "v1" | "v1beta1") {
            return Err("it must be an AuthenticationConfiguration of apiserver.config.k8s.io/v1".into());
        }
        Ok(configuration)
    }
}

/// An expression over a token's claims, or over a user.
struct Expression(Program);

impl Expression {
    /// One over `claims` or `user` that comes to one of these types.
    fn parse(text: &str, variable: &str, wanted: &[Type], place: &str) -> Result<Self, String> {
        let of = match variable {
            "user" => Type::object(
                "kubernetes.UserInfo",
                [
                    ("username".to_string(), Type::Text),
                    ("uid".to_string(), Type::Text),
                    ("groups".to_string(), Type::list(Type::Text)),
                    ("extra".to_string(), Type::map(Type::Text, Type::list(Type::Text))),
                ],
            ),
            _ => Type::map(Type::Text, Type::Dyn),
        };
        let invalid = |why: String| format!("{place}: Invalid value: {text:?}: {why}");
        let (program, kind) = Program::compile(text, &[(variable, of)])
            .map_err(|error| invalid(format!("compilation failed: {error}")))?;
        let fits = |wanted: &Type| match (wanted, &kind) {
            (_, Type::Dyn) => true,
            (Type::List(_), Type::List(of)) if matches!(**of, Type::Dyn | Type::Open(_)) => true,
            (wanted, kind) => wanted == kind,
        };
        if wanted.iter().any(fits) {
            return Ok(Self(program));
        }
        let names: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        Err(invalid(match names.as_slice() {
            [one] => format!("must evaluate to {one}"),
            several => format!("must evaluate to one of [{}]", several.join(" ")),
        }))
    }

    fn value(&self, name: &'static str, input: &Value, budget: &mut Budget) -> Result<Value, String> {
        let mut variables = Variables::new();
        variables.insert(name, CelValue::from(input));
        let value = self.0.evaluate(&variables, budget).map_err(|error| error.to_string())?;
        value.json().ok_or_else(|| format!("an expression gives {}", value.type_name()))
    }
}

/// Where a part of the user comes from.
enum Source {
    Nothing,
    Claim { name: String, prefix: String },
    Expression(Expression),
}

impl Source {
    fn of(mapping: &Mapping, wanted: &[Type], place: &str) -> Result<Self, String> {
        match (mapping.claim.as_str(), mapping.expression.as_str()) {
            ("", "") => Ok(Self::Nothing),
            (_, "") => Ok(Self::Claim {
                name: mapping.claim.clone(),
                prefix: mapping.prefix.clone().unwrap_or_default(),
            }),
            ("", text) => Expression::parse(text, "claims", wanted, place).map(Self::Expression),
            _ => Err(format!("{place}: claim and expression can't both be set")),
        }
    }

    /// The texts that it gives.
    fn texts(&self, claims: &Value, budget: &mut Budget) -> Result<Vec<String>, String> {
        let (value, prefix) = match self {
            Self::Nothing => return Ok(Vec::new()),
            Self::Claim { name, prefix } => (claims[name].clone(), prefix.as_str()),
            Self::Expression(expression) => (expression.value("claims", claims, budget)?, ""),
        };
        Ok(match value {
            Value::String(text) => vec![format!("{prefix}{text}")],
            Value::Array(list) => {
                list.iter().filter_map(Value::as_str).map(|text| format!("{prefix}{text}")).collect()
            }
            _ => Vec::new(),
        })
    }
}

#[derive(Default)]
struct Keys {
    set: Option<Arc<JwkSet>>,
    asked: Option<Instant>,
}

/// One issuer.
struct Issuer {
    url: String,
    discovery: String,
    audiences: Vec<String>,
    client: reqwest::Client,
    claim_rules: Vec<(ClaimRule, Option<Expression>)>,
    user_rules: Vec<(UserRule, Expression)>,
    username: Source,
    groups: Source,
    uid: Source,
    extra: Vec<(String, Expression)>,
    email: bool,
    algorithms: Vec<Algorithm>,
    keys: Mutex<Keys>,
    fetching: tokio::sync::Mutex<()>,
}

/// All issuers.
#[derive(Default)]
pub struct Issuers(Vec<Issuer>);

/// What tokens may be signed with; all of it, where a configuration file names the issuer.
pub const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];

impl Issuers {
    /// From the configuration file, or from the flags; they are reached by the ways of `egress` that they name.
    ///
    /// # Errors
    /// Tells what is wrong.
    pub fn new(
        configuration: Option<&Configuration>,
        flags: Option<&Flags>,
        egress: &Egress,
    ) -> Result<Self, String> {
        let mut issuers = Vec::new();
        for (index, jwt) in configuration.into_iter().flat_map(|configuration| &configuration.jwt).enumerate()
        {
            issuers.push(Issuer::new(jwt, &format!("jwt[{index}]"), &ALGORITHMS, egress)?);
        }
        if let Some(flags) = flags {
            issuers.push(Issuer::new(&flags.jwt()?, "--oidc-issuer-url", &flags.algorithms, egress)?);
        }
        Ok(Self(issuers))
    }

    /// Whose token this is; `None` when it is of no issuer that is known.
    ///
    /// # Errors
    /// Tells why a token of a known issuer does not hold.
    pub async fn user(&self, token: &str) -> Option<Result<User, String>> {
        if self.0.is_empty() {
            return None;
        }
        let payload = token.split('.').nth(1)?;
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?).ok()?;
        let issuer = self.0.iter().find(|issuer| claims["iss"] == issuer.url.as_str())?;
        let begun = Instant::now();
        let outcome = issuer.user(token).await;
        metrics::judged(&issuer.url, outcome.is_ok(), begun.elapsed());
        Some(outcome)
    }
}

impl Issuer {
    fn new(jwt: &Jwt, place: &str, algorithms: &[Algorithm], egress: &Egress) -> Result<Self, String> {
        let url = jwt.issuer.url.clone();
        if !url.starts_with("https://") {
            return Err(format!("{place}.issuer.url: {url:?} must be an https URL"));
        }
        if jwt.issuer.audiences.iter().all(String::is_empty) {
            return Err(format!("{place}.issuer.audiences: at least one is required"));
        }
        if jwt.issuer.audience_match_policy.as_deref().is_some_and(|policy| policy != "MatchAny") {
            return Err(format!("{place}.issuer.audienceMatchPolicy: must be MatchAny"));
        }
        let mut builder = reqwest::Client::builder().no_gzip().timeout(PATIENCE);
        if let Some(ca) = jwt.issuer.certificate_authority.as_ref().filter(|ca| !ca.is_empty()) {
            let bundle = reqwest::Certificate::from_pem_bundle(ca.as_bytes())
                .map_err(|error| format!("{place}.issuer.certificateAuthority: {error}"))?;
            builder = builder.tls_certs_only(bundle);
        }
        builder = match jwt.issuer.egress_selector_type.as_deref() {
            None | Some("") => builder,
            Some("controlplane") => egress.controlplane.lead(builder, None)?,
            Some("cluster") => egress.cluster.lead(builder, None)?,
            Some(other) => {
                return Err(format!(
                    "{place}.issuer.egressSelectorType: Invalid value: {other:?}: egress selector must be either controlplane or cluster"
                ));
            }
        };
        let discovery = jwt.issuer.discovery_url.clone().filter(|url| !url.is_empty());
        let mut claim_rules = Vec::new();
        for (index, rule) in jwt.claim_validation_rules.iter().enumerate() {
            let place = format!("{place}.claimValidationRules[{index}]");
            let expression = match (rule.claim.as_str(), rule.expression.as_str()) {
                ("", "") => return Err(format!("{place}: claim or expression is required")),
                (_, "") => None,
                (_, text) => Some(Expression::parse(text, "claims", &[Type::Bool], &place)?),
            };
            let rule = ClaimRule {
                claim: rule.claim.clone(),
                required_value: rule.required_value.clone(),
                expression: rule.expression.clone(),
                message: rule.message.clone(),
            };
            claim_rules.push((rule, expression));
        }
        let mut user_rules = Vec::new();
        for (index, rule) in jwt.user_validation_rules.iter().enumerate() {
            let place = format!("{place}.userValidationRules[{index}]");
            let expression = Expression::parse(&rule.expression, "user", &[Type::Bool], &place)?;
            user_rules.push((
                UserRule { expression: rule.expression.clone(), message: rule.message.clone() },
                expression,
            ));
        }
        let mappings = &jwt.claim_mappings;
        let of = |mapping: &Mapping, wanted: &[Type], field: &str| {
            Source::of(mapping, wanted, &format!("{place}.claimMappings.{field}"))
        };
        let texts = [Type::Text, Type::list(Type::Text)];
        let username = of(&mappings.username, &texts[..1], "username")?;
        if matches!(username, Source::Nothing) {
            return Err(format!("{place}.claimMappings.username: claim or expression is required"));
        }
        let extra = mappings.extra.iter().map(|extra| {
            let place = format!("{place}.claimMappings.extra[{}]", extra.key);
            Ok((extra.key.clone(), Expression::parse(&extra.value_expression, "claims", &texts, &place)?))
        });
        Ok(Self {
            discovery: discovery
                .unwrap_or_else(|| format!("{}/.well-known/openid-configuration", url.trim_end_matches('/'))),
            audiences: jwt.issuer.audiences.clone(),
            client: builder.build().map_err(|error| format!("{place}: {error}"))?,
            claim_rules,
            user_rules,
            email: mappings.username.claim == "email",
            algorithms: algorithms.to_vec(),
            username,
            groups: of(&mappings.groups, &texts, "groups")?,
            uid: of(&mappings.uid, &texts[..1], "uid")?,
            extra: extra.collect::<Result<_, String>>()?,
            keys: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
            url,
        })
    }

    async fn fetch(&self) -> Result<JwkSet, String> {
        let get = async |url: &str| -> Result<Value, String> {
            let answer = self.client.get(url).send().await.and_then(reqwest::Response::error_for_status);
            let text =
                answer.map_err(|error| error.to_string())?.text().await.map_err(|error| error.to_string())?;
            serde_json::from_str(&text).map_err(|error| format!("{url}: {error}"))
        };
        let document = get(&self.discovery).await?;
        if document["issuer"] != self.url.as_str() {
            return Err(format!("{} speaks for the issuer {}", self.discovery, document["issuer"]));
        }
        let keys =
            document["jwks_uri"].as_str().ok_or_else(|| format!("{} names no jwks_uri", self.discovery))?;
        serde_json::from_value(get(keys).await?).map_err(|error| format!("{keys}: {error}"))
    }

    /// The keys, with the one of that name among them if there is one.
    async fn keys(&self, id: Option<&str>) -> Result<Arc<JwkSet>, String> {
        let known = || {
            let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            let fresh = keys.asked.is_some_and(|asked| asked.elapsed() < PAUSE);
            let set = keys.set.clone();
            let has = |set: &Arc<JwkSet>| id.is_none_or(|id| set.find(id).is_some());
            set.filter(|set| has(set) || fresh)
        };
        if let Some(set) = known() {
            return Ok(set);
        }
        let _one = self.fetching.lock().await;
        if let Some(set) = known() {
            return Ok(set);
        }
        let outcome = self.fetch().await;
        metrics::fetched_keys(&self.url, outcome.is_ok());
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        match outcome {
            Ok(set) => {
                let set = Arc::new(set);
                keys.set = Some(set.clone());
                keys.asked = Some(Instant::now());
                Ok(set)
            }
            // Old keys are better than none while the issuer is away.
            Err(why) => keys.set.clone().ok_or(why),
        }
    }

    async fn user(&self, token: &str) -> Result<User, String> {
        let head = jsonwebtoken::decode_header(token).map_err(|error| error.to_string())?;
        if !self.algorithms.contains(&head.alg) {
            return Err(format!("the algorithm {:?} is not allowed", head.alg));
        }
        let keys = self.keys(head.kid.as_deref()).await?;
        let mut validation = Validation::new(head.alg);
        validation.set_issuer(&[&self.url]);
        validation.set_audience(&self.audiences);
        validation.validate_nbf = true;
        validation.leeway = 10;
        let candidates = keys.keys.iter().filter(|key| head.kid.is_none() || key.common.key_id == head.kid);
        let mut failed = "no key of the issuer fits".to_string();
        for key in candidates {
            let Ok(key) = DecodingKey::from_jwk(key) else { continue };
            match jsonwebtoken::decode::<Value>(token, &key, &validation) {
                Ok(token) => return self.map(&token.claims),
                Err(error) => failed = error.to_string(),
            }
        }
        Err(failed)
    }

    /// The user that a token's claims make.
    fn map(&self, claims: &Value) -> Result<User, String> {
        let mut budget = Budget::new(BUDGET);
        for (rule, expression) in &self.claim_rules {
            let holds = match expression {
                None => claims[&rule.claim] == rule.required_value.as_str(),
                Some(expression) => expression.value("claims", claims, &mut budget)? == true,
            };
            if !holds {
                let why = if rule.message.is_empty() {
                    format!("validation failed: {}{}", rule.claim, rule.expression)
                } else {
                    rule.message.clone()
                };
                return Err(why);
            }
        }
        if self.email && claims.get("email_verified").is_some_and(|verified| *verified != true) {
            return Err("the email is not verified".into());
        }
        let one = |source: &Source, budget: &mut Budget| -> Result<String, String> {
            Ok(source.texts(claims, budget)?.into_iter().next().unwrap_or_default())
        };
        let mut extra = BTreeMap::new();
        for (key, expression) in &self.extra {
            let values = match expression.value("claims", claims, &mut budget)? {
                Value::String(text) => vec![text],
                Value::Array(list) => list.iter().filter_map(Value::as_str).map(str::to_string).collect(),
                _ => Vec::new(),
            };
            if !values.is_empty() {
                extra.insert(key.clone(), values);
            }
        }
        let user = User {
            name: one(&self.username, &mut budget)?,
            uid: one(&self.uid, &mut budget)?,
            groups: self.groups.texts(claims, &mut budget)?,
            extra,
            ..User::default()
        };
        if user.name.is_empty() {
            return Err("the token names no user".into());
        }
        let shown =
            json!({"username": user.name, "uid": user.uid, "groups": user.groups, "extra": user.extra});
        for (rule, expression) in &self.user_rules {
            if expression.value("user", &shown, &mut budget)? != true {
                let why = if rule.message.is_empty() { &rule.expression } else { &rule.message };
                return Err(why.clone());
            }
        }
        Ok(user)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuers_name_their_way() {
        component::tls::install_crypto();
        let new = |way: &str| {
            let text = format!(
                r#"{{"apiVersion": "apiserver.config.k8s.io/v1", "kind": "AuthenticationConfiguration", "jwt": [{{
                    "issuer": {{"url": "https://x", "audiences": ["a"], "egressSelectorType": "{way}"}},
                    "claimMappings": {{"username": {{"claim": "sub", "prefix": ""}}}}}}]}}"#
            );
            let configuration = Configuration::parse(text.as_bytes()).expect("readable");
            Issuers::new(Some(&configuration), None, &Egress::default()).map(|_| ())
        };
        for way in ["", "cluster", "controlplane"] {
            assert_eq!(new(way), Ok(()), "{way}");
        }
        let why = new("etcd").expect_err("no such way");
        assert!(why.contains("egress selector must be either controlplane or cluster"), "{why}");
    }

    #[test]
    fn expressions_come_to_what_is_wanted() {
        let texts = [Type::Text, Type::list(Type::Text)];
        let said = |text: &str, variable: &str, wanted: &[Type]| {
            Expression::parse(text, variable, wanted, "jwt[0]").err().unwrap_or_default()
        };
        for (text, variable, wanted, why) in [
            ("claims.sub", "claims", &texts[..1], ""),
            ("'x:' + claims.sub", "claims", &texts[..1], ""),
            ("[claims.group]", "claims", &texts[..], ""),
            ("[]", "claims", &texts[..], ""),
            ("!user.username.startsWith('system:')", "user", &[Type::Bool], ""),
            ("1", "claims", &texts[..1], "jwt[0]: Invalid value: \"1\": must evaluate to string"),
            (
                "1",
                "claims",
                &texts[..],
                "jwt[0]: Invalid value: \"1\": must evaluate to one of [string list(string)]",
            ),
            (
                "user.groups",
                "user",
                &[Type::Bool],
                "jwt[0]: Invalid value: \"user.groups\": must evaluate to bool",
            ),
            (
                "user.nope == 'x'",
                "user",
                &[Type::Bool],
                "jwt[0]: Invalid value: \"user.nope == 'x'\": compilation failed: ERROR: <input>:1:5: undefined field 'nope'\n | user.nope == 'x'\n | ....^",
            ),
        ] {
            assert_eq!(said(text, variable, wanted), why, "{text}");
        }
    }
}
