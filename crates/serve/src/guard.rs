//! Who may ask: with a token, whoever shows it; without one, this computer alone.

use std::{net::IpAddr, sync::Arc};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{
        HeaderMap,
        header::{AUTHORIZATION, HOST, ORIGIN},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use crate::{app::App, problem::Problem, routes};

/// Refuses whoever may not ask.
pub(crate) async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let open = request.extensions().get::<MatchedPath>().is_some_and(|path| routes::is_open(path.as_str()));
    match may(&app, request.headers(), open) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

fn may(app: &App, headers: &HeaderMap, open: bool) -> Result<(), Problem> {
    let Some(token) = &app.token else {
        // A page of a stranger's, open in a browser on this computer, gives itself away by these two.
        for (name, header) in [("Host", HOST), ("Origin", ORIGIN)] {
            if headers.get(header).is_some_and(|value| !value.to_str().is_ok_and(is_here)) {
                return Err(Problem::ForeignHost(name));
            }
        }
        return Ok(());
    };
    if open {
        return Ok(());
    }
    let shown = headers.get(AUTHORIZATION).ok_or(Problem::NoToken)?.to_str().map_err(|_| Problem::WrongToken)?;
    let (scheme, shown) = shown.split_once(' ').ok_or(Problem::WrongToken)?;
    if scheme.eq_ignore_ascii_case("bearer") && token.is(shown.trim()) { Ok(()) } else { Err(Problem::WrongToken) }
}

/// Whether a host, or the host of an origin, is this computer.
fn is_here(value: &str) -> bool {
    let host = value.split_once("://").map_or(value, |(_, host)| host);
    let host = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_computer_by_all_its_names() {
        for here in ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "127.1.2.3", "[::1]:80", "http://localhost:3000"]
        {
            assert!(is_here(here), "{here}");
        }
        for other in
            ["example.org", "localhost.example.org", "http://example.org", "10.0.0.1:8000", "null", "", "[::2]"]
        {
            assert!(!is_here(other), "{other}");
        }
    }
}
