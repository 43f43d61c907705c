//! A client that leaves before the answer changes nothing about what was done: the harness over all writing routes.
//!
//! Each route's future is polled *k* times and dropped, for every *k* until it ends. Afterwards the database is as it was,
//! or as after the same request whose client waited; and what was accepted is delivered. The routes come from the router
//! itself: one without a request here fails the test.

mod functions;
mod others;
mod records;
mod rest;
mod routes;
mod snapshot;
mod world;

use std::{pin::pin, sync::Arc, task::Context, time::Duration};

use axum::{
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use futures::{
    FutureExt,
    future::{BoxFuture, LocalBoxFuture},
    task::{ArcWake, waker},
};
use tokio::sync::Notify;
use tower::ServiceExt;

use routes::Route;
use snapshot::Delta;
use world::World;

/// Longest that anything may take to settle.
const PATIENCE: Duration = Duration::from_secs(20);

/// Prepares what a request needs and makes it.
type Make = for<'w> fn(&'w World) -> BoxFuture<'w, Request<Body>>;

/// A request that is made with `await`.
macro_rules! make {
    (|$world:ident| $request:expr) => {{
        fn make(
            $world: &$crate::router::tests::World,
        ) -> futures::future::BoxFuture<'_, axum::http::Request<axum::body::Body>> {
            Box::pin(async move { $request })
        }
        make as $crate::router::tests::Make
    }};
}
use make;

/// What is known of a route.
enum Case {
    /// Its request is answered with success and changes rows.
    Writes(Make),
    /// The same, in an installation of its own each time.
    WritesAlone(fn() -> LocalBoxFuture<'static, World>, Make),
    /// It does not write although its method could: why. Checked with the request, if it has one.
    Reads(&'static str, Option<Make>),
}

/// The case of a route.
fn case(route: &Route) -> Option<Case> {
    rest::case(route)
        .or_else(|| functions::case(route))
        .or_else(|| others::case(route))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_route_leaves_half_a_change_when_its_client_leaves() {
    let world = World::start().await;
    let mut routes = routes::that_may_write(&world.router);
    routes.extend(others::gets());
    assert!(routes.len() > 60, "the router names its routes: {}", routes.len());
    let mut unknown = Vec::new();
    for route in &routes {
        match case(route) {
            None => unknown.push(route.to_string()),
            Some(Case::Reads(_, None)) => {}
            Some(Case::Reads(why, Some(make))) => {
                let (_, delta) = waited(&world, make).await;
                assert!(delta.is_empty(), "{route} writes, although it {why}: {delta:?}");
            }
            Some(Case::Writes(make)) => {
                let whole = waited(&world, make).await;
                let mut polls = 0;
                while !left_after(&world, route, make, polls, &whole).await {
                    polls += 1;
                }
            }
            Some(Case::WritesAlone(start, make)) => {
                let whole = waited(&start().await, make).await;
                let mut polls = 0;
                while !left_after(&start().await, route, make, polls, &whole).await {
                    polls += 1;
                }
            }
        }
    }
    assert!(
        unknown.is_empty(),
        "routes without a request in server/src/router/tests: {unknown:#?}"
    );
}

/// Leaves after so many polls; `true` when it was answered within them.
async fn left_after(
    world: &World,
    route: &Route,
    make: Make,
    polls: usize,
    (status, whole): &(StatusCode, Delta),
) -> bool {
    assert!(status.as_u16() < 400, "{route} answers {status}");
    assert!(!whole.is_empty(), "{route} changes no row");
    let request = make(world).await;
    world.settle(route).await;
    let before = snapshot::of(world).await;
    let answered = polled(world, request, polls).await.is_some();
    let delta = settled(world, route, &before, whole, polls == 0).await;
    let old = delta.is_empty() && !answered;
    assert!(
        old || delta == *whole,
        "{route}, left after {polls} polls: {delta:?} instead of nothing or {whole:?}"
    );
    answered
}

/// The change of a request whose client waits for the answer.
async fn waited(world: &World, make: Make) -> (StatusCode, Delta) {
    let request = make(world).await;
    let name = request.uri().path().to_owned();
    world.settle(&name).await;
    let before = snapshot::of(world).await;
    let response = world.answer(request).await;
    let status = response.status();
    // A streamed answer is not over before its last byte.
    let body = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&body);
    assert!(status.as_u16() < 400, "{name} answers {status}: {text}");
    world.settle(&name).await;
    (status, snapshot::of(world).await.since(&before))
}

/// What changed, once it is the `whole` change or nothing will come any more.
async fn settled(
    world: &World,
    route: &Route,
    before: &snapshot::Snapshot,
    whole: &Delta,
    untouched: bool,
) -> Delta {
    let deadline = tokio::time::Instant::now() + if untouched { Duration::ZERO } else { PATIENCE / 4 };
    loop {
        world.settle(route).await;
        let delta = snapshot::of(world).await.since(before);
        if delta == *whole || tokio::time::Instant::now() >= deadline {
            return delta;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

struct Woken(Notify);

impl ArcWake for Woken {
    fn wake_by_ref(woken: &Arc<Self>) {
        woken.0.notify_one();
    }
}

/// Polls the request's future at most `polls` times, each time it was woken, and drops it.
async fn polled(world: &World, request: Request<Body>, polls: usize) -> Option<Response> {
    let woken = Arc::new(Woken(Notify::new()));
    let waker = waker(woken.clone());
    let mut answering = pin!(world.router.clone().oneshot(request));
    for _ in 0..polls {
        let polled = answering.as_mut().poll(&mut Context::from_waker(&waker));
        if let std::task::Poll::Ready(Ok(response)) = polled {
            return Some(response);
        }
        tokio::time::timeout(PATIENCE, woken.0.notified().map(drop))
            .await
            .expect("a future that waits is woken");
    }
    None
}
