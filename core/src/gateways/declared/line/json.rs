//! The same for a descriptor that is JSON. The text was parsed before, so it is well formed.

/// The byte at which the value of a dotted path begins (its name, in an object), or the innermost one
/// around it that is there.
pub fn find(text: &str, path: &str) -> Option<usize> {
    let mut scan = Scan { text, at: 0 };
    let mut found = None;
    for part in path.split('.') {
        let Some(at) = scan.enter(part) else { break };
        found = Some(at);
    }
    found
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl Scan<'_> {
    /// Goes to the value of that name, or of that index; where it begins.
    fn enter(&mut self, part: &str) -> Option<usize> {
        match self.next()? {
            b'{' => self.name(part),
            b'[' => self.item(part.parse().ok()?),
            _ => None,
        }
    }

    fn name(&mut self, wanted: &str) -> Option<usize> {
        loop {
            self.at += 1;
            if self.next()? != b'"' {
                return None;
            }
            let start = self.at;
            self.string();
            let name: String = serde_json::from_str(self.text.get(start..self.at)?).ok()?;
            self.next()?;
            self.at += 1;
            if name == wanted {
                return Some(start);
            }
            self.value()?;
            if self.next()? != b',' {
                return None;
            }
        }
    }

    fn item(&mut self, wanted: usize) -> Option<usize> {
        for index in 0.. {
            self.at += 1;
            if self.next()? == b']' {
                return None;
            }
            if index == wanted {
                return Some(self.at);
            }
            self.value()?;
            if self.next()? != b',' {
                return None;
            }
        }
        None
    }

    /// The next byte that is not blank.
    fn next(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.at += blank;
        rest.get(blank).copied()
    }

    /// Over a string.
    fn string(&mut self) {
        self.at += 1;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            self.at += if *byte == b'\\' { 2 } else { 1 };
            if *byte == b'"' {
                return;
            }
        }
    }

    /// Over a value.
    fn value(&mut self) -> Option<()> {
        let mut depth = 0_usize;
        loop {
            match self.next()? {
                b'"' => self.string(),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => {
                    let rest = self.text.get(self.at..)?;
                    let ends = |sign: char| sign.is_ascii_whitespace() || ",]}".contains(sign);
                    self.at += rest.find(ends).unwrap_or(rest.len());
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::number;
    use super::*;

    #[test]
    fn a_path_has_its_line() {
        let text = "{\"a\": [1, {\"x\": \"}\\\"{\"}],\n \"b\":\n {\"c\" : [\n true,\n {\"d\\u0065\":\n -1.5e3}]}, \"f\":{}}\n";
        let _: serde_json::Value = serde_json::from_str(text).unwrap();
        for (path, line) in [
            ("a", 1),
            ("a.1.x", 1),
            ("b", 2),
            ("b.c", 3),
            ("b.c.0", 4),
            ("b.c.1", 5),
            ("b.c.1.de", 5),
            ("b.c.1.z", 5),
            ("b.c.7", 3),
            ("b.z", 2),
            ("b.c.1.de.f", 5),
            ("f", 6),
            ("f.x", 6),
        ] {
            assert_eq!(find(text, path).map(|at| number(text, at)), Some(line), "{path}");
        }
        assert_eq!(find(text, "z"), None);
        for broken in ["", "{", "{\"a", "{\"a\":", "[", "{\"a\":[", "{\"a\":\"x\\"] {
            let _ = (find(broken, "a.0"), find(broken, "b"));
        }
    }
}
