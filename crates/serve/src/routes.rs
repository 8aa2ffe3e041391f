//! The list of routes. The router, the OpenAPI document, the page for people, the counts and the tests are made of it.

mod about;
mod environment;
mod judging;
mod nemo_gym;
mod openrlhf;
mod socket;
mod tasks;

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::Uri,
    middleware::from_fn_with_state,
    routing::{MethodRouter, get, post},
};
use judge::row::JudgedRow;
use schemars::{Schema, SchemaGenerator};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{
    app::App,
    episode::{Outcome, Reset},
    guard::guard,
    observe::{observe, panicked},
    problem::Problem,
};

/// A way to ask the service.
pub(crate) struct Route {
    pub(crate) path: &'static str,
    pub(crate) group: &'static str,
    pub(crate) summary: &'static str,
    /// Whether it is answered without a token.
    pub(crate) open: bool,
    pub(crate) handler: fn() -> MethodRouter<Arc<App>>,
    /// What is sent; nothing is to a route that is only read.
    pub(crate) takes: Option<Takes>,
    /// What is answered.
    pub(crate) gives: Option<SchemaOf>,
}

/// What is sent to a route.
pub(crate) struct Takes {
    pub(crate) schema: SchemaOf,
    /// A body that is answered with success.
    pub(crate) example: &'static str,
    /// Whether it may also be lines, each such a value, or an array of them.
    pub(crate) many: bool,
}

pub(crate) type SchemaOf = fn(&mut SchemaGenerator) -> Schema;

/// The schema of a type.
fn of<T: schemars::JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const fn read(
    group: &'static str,
    path: &'static str,
    summary: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
) -> Route {
    Route { path, group, summary, open: false, handler, takes: None, gives: None }
}

const fn sent(
    group: &'static str,
    path: &'static str,
    summary: &'static str,
    handler: fn() -> MethodRouter<Arc<App>>,
    schema: SchemaOf,
    example: &'static str,
) -> Route {
    let takes = Some(Takes { schema, example, many: false });
    Route { path, group, summary, open: false, handler, takes, gives: None }
}

/// Every route.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        takes: Some(Takes { schema: of::<JudgedRow>, example: judging::EXAMPLE, many: true }),
        gives: Some(judging::judgement_schema),
        ..read(
            "Judge",
            "/v1/judge",
            "Judge a row, an array of rows, or rows a line; ?preset= names another preset",
            || post(judging::judge),
        )
    },
    read("Judge", "/v1/presets", "List the presets of rewards", || get(about::presets)),
    read("Judge", "/v1/scenes", "List the scenes that may be named", || get(about::scenes)),
    Route {
        gives: Some(of::<openrlhf::Rewards>),
        ..sent(
            "OpenRLHF",
            "/openrlhf/get_reward",
            "Reward queries, as OpenRLHF's remote reward does",
            || post(openrlhf::get_reward),
            of::<openrlhf::Queries>,
            openrlhf::EXAMPLE,
        )
    },
    sent(
        "NeMo Gym",
        "/seed_session",
        "Begin a rollout; there is nothing to seed",
        || post(nemo_gym::seed_session),
        of::<nemo_gym::Seed>,
        "{}",
    ),
    sent(
        "NeMo Gym",
        "/verify",
        "Reward a response; the row's ground truth stands beside it",
        || post(nemo_gym::verify),
        of::<nemo_gym::Rollout>,
        nemo_gym::EXAMPLE,
    ),
    sent(
        "NeMo Gym",
        "/aggregate_metrics",
        "Means of rewards and components, in all and by task",
        || post(nemo_gym::aggregate_metrics),
        of::<nemo_gym::Verified>,
        r#"{"verify_responses": [{"_ng_task_index": 0, "reward": 1.0}]}"#,
    ),
    read("Task API", "/list_environments", "The name of the environment", || get(tasks::environments)),
    read("Task API", "/isovist/splits", "The splits: one for each role", || get(tasks::splits)),
    sent(
        "Task API",
        "/isovist/tasks",
        "The first thousand tasks of a split",
        || post(tasks::tasks),
        of::<tasks::OfSplit>,
        r#"{"split": "solver"}"#,
    ),
    sent(
        "Task API",
        "/isovist/num_tasks",
        "How many tasks a split has",
        || post(tasks::num_tasks),
        of::<tasks::OfSplit>,
        r#"{"split": "solver"}"#,
    ),
    sent(
        "Task API",
        "/isovist/task",
        "A task by its number",
        || post(tasks::task),
        of::<tasks::At>,
        r#"{"split": "questioner", "index": 0}"#,
    ),
    sent(
        "Task API",
        "/isovist/task_range",
        "Tasks by their numbers, a thousand at most",
        || post(tasks::task_range),
        of::<tasks::Between>,
        r#"{"split": "solver", "start": 0, "stop": 2}"#,
    ),
    Route {
        gives: Some(of::<Outcome>),
        ..sent(
            "OpenEnv",
            "/reset",
            "Begin an episode",
            || post(environment::reset),
            of::<Reset>,
            r#"{"role": "solver", "seed": 7, "episode_id": "docs"}"#,
        )
    },
    Route {
        gives: Some(of::<Outcome>),
        ..sent(
            "OpenEnv",
            "/step",
            "Act in an episode, which ends it",
            || post(environment::step),
            of::<environment::Step>,
            r#"{"episode_id": "docs", "action": {"reply": "<answer>2 m</answer>"}}"#,
        )
    },
    read("OpenEnv", "/state", "The state of an episode, by ?episode_id=", || get(environment::state)),
    read("OpenEnv", "/schema", "JSON Schemas of actions, observations and states", || get(environment::schema)),
    read("OpenEnv", "/metadata", "What the environment is", || get(environment::metadata)),
    read("OpenEnv", "/ws", "Episodes over a WebSocket: reset, step, state, close", || get(socket::upgrade)),
    open("/health", "Whether the service is up, in OpenEnv's words", || get(environment::health)),
    open("/healthz", "Whether the service is up", || get(about::healthz)),
    open("/readyz", "Whether it takes requests", || get(about::readyz)),
    read("Service", "/metrics", "Counts and times, for Prometheus", || get(about::metrics)),
    open("/openapi.json", "This list, for programs", || get(about::document)),
    open("/docs", "This list, for people", || get(about::docs)),
];

const fn open(path: &'static str, summary: &'static str, handler: fn() -> MethodRouter<Arc<App>>) -> Route {
    Route { open: true, ..read("Service", path, summary, handler) }
}

impl Route {
    /// Method of the route.
    pub(crate) fn method(&self) -> &'static str {
        if self.takes.is_some() { "post" } else { "get" }
    }
}

/// The path of the list that this is.
pub(crate) fn known(path: &str) -> Option<&'static str> {
    ROUTES.iter().find(|route| route.path == path).map(|route| route.path)
}

/// Whether a path is answered without a token.
pub(crate) fn is_open(path: &str) -> bool {
    ROUTES.iter().any(|route| route.open && route.path == path)
}

/// All routes, observed and guarded.
pub(crate) fn router(app: Arc<App>) -> Router {
    let mut router = Router::new();
    for route in ROUTES {
        router = router.route(route.path, (route.handler)());
    }
    router
        .fallback(|uri: Uri| async move { no_route(&uri) })
        .method_not_allowed_fallback(|| async { Problem::NoMethod })
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(app.clone(), guard))
        .layer(from_fn_with_state(app.clone(), observe))
        .with_state(app)
}

fn no_route(uri: &Uri) -> Problem {
    Problem::NoRoute(Problem::short(uri.path()))
}

/// The shared state.
type Shared = State<Arc<App>>;
