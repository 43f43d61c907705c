//! What every page finds in its context: the time, whether it is live, and a way to ask for fresh data.

use leptos::prelude::*;
use model::Timestamp;

pub use crate::address::path_parameter;
use crate::{AppError, ui::error_panel::ErrorPanel, ui::skeleton::Skeleton};

/// The current time, for relative times. Begins with the server's, so that hydration sees the same text.
#[derive(Clone, Copy)]
pub struct Now(pub RwSignal<Timestamp>);

/// Whether the page has become live.
#[derive(Clone, Copy)]
pub struct Hydrated(pub RwSignal<bool>);

/// Counts successful changes; every page resource depends on it, so that a page shows what was just saved. A part of a page
/// that must not touch the rest is given its own by a `Provider`.
#[derive(Clone, Copy)]
pub struct Changes(pub RwSignal<u32>);

impl Changes {
    /// Asks every resource on the page for fresh data.
    pub fn announce(self) {
        self.0.try_update(|count| *count += 1);
    }
}

/// Provides all of the above. Called once by the application.
pub fn provide() {
    let now = SharedValue::new(server_now).into_inner();
    let now = RwSignal::new(now);
    provide_context(Now(now));
    provide_context(Changes(RwSignal::new(0)));
    let hydrated = RwSignal::new(false);
    provide_context(Hydrated(hydrated));
    // The one place where an effect sets a signal: becoming live is an event of the browser, not derivable state.
    Effect::new(move || {
        if let Some(root) = document().document_element() {
            let _ = root.set_attribute("data-hydrated", "");
        }
        hydrated.set(true);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds since 1970 fit into an i64"
        )]
        set_interval(
            move || now.set(Timestamp(js_sys::Date::now() as i64)),
            std::time::Duration::from_secs(10),
        );
    });
}

#[cfg(feature = "ssr")]
fn server_now() -> Timestamp {
    crate::server::now()
}

#[cfg(not(feature = "ssr"))]
fn server_now() -> Timestamp {
    Timestamp::default()
}

/// Whether the page is live.
pub fn hydrated() -> Signal<bool> {
    use_context::<Hydrated>().map_or_else(|| Signal::stored(false), |hydrated| hydrated.0.into())
}

/// A resource of a page: fetched before the page is sent, and again after every change.
pub fn page_resource<S, T, Fut>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Send + Sync + 'static,
) -> Resource<Result<T, AppError>>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let changes = use_context::<Changes>();
    Resource::new_blocking(
        move || (source(), changes.map(|changes| changes.0.get())),
        move |(source, _)| fetch(source),
    )
}

/// A part of a page that is fetched again while the rest stays: `source` gives what it is of and how often it has changed.
/// Before the first change there is nothing newer than the page itself.
pub fn refreshed<S, T, Fut>(
    source: impl Fn() -> (S, u32) + Send + Sync + 'static,
    fetch: impl Fn(S) -> Fut + Clone + Send + Sync + 'static,
) -> Resource<Result<Option<T>, AppError>>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static,
    Fut: Future<Output = Result<T, AppError>> + Send + 'static,
{
    page_resource(source, move |(of, changes)| {
        let fetch = fetch.clone();
        async move {
            match changes {
                0 => Ok(None),
                _ => fetch(of).await.map(Some),
            }
        }
    })
}

/// Shows a resource: a skeleton while it loads, a panel that explains when it cannot be had.
pub fn loaded<T>(
    resource: Resource<Result<T, AppError>>,
    view: impl Fn(T) -> AnyView + Clone + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    view! {
        <Transition fallback=|| view! { <Skeleton/> }>
            {move || {
                let view = view.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => view(value),
                        Err(error) => view! { <ErrorPanel error/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
    .into_any()
}
