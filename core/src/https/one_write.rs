//! The last link of the connection chain: a request leaves in one write, and what left is counted.

use std::cell::Cell;
use std::fmt;
use std::io::Read;

use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, LazyBuffers, NextTimeout, Transport,
};
use ureq::{Error, Proxy};
use zeroize::Zeroize;

/// The whole head of a reply must fit; ureq's own limit is set below it.
pub(super) const INPUT_BYTES: usize = 64 * 1024;
/// The head of a request must fit, its body need not: what does not fit is held beside it.
const OUTPUT_BYTES: usize = 16 * 1024;

/// What an exchange has done so far. `handed_down` decides whether a lost write may have arrived.
#[derive(Clone, Copy, Default)]
pub(super) struct Progress {
    /// Bytes of the request passed to TLS or TCP; a byte passed down counts, delivered or not.
    pub(super) handed_down: u64,
    /// Bytes of the reply.
    pub(super) received: u64,
    /// A connection was opened for this exchange; otherwise it came from the pool.
    pub(super) connected: bool,
}

thread_local! {
    // ureq gives a connection no sight of the request that uses it, and most of its errors arise
    // outside the connection, so neither an argument nor an error can carry this. It runs an
    // exchange wholly on the calling thread, so the thread can.
    static PROGRESS: Cell<Progress> = const {
        Cell::new(Progress { handed_down: 0, received: 0, connected: false })
    };
}

/// Starts counting anew. Must precede every exchange.
pub(super) fn begin() {
    PROGRESS.set(Progress::default());
}

/// What the exchange on this thread has done since [`begin`].
pub(super) fn progress() -> Progress {
    PROGRESS.get()
}

fn note(change: impl FnOnce(&mut Progress)) {
    let mut progress = PROGRESS.get();
    change(&mut progress);
    PROGRESS.set(progress);
}

#[derive(Debug)]
pub(super) struct OneWriteConnector {
    pub(super) proxy: Option<Proxy>,
}

impl OneWriteConnector {
    /// ureq runs the whole chain once more for the way to a CONNECT proxy, with the proxy's own
    /// address: what goes to the proxy is no part of the request.
    fn leads_to_proxy(&self, details: &ConnectionDetails) -> bool {
        self.proxy.as_ref().is_some_and(|proxy| std::ptr::eq(proxy.uri(), details.uri))
    }
}

impl<In: Transport> Connector<In> for OneWriteConnector {
    type Out = OneWrite<In>;

    fn connect(
        &self,
        details: &ConnectionDetails,
        chained: Option<In>,
    ) -> Result<Option<OneWrite<In>>, Error> {
        let Some(lower) = chained else {
            return Ok(None);
        };
        let counts = !self.leads_to_proxy(details);
        if counts {
            PROGRESS.set(Progress { connected: true, ..Progress::default() });
        }
        Ok(Some(OneWrite::new(lower, counts)))
    }
}

/// Holds output until input is awaited.
pub(super) struct OneWrite<L> {
    lower: L,
    buffers: LazyBuffers,
    held: Vec<u8>,
    counts: bool,
    broken: bool,
}

impl<L: Transport> OneWrite<L> {
    fn new(lower: L, counts: bool) -> Self {
        let buffers = LazyBuffers::new(INPUT_BYTES, OUTPUT_BYTES);
        OneWrite { lower, buffers, held: Vec::new(), counts, broken: false }
    }

    fn hand_down(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        if self.counts {
            let amount = self.held.len() as u64;
            note(|progress| progress.handed_down += amount);
        }
        let mut rest = self.held.as_slice();
        while !rest.is_empty() {
            let amount = rest.read(self.lower.buffers().output())?;
            self.lower.transmit_output(amount, timeout)?;
        }
        Ok(())
    }

    fn receive(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.lower.maybe_await_input(timeout)?;
        let mut arrived = self.lower.buffers().input();
        let amount = arrived.read(self.buffers.input_append_buf())?;
        self.lower.buffers().input_consume(amount);
        self.buffers.input_appended(amount);
        if self.counts {
            note(|progress| progress.received += amount as u64);
        }
        Ok(amount > 0)
    }
}

