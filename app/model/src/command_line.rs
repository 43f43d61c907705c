//! Command lines that are shown to be copied: `curl` for a token and for a message, as the other side is set up.

use serde::{Deserialize, Serialize};

use crate::{
    inbound_credential::{
        SignatureEncoding, SignatureHash, SignaturePreset, SignatureSettings, SignedContent,
    },
    integration::MessageFormat,
    oauth_client::{ClientGrant, NewClientSecret},
};

/// A word as a shell takes it: quoted unless it is plain.
pub fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._@/:=,+%".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// How a client fetches a token: by the grant it may use.
pub fn token_request(made: &NewClientSecret) -> String {
    let mut words = vec![format!("curl -X POST {}", quoted(&made.token_url))];
    let field = |name: &str, value: &str| format!("--data-urlencode {}", quoted(&format!("{name}={value}")));
    // A token endpoint decodes what is in the header (RFC 6749 2.3.1), which curl does not encode.
    let travels = |c: char| c.is_ascii_alphanumeric() || "-._~@/".contains(c);
    if made.client_id.chars().all(travels) {
        let both = format!("{}:{}", made.client_id, made.client_secret);
        words.push(format!("-u {}", quoted(&both)));
    } else {
        words.push(field("client_id", &made.client_id));
        words.push(field("client_secret", &made.client_secret));
    }
    if made.grants.contains(&ClientGrant::ClientCredentials) {
        words.push("-d grant_type=client_credentials".into());
    } else {
        words.push("-d grant_type=password".into());
        words.push(field("username", &made.user_id));
        words.push(field("password", "PASSWORD"));
    }
    words.join(LINE)
}

const LINE: &str = " \\\n  ";

/// A call of an endpoint: what its caller sends, and how it authenticates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExampleCall {
    pub url: String,
    pub format: MessageFormat,
    pub by: ExampleWay,
}

/// How a caller authenticates, with what is stored for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExampleWay {
    /// User ID.
    Basic(String),
    /// Header of the key.
    ApiKey(String),
    Signature(SignatureSettings),
    PathToken,
    Certificate,
    Bearer,
}

impl ExampleCall {
    /// The command.
    pub fn command(&self) -> String {
        let (kind, body) = match self.format {
            MessageFormat::Json => ("application/json", "{\"title\": \"Printer on fire\"}"),
            MessageFormat::Xml => (
                "application/xml",
                "<incident><title>Printer on fire</title></incident>",
            ),
            MessageFormat::Raw => ("text/plain", "Printer on fire"),
        };
        let header = |name: &str, value: &str| format!("-H {}", quoted(&format!("{name}: {value}")));
        let url = match &self.by {
            ExampleWay::PathToken => format!("{}/PATH_TOKEN", self.url),
            _ => self.url.clone(),
        };
        let mut words = vec![format!("curl -X POST {}", quoted(&url))];
        match &self.by {
            ExampleWay::Basic(user) => words.push(format!("-u {}", quoted(&format!("{user}:PASSWORD")))),
            ExampleWay::ApiKey(name) => words.push(header(name, "API_KEY")),
            ExampleWay::Bearer => words.push(header("Authorization", "Bearer ACCESS_TOKEN")),
            ExampleWay::Certificate => words.push("--cert client.pem --key client-key.pem".into()),
            ExampleWay::PathToken | ExampleWay::Signature(_) => {}
        }
        words.push(header("Content-Type", kind));
        let ExampleWay::Signature(settings) = &self.by else {
            words.push(header("Idempotency-Key", "a-key-of-yours"));
            words.push(format!("-d {}", quoted(body)));
            return words.join(LINE);
        };
        let (before, headers) = signed(settings);
        words.extend(headers);
        words.push("--data-raw \"$BODY\"".into());
        format!("BODY={}\n{before}\n{}", quoted(body), words.join(LINE))
    }
}

