//! [`Egress`]: the phases, one after the other.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::{Method, Version};
use http_body_util::Full;
use hyper::body::Bytes;
use tokio::{
    net::TcpStream,
    sync::{Semaphore, SemaphorePermit},
    time::timeout_at,
};
use url::Url;

use crate::{
    client_certificate::ClientCertificate,
    deadlines::Deadlines,
    dial,
    exchange::exchange,
    failure::Failure,
    headers,
    last_words::LastWords,
    phase::{Ladder, Phase, PhaseReport},
    policy::Policy,
    request::{Limits, Request, TlsOptions},
    resolve,
    response::{Answer, Response},
    roots,
    target::Target,
    tls::{Secured, Tls},
    wording::list,
};

/// Calls under way at once, over all connections: each holds a socket and up to 16 MiB.
const CALLS_AT_ONCE: usize = 512;

/// The only door out. Cheap to clone; all clones share the policy and the slots.
#[derive(Clone)]
pub struct Egress {
    inner: Arc<Inner>,
}

struct Inner {
    policy: Policy,
    tls: Tls,
    calls: Semaphore,
    lookups: Arc<Semaphore>,
}

impl Egress {
    /// Reads the system's trusted authorities once. A machine without any still gets a door: https targets
    /// then fail with a cause that says so.
    pub fn new(policy: Policy) -> Self {
        let inner = Inner {
            policy,
            tls: Tls::new(roots::system()),
            calls: Semaphore::new(CALLS_AT_ONCE),
            lookups: Arc::new(Semaphore::new(resolve::LOOKUPS_AT_ONCE)),
        };
        Self {
            inner: Arc::new(inner),
        }
    }

    /// Which targets this door opens for.
    pub fn policy(&self) -> &Policy {
        &self.inner.policy
    }

    /// Whether `url` may be called: the Policy and the Name phase of [`Self::send`], and no connection. For URLs that
    /// somebody else wrote, before they are offered to a person. `within` limits the look-up.
    ///
    /// # Errors
    /// Why it may not, or that its host is not known.
    pub async fn check(&self, url: &Url, within: Duration) -> Result<(), Failure> {
        let mut nobody = |_| {};
        let mut ladder = Ladder::new(&mut nobody);
        let deadlines = Deadlines::new(Limits {
            connect: within,
            total: within,
            ..Limits::default()
        });
        ladder.begin(Phase::Policy);
        let target = Target::from_url(url)?;
        self.inner.check_literal(&target, &mut ladder)?;
        self.inner.addresses(&target, &deadlines, &mut ladder).await?;
        Ok(())
    }

    /// Sends `request` and reads the answer, whatever its status.
    ///
    /// `observe` is told when a phase begins and how it ends, at once; when a host name turns out to have only
    /// forbidden addresses it gets a second report for Policy, which then failed. The reports come back with the
    /// failure, or in the response.
    pub async fn send(
        &self,
        request: Request,
        mut observe: impl FnMut(PhaseReport) + Send,
    ) -> Result<Response, (Failure, Vec<PhaseReport>)> {
        let mut ladder = Ladder::new(&mut observe);
        let deadlines = Deadlines::new(request.limits);
        match self.inner.walk(request, &deadlines, &mut ladder).await {
            Ok((answer, peer)) => Ok(Response {
                truncated: answer.body.truncated(),
                status: answer.status,
                headers: answer.headers,
                body_size: answer.body.size,
                body: answer.body.kept,
                phases: ladder.into_reports(),
                elapsed: deadlines.elapsed(),
                peer,
            }),
            Err(failure) => {
                ladder.fail(failure.cause());
                Err((failure, ladder.into_reports()))
            }
        }
    }
}