impl<L: Transport> Transport for OneWrite<L> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, _timeout: NextTimeout) -> Result<(), Error> {
        if let Some(output) = self.buffers.output().get_mut(..amount) {
            self.held.extend_from_slice(output);
            output.zeroize();
        }
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        if self.held.is_empty() {
            return self.receive(timeout);
        }
        let written = self.hand_down(timeout);
        self.held.zeroize();
        let Err(lost) = written else {
            return self.receive(timeout);
        };
        self.broken = true;
        if !matches!(lost, Error::Io(_)) {
            return Err(lost);
        }
        // A peer that hung up in the middle may have said why before: an answer, or a TLS alert.
        match self.receive(timeout) {
            Ok(true) => Ok(true),
            Err(alert @ Error::Rustls(_)) => Err(alert),
            _ => Err(lost),
        }
    }

    fn is_open(&mut self) -> bool {
        !self.broken && self.held.is_empty() && self.lower.is_open()
    }

    fn is_tls(&self) -> bool {
        self.lower.is_tls()
    }
}

impl<L> fmt::Debug for OneWrite<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneWrite")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    type Writes = Arc<Mutex<Vec<Vec<u8>>>>;

    /// Records what it is given, or fails every write; says its last words when read.
    #[derive(Debug)]
    struct Wire {
        buffers: LazyBuffers,
        writes: Writes,
        last_words: &'static [u8],
        dead: bool,
    }

    impl Transport for Wire {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.buffers
        }

        fn transmit_output(&mut self, amount: usize, _: NextTimeout) -> Result<(), Error> {
            if self.dead {
                return Err(std::io::Error::from(std::io::ErrorKind::BrokenPipe).into());
            }
            self.writes.lock().unwrap().push(self.buffers.output()[..amount].to_vec());
            Ok(())
        }

        fn await_input(&mut self, _: NextTimeout) -> Result<bool, Error> {
            let amount = self.last_words.read(self.buffers.input_append_buf()).unwrap();
            self.buffers.input_appended(amount);
            Ok(amount > 0)
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    fn wire(dead: bool, last_words: &'static [u8]) -> (OneWrite<Wire>, Writes) {
        let writes = Writes::default();
        let buffers = LazyBuffers::new(1024, 64 * 1024);
        let wire = Wire { buffers, writes: Arc::clone(&writes), last_words, dead };
        (OneWrite::new(wire, true), writes)
    }

    fn put(connection: &mut OneWrite<Wire>, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let amount = bytes.read(connection.buffers().output()).unwrap();
            connection.transmit_output(amount, NextTimeout::default()).unwrap();
        }
    }

    #[test]
    fn head_and_body_leave_together_when_the_answer_is_awaited() {
        begin();
        let (mut connection, writes) = wire(false, b"ok");
        let body = vec![b'x'; 40_000];
        put(&mut connection, b"POST / HTTP/1.1\r\n\r\n");
        put(&mut connection, &body);
        assert!(writes.lock().unwrap().is_empty());
        assert_eq!(progress().handed_down, 0);

        assert!(connection.await_input(NextTimeout::default()).unwrap());
        let writes = writes.lock().unwrap();
        assert_eq!(writes.len(), 1);
        assert_eq!(writes[0].len(), 19 + body.len());
        assert_eq!(progress().handed_down, 19 + body.len() as u64);
        assert_eq!(progress().received, 2);
        assert_eq!(connection.buffers().input(), b"ok");
    }

    #[test]
    fn a_failed_write_counts_and_spoils_the_connection() {
        begin();
        let (mut connection, _) = wire(true, b"");
        put(&mut connection, b"POST");
        assert!(matches!(connection.await_input(NextTimeout::default()), Err(Error::Io(_))));
        assert_eq!(progress().handed_down, 4);
        assert!(!connection.is_open());
    }

    #[test]
    fn an_answer_given_before_hanging_up_is_read() {
        begin();
        let (mut connection, _) = wire(true, b"HTTP/1.1 413 \r\n\r\n");
        put(&mut connection, b"POST");
        assert!(connection.await_input(NextTimeout::default()).unwrap());
        assert!(!connection.is_open());
    }

    #[test]
    fn nothing_of_a_request_stays_in_the_buffers() {
        let (mut connection, _) = wire(false, b"ok");
        put(&mut connection, b"secret");
        connection.await_input(NextTimeout::default()).unwrap();
        assert!(connection.buffers().output().iter().all(|byte| *byte == 0));
        assert!(connection.held.is_empty());
    }
}
