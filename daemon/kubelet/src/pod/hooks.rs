//! Actions in or at a container: lifecycle hooks, and what probes do.

use std::time::Duration;

use criapi::{ExecSyncRequest, Runtime};
use k8s_openapi::api::core::v1::{Container, ExecAction, HTTPGetAction, LifecycleHandler};

use super::container::port;

/// Runs a command in a container to its end.
///
/// # Errors
/// The command's output when its exit code is not zero; why it could not run.
pub async fn exec(cri: &Runtime, id: &str, action: &ExecAction, timeout: Duration) -> Result<(), String> {
    let request = ExecSyncRequest {
        container_id: id.into(),
        cmd: action.command.clone().unwrap_or_default(),
        timeout: i64::try_from(timeout.as_secs().max(1)).unwrap_or(i64::MAX),
    };
    match tokio::time::timeout(timeout + Duration::from_secs(2), cri.runtime.clone().exec_sync(request)).await
    {
        Err(_) => Err(format!("command timed out after {}s", timeout.as_secs())),
        Ok(Err(status)) => Err(status.message().to_string()),
        Ok(Ok(answer)) => {
            let answer = answer.into_inner();
            if answer.exit_code == 0 {
                return Ok(());
            }
            let mut output = String::from_utf8_lossy(&answer.stdout).into_owned();
            output.push_str(&String::from_utf8_lossy(&answer.stderr));
            output.truncate(
                (0..=1024.min(output.len())).rev().find(|end| output.is_char_boundary(*end)).unwrap_or(0),
            );
            Err(if output.trim().is_empty() {
                format!("command exited with {}", answer.exit_code)
            } else {
                output.trim().to_string()
            })
        }
    }
}

/// Gets a URL; any status from 200 to 399 is a success.
///
/// # Errors
/// Upstream's words for what went wrong.
pub async fn http(
    http: &reqwest::Client,
    container: &Container,
    action: &HTTPGetAction,
    pod_ip: &str,
    timeout: Duration,
) -> Result<(), String> {
    let number = port(container, &action.port)
        .ok_or_else(|| format!("port {:?} is not one of the container's", action.port))?;
    let host = action.host.as_deref().filter(|host| !host.is_empty()).unwrap_or(pod_ip);
    let host = if host.contains(':') { format!("[{host}]") } else { host.to_string() };
    let scheme = action.scheme.as_deref().unwrap_or("HTTP").to_lowercase();
    let path = action.path.as_deref().unwrap_or("/");
    let slash = if path.starts_with('/') { "" } else { "/" };
    let url = format!("{scheme}://{host}:{number}{slash}{path}");
    let mut request = http.get(&url).timeout(timeout).header("accept", "*/*");
    for header in action.http_headers.iter().flatten() {
        request = request.header(&header.name, &header.value);
    }
    match request.send().await {
        Err(error) if error.is_timeout() => Err(format!("Get {url:?}: context deadline exceeded")),
        Err(error) => {
            let mut cause: &dyn std::error::Error = &error;
            while let Some(next) = cause.source() {
                cause = next;
            }
            Err(format!("Get {url:?}: {cause}"))
        }
        Ok(answer) if answer.status().is_success() || answer.status().is_redirection() => Ok(()),
        Ok(answer) => Err(format!("HTTP probe failed with statuscode: {}", answer.status().as_u16())),
    }
}

/// Runs a lifecycle hook.
///
/// # Errors
/// Says why it failed.
pub async fn lifecycle(
    cri: &Runtime,
    client: &reqwest::Client,
    id: &str,
    container: &Container,
    handler: &LifecycleHandler,
    pod_ip: &str,
    timeout: Duration,
) -> Result<(), String> {
    if let Some(action) = &handler.exec {
        exec(cri, id, action, timeout).await
    } else if let Some(action) = &handler.http_get {
        http(client, container, action, pod_ip, timeout).await
    } else if let Some(sleep) = &handler.sleep {
        tokio::time::sleep(
            Duration::from_secs(u64::try_from(sleep.seconds).unwrap_or_default()).min(timeout),
        )
        .await;
        Ok(())
    } else {
        Ok(())
    }
}

/// The HTTP client of probes and hooks: no redirects to other hosts, no verification, no proxies.
///
/// # Errors
/// Fails when TLS can't be set up.
pub fn http_client() -> Result<reqwest::Client, client::Error> {
    let config = client::Config { insecure: true, ..client::Config::default() };
    Ok(reqwest::Client::builder()
        .tls_backend_preconfigured(client::tls::client_config(&config, &[b"http/1.1"])?)
        .user_agent(format!("kube-probe/{}", component::KUBERNETES_VERSION.trim_start_matches('v')))
        .redirect(reqwest::redirect::Policy::none())
        // A probe takes the answer as it comes.
        .no_gzip()
        .pool_max_idle_per_host(0)
        .no_proxy()
        .build()?)
}
