//! The door: settings in, then operations by name. Here stands the only loop over Steps.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::{self, Clock, FixedClock, Stopwatch, SystemClock, Time};
use crate::crm;
use crate::crm::bitrix24::Bitrix24;
use crate::error::{Error, Kind};
use crate::fields::{self, Fields};
use crate::flow;
use crate::gateways::{self, Context, Gateway, Step, declared};
use crate::http::{Effect, HttpRequest, HttpResponse, Transport};
use crate::notification::Notification;
use crate::operation::{Common, Request, WITHOUT_GATEWAY};
use crate::settings::Common as Settings;
use crate::sign;

/// Talks to one gateway, or to one CRM, with one set of settings. It never changes after it is made:
/// many threads may use one at once, and a forked child may go on using its parent's.
pub struct Client {
    service: Service,
    transport: Box<dyn Transport>,
    fixed_time: Option<Time>,
    test_mode: Option<bool>,
}

/// What stands behind a client.
enum Service {
    /// Nothing: it serves what needs no settings.
    None,
    /// Where money is taken.
    Gateway(Arc<dyn Gateway>),
    /// Where the deal stands that is paid.
    Crm(Arc<Bitrix24>),
}

impl Service {
    /// The name in `error.gateway`.
    fn name(&self) -> Option<&str> {
        match self {
            Service::None => None,
            Service::Gateway(gateway) => Some(gateway.name()),
            Service::Crm(crm) => Some(crm.name()),
        }
    }

    /// The names of an operation's fields.
    fn fields(&self, common: &Common) -> &'static [&'static str] {
        match self {
            Service::Crm(crm) if !crm.fields(common.name).is_empty() => crm.fields(common.name),
            _ => common.fields(),
        }
    }
}

/// How much a log line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// A line per request and per answer.
    Info,
    /// An exchange that failed.
    Warning,
}

impl Level {
    /// The number in the C ABI.
    pub fn number(self) -> i32 {
        match self {
            Level::Info => 1,
            Level::Warning => 2,
        }
    }
}

/// Takes a line of the log.
pub type Log<'a> = &'a dyn Fn(Level, &str);

/// What the calling program lends to a call.
pub struct Host<'a> {
    /// Tells the time and waits.
    pub clock: &'a dyn Clock,
    /// Takes log lines, on the calling thread; never secrets, card data or signatures.
    pub log: Option<Log<'a>>,
}

impl Client {
    /// Reads and checks the settings (names: README). Nothing is sent.
    pub fn new(settings: &Fields) -> Result<Client, Error> {
        Client::open(settings, |common| Ok(Box::new(common.https()?)))
    }

    /// The same over another transport: what unit tests script.
    pub fn over(settings: &Fields, transport: Box<dyn Transport>) -> Result<Client, Error> {
        Client::open(settings, |_| Ok(transport))
    }

    fn open(
        settings: &Fields,
        transport: impl FnOnce(&Settings) -> Result<Box<dyn Transport>, Error>,
    ) -> Result<Client, Error> {
        let (common, mut own) = Settings::split(settings)?;
        let service = match (&common.gateway, &common.service, own.keys().next()) {
            (Some(_), Some(_), _) => {
                Err(Error::invalid("service", "expected gateway or service, not both"))
            }
            (Some(name), None, _) => gateways::open(name, &common, &own).map(Service::Gateway),
            (None, Some(name), _) => crm::open(name, &common, &own).map(Service::Crm),
            (None, None, Some(name)) => {
                Err(Error::invalid(name, "no such setting without a gateway or a service"))
            }
            (None, None, None) => Ok(Service::None),
        };
        fields::wipe(&mut own);
        Ok(Client {
            service: service?,
            transport: transport(&common)?,
            fixed_time: common.fixed_time()?,
            test_mode: common.test_mode,
        })
    }

    /// Carries out an operation and gives its reply.
    pub fn call(&self, operation: &str, fields: &Fields) -> Result<Fields, Error> {
        self.call_in(&Host { clock: &SystemClock, log: None }, operation, fields)
    }

