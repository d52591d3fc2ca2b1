//! One run through a vector.

use super::vector::{ExpectedRequest, Vector};
use crate::exchange::{Answer, Call};

/// How far a client has come, and where it went astray.
#[derive(Debug, Default)]
pub struct Session {
    /// Exchanges done.
    pub position: usize,
    /// Every difference seen, in words.
    pub differences: Vec<String>,
}

impl Session {
    /// Compares a request with the next exchange and answers from it, or says what differs with 599.
    pub fn answer(&mut self, vector: &Vector, call: &Call, path: &str) -> Answer {
        if self.repeats_unanswered(vector, call, path) {
            return Answer::silence();
        }
        let Some(exchange) = vector.exchanges.get(self.position) else {
            return self.astray(format!(
                "request {}: the vector has only {} exchanges, got {} {path}",
                self.position + 1,
                vector.exchanges.len(),
                call.method,
            ));
        };
        let target = target(call, path);
        let found = differences(&exchange.request, call, &target);
        if !found.is_empty() {
            let text = format!("request {}:\n{}", self.position + 1, found.join("\n"));
            return self.astray(text);
        }
        self.position += 1;
        let Some(response) = &exchange.response else { return Answer::silence() };
        let mut answer = Answer {
            status: response.status,
            headers: Vec::new(),
            body: response.body.clone().into(),
        };
        for (name, value) in &response.headers {
            // Lengths are ours to state: a vector may have been edited by hand.
            let framing = ["content-length", "transfer-encoding"];
            if !framing.iter().any(|known| name.eq_ignore_ascii_case(known)) {
                answer = answer.with(name, value);
            }
        }
        answer
    }

    /// A client may repeat a read once on a fresh connection when a pooled one went silent: that is
    /// no exchange of its own.
    fn repeats_unanswered(&self, vector: &Vector, call: &Call, path: &str) -> bool {
        let before = self.position.checked_sub(1).and_then(|last| vector.exchanges.get(last));
        let same = |expected: &ExpectedRequest| {
            differences(expected, call, &target(call, path)).is_empty()
        };
        before.is_some_and(|last| last.response.is_none() && same(&last.request))
            && !vector.exchanges.get(self.position).is_some_and(|next| same(&next.request))
    }

    fn astray(&mut self, text: String) -> Answer {
        self.differences.push(text.clone());
        Answer::text(599, text)
    }
}

fn target(call: &Call, path: &str) -> String {
    match &call.query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}

fn differences(expected: &ExpectedRequest, call: &Call, target: &str) -> Vec<String> {
    let mut found = Vec::new();
    if expected.method != call.method {
        found.push(format!("method: expected {}, got {}", expected.method, call.method));
    }
    if expected.path != target {
        found.push(format!("path: expected {}, got {target}", expected.path));
    }
    for (name, value) in &expected.headers {
        let got = call.header(name);
        if got != value.as_deref() {
            found.push(format!("header {name}: expected {value:?}, got {got:?}"));
        }
    }
    let (want, got) = (expected.body.as_bytes(), call.body.as_ref());
    if want != got {
        let place = want.iter().zip(got).take_while(|(left, right)| left == right).count();
        found.push(format!(
            "body: differs at byte {place}: expected {:?}, got {:?}\n  expected whole: {}\n  got whole:      {}",
            around(want, place),
            around(got, place),
            String::from_utf8_lossy(want),
            String::from_utf8_lossy(got),
        ));
    }
    found
}

