//! Randomness from a seed: a stream of SHA-256 over the seed and a counter. So a call draws from the
//! system once, if at all, and the setting `clock` can fix what it gets.

use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::clock::Time;
use crate::error::Error;

/// A seed from the system, or from the fixed time of a test.
pub fn seed(fixed: Option<Time>) -> Result<[u8; 32], Error> {
    if let Some(time) = fixed {
        let text = format!("kopeck {}", time.unix_timestamp_nanos());
        return Ok(Sha256::digest(text.as_bytes()).into());
    }
    let mut seed = [0; 32];
    let filled = SystemRandom::new().fill(&mut seed);
    filled.map_err(|_| Error::internal(false, "the system gives no randomness"))?;
    Ok(seed)
}

/// The stream of a seed.
pub struct Stream {
    seed: Zeroizing<[u8; 32]>,
    counter: u64,
}

impl Stream {
    /// Begins the stream.
    pub fn new(seed: [u8; 32]) -> Stream {
        Stream { seed: Zeroizing::new(seed), counter: 0 }
    }

    /// The next bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        for part in bytes.chunks_mut(32) {
            let mut digest = Sha256::new();
            digest.update(*self.seed);
            digest.update(self.counter.to_be_bytes());
            self.counter += 1;
            for (byte, random) in part.iter_mut().zip(digest.finalize()) {
                *byte = random;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_does_not_repeat_and_its_seed_decides() {
        let draw = |seed| {
            let (mut stream, mut bytes) = (Stream::new(seed), [0; 96]);
            stream.fill(&mut bytes);
            bytes
        };
        let bytes = draw([1; 32]);
        assert_ne!(bytes[..32], bytes[32..64]);
        assert_ne!(bytes[..32], bytes[64..]);
        assert_eq!(bytes, draw([1; 32]));
        assert_ne!(bytes, draw([2; 32]));
        assert_ne!(seed(None).unwrap(), seed(None).unwrap());
    }
}
