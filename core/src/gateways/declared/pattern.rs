//! A regular expression of a descriptor, run in linear time whatever it is fed.

use regex_lite::Regex;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};

/// The longest that is read: a longer one is a mistake, or meant to be slow.
const LONGEST: usize = 1000;

/// A regular expression. Without `^` and `$` it may match a part.
pub struct Pattern(Regex);

impl Pattern {
    /// Whether it matches.
    pub fn matches(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pattern, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() > LONGEST {
            let says = format!("expected a regular expression of at most {LONGEST} bytes");
            return Err(D::Error::custom(says));
        }
        match Regex::new(&text) {
            Ok(regex) => Ok(Pattern(regex)),
            Err(fault) => Err(D::Error::custom(format!("expected a regular expression: {fault}"))),
        }
    }
}
