//! No text becomes markup: every page and every form, with hostile text in every stored field, value of a query, form
//! field and request header, read as a browser reads it.
//!
//! The pages come from the program's own list of routes, the forms from the pages, and the names of query values from
//! the pages and from `app`'s sources, so that a new one is in the walk without being named here.

mod page;
mod records;
mod walk;

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;

use crate::support::{PASSWORD, Server};
use walk::Walk;

/// Ends every element and attribute that a text could stand in, and begins others.
pub const HOSTILE: &str =
    "x\"'><hostile-marker data-hostile=1 onx=1></title></textarea></script></style>--><!--&lt;";

/// The paths of the pages, as the router takes them.
fn patterns() -> Vec<String> {
    leptos_axum::generate_route_list(app::App)
        .iter()
        .map(|listing| listing.path().to_owned())
        .filter(|path| !path.contains('*'))
        .collect()
}

#[tokio::test]
async fn no_text_becomes_markup() {
    let mut server = Server::start();
    // As a copy of another installation, which has a banner with a form on every page.
    server.restart_with(&[("SWITCHBOARD_INSTANCE_NAME", "acme-copy")]);
    let cookie = server.log_in().await;
    let mut walk = Walk::new(&server, cookie, patterns());
    // Before anything is there the first steps are offered.
    walk.visit("/").await;
    records::make(&server).await;
    walk.pages().await;
    walk.refuse_every_form().await;
    walk.fill_in_every_form(|action| !walk::takes_away(action)).await;
    // Again, with what the forms have made, and with hostile values in every address.
    walk.pages().await;
    walk.hostile_addresses().await;
    walk.fill_in_every_form(|action| walk::takes_away(action) && action != "/fn/logout")
        .await;
    walk.fill_in_every_form(|action| action == "/fn/logout").await;

    assert_eq!(walk.wrong, Vec::<String>::new());
    let missing: Vec<&String> = walk
        .patterns
        .iter()
        .filter(|pattern| *pattern != "/setup" && !walk.visited.contains(*pattern))
        .collect();
    assert!(missing.is_empty(), "no record leads to these pages: {missing:?}");
    let posted: BTreeSet<&str> = walk.refused.iter().map(String::as_str).collect();
    let unposted: Vec<&str> = server_fn_paths()
        .filter(|(path, method)| *method == Method::POST && !posted.contains(path))
        .map(|(path, _)| path)
        .filter(|path| !["/fn/setup", "/fn/test_connection"].contains(path))
        .collect();
    assert!(unposted.is_empty(), "no page has the forms of {unposted:?}");
    assert!(
        walk.shown > 100,
        "hostile text stood on {} pages only",
        walk.shown
    );
    for action in [
        "/fn/save_process",
        "/fn/save_oauth_profile",
        "/fn/save_connection",
        "/fn/delete_variable",
    ] {
        assert!(
            walk.accepted.contains(action),
            "{action} took nothing: {:?}",
            walk.accepted
        );
    }
}

#[tokio::test]
async fn no_text_becomes_markup_before_somebody_logs_in() {
    let fresh = Server::start_with(&[]);
    let ready = Server::start_with(&[
        ("SWITCHBOARD_ADMIN_USER", "admin"),
        ("SWITCHBOARD_ADMIN_PASSWORD", PASSWORD),
    ]);
    for (server, path) in [(&fresh, "/setup"), (&ready, "/login")] {
        let mut walk = Walk::new(server, String::new(), vec![path.to_owned()]);
        walk.visit(path).await;
        walk.refuse_every_form().await;
        walk.hostile_addresses().await;
        assert_eq!(walk.wrong, Vec::<String>::new());
        assert_eq!(walk.refused.len(), 1, "{path}");
        assert!(walk.shown > 0, "{path}");
    }
}