    /// The same with the caller's own clock and log. A panic ends as
    /// [`Kind::Internal`](crate::Kind::Internal), which says whether a write had left by then; the
    /// client stays usable.
    pub fn call_in(
        &self,
        host: &Host<'_>,
        operation: &str,
        fields: &Fields,
    ) -> Result<Fields, Error> {
        let wrote = Cell::new(false);
        let fixed = self.fixed_time.map(FixedClock::new);
        let clock = fixed.as_ref().map_or(host.clock, |clock| clock as &dyn Clock);
        let gateway_date = Cell::new(None);
        let call =
            Call { client: self, clock, log: host.log, wrote: &wrote, gateway_date: &gateway_date };
        let outcome = catch_unwind(AssertUnwindSafe(|| call.perform(operation, fields)));
        let outcome = outcome.unwrap_or_else(|_| {
            Err(Error::internal(wrote.get(), "a defect in kopeck: please report it"))
        });
        outcome.map_err(|mut error| {
            if error.kind == Kind::InvalidRequest && wrote.get() {
                // Whatever cannot be sent after a write says nothing against the write.
                error = Error::internal(true, "a request after the write could not be made");
            }
            error.operation.get_or_insert_with(|| operation.to_owned());
            error.gateway = self.service.name().map(str::to_owned);
            error
        })
    }
}

#[cfg(test)]
impl Client {
    /// A call for tests of what stands below an operation.
    pub(crate) fn lend<T>(&self, clock: &dyn Clock, run: impl FnOnce(&Call<'_>) -> T) -> T {
        let (wrote, gateway_date) = (Cell::new(false), Cell::new(None));
        run(&Call { client: self, clock, log: None, wrote: &wrote, gateway_date: &gateway_date })
    }
}

/// One call on its way.
pub(crate) struct Call<'a> {
    client: &'a Client,
    pub(crate) clock: &'a dyn Clock,
    log: Option<Log<'a>>,
    wrote: &'a Cell<bool>,
    gateway_date: &'a Cell<Option<String>>,
}

