//! The routes that may write, from the router itself.

use std::{collections::HashMap, fmt};

use axum::Router;

/// A method and the pattern of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub method: String,
    pub path: String,
}

impl Route {
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: method.into(),
            path: path.into(),
        }
    }

    pub fn is(&self, method: &str, path: &str) -> bool {
        self.method == method && self.path == path
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Every route of a method other than GET, HEAD and OPTIONS; a route of any method counts as POST.
///
/// axum does not list its routes, but its `Debug` does: `RouteId(3): MethodRouter(… allow_header: Bytes(b"GET,POST") …)`
/// and `paths: {RouteId(3): "/path"}`.
pub fn that_may_write(router: &Router) -> Vec<Route> {
    let text = format!("{router:?}");
    let (text, _) = text
        .split_once("fallback_router: ")
        .expect("the Debug of a router");
    let (handlers, paths) = text
        .split_once("node: Node { paths: ")
        .expect("the Debug of a path router");
    let paths: HashMap<&str, &str> = entries(paths)
        .filter_map(|(id, path)| Some((id, path.strip_prefix('"')?.split_once('"')?.0)))
        .collect();
    let mut found = Vec::new();
    let mut handled = 0;
    for (id, handler) in entries(handlers) {
        handled += 1;
        let path = paths[id];
        if let Some((_, allowed)) = handler.split_once("allow_header: Bytes(b\"") {
            let methods = allowed.split('"').next().unwrap_or_default().split(',');
            let writing = methods.filter(|method| !matches!(*method, "GET" | "HEAD" | "OPTIONS"));
            found.extend(writing.map(|method| Route::new(method, path)));
        } else {
            found.push(Route::new("POST", path));
        }
    }
    assert_eq!(handled, paths.len(), "every path has a handler: {text}");
    found.sort();
    found.dedup();
    found
}

/// Pairs of an id and what follows it up to the next id.
fn entries(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("RouteId(")
        .skip(1)
        .filter_map(|entry| entry.split_once("): "))
}
