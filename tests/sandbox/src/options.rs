//! Command line of the sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
kopeck-sandbox: a stand-in for payment gateways, in memory, on loopback

Usage: kopeck-sandbox [--listen 127.0.0.1:PORT] [OPTIONS]

  --listen ADDRESS        loopback address and port; port 0 picks one (default 127.0.0.1:8080)
  --tls ADDRESS           serve the same over HTTPS there too, as https://localhost:PORT
  --tls-root FILE         where --tls writes the certificate (PEM) that its clients must trust
  --retry-pause-ms N      pause between attempts of a callback (default 30000, as the gateway)
  --replay DIR            answer /replay/NAME/... from the vectors DIR/*.json (may be repeated)
  --until-stdin-closes    exit when standard input reaches its end
  --help                  this text

The first line of output is `listening on http://ADDRESS`, with --tls the second one is
`listening on https://localhost:PORT`; GET /sandbox/config tells the rest.";

/// Settings of the process.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen; always loopback.
    pub listen: SocketAddr,
    /// Where to listen for HTTPS, and the file for the root that its clients must trust.
    pub tls: Option<(SocketAddr, PathBuf)>,
    /// Pause between callback attempts, unless the merchant has its own.
    pub retry_pause_ms: u64,
    /// Folders of vectors.
    pub replay: Vec<PathBuf>,
    /// Whether the end of standard input ends the process.
    pub until_stdin_closes: bool,
}

/// What the command line asks for.
#[derive(Debug, PartialEq)]
pub enum Request {
    /// Run with these options.
    Run(Options),
    /// Print the help.
    Help,
}

/// Reads the arguments that follow the program's name.
pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Request, String> {
    let mut options = Options {
        listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
        tls: None,
        retry_pause_ms: 30_000,
        replay: Vec::new(),
        until_stdin_closes: false,
    };
    let (mut tls, mut tls_root) = (None, None);
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (argument, None),
        };
        let mut value = || {
            inline.clone().or_else(|| arguments.next()).ok_or(format!("{name}: a value is missing"))
        };
        match name.as_str() {
            "--help" | "-h" => return Ok(Request::Help),
            "--listen" => options.listen = loopback(&name, &value()?)?,
            "--tls" => tls = Some(loopback(&name, &value()?)?),
            "--tls-root" => tls_root = Some(PathBuf::from(value()?)),
            "--retry-pause-ms" => {
                let text = value()?;
                options.retry_pause_ms =
                    text.parse().map_err(|_| format!("{name}: expected a number, got {text:?}"))?;
            }
            "--replay" => options.replay.push(value()?.into()),
            "--until-stdin-closes" => options.until_stdin_closes = true,
            _ => return Err(format!("{name}: unknown option, see --help")),
        }
    }
    options.tls = match (tls, tls_root) {
        (Some(address), Some(root)) => Some((address, root)),
        (Some(_), None) => return Err("--tls: --tls-root is missing".into()),
        (None, Some(_)) => return Err("--tls-root: --tls is missing".into()),
        (None, None) => None,
    };
    Ok(Request::Run(options))
}

fn loopback(name: &str, text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .replace("localhost:", "127.0.0.1:")
        .parse()
        .map_err(|_| format!("{name}: expected 127.0.0.1:PORT, got {text:?}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(format!("{name}: only loopback addresses are served, got {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Request, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_both_forms() {
        let Ok(Request::Run(options)) = read(
            "--listen 127.0.0.1:0 --retry-pause-ms=5 --replay a --replay b --until-stdin-closes",
        ) else {
            panic!("refused");
        };
        assert_eq!(options.listen.port(), 0);
        assert_eq!(options.retry_pause_ms, 5);
        assert_eq!(options.replay.len(), 2);
        assert!(options.until_stdin_closes);
    }

    #[test]
    fn https_needs_a_place_for_its_root() {
        let Ok(Request::Run(options)) = read("--tls localhost:0 --tls-root=ca.pem") else {
            panic!("refused");
        };
        assert_eq!(options.tls, Some((SocketAddr::from(([127, 0, 0, 1], 0)), "ca.pem".into())));
        assert_eq!(read("--tls [::1]:0"), Err("--tls: --tls-root is missing".into()));
        assert_eq!(read("--tls-root ca.pem"), Err("--tls-root: --tls is missing".into()));
    }

    #[test]
    fn only_loopback_is_served() {
        assert!(read("--listen 0.0.0.0:80").is_err());
        assert!(read("--listen 10.0.0.1:80").is_err());
        assert!(read("--listen [::1]:0").is_ok());
        assert!(read("--listen").is_err());
        assert!(read("--tls 0.0.0.0:0 --tls-root a").is_err());
        assert!(read("--what").is_err());
        assert_eq!(read("--help"), Ok(Request::Help));
    }
}
