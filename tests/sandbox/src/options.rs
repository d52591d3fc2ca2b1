//! Command line of the sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;

/// What `--help` prints.
pub const HELP: &str = "\
kopeck-sandbox: a stand-in for payment gateways, in memory, on loopback

Usage: kopeck-sandbox [--listen 127.0.0.1:PORT] [OPTIONS]

  --listen ADDRESS        loopback address and port; port 0 picks one (default 127.0.0.1:8080)
  --retry-pause-ms N      pause between attempts of a callback (default 30000, as the gateway)
  --replay DIR            answer /replay/NAME/... from the vectors DIR/*.json (may be repeated)
  --until-stdin-closes    exit when standard input reaches its end
  --help                  this text

The first line of output is `listening on http://ADDRESS`; GET /sandbox/config tells the rest.";

/// Settings of the process.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Where to listen; always loopback.
    pub listen: SocketAddr,
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
        retry_pause_ms: 30_000,
        replay: Vec::new(),
        until_stdin_closes: false,
    };
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
            "--listen" => options.listen = loopback(&value()?)?,
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
    Ok(Request::Run(options))
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .replace("localhost:", "127.0.0.1:")
        .parse()
        .map_err(|_| format!("--listen: expected 127.0.0.1:PORT, got {text:?}"))?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err(format!("--listen: only loopback addresses are served, got {text:?}"))
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
    fn only_loopback_is_served() {
        assert!(read("--listen 0.0.0.0:80").is_err());
        assert!(read("--listen 10.0.0.1:80").is_err());
        assert!(read("--listen [::1]:0").is_ok());
        assert!(read("--listen").is_err());
        assert!(read("--what").is_err());
        assert_eq!(read("--help"), Ok(Request::Help));
    }
}
