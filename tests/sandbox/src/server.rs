//! Connections: each request is read whole, carried out or not, and answered as its fault demands.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::exchange::{Answer, Call};
use crate::faults::{self, Armed, Fault};
use crate::route::route;
use crate::sandbox::Sandbox;
use crate::tls::Activity;
use crate::wire::{Breakage, Pieces, Stream, Wire};

/// Longest request body.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How long a client may take for its head (idle connections included) and for its body.
const HEAD_PATIENCE: Duration = Duration::from_secs(120);
const BODY_PATIENCE: Duration = Duration::from_secs(30);

/// Why a request gets no answer: the error that makes hyper end the connection.
#[derive(Debug)]
struct NoAnswer;

impl std::fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("no answer, as ordered")
    }
}

impl std::error::Error for NoAnswer {}

/// Accepts connections for ever, over TLS or as they come.
pub async fn run(sandbox: Arc<Sandbox>, listener: TcpListener, tls: bool) -> Infallible {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let _ = stream.set_nodelay(true);
                let sandbox = Arc::clone(&sandbox);
                if tls {
                    tokio::spawn(secure_connection(sandbox, stream));
                } else {
                    tokio::spawn(connection(sandbox, stream, None));
                }
            }
            // Out of file descriptors, most likely: others will be closed in a moment.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

async fn secure_connection(sandbox: Arc<Sandbox>, stream: TcpStream) {
    let Some(tls) = &sandbox.tls else { return };
    if let Some(stream) = tls.accept(stream).await {
        connection(Arc::clone(&sandbox), stream, Some(Arc::default())).await;
    }
}

/// Serves a connection until its end, or until a TLS one (it has an `activity`) was idle too long.
async fn connection<S>(sandbox: Arc<Sandbox>, stream: S, activity: Option<Arc<Activity>>)
where
    S: Stream + Send + 'static,
{
    let breakage = Arc::new(Breakage::default());
    let wire = TokioIo::new(Wire::new(stream, Arc::clone(&breakage)));
    let (world, watched) = (Arc::clone(&sandbox), activity.clone());
    let service = service_fn(move |request| {
        let (sandbox, breakage) = (Arc::clone(&world), Arc::clone(&breakage));
        let activity = watched.clone();
        async move {
            let _busy = sandbox.tls.as_ref().zip(activity.as_deref()).map(|(tls, activity)| {
                tls.counts.request(request.uri().path());
                activity.busy()
            });
            answer(sandbox, breakage, request, activity.is_some()).await
        }
    });
    let mut served = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_PATIENCE)
            .serve_connection(wire, service)
    );
    if let Some((tls, activity)) = sandbox.tls.as_ref().zip(activity) {
        tokio::select! {
            _ = served.as_mut() => return,
            () = tls.idle_for_too_long(&activity) => served.as_mut().graceful_shutdown(),
        }
    }
    // It fails when a client went away, or by a fault that we made ourselves.
    drop(served.await);
}

async fn answer(
    sandbox: Arc<Sandbox>,
    breakage: Arc<Breakage>,
    request: Request<Incoming>,
    secure: bool,
) -> Result<Response<Pieces>, NoAnswer> {
    if sandbox.faults.refuses(request.uri().path()) {
        breakage.reset();
        return Err(NoAnswer);
    }
    let call = match read(request).await {
        Ok(call) => call,
        Err(answer) => return Ok(response(&answer, None)),
    };
    let fault = sandbox.faults.strike(&call);
    match fault {
        Some(fault) => faulty(&sandbox, &breakage, &call, fault, secure).await,
        None => {
            let answer = carry_out(&sandbox, &call, secure).await;
            remember(&sandbox, &call, &format!("HTTP {}", answer.status));
            if answer.status == Answer::silence().status {
                return Err(NoAnswer);
            }
            Ok(response(&answer, None))
        }
    }
}

/// The answer. Our addresses in it begin as the caller's did, so that pages are HTTPS over HTTPS.
async fn carry_out(sandbox: &Arc<Sandbox>, call: &Call, secure: bool) -> Answer {
    let answer = route(sandbox, call).await;
    match call.header("host") {
        Some(host) if secure && !ours(&call.path) => answer.moved_to(&sandbox.base_url, host),
        _ => answer,
    }
}

/// Whether a path is for steering us, and not a gateway's.
pub fn ours(path: &str) -> bool {
    path.starts_with("/sandbox") || path.starts_with("/control/")
}

fn remember(sandbox: &Sandbox, call: &Call, outcome: &str) {
    if !ours(&call.path) {
        sandbox.remember(call, outcome);
    }
}

