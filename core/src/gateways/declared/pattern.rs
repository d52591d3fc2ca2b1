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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_hostile_text_takes_no_longer_than_another() {
        let pattern = Pattern::deserialize(json!("^(a+)+$")).unwrap();
        let text = "a".repeat(20_000);
        let begun = std::time::Instant::now();
        assert!(pattern.matches(&text));
        // A regular expression that goes back would try 2 to the 20000th ways.
        assert!(!pattern.matches(&format!("{text}!")));
        assert!(begun.elapsed().as_secs() < 20);
    }

    #[test]
    fn what_is_none_or_too_long_says_so() {
        let fault = |text: &str| Pattern::deserialize(json!(text)).err().unwrap().to_string();
        assert!(fault("(").contains("expected a regular expression: "));
        // Going back is not there at all.
        assert!(fault(r"(a)\1").contains("expected a regular expression: "));
        assert!(fault(&"a".repeat(LONGEST + 1)).contains("at most 1000 bytes"));
    }
}
