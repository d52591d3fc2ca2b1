//! A connection that can be broken in the ways that networks break.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::{io, mem};

use bytes::{Buf, Bytes};
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Orders to a connection, given while a request is answered.
#[derive(Default)]
pub struct Breakage {
    reset: AtomicBool,
    end_after_reply: AtomicBool,
    instead: Mutex<Option<Bytes>>,
}

impl Breakage {
    /// The end of the connection will be a reset.
    pub fn reset(&self) {
        self.reset.store(true, Ordering::SeqCst);
    }

    /// The connection ends after the reply that is being written, without notice.
    pub fn end_after_reply(&self) {
        self.end_after_reply.store(true, Ordering::SeqCst);
    }

    /// These bytes leave in place of the reply, then the connection ends.
    pub fn put_on_wire(&self, bytes: Bytes) {
        *self.instead.lock().unwrap_or_else(PoisonError::into_inner) = Some(bytes);
    }
}

/// What a wire is made of: TCP, alone or under TLS.
pub trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// The TCP connection.
    fn tcp(&self) -> &TcpStream;
}

impl Stream for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Stream for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// A stream that obeys a `Breakage`.
pub struct Wire<S: Stream> {
    stream: S,
    breakage: Arc<Breakage>,
    replied: bool,
}

impl<S: Stream> Wire<S> {
    /// Wraps an accepted stream.
    pub fn new(stream: S, breakage: Arc<Breakage>) -> Self {
        Self { stream, breakage, replied: false }
    }

    /// Writes the substitute, if there is one. `Err` ends the connection after its last byte.
    fn poll_substitute(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut slot = self.breakage.instead.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(bytes) = slot.as_mut() else {
            return Poll::Ready(Ok(()));
        };
        while !bytes.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
            bytes.advance(written);
        }
        Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()))
    }
}

impl<S: Stream> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.replied && self.breakage.end_after_reply.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Stream> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_substitute(context))?;
        self.replied |= self.breakage.end_after_reply.load(Ordering::SeqCst);
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A reset must not be preceded by an orderly end.
        if self.breakage.reset.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: Stream> Drop for Wire<S> {
    fn drop(&mut self) {
        if self.breakage.reset.load(Ordering::SeqCst) {
            // Best effort: without it the peer sees an orderly end.
            let _ = SockRef::from(self.stream.tcp()).set_linger(Some(Duration::ZERO));
        }
    }
}

/// A reply's body that comes in pieces, or breaks off before its announced length.
pub struct Pieces {
    pieces: Vec<Bytes>,
    pause: Duration,
    breaks_off: bool,
    sleep: Pin<Box<tokio::time::Sleep>>,
}

impl Pieces {
    /// The whole body at once.
    pub fn whole(body: Bytes) -> Self {
        Self::new(vec![body], Duration::ZERO, false)
    }

    /// The first half, then an error instead of the rest.
    pub fn half(body: &Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        Self::new(vec![half], Duration::from_millis(50), true)
    }

    /// Ten pieces over the given time.
    pub fn slow(body: &Bytes, time: Duration) -> Self {
        let size = (body.len() / 10).max(1);
        let pieces = body.chunks(size).map(Bytes::copy_from_slice).collect();
        Self::new(pieces, time / 10, false)
    }

    fn new(mut pieces: Vec<Bytes>, pause: Duration, breaks_off: bool) -> Self {
        pieces.reverse();
        Self { pieces, pause, breaks_off, sleep: Box::pin(tokio::time::sleep(Duration::ZERO)) }
    }
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, io::Error>>> {
        if self.pause > Duration::ZERO {
            ready!(self.sleep.as_mut().poll(context));
            let next = tokio::time::Instant::now() + self.pause;
            self.sleep.as_mut().reset(next);
        }
        match self.pieces.pop() {
            Some(piece) => Poll::Ready(Some(Ok(hyper::body::Frame::data(piece)))),
            None if mem::take(&mut self.breaks_off) => {
                Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
            }
            None => Poll::Ready(None),
        }
    }
}
