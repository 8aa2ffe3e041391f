//! Connections: taken up to a bound, cut when they are slow, ended when the service is told to end.

use std::{net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
    time::sleep,
};

use crate::{Config, ServeError, app::App, routes, stall::Stall, work::grace};

/// Most bytes of the head of a request.
const MOST_HEAD: usize = 64 << 10;
/// Most fields of the head of a request.
const MOST_FIELDS: usize = 64;

/// Serves until SIGINT or SIGTERM, and then until what is in flight is done or a second signal comes. `bound` is told the
/// address once requests are taken.
pub fn serve(config: Config, bound: impl FnOnce(SocketAddr) -> Result<(), std::io::Error>) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(run(config, bound));
    // What no longer answers anybody is left behind.
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn run(config: Config, bound: impl FnOnce(SocketAddr) -> Result<(), std::io::Error>) -> Result<(), ServeError> {
    let mut signals = Signals::new()?;
    let address = config.address;
    let listener = TcpListener::bind(address).await.map_err(|source| ServeError::Bind { address, source })?;
    let (end, ending) = watch::channel(false);
    let app = Arc::new(App::new(config, ending));
    let router = routes::router(app.clone());
    let address = listener.local_addr()?;
    bound(address)?;
    tracing::info!(%address, "listening");
    tokio::select! {
        () = accept(&listener, &app, &router) => {}
        () = signals.next() => {}
    }
    drop(listener);
    // Those who read it are gone only if nothing is in flight.
    let _ = end.send(true);
    let open = app.limits.connections.clamp(1, u32::MAX as usize) - app.connections.available_permits();
    tracing::info!(open, "ending");
    tokio::select! {
        () = all_ended(&app) => {}
        () = sleep(grace(&app.limits)) => tracing::warn!("left connections that did not end in time"),
        () = signals.next() => tracing::warn!("told twice to end: left connections open"),
    }
    Ok(())
}

/// Waits until no connection and no episode is left.
async fn all_ended(app: &App) {
    let all = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    // Neither semaphore is ever closed.
    let _ = app.connections.acquire_many(all(app.limits.connections.max(1))).await;
    let _ = app.sockets.acquire_many(all(app.limits.sessions)).await;
}

/// Takes connections; ends only with its caller.
async fn accept(listener: &TcpListener, app: &Arc<App>, router: &Router) {
    loop {
        // Beyond the bound, clients wait before they are taken.
        let Ok(place) = app.connections.clone().acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let (app, router) = (app.clone(), router.clone());
                tokio::spawn(async move {
                    connection(stream, &app, router).await;
                    drop(place);
                });
            }
            Err(error) => {
                // Out of file descriptors, for one: others must end first.
                tracing::warn!(%error, "a connection was not taken");
                sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn connection(stream: TcpStream, app: &App, router: Router) {
    // Answers are written whole; waiting for more would only delay them.
    let _ = stream.set_nodelay(true);
    let stream = TokioIo::new(Stall::new(stream, app.limits.client_timeout));
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(app.limits.client_timeout);
    builder.max_buf_size(MOST_HEAD).max_headers(MOST_FIELDS);
    let mut connection = pin!(builder.serve_connection(stream, TowerToHyperService::new(router)).with_upgrades());
    tokio::select! {
        result = connection.as_mut() => return ended(result),
        () = app.ended() => {}
    }
    connection.as_mut().graceful_shutdown();
    ended(connection.await);
}

fn ended(result: Result<(), hyper::Error>) {
    if let Err(error) = result {
        tracing::debug!(%error, "a connection broke off");
    }
}

/// The signals that end the service.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn new() -> Result<Self, std::io::Error> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
