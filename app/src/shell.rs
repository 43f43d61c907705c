//! The HTML document around the application, and the application itself.

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::Router;

use crate::{context, live::Live, refused::Refusal, routes, shown_once, ui::page_title::TitleOfEveryPage};

/// Names of the files the browser loads, and the nonce of this answer's Content-Security-Policy.
#[derive(Debug, Clone)]
pub struct ShellAssets {
    pub js: &'static str,
    pub wasm: &'static str,
    pub css: &'static str,
    /// `None` reads it from Leptos, which made it for its own scripts.
    pub nonce: Option<String>,
}

/// Applies the chosen theme and the folded navigation before the first paint.
const THEME_SCRIPT: &str = "try{var r=document.documentElement.dataset,t=localStorage.getItem('theme');if(t==='light'||t==='dark')r.theme=t;if(localStorage.getItem('navigation')==='folded')r.navigation='folded'}catch(e){}";

/// Puts the browser on the address of the page it shows: after a form was posted it stands on the form's own address,
/// where the router would find no page.
fn stand_on(page: &str) -> String {
    let address = serde_json::to_string(page)
        .unwrap_or_default()
        .replace('<', "\\u003c");
    format!("history.replaceState(null,'',{address})")
}

#[cfg(feature = "ssr")]
fn page_of_form() -> Option<String> {
    crate::server::page_of_form()
}

#[cfg(not(feature = "ssr"))]
fn page_of_form() -> Option<String> {
    None
}

/// The document. Without a bundle (blank names) the pages still work, without becoming live.
pub fn shell(assets: ShellAssets) -> impl IntoView {
    let nonce = assets
        .nonce
        .or_else(|| leptos::nonce::use_nonce().map(|nonce| nonce.to_string()));
    let (js, wasm) = (routes::asset(assets.js), routes::asset(assets.wasm));
    let start =
        format!("import init,{{hydrate}} from '{js}';init({{module_or_path:'{wasm}'}}).then(()=>hydrate());");
    let scripts = (!assets.js.is_empty()).then(|| {
        view! {
            <link rel="modulepreload" href=js.clone() nonce=nonce.clone()/>
            <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="anonymous"/>
            <script type="module" nonce=nonce.clone() inner_html=start></script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="icon" href=routes::FAVICON type="image/svg+xml"/>
                <script nonce=nonce.clone() inner_html=THEME_SCRIPT></script>
                {page_of_form().map(|page| view! { <script nonce=nonce.clone() inner_html=stand_on(&page)></script> })}
                {(!assets.css.is_empty()).then(|| view! { <link rel="stylesheet" href=routes::asset(assets.css)/> })}
                {scripts}
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The application: context, router, pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    context::provide();
    Live::provide();
    Refusal::provide();
    shown_once::provide();
    view! {
        <TitleOfEveryPage/>
        <Router>
            <routes::Pages/>
        </Router>
    }
}

#[cfg(test)]
mod tests {
    use super::stand_on;

    #[test]
    fn an_address_cannot_end_the_script() {
        let script = stand_on("/a?x=</script><b>'\"");
        assert_eq!(
            script,
            r#"history.replaceState(null,'',"/a?x=\u003c/script>\u003cb>'\"")"#
        );
    }
}
