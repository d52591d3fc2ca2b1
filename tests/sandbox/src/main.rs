//! A stand-in for payment gateways: same paths, same errors, same states, real signatures, payment
//! pages, and faults on demand. Everything is in memory and on loopback.
//!
//! It is written from the gateway's documents alone and shares no code with the library, so that a
//! mistake in one shows against the other.

mod base64;
mod bitrix24;
mod clock;
mod control;
mod courier;
mod declared;
mod exchange;
mod faults;
mod html;
mod intellectmoney;
mod options;
mod rbs;
mod replay;
mod route;
mod sandbox;
mod server;
mod struck_out;
mod tls;
mod wire;

use std::io::{Read, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, oneshot};

use options::{HELP, Options, Request};
use sandbox::Sandbox;

fn main() -> ExitCode {
    let options = match options::parse(std::env::args().skip(1)) {
        Ok(Request::Run(options)) => options,
        Ok(Request::Help) => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(fault) => return failed(&fault),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(fault) => return failed(&format!("no runtime: {fault}")),
    };
    let outcome = runtime.block_on(run(options));
    // Answers that still hang are not waited for.
    runtime.shutdown_timeout(Duration::from_millis(200));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => failed(&fault),
    }
}

fn failed(fault: &str) -> ExitCode {
    eprintln!("kopeck-sandbox: {fault}");
    ExitCode::from(2)
}

async fn run(options: Options) -> Result<(), String> {
    let listener = TcpListener::bind(options.listen)
        .await
        .map_err(|fault| format!("{}: {fault}", options.listen))?;
    let address = listener.local_addr().map_err(|fault| fault.to_string())?;
    let (sender, outbox) = mpsc::unbounded_channel();
    let (hooks, webhooks) = mpsc::unbounded_channel();
    let sandbox = Arc::new(Sandbox::new(&options, address, sender, hooks)?);
    let mut terminated = signal(SignalKind::terminate()).map_err(|fault| fault.to_string())?;
    let closed = stdin_closed(options.until_stdin_closes);

    tokio::spawn(rbs::callbacks::run(Arc::clone(&sandbox), outbox));
    tokio::spawn(intellectmoney::webhooks::run(Arc::clone(&sandbox), webhooks));
    tokio::spawn(keep_time(Arc::clone(&sandbox)));
    let mut said = format!("listening on {}\n", sandbox.base_url);
    if let Some((address, _)) = &options.tls {
        let fault = |fault| format!("{address}: {fault}");
        let listener = TcpListener::bind(address).await.map_err(fault)?;
        let port = listener.local_addr().map_err(fault)?.port();
        said.push_str(&format!("listening on https://localhost:{port}\n"));
        tokio::spawn(server::run(Arc::clone(&sandbox), listener, true));
    }
    let server = tokio::spawn(server::run(Arc::clone(&sandbox), listener, false));

    // Whoever started us may have gone already; that is no reason to fail.
    let mut output = std::io::stdout();
    let _ = output.write_all(said.as_bytes()).and_then(|()| output.flush());

    tokio::select! {
        _ = terminated.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
        _ = closed => {}
        _ = server => {}
    }
    Ok(())
}

async fn keep_time(sandbox: Arc<Sandbox>) {
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tick.tick().await;
        sandbox.world().sweep();
        sandbox.intellectmoney().sweep();
    }
}

/// Resolves at the end of standard input, or never when nobody asked for that.
async fn stdin_closed(wanted: bool) {
    if !wanted {
        return std::future::pending().await;
    }
    let (sender, receiver) = oneshot::channel();
    // A blocking read cannot be abandoned, so it has a thread of its own.
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while std::io::stdin().read(&mut buffer).is_ok_and(|count| count > 0) {}
        let _ = sender.send(());
    });
    let _ = receiver.await;
}