impl Inner {
    async fn walk(
        &self,
        request: Request,
        deadlines: &Deadlines,
        ladder: &mut Ladder<'_>,
    ) -> Result<(Answer, SocketAddr), Failure> {
        ladder.begin(Phase::Policy);
        let target = Target::from_url(&request.url)?;
        let Request {
            method,
            headers,
            body,
            limits,
            tls,
            ..
        } = request;
        let message = message(&target, method, headers, body)?;
        self.check_literal(&target, ladder)?;
        let _slot = self.slot(deadlines).await?;
        let addresses = self.addresses(&target, deadlines, ladder).await?;

        ladder.begin(Phase::Tcp);
        let timed_out = || deadlines.connect_timeout(&target, Phase::Tcp);
        let (stream, peer) = dial::connect(&addresses, deadlines.connected(), timed_out).await?;
        ladder.pass(format!("{}, port {}", peer.ip(), peer.port()));

        let keep = limits.response_bytes;
        let answer = if target.tls {
            let secured = self.secure(stream, &target, &tls, deadlines, ladder).await?;
            ladder.begin(Phase::Request);
            let stream = LastWords::new(secured.stream);
            let exchange = exchange(stream, message, keep, &secured.certificate);
            timeout_at(deadlines.over(), exchange).await
        } else {
            ladder.not_needed(Phase::Tls, "plain HTTP");
            ladder.begin(Phase::Request);
            let exchange = exchange(stream, message, keep, &ClientCertificate::NotAsked(None));
            timeout_at(deadlines.over(), exchange).await
        };
        let answer = answer.unwrap_or_else(|_| {
            Err(Failure::RequestTimeout {
                after_ms: deadlines.total_ms(),
            })
        })?;
        ladder.pass(answer.status.to_string());
        Ok((answer, peer))
    }

    /// Ends the Policy phase. A literal address is decided here, a name only when its addresses are known.
    fn check_literal(&self, target: &Target, ladder: &mut Ladder<'_>) -> Result<(), Failure> {
        match target.literal() {
            Some(address) => {
                self.policy.check_address(&target.host(), address)?;
                ladder.pass(format!("{address} is an allowed target"));
            }
            None => ladder.pass(format!(
                "{}; only its allowed addresses are called",
                target.host()
            )),
        }
        Ok(())
    }

    async fn slot(&self, deadlines: &Deadlines) -> Result<SemaphorePermit<'_>, Failure> {
        match timeout_at(deadlines.over(), self.calls.acquire()).await {
            Ok(Ok(slot)) => Ok(slot),
            Ok(Err(_)) | Err(_) => Err(Failure::Busy {
                after_ms: deadlines.total_ms(),
            }),
        }
    }

    /// The Name phase: the addresses to dial, every one of them checked.
    async fn addresses(
        &self,
        target: &Target,
        deadlines: &Deadlines,
        ladder: &mut Ladder<'_>,
    ) -> Result<Vec<SocketAddr>, Failure> {
        if let Some(address) = target.literal() {
            ladder.not_needed(Phase::Name, "the URL holds an address");
            return Ok(vec![SocketAddr::new(address, target.port)]);
        }
        ladder.begin(Phase::Name);
        let host = target.host();
        let lookup = resolve::lookup(&host, target.port, &self.lookups);
        let found = timeout_at(deadlines.connected(), lookup)
            .await
            .map_err(|_| deadlines.connect_timeout(target, Phase::Name))??;
        let texts: Vec<String> = found.iter().map(|address| address.ip().to_string()).collect();
        let text = list(&texts, 6);
        match resolve::allowed(&self.policy, &host, &found) {
            Ok(allowed) => {
                ladder.pass(match found.len() - allowed.len() {
                    0 => text,
                    left_out => format!("{text} ({left_out} of them not allowed and left out)"),
                });
                Ok(allowed)
            }
            Err(forbidden) => {
                ladder.pass(text);
                ladder.policy_failed(forbidden.to_string());
                Err(forbidden.into())
            }
        }
    }

    /// The TLS phase.
    async fn secure(
        &self,
        stream: TcpStream,
        target: &Target,
        options: &TlsOptions,
        deadlines: &Deadlines,
        ladder: &mut Ladder<'_>,
    ) -> Result<Secured, Failure> {
        ladder.begin(Phase::Tls);
        let secured = timeout_at(deadlines.connected(), self.tls.connect(stream, target, options))
            .await
            .map_err(|_| deadlines.connect_timeout(target, Phase::Tls))??;
        ladder.pass(secured.text.clone());
        Ok(secured)
    }
}

/// The request as hyper sends it: origin form, HTTP/1.1.
fn message(
    target: &Target,
    method: Method,
    headers: http::HeaderMap,
    body: Vec<u8>,
) -> Result<http::Request<Full<Bytes>>, Failure> {
    if method == Method::CONNECT {
        return Err(Failure::UnsupportedMethod(method.to_string()));
    }
    let headers = headers::complete(headers, target, &method, body.len())?;
    let mut message = http::Request::new(Full::new(Bytes::from(body)));
    *message.method_mut() = method;
    *message.version_mut() = Version::HTTP_11;
    *message.uri_mut() = http::Uri::from(target.path.clone());
    *message.headers_mut() = headers;
    Ok(message)
}
