//! What the whole process shares.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use socket2::{Domain, Socket, Type};
use tokio::sync::mpsc::UnboundedSender;

use crate::bitrix24;
use crate::clock;
use crate::courier::Courier;
use crate::declared::installation::Installation as Declared;
use crate::exchange::Call;
use crate::faults::Faults;
use crate::intellectmoney::installation::Installation;
use crate::intellectmoney::webhooks;
use crate::options::Options;
use crate::rbs::callbacks::Delivery;
use crate::rbs::signature::RsaPair;
use crate::rbs::world::World;
use crate::replay::Replay;
use crate::struck_out::struck_out;
use crate::tls::Tls;

/// How many requests are remembered.
const REMEMBERED: usize = 5000;

/// Shared state. Locks are held for the length of one synchronous step, never across an await.
pub struct Sandbox {
    /// `http://127.0.0.1:PORT`.
    pub base_url: String,
    /// A loopback address on which nobody listens.
    pub refused_url: String,
    /// The HTTPS listener, where one was asked for.
    pub tls: Option<Tls>,
    /// Faults that wait for their request.
    pub faults: Faults,
    /// Vectors and sessions.
    pub replay: Replay,
    /// Sender of callbacks.
    pub courier: Courier,
    /// Key pair of RSA callbacks.
    pub rsa: Arc<RsaPair>,
    world: Mutex<World>,
    intellectmoney: Mutex<Installation>,
    declared: Mutex<Declared>,
    bitrix24: Mutex<bitrix24::installation::Installation>,
    requests: Mutex<VecDeque<Value>>,
    /// Bound and never listening, so that nobody else takes the port of `refused_url`.
    _refusing: Socket,
}

impl Sandbox {
    /// A sandbox that will answer on `address`.
    pub fn new(
        options: &Options,
        address: SocketAddr,
        outbox: UnboundedSender<Delivery>,
        webhooks: UnboundedSender<webhooks::Delivery>,
    ) -> Result<Self, String> {
        let rsa = Arc::new(RsaPair::embedded()?);
        let base_url = format!("http://{address}");
        let (refusing, refused_url) =
            refusing_socket().map_err(|error| format!("no port to refuse on: {error}"))?;
        let pause = options.retry_pause_ms;
        let intellectmoney = Installation::new(&base_url, webhooks, pause);
        let declared = Declared::new(&base_url, pause);
        let world = World::new(base_url.clone(), Arc::clone(&rsa), outbox, pause);
        Ok(Self {
            base_url,
            refused_url,
            tls: options.tls.as_ref().map(|(_, root)| Tls::new(root)).transpose()?,
            faults: Faults::default(),
            replay: Replay::load(&options.replay)?,
            courier: Courier::default(),
            rsa,
            world: Mutex::new(world),
            intellectmoney: Mutex::new(intellectmoney),
            declared: Mutex::new(declared),
            bitrix24: Mutex::default(),
            requests: Mutex::new(VecDeque::new()),
            _refusing: refusing,
        })
    }

    /// IntellectMoney. A panic elsewhere does not stop it.
    pub fn intellectmoney(&self) -> MutexGuard<'_, Installation> {
        self.intellectmoney.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gateways that are described as data. A panic elsewhere does not stop them.
    pub fn declared(&self) -> MutexGuard<'_, Declared> {
        self.declared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Portals of Bitrix24. A panic elsewhere does not stop them.
    pub fn bitrix24(&self) -> MutexGuard<'_, bitrix24::installation::Installation> {
        self.bitrix24.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The RBS installation. A panic elsewhere does not stop it.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a request to the gateway, its secrets struck out.
    pub fn remember(&self, call: &Call, outcome: &str) {
        let mut secrets = self.declared().secrets();
        secrets.extend(self.bitrix24().secrets());
        let without = |text: String| {
            secrets.iter().fold(text, |text, secret| text.replace(secret.as_str(), "***"))
        };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() >= REMEMBERED {
            requests.pop_front();
        }
        requests.push_back(json!({
            "at": clock::rfc3339(clock::now()),
            "method": call.method,
            "path": without(bitrix24::without_secret(&call.path)),
            "query": call.query.as_deref().map(|query| without(struck_out(query.as_bytes()))),
            "body": without(struck_out(&call.body)),
            "outcome": outcome,
        }));
    }

    /// The remembered requests, oldest first.
    pub fn requests(&self) -> Vec<Value> {
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.iter().cloned().collect()
    }

    /// Forgets the remembered requests.
    pub fn forget_requests(&self) {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

fn refusing_socket() -> std::io::Result<(Socket, String)> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into())?;
    let port = socket.local_addr()?.as_socket().map_or(1, |address| address.port());
    Ok((socket, format!("http://127.0.0.1:{port}/payment")))
}
