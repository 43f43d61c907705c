//! Server functions: what the interface asks for and what its forms post to.
//!
//! Each is registered by its own path. Only those listed as public work without a session. A form of a page without
//! JavaScript that is refused comes back as that page, with what was typed (`app::refused`); an answer that is shown only
//! once comes with its page too (`app::shown_once`).

use app::{
    leading_away::leads_away,
    refused::{Refused as RefusedForm, form_of, refused_error, without_secrets},
    shown_once::{ShownOn, ShownOnce, page_that_shows},
};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{MethodFilter, on},
};
use engine::Actor;
use leptos::server_fn::axum::server_fn_paths;
use tower::ServiceExt;

use crate::{
    away, body,
    gate::{ClientAddress, Gate, attach_session, require_session_for_functions},
    pages,
    problem::Refused,
    strangers::{Kept, Place},
};

/// Server functions that work without a session: those that end in one, and the one that ends it.
const PUBLIC: &[&str] = &["/fn/login", "/fn/logout", "/fn/setup"];
/// Largest input of a server function, in bytes: a form, not a file.
const LIMIT: usize = 1024 * 1024;
/// The same where no session is needed: strangers fill no memory with names and passwords.
const PUBLIC_LIMIT: usize = 16 * 1024;
/// Remembers which page a refused form belongs to: after the refusal the browser stands on the form's own address.
const PAGE_COOKIE: &str = "switchboard-page";

#[derive(Clone)]
struct Forms {
    gate: Gate,
    pages: Router,
}

/// Every server function, behind its group's gate.
pub fn routes(gate: &Gate, pages: &Router<Gate>) -> Router<Gate> {
    let forms = Forms {
        gate: gate.clone(),
        pages: pages.clone().with_state(gate.clone()),
    };
    let group = |public: bool| {
        server_fn_paths()
            .filter(|(path, _)| PUBLIC.contains(path) == public)
            .filter_map(|(path, method)| Some((path, MethodFilter::try_from(method).ok()?)))
            .fold(Router::new(), |router, (path, method)| {
                router.route(path, on(method, answer))
            })
            .with_state(forms.clone())
    };
    let session = group(false).layer(from_fn_with_state(gate.clone(), require_session_for_functions));
    group(true)
        .merge(session)
        .layer(from_fn_with_state(gate.clone(), attach_session))
}

