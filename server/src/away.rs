//! A page that leads to another site by itself, for browsers without JavaScript.
//!
//! A redirect would do, were it not the answer to a form: browsers hold redirects after a form to the `form-action` of
//! the page it was on, and ours allows only ourselves (`docs/adr/0008-leaving-for-the-provider.md`).

use axum::{
    http::{HeaderValue, header},
    response::{Html, IntoResponse, Response},
};
use url::Url;

use crate::{assets, problem::Refused};

/// It runs nothing and loads nothing but the style sheet.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";

/// Leads to `address` at once, with a link for browsers that ask first.
///
/// # Errors
/// When `address` is none of the web's.
pub fn page(address: &str) -> Result<Response, Refused> {
    let url = Url::parse(address)
        .ok()
        .filter(|url| matches!(url.scheme(), "https" | "http"))
        .ok_or_else(|| Refused::internal("an address to go to is no web address"))?;
    let (to, host) = (escaped(url.as_str()), escaped(url.host_str().unwrap_or_default()));
    let style = if assets::CSS.is_empty() {
        String::new()
    } else {
        format!("<link rel=\"stylesheet\" href=\"/pkg/{}\">", assets::CSS)
    };
    let html = format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\">\
         <meta http-equiv=\"refresh\" content=\"0;url={to}\"><title>To {host} · Switchboard</title>{style}</head>\
         <body><main class=\"empty tall\"><h1>Going to {host}</h1>\
         <p class=\"muted\">Agree there; you come back to the connection afterwards.</p>\
         <p class=\"actions\"><a class=\"button primary\" href=\"{to}\">Continue to {host}</a></p></main></body></html>"
    );
    let mut response = Html(html).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    Ok(response)
}

/// As the value of an attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::page;

    #[tokio::test]
    async fn it_leads_to_the_web_and_nowhere_else() {
        let response = page("https://login.example.com/authorize?a=1&b=%22'").unwrap();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let html = String::from_utf8(body.to_vec()).unwrap();
        let to = "https://login.example.com/authorize?a=1&amp;b=%22%27";
        assert!(html.contains(&format!("content=\"0;url={to}\"")), "{html}");
        assert!(html.contains(&format!("href=\"{to}\"")), "{html}");
        for bad in ["javascript:alert(1)", "/processes", "", "data:text/html,x"] {
            assert!(page(bad).is_err(), "{bad}");
        }
    }
}
