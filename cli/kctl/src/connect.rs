//! Where the server is: kubeconfig files, flags, and the connection made of them on first use.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::OnceLock;

use anyhow::{Result, bail};
use clap::ArgMatches;
use client::Client;
use client::config::{Config, Identity, Kubeconfig, Overrides};
use serde_json::Value;

use crate::discovery::Discovery;
use crate::flags::{all, get, is};

/// kadm's own place for the administrator's credentials: what root uses when nothing is set.
const ADMIN: &str = "/etc/kubernetes/admin.conf";

/// How many different warnings the server sent.
static WARNINGS: std::sync::Mutex<Vec<String>> = std::sync::Mutex::new(Vec::new());

tokio::task_local! {
    /// Warnings that wait for their turn.
    static HELD: RefCell<Vec<String>>;
}

/// What work gives, and the warnings that the server sent meanwhile, which nobody has seen: those of several
/// requests at once are shown in the order of the objects, not of the answers.
pub async fn holding<T>(work: impl Future<Output = T>) -> (T, Vec<String>) {
    let held = async {
        let given = work.await;
        (given, HELD.with(RefCell::take))
    };
    HELD.scope(RefCell::default(), held).await
}

/// Shows a warning, once, or holds it back.
pub fn warn(text: &str) {
    if HELD.try_with(|held| held.borrow_mut().push(text.to_string())).is_ok() {
        return;
    }
    let mut seen = WARNINGS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !seen.iter().any(|held| held == text) {
        eprintln!("Warning: {text}");
        seen.push(text.to_string());
    }
}

/// The exit code when warnings are errors and there were some.
pub fn warned(as_errors: bool) -> Option<std::process::ExitCode> {
    let count = WARNINGS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).len();
    if !as_errors || count == 0 {
        return None;
    }
    eprintln!("error: {count} warning{} received", if count == 1 { "" } else { "s" });
    Some(std::process::ExitCode::from(1))
}

/// One run of kctl.
pub struct Session {
    matches: ArgMatches,
    client: OnceLock<Client>,
    discovery: tokio::sync::OnceCell<Discovery>,
}

/// What is said of a file that a flag names.
fn unreadable(what: &str, file: &str, error: &std::io::Error) -> anyhow::Error {
    anyhow::anyhow!("unable to read {what} {file} due to open {file}: {}", crate::usage::of_system(error))
}

impl Session {
    /// Another one with the same flags, for what outlives this one.
    pub fn again(&self) -> Self {
        Self::new(&self.matches)
    }

    /// Whether this command knows the types of the objects in its files, and takes none whose values don't
    /// fit them. The others leave that to the server.
    pub fn knows_types(&self) -> bool {
        match self.matches.subcommand() {
            Some(("set" | "rollout" | "expose", _)) => true,
            Some(("auth", inner)) => inner.subcommand_name() == Some("reconcile"),
            _ => false,
        }
    }

    /// Gets an object. When not even its namespace is there, that is what is said.
    ///
    /// # Errors
    /// Has what the server said, or why it can't be asked.
    pub async fn fetch(&self, path: &str) -> Result<Value, client::Error> {
        let client = self.client().map_err(|error| client::Error::Config(error.to_string()))?;
        match client.get(path).await {
            Ok(object) => Ok(object),
            Err(error) => Err(self.or_its_namespace(path, error).await),
        }
    }

    /// An error of getting an object, or that its namespace is not there.
    pub async fn or_its_namespace(&self, path: &str, error: client::Error) -> client::Error {
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        let at = if parts.first() == Some(&"apis") { 3 } else { 2 };
        if let (Some(&"namespaces"), Some(namespace), Some(_)) =
            (parts.get(at), parts.get(at + 1), parts.get(at + 2))
            && error.is_not_found()
            && *namespace != "default"
            && let Ok(client) = self.client()
            && let Err(of_namespace) =
                client.get::<Value>(&client::path("", "v1", "namespaces", None, Some(namespace), None)).await
            && of_namespace.is_not_found()
        {
            return of_namespace;
        }
        error
    }