/// Whether a form was posted by the browser itself rather than by the interface's code, which asks for JSON.
pub fn is_plain_form(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

async fn answer(State(forms): State<Forms>, request: Request) -> Result<Response, Refused> {
    let (mut parts, content) = request.into_parts();
    // The place is kept until the answer is there: a login waits for its turn, and its form occupies memory meanwhile.
    let (bytes, _place) = input(&forms.gate, &parts, content).await?;
    if !is_plain_form(&parts.headers) || parts.method != Method::POST {
        return Ok(run(&forms, parts, bytes).await);
    }
    let shows = page_that_shows(parts.uri.path());
    let page = match shows {
        Some(ShownOn::Page(page)) => page.to_owned(),
        Some(ShownOn::PageOfForm) | None => page_of(&forms, &parts.headers),
    };
    // The function answers with a redirect to the Referer: it gets one of ours, whatever the browser sent.
    let referer = format!("{}{page}", forms.gate.site.public_url);
    parts.headers.insert(
        header::REFERER,
        HeaderValue::from_str(&referer).map_err(|_| Refused::malformed("The Referer is no address."))?,
    );
    let response = run(&forms, parts.clone(), bytes.clone()).await;
    let location = response
        .headers()
        .get(header::LOCATION)
        .and_then(|location| location.to_str().ok())
        .unwrap_or_default();
    let path = parts.uri.path().to_owned();
    if let Some(error) = refused_error(location) {
        let typed = serde_urlencoded::from_bytes::<Vec<(String, String)>>(&bytes).unwrap_or_default();
        let fields = without_secrets(typed);
        let path = form_of(&path).to_owned();
        let refused = RefusedForm { path, fields, error };
        let response = page_again(&forms.pages, &parts, &page, refused).await?;
        return Ok(remember(response, &parts, &page));
    }
    if leads_away(&path) {
        let address: String = serde_json::from_str(&text_of(response).await?)
            .map_err(|error| Refused::internal(&error.to_string()))?;
        return away::page(&address);
    }
    if shows.is_none() {
        return Ok(see_other(response));
    }
    let answer = text_of(response).await?;
    let response = page_again(&forms.pages, &parts, &page, ShownOnce { path, answer }).await?;
    Ok(remember(response, &parts, &page))
}

/// Reads the input. Where no session is needed, anybody may have sent it.
async fn input(gate: &Gate, parts: &Parts, content: Body) -> Result<(Bytes, Option<Place>), Refused> {
    if !PUBLIC.contains(&parts.uri.path()) {
        return Ok((body::read(&parts.headers, content, LIMIT).await?, None));
    }
    let address = parts.extensions.get::<ClientAddress>();
    let address = address.map_or("", |address| &address.0);
    let read = gate
        .strangers
        .read(address, &parts.headers, content, PUBLIC_LIMIT);
    let Kept { bytes, place } = read.await?;
    Ok((bytes, Some(place)))
}

async fn text_of(response: Response) -> Result<String, Refused> {
    let bytes = axum::body::to_bytes(response.into_body(), LIMIT)
        .await
        .map_err(|error| Refused::internal(&error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn run(forms: &Forms, parts: Parts, bytes: Bytes) -> Response {
    let request = Request::from_parts(parts, Body::from(bytes));
    leptos_axum::handle_server_fns_with_context(pages::context(forms.gate.engine.clone()), request)
        .await
        .into_response()
}

/// The local path of the page the form was on.
fn page_of(forms: &Forms, headers: &HeaderMap) -> String {
    let site = &forms.gate.site;
    let referer = headers
        .get(header::REFERER)
        .and_then(|referer| referer.to_str().ok());
    let page = referer
        .and_then(|referer| site.local_path(referer))
        .filter(|path| !path.starts_with("/fn/"));
    let remembered = || {
        let cookies = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok());
        let value = cookies
            .flat_map(|line| line.split(';'))
            .find_map(|pair| pair.trim().strip_prefix(PAGE_COOKIE)?.strip_prefix('='))?;
        site.local_path(&format!("{}{value}", site.public_url))
            .filter(|path| !path.starts_with("/fn/"))
    };
    page.or_else(remembered).unwrap_or_else(|| "/".into())
}

/// What a page is rendered again with, and the status that says so.
pub trait Outcome: Clone + Send + Sync + 'static {
    const STATUS: StatusCode;
}

impl Outcome for RefusedForm {
    const STATUS: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
}

impl Outcome for ShownOnce {
    const STATUS: StatusCode = StatusCode::OK;
}

/// Renders the page again as if it had been asked for, with the refusal beside the form or the answer above it.
pub async fn page_again<T: Outcome>(
    pages: &Router,
    parts: &Parts,
    page: &str,
    outcome: T,
) -> Result<Response, Refused> {
    let mut request = Request::builder()
        .method(Method::GET)
        .uri(page)
        .body(Body::empty())
        .map_err(|error| Refused::internal(&error.to_string()))?;
    for (name, value) in &parts.headers {
        if !matches!(
            *name,
            header::CONTENT_LENGTH | header::CONTENT_TYPE | header::TRANSFER_ENCODING | header::EXPECT
        ) {
            request.headers_mut().append(name.clone(), value.clone());
        }
    }
    let extensions = request.extensions_mut();
    extensions.insert(outcome);
    if let Some(actor) = parts.extensions.get::<Actor>() {
        extensions.insert(actor.clone());
    }
    if let Some(address) = parts.extensions.get::<ClientAddress>() {
        extensions.insert(address.clone());
    }
    let Ok(mut response) = pages.clone().oneshot(request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = T::STATUS;
    }
    Ok(response)
}

/// Notes in a cookie which page the form was on.
fn remember(mut response: Response, parts: &Parts, page: &str) -> Response {
    let cookie = format!(
        "{PAGE_COOKIE}={page}; Path={}; HttpOnly; SameSite=Lax; Max-Age=3600",
        parts.uri.path()
    );
    if !page.contains(';')
        && let Ok(cookie) = HeaderValue::from_str(&cookie)
    {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// After a form that was accepted the browser asks for the next page with GET (RFC 9110, 15.4.4).
fn see_other(mut response: Response) -> Response {
    if response.headers().contains_key(header::LOCATION) {
        *response.status_mut() = StatusCode::SEE_OTHER;
    }
    response
}
