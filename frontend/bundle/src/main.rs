//! `bundle <frontend.wasm> <style.css> <out dir>`: makes the files the server embeds.
//!
//! The compiled frontend goes through wasm-bindgen (as a library, so that nobody has to install its
//! command line in just the right version), every file gets a name that carries the hash of its content, so
//! that browsers may keep it for ever, and is compressed once here instead of at every request.
//! When nothing changed since the last run, nothing is done.

mod bindings;
mod compress;
mod content_hash;
mod output;
mod stamp;

use anyhow::{Context, Result, bail};
use content_hash::content_hash;
use output::{Output, Part};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Drawn for us; small enough to need no source besides itself.
const FAVICON: &[u8] = include_bytes!("../favicon.svg");

/// What the command line named.
struct Arguments {
    wasm: PathBuf,
    css: PathBuf,
    out: PathBuf,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bundle: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn arguments() -> Result<Arguments> {
    let mut given = std::env::args_os().skip(1).map(PathBuf::from);
    match (given.next(), given.next(), given.next(), given.next()) {
        (Some(wasm), Some(css), Some(out), None) => Ok(Arguments { wasm, css, out }),
        _ => bail!("usage: bundle <frontend.wasm> <style.css> <out dir>"),
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let wasm = read(&arguments.wasm)?;
    let css = read(&arguments.css)?;
    let stamp = stamp::of(&[&wasm, &css, FAVICON]);
    if stamp::matches(&arguments.out, &stamp) {
        return Ok(());
    }
    let glue = bindings::generate(wasm)?;
    let wasm_name = format!("switchboard.{}.wasm", content_hash(&glue.wasm));
    let js = bindings::point_at(&glue.js, &wasm_name)?.into_bytes();
    let parts = [
        Part {
            key: "js",
            name: format!("switchboard.{}.js", content_hash(&js)),
            content: js,
        },
        Part {
            key: "wasm",
            name: wasm_name,
            content: glue.wasm,
        },
        Part {
            key: "css",
            name: format!("switchboard.{}.css", content_hash(&css)),
            content: css,
        },
        Part {
            key: "favicon",
            name: format!("favicon.{}.svg", content_hash(FAVICON)),
            content: FAVICON.to_vec(),
        },
    ];
    let output = Output::new(&arguments.out)?;
    output.write(&parts)?;
    stamp::write(&arguments.out, &stamp)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}
