//! Embeds the bundle (`frontend/bundle`) in the program, so that one file is all there is to install.
//!
//! The bundle is looked for in `SWITCHBOARD_BUNDLE`, else in `bundle` below the target folder. Without one
//! the table is empty: lints and unit tests need no browser build. The server then says so when it starts.

use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Between `OUT_DIR` and the target folder lie `<profile>/build/<package>-<hash>/out`.
const LEVELS_TO_TARGET: usize = 4;

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-env-changed=SWITCHBOARD_BUNDLE");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let bundle = std::env::var_os("SWITCHBOARD_BUNDLE")
        .map(PathBuf::from)
        .or_else(|| {
            out.ancestors()
                .nth(LEVELS_TO_TARGET)
                .map(|target| target.join("bundle"))
        })
        .unwrap_or_default();
    // The manifest is written last and only when something changed: watching it is enough.
    let manifest = bundle.join("manifest.txt");
    println!("cargo::rerun-if-changed={}", manifest.display());
    let table = match std::fs::read_to_string(&manifest) {
        Ok(text) => table(&bundle, &text),
        Err(_) => table(&bundle, ""),
    };
    std::fs::write(out.join("bundle.rs"), table)
}

/// The Rust source that `assets.rs` includes.
fn table(bundle: &Path, manifest: &str) -> String {
    let parts: Vec<(&str, &str)> = manifest.lines().filter_map(|line| line.split_once('=')).collect();
    let mut source = String::new();
    for (constant, key, what) in [
        ("JS", "js", "The JavaScript module that loads the interface"),
        ("WASM", "wasm", "The compiled interface"),
        ("CSS", "css", "The style sheet"),
        ("FAVICON", "favicon", "The icon"),
    ] {
        let name = parts.iter().find(|part| part.0 == key).map_or("", |part| part.1);
        // Writing to a String cannot fail.
        let _ = writeln!(
            source,
            "/// {what}: its name below `/pkg/`; empty when built without a bundle."
        );
        let _ = writeln!(source, "pub const {constant}: &str = {name:?};");
    }
    source.push_str("/// Every file of the bundle.\npub const ASSETS: &[Asset] = &[\n");
    for (_, name) in parts {
        source.push_str(&entry(bundle, name));
    }
    source.push_str("];\n");
    source
}

fn entry(bundle: &Path, name: &str) -> String {
    let path = bundle.join(name);
    let path = path.display().to_string();
    let content_type = match Path::new(name)
        .extension()
        .and_then(|extension| extension.to_str())
    {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    // `name.hash.extension`: the hash doubles as the entity tag.
    let hash = name.split('.').nth(1).unwrap_or(name);
    format!(
        "Asset {{ path: {name:?}, content_type: {content_type:?}, hash: {hash:?}, \
         plain: include_bytes!({path:?}), brotli: include_bytes!({:?}), gzip: include_bytes!({:?}) }},\n",
        format!("{path}.br"),
        format!("{path}.gz"),
    )
}