    /// Nothing is read before it is needed.
    pub fn new(matches: &ArgMatches) -> Self {
        Self { matches: matches.clone(), client: OnceLock::new(), discovery: tokio::sync::OnceCell::new() }
    }

    fn flag(&self, name: &str) -> Option<&str> {
        // `--user` of some commands is whom they bind a role to.
        let path = crate::usage::path(&self.matches);
        if name == "user" && (path.ends_with("binding") || path.ends_with("set subject")) {
            return None;
        }
        // A global flag may stand before or after the subcommand.
        fn deepest<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
            matches.subcommand().and_then(|(_, inner)| deepest(inner, name)).or_else(|| get(matches, name))
        }
        deepest(&self.matches, name)
    }

    fn flag_all(&self, name: &str) -> Vec<String> {
        let mut here = &self.matches;
        let mut found = all(here, name);
        while let Some((_, inner)) = here.subcommand() {
            let deeper = all(inner, name);
            if !deeper.is_empty() {
                found = deeper;
            }
            here = inner;
        }
        found
    }

    fn flag_is(&self, name: &str) -> bool {
        let mut here = &self.matches;
        let mut found = is(here, name);
        while let Some((_, inner)) = here.subcommand() {
            found |= is(inner, name);
            here = inner;
        }
        found
    }

    /// The context asked for on the command line.
    pub fn context_name(&self) -> Option<String> {
        self.flag("context").filter(|name| !name.is_empty()).map(str::to_string)
    }

    /// The files that make up the configuration, in order of precedence.
    pub fn files(&self) -> Vec<PathBuf> {
        if let Some(file) = self.flag("kubeconfig").filter(|file| !file.is_empty()) {
            return vec![file.into()];
        }
        if let Some(list) = std::env::var_os("KUBECONFIG").filter(|list| !list.is_empty()) {
            return std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect();
        }
        vec![PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".kube/config")]
    }

    /// Whether `--kubeconfig` names the one file.
    pub fn file_is_named(&self) -> bool {
        self.flag("kubeconfig").is_some_and(|file| !file.is_empty())
    }

    /// The merged kubeconfig. Files that are not there count as empty, unless `--kubeconfig`
    /// names them.
    pub fn kubeconfig(&self) -> Result<Kubeconfig> {
        if self.file_is_named()
            && let Some(missing) = self.files().into_iter().find(|file| !file.exists())
        {
            bail!("stat {}: no such file or directory", missing.display());
        }
        self.held_kubeconfig()
    }

    /// The same for those who show or change it: a file that is not there yet is empty.
    pub fn held_kubeconfig(&self) -> Result<Kubeconfig> {
        let explicit = self.flag("kubeconfig").is_some();
        let mut merged = Kubeconfig::default();
        let mut found = false;
        for file in self.files() {
            if !file.exists() {
                continue;
            }
            merged.merge(Kubeconfig::read(&file)?);
            found = true;
        }
        let unset = !explicit && std::env::var_os("KUBECONFIG").is_none();
        if !found && unset && std::path::Path::new(ADMIN).exists() && std::fs::File::open(ADMIN).is_ok() {
            merged.merge(Kubeconfig::read(ADMIN.as_ref())?);
        }
        Ok(merged)
    }

    /// The user of the context that counts.
    fn user_of_context(&self, merged: &Kubeconfig) -> Option<String> {
        let name = self.context_name().unwrap_or_else(|| merged.current_context.clone());
        merged.contexts.iter().find(|held| held.name == name).map(|held| held.context.user.clone())
    }

    fn config(&self) -> Result<Config> {
        let overrides = Overrides {
            context: self.flag("context").map(str::to_string),
            cluster: self.flag("cluster").map(str::to_string),
            user: self.flag("user").map(str::to_string),
            plugins: crate::preferences::plugins()?,
        };
        let merged = self.kubeconfig()?;
        if let Some(context) = self.flag("context").filter(|name| !name.is_empty())
            && !merged.contexts.iter().any(|held| held.name == *context)
        {
            let text =
                format!("Error in configuration: context was not found for specified context: {context}");
            return Err(crate::usage::Plain(text).into());
        }
        if let Some(cluster) = self.flag("cluster").filter(|name| !name.is_empty())
            && !merged.clusters.iter().any(|held| held.name == *cluster)
        {
            bail!("no server found for cluster {cluster:?}");
        }
        if let Some(user) = self.flag("user").filter(|name| !name.is_empty())
            && !merged.users.iter().any(|held| held.name == *user)
        {
            bail!("auth info {user:?} does not exist");
        }
        let mut config = merged.resolve(&overrides)?;
        if config.server.is_empty() && self.flag("server").is_none() && Config::is_in_cluster() {
            config = Config::in_cluster()?;
        }
        if let Some(server) = self.flag("server") {
            let server = server.trim_end_matches('/');
            config.server = if server.contains("://") { server.into() } else { format!("http://{server}") };
        }
        if config.server.is_empty() {
            config.server = "http://localhost:8080".into();
        }
        if let Some(file) = self.flag("certificate-authority") {
            config.ca =
                Some(std::fs::read(file).map_err(|error| unreadable("certificate-authority", file, &error))?);
        }
        let given = |flag: &str| self.flag(flag).filter(|file| !file.is_empty());
        let files = (given("client-certificate"), given("client-key"));
        for (what, file) in [("client-cert", files.0), ("client-key", files.1)] {
            if let Some(file) = file {
                std::fs::File::open(file).map_err(|error| unreadable(what, file, &error))?;
            }
        }
        // The half that no flag names is the kubeconfig's.
        config.identity = match (files, config.identity.take()) {
            ((Some(certificate), Some(key)), _) => {
                Some(Identity::Files { certificate: certificate.into(), key: key.into() })
            }
            ((None, None), held) => held,
            ((Some(file), None), Some(Identity::Pem { key, .. })) => {
                Some(Identity::Pem { certificate: std::fs::read(file)?, key })
            }
            ((None, Some(file)), Some(Identity::Pem { certificate, .. })) => {
                Some(Identity::Pem { certificate, key: std::fs::read(file)? })
            }
            ((Some(file), None), Some(Identity::Files { key, .. })) => {
                Some(Identity::Files { certificate: file.into(), key })
            }
            ((None, Some(file)), Some(Identity::Files { certificate, .. })) => {
                Some(Identity::Files { certificate, key: file.into() })
            }
            ((Some(_), None), None) => bail!("--client-certificate needs --client-key"),
            ((None, Some(_)), None) => bail!("--client-key needs --client-certificate"),
        };
        if let Some(token) = self.flag("token") {
            config.token = Some(token.into());
            config.token_file = None;
        }
        if self.flag_is("insecure-skip-tls-verify") {
            config.insecure = true;
        }
        if let Some(name) = self.flag("tls-server-name") {
            config.tls_server_name = Some(name.into());
        }
        if let Some(user) = self.flag("as") {
            config.impersonate_user = Some(user.into());
        }
        let groups = self.flag_all("as-group");
        if !groups.is_empty() {
            config.impersonate_groups = groups;
        }
        let extras = self.flag_all("as-user-extra");
        if !extras.is_empty() {
            config.impersonate_extra.clear();
            // One without a value is passed over, as kubectl does.
            for (key, value) in extras.iter().filter_map(|extra| extra.split_once('=')) {
                config.impersonate_extra.entry(key.into()).or_default().push(value.into());
            }
        }
        if let Some(user) = self.flag("username").filter(|user| !user.is_empty()) {
            if config.token.is_some() {
                let of = self.flag("user").map(str::to_string).or_else(|| self.user_of_context(&merged));
                bail!(
                    "more than one authentication method found for {}; found [token basicAuth], only one is allowed",
                    of.unwrap_or_default()
                );
            }
            config.basic = Some((user.into(), self.flag("password").unwrap_or_default().into()));
        }
        if let Some(uid) = self.flag("as-uid") {
            config.impersonate_uid = Some(uid.into());
        }
        let more = !config.impersonate_groups.is_empty()
            || !config.impersonate_extra.is_empty()
            || config.impersonate_uid.is_some();
        if more && config.impersonate_user.as_ref().is_none_or(String::is_empty) {
            bail!(
                "requesting uid, groups or user-extra for {} without impersonating a user",
                self.flag("user")
                    .map(str::to_string)
                    .or_else(|| self.user_of_context(&merged))
                    .unwrap_or_default()
            );
        }
        if let Some(timeout) = self.flag("request-timeout").filter(|timeout| *timeout != "0") {
            let wrong = "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)";
            config.timeout = Some(crate::flags::duration(timeout).map_err(|_| anyhow::anyhow!(wrong))?);
        }
        // On this machine compressing costs more than it saves.
        let near = ["//127.", "//localhost", "//[::1]"].iter().any(|host| config.server.contains(host));
        config.compress = !near && !self.flag_is("disable-compression");
        config.tcp_keepalive = match self.flag("keepalive") {
            Some(period) => Some(crate::flags::duration(period)?).filter(|period| !period.is_zero()),
            None => None,
        };
        config.user_agent =
            Some(format!("kctl/{} (linux/{})", env!("CARGO_PKG_VERSION"), std::env::consts::ARCH));
        Ok(config)
    }

    /// The connection.
    pub fn client(&self) -> Result<&Client> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let config = self.config()?;
        // Flags and files have been read; what comes now is other code.
        crate::memory::give_back_code();
        let client = Client::new(config)?;
        client.on_warning(Box::new(warn));
        // A level below zero tells no less than none.
        let level: u32 = self.flag("v").and_then(|text| text.parse().ok()).unwrap_or_default();
        if level >= 6 {
            client.on_exchange(level >= 8, Box::new(move |exchange| crate::verbose::tell(level, exchange)));
        }
        Ok(self.client.get_or_init(|| client))
    }

    /// `--match-server-version`: refuses a server of another version than ours.
    ///
    /// # Errors
    /// Fails when the versions differ, or the server doesn't tell.
    pub async fn check_version(&self) -> Result<()> {
        if !self.flag_is("match-server-version") {
            return Ok(());
        }
        let server: Value = self.client()?.get("/version").await?;
        let theirs = server["gitVersion"].as_str().unwrap_or_default();
        let ours = crate::command::VERSION;
        if theirs != ours {
            bail!("server version ({theirs}) differs from client version ({ours})");
        }
        Ok(())
    }

    /// Where discovery of this server is cached.
    fn cache(&self, client: &Client) -> Option<PathBuf> {
        let folder = match self.flag("cache-dir").filter(|folder| !folder.is_empty()) {
            Some(folder) => PathBuf::from(folder),
            None => match std::env::var_os("KUBECACHEDIR") {
                Some(folder) => folder.into(),
                None => PathBuf::from(std::env::var_os("HOME").filter(|home| !home.is_empty())?)
                    .join(".kube/cache"),
            },
        };
        Some(client.config().discovery_cache(&folder))
    }

    /// What the server serves; asked for once.
    pub async fn discovery(&self) -> Result<&Discovery> {
        let client = self.client()?;
        let cache = self.cache(client);
        self.discovery.get_or_try_init(|| Discovery::load(client, cache)).await
    }

    /// The namespace that this run is about.
    pub fn namespace(&self) -> Result<String> {
        if let Some(namespace) = self.flag("namespace").filter(|namespace| !namespace.is_empty()) {
            return Ok(namespace.into());
        }
        Ok(self.client()?.config().namespace.clone().unwrap_or_else(|| "default".into()))
    }

    /// Whether the namespace was asked for on the command line.
    pub fn namespace_is_explicit(&self) -> bool {
        self.flag("namespace").is_some()
    }
}
