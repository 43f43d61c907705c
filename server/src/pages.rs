//! The pages of the interface, rendered by Leptos. Which need a session is decided here, by group.

use app::ShellAssets;
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
    routing::get,
};
use engine::Engine;
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::{ResponseOptions, generate_route_list};

use crate::{
    assets,
    gate::{
        Gate, attach_session, page_policy, pages_after_setup, require_session_for_pages,
        require_token_or_session_for_pages, set_up_once,
    },
    problem, rest,
};

const LOGIN: &str = "/login";
const SETUP: &str = "/setup";
/// For people with a session, and for scripts with a token.
const API_REFERENCE: &str = "/docs/api";

/// Every page. A page that is not named as public needs a session; so does the page that says "not found".
pub fn routes(gate: &Gate) -> Router<Gate> {
    let page = || get(render(gate.engine.clone()));
    let missing = get(render(gate.engine.clone())).layer(from_fn(not_found));
    let session = generate_route_list(app::App)
        .iter()
        .map(leptos_axum::AxumRouteListing::path)
        .filter(|path| ![LOGIN, SETUP, API_REFERENCE].contains(path))
        .fold(Router::new(), |router, path| {
            if path.contains('*') {
                router
            } else {
                router.route(path, page())
            }
        })
        .fallback_service(missing)
        .layer(from_fn(require_session_for_pages))
        .layer(from_fn_with_state(gate.clone(), pages_after_setup));
    let reference = Router::new()
        .route(API_REFERENCE, page())
        .layer(from_fn_with_state(
            gate.clone(),
            require_token_or_session_for_pages,
        ))
        .layer(from_fn_with_state(gate.clone(), pages_after_setup));
    let login = Router::new()
        .route(LOGIN, page())
        .layer(from_fn_with_state(gate.clone(), pages_after_setup));
    let setup = Router::new()
        .route(SETUP, page())
        .layer(from_fn_with_state(gate.clone(), set_up_once));
    session
        .merge(reference)
        .merge(login)
        .merge(setup)
        .layer(from_fn_with_state(gate.clone(), attach_session))
}

/// What every page and server function finds in its context.
pub fn context(engine: Engine) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        provide_context(engine.clone());
        provide_context(app::ApiDocument {
            openapi: rest::openapi(),
            problems: problem::kinds(),
        });
        // Only pages have a nonce: it is the one Leptos puts on the scripts of this very answer.
        if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&page_policy(&nonce))
        {
            options.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}

/// Whole pages, sent when everything on them is known, so that they work without JavaScript.
fn render(
    engine: Engine,
) -> impl Fn(Request<Body>) -> std::pin::Pin<Box<dyn Future<Output = Response> + Send>> + Clone + Send {
    leptos_axum::render_app_async_with_context(context(engine), || {
        app::shell(ShellAssets {
            js: assets::JS,
            wasm: assets::WASM,
            css: assets::CSS,
            nonce: None,
        })
    })
}

/// The fallback page keeps its status even if the page itself says nothing.
async fn not_found(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