fn around(bytes: &[u8], place: usize) -> String {
    let end = bytes.len().min(place.saturating_add(24));
    String::from_utf8_lossy(bytes.get(place..end).unwrap_or_default()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vector() -> Vector {
        serde_json::from_str(
            r#"{"title":"t","exchanges":[{"request":{"method":"POST","path":"/payment/rest/a.do",
                "headers":{"content-type":"x/y","x-none":null},"body":"a=1&b=2"},
                "response":{"status":200,"headers":{"content-type":"application/json","content-length":"9"},
                "body":"{}"}}]}"#,
        )
        .unwrap()
    }

    fn call(body: &str) -> Call {
        let mut headers = hyper::HeaderMap::new();
        headers.insert("content-type", "x/y".parse().unwrap());
        Call {
            method: "POST".into(),
            path: "/replay/t/payment/rest/a.do".into(),
            query: None,
            headers,
            body: body.to_owned().into(),
        }
    }

    /// What differs between one request and a vector of one exchange.
    fn told(request: &str, call: &Call) -> Vec<String> {
        let text = format!(r#"{{"exchanges":[{{"request":{request},"response":null}}]}}"#);
        let vector: Vector = serde_json::from_str(&text).unwrap();
        let mut session = Session::default();
        session.answer(&vector, call, "/ecomm/list");
        session.differences
    }

    #[test]
    fn a_get_is_compared_with_its_query_and_without_headers() {
        let request = r#"{"method":"GET","path":"/ecomm/list?a=1&b=%D0%B6","headers":{}}"#;
        let mut call = call("");
        call.method = "GET".into();
        call.headers.clear();
        for (query, same) in [
            (Some("a=1&b=%D0%B6"), true),
            (Some("b=%D0%B6&a=1"), false),
            (Some(""), false),
            (None, false),
        ] {
            call.query = query.map(str::to_owned);
            assert_eq!(told(request, &call).is_empty(), same, "{query:?}");
        }
        call.query = Some("a=1&b=%D0%B6".into());
        call.body = "{}".into();
        assert!(told(request, &call)[0].contains("body:"));
    }

    #[test]
    fn signatures_and_json_are_compared_byte_for_byte() {
        let request = r#"{"method":"POST","path":"/ecomm/list","headers":{
            "content-type":"application/json","x-hash":"aGFzaA==","X-Signature":"c2ln"},
            "body":"{\"a\":1,\"b\":\"ж\"}"}"#;
        let mut right = call(r#"{"a":1,"b":"ж"}"#);
        let named =
            [("content-type", "application/json"), ("x-hash", "aGFzaA=="), ("x-signature", "c2ln")];
        for (name, value) in named {
            right.headers.insert(name, value.parse().unwrap());
        }
        assert_eq!(told(request, &right), [""; 0]);
        for (name, _) in named {
            let mut wrong = right.clone();
            wrong.headers.insert(name, "other".parse().unwrap());
            assert!(told(request, &wrong)[0].contains("header"), "{name}");
            wrong.headers.remove(name);
            assert!(told(request, &wrong)[0].contains("header"), "{name}");
        }
        let spaced = Call { body: r#"{"a": 1,"b":"ж"}"#.into(), ..right };
        assert!(told(request, &spaced)[0].contains("body: differs at byte 5"));
    }

    #[test]
    fn an_equal_request_is_answered_and_counted() {
        let mut session = Session::default();
        let answer = session.answer(&vector(), &call("a=1&b=2"), "/payment/rest/a.do");
        assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
        assert_eq!(session.position, 1);
        let after = session.answer(&vector(), &call("a=1&b=2"), "/payment/rest/a.do");
        assert_eq!((after.status, session.differences.len()), (599, 1));
    }

    #[test]
    fn silence_is_kept_for_one_repeat() {
        let mut vector = vector();
        vector.exchanges[0].response = None;
        let mut session = Session::default();
        for _ in 0..2 {
            let answer = session.answer(&vector, &call("a=1&b=2"), "/payment/rest/a.do");
            assert_eq!((answer.status, session.position), (Answer::silence().status, 1));
        }
        assert!(session.differences.is_empty());
    }

    #[test]
    fn a_difference_is_told_and_does_not_advance() {
        let mut session = Session::default();
        let answer = session.answer(&vector(), &call("a=1&b=3"), "/payment/rest/A.do");
        let text = String::from_utf8(answer.body.to_vec()).unwrap();
        assert!(text.contains("differs at byte 6") && text.contains("path:"), "{text}");
        assert_eq!((answer.status, session.position), (599, 0));
    }
}
