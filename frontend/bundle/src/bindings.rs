//! wasm-bindgen, run as a library.

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

/// The name wasm-bindgen gives the module when the output is called `switchboard`.
const UNHASHED_WASM: &str = "switchboard_bg.wasm";

/// The JavaScript that loads the module, and the module it fits.
pub struct Glue {
    pub js: String,
    pub wasm: Vec<u8>,
}

/// Generates the ES module for browsers. Names and producers are left out: they double the download.
///
/// # Errors
/// When the module was built with another wasm-bindgen than the one in `Cargo.lock`, or when a crate brings
/// JavaScript snippets of its own: those would need names and routes that nothing here makes.
pub fn generate(wasm: Vec<u8>) -> Result<Glue> {
    let mut output = Bindgen::new()
        .input_bytes("switchboard", wasm)
        .out_name("switchboard")
        .remove_name_section(true)
        .remove_producers_section(true)
        .typescript(false)
        .omit_default_module_path(false)
        .web(true)?
        .generate_output()
        .context("wasm-bindgen refused the frontend")?;
    // Every crate that exports something is listed, mostly with nothing.
    let snippets = output.snippets().values().any(|snippets| !snippets.is_empty());
    if snippets || !output.local_modules().is_empty() {
        bail!("a crate of the frontend brings JavaScript snippets; they are not bundled");
    }
    Ok(Glue {
        js: output.js().to_owned(),
        wasm: output.wasm_mut().emit_wasm(),
    })
}

/// Lets the JavaScript load the module under its hashed name. The page passes that name too; this is for
/// whoever calls `init()` without one.
///
/// # Errors
/// When the name is not there any more: wasm-bindgen changed its output.
pub fn point_at(js: &str, wasm_name: &str) -> Result<String> {
    if !js.contains(UNHASHED_WASM) {
        bail!("wasm-bindgen's JavaScript does not name {UNHASHED_WASM}");
    }
    Ok(js.replace(UNHASHED_WASM, wasm_name))
}

#[cfg(test)]
mod tests {
    use super::point_at;

    #[test]
    fn the_module_is_loaded_under_its_hashed_name() {
        let js = "new URL('switchboard_bg.wasm', import.meta.url)";
        assert_eq!(
            point_at(js, "switchboard.0123.wasm").expect("the name is there"),
            "new URL('switchboard.0123.wasm', import.meta.url)"
        );
    }

    #[test]
    fn another_output_of_wasm_bindgen_is_noticed() {
        assert!(point_at("fetch('other.wasm')", "switchboard.0123.wasm").is_err());
    }
}
