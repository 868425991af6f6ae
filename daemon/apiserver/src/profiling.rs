//! `/debug/pprof/`: what a server that is not written in Go can truthfully say there. The index
//! names every page; profiles that only Go's runtime makes are refused by name.

use apimachinery::Status;
use component::http::typed;
use http::StatusCode;

use crate::request::Answer;

/// The pages of upstream's profiler that this server has no profile for.
const PROFILES: [&str; 8] =
    ["allocs", "block", "goroutine", "heap", "mutex", "profile", "threadcreate", "trace"];

/// Answers a path below `/debug/pprof`, if it is one.
pub fn answer(path: &str) -> Option<Answer> {
    let page = path.strip_prefix("/debug/pprof")?;
    let text = |text: String| Some(Ok(typed(StatusCode::OK, "text/plain; charset=utf-8", text)));
    match page {
        "" | "/" => {
            let absent: String = PROFILES.iter().map(|name| format!("<tr><td>{name}</td></tr>\n")).collect();
            let page = format!(
                "<html>\n<head>\n<title>/debug/pprof/</title>\n</head>\n<body>\n<p>Pages:</p>\n<table>\n\
                 <tr><td><a href='cmdline'>cmdline</a></td></tr>\n<tr><td><a href='symbol'>symbol</a></td></tr>\n\
                 </table>\n<p>This server is not written in Go and has none of these profiles:</p>\n<table>\n{absent}\
                 </table>\n</body>\n</html>\n"
            );
            Some(Ok(typed(StatusCode::OK, "text/html; charset=utf-8", page)))
        }
        "/cmdline" => {
            let all: Vec<String> =
                std::env::args_os().map(|argument| argument.to_string_lossy().into_owned()).collect();
            text(all.join("\0"))
        }
        // Names of functions are not kept in the executable: none can be looked up.
        "/symbol" => text("num_symbols: 0\n".into()),
        other => {
            let name = other.strip_prefix('/')?;
            PROFILES.contains(&name).then(|| {
                let why = format!(
                    "the profile {name:?} is one of Go's runtime, which this server does not have; \
                     perf(1) profiles the process"
                );
                Err(Status::failure(501, "NotImplemented", why))
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        for path in ["/debug/pprof", "/debug/pprof/", "/debug/pprof/cmdline", "/debug/pprof/symbol"] {
            let answer = answer(path).expect("a page").expect("an answer");
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
        for name in PROFILES {
            let status = answer(&format!("/debug/pprof/{name}")).expect("a page").expect_err(name);
            assert_eq!((status.code, status.reason.as_str()), (501, "NotImplemented"));
            assert!(status.message.contains(name), "{}", status.message);
        }
        for path in ["/debug", "/debug/pprofx", "/debug/pprof/nope", "/debug/pprof/heap/x"] {
            assert!(answer(path).is_none(), "{path}");
        }
    }
}