/// The lines that sign `$BODY` with openssl, and the headers that carry it.
fn signed(settings: &SignatureSettings) -> (String, Vec<String>) {
    let hash = match settings.hash {
        SignatureHash::Sha256 => "sha256",
        SignatureHash::Sha512 => "sha512",
    };
    let standard = settings.preset == SignaturePreset::StandardWebhooks;
    let timed = settings.signed == SignedContent::TimestampBody;
    let mut lines = vec!["SECRET=SIGNING_SECRET".to_owned()];
    if timed {
        lines.push("TIME=$(date +%s)".into());
    }
    let content = match (standard, timed) {
        (true, _) => "a-key-of-yours.$TIME.$BODY",
        (false, true) => "$TIME.$BODY",
        (false, false) => "$BODY",
    };
    let key = if standard {
        // What stands behind whsec_ is the key in base64.
        lines.push("KEY=$(printf %s \"${SECRET#whsec_}\" | base64 -d | od -An -tx1 | tr -d ' \\n')".into());
        "-mac HMAC -macopt \"hexkey:$KEY\""
    } else {
        "-hmac \"$SECRET\""
    };
    let written = match settings.encoding {
        SignatureEncoding::Hex => "-r | cut -d' ' -f1",
        SignatureEncoding::Base64 => "-binary | base64 | tr -d '\\n'",
    };
    lines.push(format!(
        "SIGNATURE=$(printf %s \"{content}\" | openssl dgst -{hash} {key} {written})"
    ));
    let mut headers = Vec::new();
    if standard {
        headers.push("-H 'webhook-id: a-key-of-yours'".into());
    } else {
        headers.push("-H 'Idempotency-Key: a-key-of-yours'".into());
    }
    // The prefix is the designer's: quoted apart from what the shell fills in.
    let prefix = match settings.preset {
        SignaturePreset::Stripe => "\"t=$TIME,v1=\"".to_owned(),
        _ if settings.prefix.is_empty() => String::new(),
        _ => quoted(&settings.prefix),
    };
    headers.push(format!("-H '{}: '{prefix}\"$SIGNATURE\"", settings.header));
    if !settings.timestamp_header.is_empty() {
        headers.push(format!("-H \"{}: $TIME\"", settings.timestamp_header));
    }
    (lines.join("\n"), headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        for (text, wanted) in [
            ("plain-1.x", "plain-1.x"),
            ("", "''"),
            ("a b", "'a b'"),
            ("it's", "'it'\\''s'"),
            ("$(rm)", "'$(rm)'"),
            ("~x", "'~x'"),
            ("a!", "'a!'"),
        ] {
            assert_eq!(quoted(text), wanted);
        }
    }

    fn made(client_id: &str, grants: &[ClientGrant]) -> NewClientSecret {
        NewClientSecret {
            id: crate::id::OauthClientSecretId(uuid::Uuid::nil()),
            client_id: client_id.into(),
            client_secret: "sbcs_x".into(),
            token_url: "https://sb.example/oauth/token".into(),
            grants: grants.to_vec(),
            user_id: "o'jira".into(),
        }
    }

    #[test]
    fn a_token_is_fetched_by_a_grant_of_the_client() {
        let both = [ClientGrant::ClientCredentials, ClientGrant::Password];
        assert_eq!(
            token_request(&made("jira", &both)),
            "curl -X POST https://sb.example/oauth/token \\\n  -u jira:sbcs_x \\\n  -d grant_type=client_credentials"
        );
        let password = token_request(&made("a+b", &[ClientGrant::Password, ClientGrant::RefreshToken]));
        assert!(!password.contains("client_credentials") && !password.contains("-u "));
        assert!(password.contains("grant_type=password") && password.contains("client_id=a+b"));
        assert!(
            password.contains("'username=o'\\''jira'") && password.contains("password=PASSWORD"),
            "{password}"
        );
    }

    fn example(format: MessageFormat, by: ExampleWay) -> String {
        ExampleCall {
            url: "https://sb.example/inbound/incident/message".into(),
            format,
            by,
        }
        .command()
    }

    #[test]
    fn a_call_is_shown_in_the_format_and_the_way_that_is_stored() {
        let basic = example(MessageFormat::Xml, ExampleWay::Basic("my user".into()));
        assert!(
            basic.contains("-u 'my user:PASSWORD'") && basic.contains("'Content-Type: application/xml'"),
            "{basic}"
        );
        let key = example(MessageFormat::Json, ExampleWay::ApiKey("x-jira-key".into()));
        assert!(
            key.contains("-H 'x-jira-key: API_KEY'") && !key.contains("-u "),
            "{key}"
        );
        let token = example(MessageFormat::Raw, ExampleWay::PathToken);
        assert!(
            token.contains("/message/PATH_TOKEN") && token.contains("text/plain"),
            "{token}"
        );
    }

    #[test]
    fn signatures_are_made_as_their_settings_say() {
        let of = |preset| {
            example(
                MessageFormat::Json,
                ExampleWay::Signature(SignatureSettings::of(preset)),
            )
        };
        let github = of(SignaturePreset::Github);
        assert!(
            github.contains("printf %s \"$BODY\" | openssl dgst -sha256 -hmac \"$SECRET\" -r")
                && github.contains("-H 'x-hub-signature-256: 'sha256=\"$SIGNATURE\""),
            "{github}"
        );
        let standard = of(SignaturePreset::StandardWebhooks);
        assert!(
            standard.contains("\"a-key-of-yours.$TIME.$BODY\"")
                && standard.contains("webhook-timestamp: $TIME"),
            "{standard}"
        );
        let stripe = of(SignaturePreset::Stripe);
        assert!(stripe.contains("\"t=$TIME,v1=\"\"$SIGNATURE\""), "{stripe}");
    }
}