async fn faulty(
    sandbox: &Arc<Sandbox>,
    breakage: &Breakage,
    call: &Call,
    armed: Armed,
    secure: bool,
) -> Result<Response<Pieces>, NoAnswer> {
    remember(sandbox, call, &format!("fault {:?}", armed.fault));
    match armed.fault {
        Fault::Refuse => {
            breakage.reset();
            return Err(NoAnswer);
        }
        Fault::DropBefore => return Err(NoAnswer),
        _ => {}
    }
    if armed.fault == Fault::Moved {
        return Ok(response(&armed.moved(call, &sandbox.base_url), None));
    }
    if armed.fault == Fault::CommitLate {
        let (sandbox, call) = (Arc::clone(sandbox), call.clone());
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(armed.hang_ms)).await;
            drop(route(&sandbox, &call).await);
        });
        return Err(NoAnswer);
    }
    if let Some(answer) = armed.fault.instead() {
        return Ok(response(&answer, None));
    }
    let answer = carry_out(sandbox, call, secure).await;
    let wait = Duration::from_millis(armed.hang_ms);
    match armed.fault {
        Fault::DropAfter => Err(NoAnswer),
        Fault::ResetAfter => {
            breakage.reset();
            Err(NoAnswer)
        }
        Fault::Hang => {
            tokio::time::sleep(wait).await;
            Ok(response(&answer, None))
        }
        Fault::Half => Ok(response(&answer, Some(Pieces::half(&answer.body)))),
        Fault::HalfUnframed => {
            breakage.put_on_wire(unframed(&answer));
            Ok(response(&answer, None))
        }
        Fault::CutJson => {
            let body = answer.body.slice(..answer.body.len() / 2);
            Ok(response(&Answer { body, ..answer }, None))
        }
        Fault::Empty => Ok(response(&Answer { body: Bytes::new(), ..answer }, None)),
        Fault::InternalErrorAfter => Ok(response(&faults::internal_error(), None)),
        Fault::Garbage => Ok(response(&faults::maintenance(), None)),
        Fault::NotHttp => {
            breakage
                .put_on_wire(Bytes::from_static(b"\x15\x03\x01\x00\x02\x02\x28 not http\r\n\r\n"));
            Ok(response(&answer, None))
        }
        Fault::Slow => Ok(response(&answer, Some(Pieces::slow(&answer.body, wait)))),
        Fault::CloseIdle => {
            breakage.end_after_reply();
            Ok(response(&answer, None))
        }
        _ => Ok(response(&answer, None)),
    }
}

/// Head and half of the body with nothing that says where the body ends.
fn unframed(answer: &Answer) -> Bytes {
    let label = answer.headers.first().map_or("text/plain", |(_, value)| value.as_str());
    let head = format!(
        "HTTP/1.1 {} OK\r\ncontent-type: {label}\r\nconnection: close\r\n\r\n",
        answer.status
    );
    let mut bytes = head.into_bytes();
    bytes.extend_from_slice(&answer.body.slice(..answer.body.len() / 2));
    bytes.into()
}

async fn read(request: Request<Incoming>) -> Result<Call, Answer> {
    let (head, body) = request.into_parts();
    let whole = tokio::time::timeout(BODY_PATIENCE, Limited::new(body, MAX_BODY).collect()).await;
    let body = match whole {
        Err(_) => {
            return Err(Answer::text(408, "the body did not come").with("connection", "close"));
        }
        Ok(Err(_)) => {
            return Err(
                Answer::text(413, "the body is too long or broken").with("connection", "close")
            );
        }
        Ok(Ok(whole)) => whole.to_bytes(),
    };
    Ok(Call {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        query: head.uri.query().map(str::to_owned),
        headers: head.headers,
        body,
    })
}

fn response(answer: &Answer, pieces: Option<Pieces>) -> Response<Pieces> {
    let mut builder = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        builder = builder.header(name, value);
    }
    let framed = answer.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    if !framed && !matches!(answer.status, 100..200 | 204 | 304) {
        builder = builder.header("content-length", answer.body.len());
    }
    let body = pieces.unwrap_or_else(|| Pieces::whole(answer.body.clone()));
    builder.body(body).unwrap_or_else(|_| {
        let mut broken = Response::new(Pieces::whole(Bytes::from_static(
            b"a header of the answer is malformed",
        )));
        *broken.status_mut() = hyper::StatusCode::INTERNAL_SERVER_ERROR;
        broken
    })
}