impl Call<'_> {
    fn perform(&self, operation: &str, fields: &Fields) -> Result<Fields, Error> {
        match operation {
            "operations" | "describe" => return Ok(self.describe(operation)),
            "descriptor_check" => return declared::check::run(&fields::read(fields)?),
            #[cfg(feature = "provoke-panic")]
            "provoke_panic" => return crate::provoke::panic(self, fields),
            _ => {}
        }
        let gateway = match &self.client.service {
            Service::Gateway(gateway) => gateway,
            Service::Crm(crm) => return crm.perform(self, operation, fields),
            Service::None => {
                let says = "required in the settings for this operation";
                return Err(Error::invalid("gateway", says));
            }
        };
        let request = Request::read(gateway.name(), operation, fields)?;
        match request {
            Request::Wait(request) => flow::wait::run(self, &request),
            Request::Confirm(request) => flow::confirm::run(self, &request),
            Request::Settle(request) => flow::settle::run(self, *request),
            Request::CheckSettings => flow::check_settings::run(self),
            Request::ParseNotification(request) => {
                flow::confirm::parse(self, &request).map(Notification::into_fields)
            }
            Request::Instalments(request) => flow::instalments::run(self, *request),
            Request::CreatePayment(request) => flow::create::run(self, request),
            request => self.ask(request),
        }
    }

    /// The gateway; a flow is never reached without one.
    pub(crate) fn gateway(&self) -> Result<&dyn Gateway, Error> {
        match &self.client.service {
            Service::Gateway(gateway) => Ok(&**gateway),
            _ => Err(Error::internal(false, "a flow without a gateway")),
        }
    }

    /// Whether test money is expected.
    pub(crate) fn test_mode(&self) -> Option<bool> {
        self.client.test_mode
    }

    /// What the gateway's last answer said the time is.
    pub(crate) fn gateway_time(&self) -> Option<Time> {
        clock::parse_http(&self.gateway_date.take()?)
    }

    /// Carries out one operation of the gateway.
    pub(crate) fn ask(&self, request: Request) -> Result<Fields, Error> {
        let fixed = self.client.fixed_time;
        let seed = || sign::random::seed(fixed);
        let context = Context { now: self.clock.now(), seed: &seed };
        self.carry(self.gateway()?.start(request, &context)?)
    }

    /// The only loop over Steps.
    pub(crate) fn carry(&self, mut step: Step) -> Result<Fields, Error> {
        loop {
            step = match step {
                Step::Done(reply) => return Ok(reply),
                Step::Send(request, next) => next(self.send(&request)?)?,
                Step::Look(request, next, otherwise) => match self.send(&request) {
                    Ok(response) => next(response)?,
                    Err(_) => return *otherwise,
                },
            }
        }
    }

    /// Sends one request; this is where `NotDone` and `OutcomeUnknown` arise.
    pub(crate) fn send(&self, request: &HttpRequest) -> Result<HttpResponse, Error> {
        let write = request.effect == Effect::Write;
        let wrote_before = self.wrote.replace(self.wrote.get() || write);
        let watch = Stopwatch::start();
        self.log(Level::Info, || {
            let names = request.field_names.join(" ");
            format!("-> {} {} [{names}]", request.method, request.place())
        });
        match self.client.transport.send(request) {
            Ok(response) => {
                self.gateway_date.set(response.header("date").map(str::to_owned));
                self.log(Level::Info, || {
                    let (status, ms) = (response.status, watch.ms());
                    format!("<- {status} in {ms} ms from {}", request.place())
                });
                Ok(response)
            }
            Err(problem) => {
                self.log(Level::Warning, || {
                    format!("!! {} after {} ms: {}", problem.reason, watch.ms(), problem.message)
                });
                if write && problem.may_have_arrived {
                    return Err(Error::outcome_unknown(problem.reason, problem.message));
                }
                self.wrote.set(wrote_before);
                let advice = self.gateway().ok().and_then(|it| it.on_untrusted_certificate());
                let message = match advice.filter(|_| problem.reason == "tls_untrusted") {
                    Some(advice) => format!("{}; {advice}", problem.message),
                    None => problem.message,
                };
                Err(Error::not_done(problem.reason, message))
            }
        }
    }

    fn log(&self, level: Level, line: impl FnOnce() -> String) {
        if let Some(log) = self.log {
            log(level, &line());
        }
    }

    fn describe(&self, what: &str) -> Fields {
        let row = |common: &Common| {
            let mut row = json!({
                "name": common.name, "effect": common.effect.name(), "repeat": common.repeat,
            });
            if let (true, Some(row)) = (what == "describe", row.as_object_mut()) {
                row.insert("fields".into(), self.client.service.fields(common).into());
            }
            row
        };
        let (name, common, natives, assumptions) = match &self.client.service {
            Service::None => {
                let names = [json!({ "name": "operations" }), json!({ "name": "describe" })];
                let names = names.into_iter().chain(WITHOUT_GATEWAY.iter().map(row)).collect();
                return Fields::from_iter([("operations".to_owned(), Value::Array(names))]);
            }
            Service::Gateway(it) => (it.name(), it.operations(), it.natives(), it.assumptions()),
            Service::Crm(it) => (it.name(), it.operations(), it.natives(), it.assumptions()),
        };
        let common = common.into_iter().chain(WITHOUT_GATEWAY).map(row);
        let natives = natives.into_iter().map(|native| match what {
            "operations" => native.listed(name),
            _ => native.describe(name),
        });
        let mut reply = Fields::new();
        reply.insert("gateway".into(), name.into());
        reply.insert("operations".into(), Value::Array(common.chain(natives).collect()));
        if what == "describe" {
            reply.insert("assumptions".into(), assumptions);
        }
        reply
    }
}
