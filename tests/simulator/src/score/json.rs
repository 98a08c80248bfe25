//! Just enough JSON to read what `pinglens` prints. Numbers stay text, as nobody calculates with them here.

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it was written.
    Number(String),
    /// A string.
    Text(String),
    /// An array.
    List(Vec<Self>),
    /// An object, in the order of its fields.
    Object(Vec<(String, Self)>),
}

impl Json {
    /// Reads one value; `None` if `text` is not JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut reader = Reader {
            rest: text.as_bytes(),
        };
        let value = reader.value()?;
        reader.blanks();
        reader.rest.is_empty().then_some(value)
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields
                .iter()
                .find(|(field, _)| field == name)
                .map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string field.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a field that is a whole number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.get(name)? {
            Self::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The elements of an array field; none if it is not one.
    #[must_use]
    pub fn list(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(list)) => list,
            _ => &[],
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl Reader<'_> {
    fn blanks(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    fn eat(&mut self, word: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(word.as_bytes())?;
        Some(())
    }

    fn value(&mut self) -> Option<Json> {
        self.blanks();
        match self.rest.first()? {
            b'n' => self.eat("null").map(|()| Json::Null),
            b't' => self.eat("true").map(|()| Json::Bool(true)),
            b'f' => self.eat("false").map(|()| Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => self.members(b']', Self::value).map(Json::List),
            b'{' => self
                .members(b'}', |reader| {
                    reader.blanks();
                    let name = reader.string()?;
                    reader.blanks();
                    reader.eat(":")?;
                    Some((name, reader.value()?))
                })
                .map(Json::Object),
            _ => {
                let length = self
                    .rest
                    .iter()
                    .take_while(|byte| {
                        matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')
                    })
                    .count();
                let (number, rest) = self.rest.split_at(length);
                self.rest = rest;
                (length > 0).then(|| Json::Number(String::from_utf8_lossy(number).into_owned()))
            }
        }
    }

    fn members<T>(
        &mut self,
        close: u8,
        mut one: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        self.rest = &self.rest[1..];
        let mut all = Vec::new();
        loop {
            self.blanks();
            match self.rest.first()? {
                byte if *byte == close => {
                    self.rest = &self.rest[1..];
                    return Some(all);
                }
                b',' if !all.is_empty() => self.rest = &self.rest[1..],
                _ if all.is_empty() => {}
                _ => return None,
            }
            all.push(one(self)?);
        }
    }

    fn string(&mut self) -> Option<String> {
        self.eat("\"")?;
        let mut bytes = Vec::new();
        loop {
            let (byte, rest) = self.rest.split_first()?;
            self.rest = rest;
            match byte {
                b'"' => return String::from_utf8(bytes).ok(),
                b'\\' => {
                    let (escape, rest) = self.rest.split_first()?;
                    self.rest = rest;
                    let plain = match escape {
                        b'n' => '\n',
                        b't' => '\t',
                        b'r' => '\r',
                        b'b' => '\u{8}',
                        b'f' => '\u{c}',
                        b'u' => {
                            let digits = std::str::from_utf8(self.rest.get(..4)?).ok()?;
                            self.rest = &self.rest[4..];
                            // Halves of a pair do not occur in what is compared.
                            char::from_u32(u32::from_str_radix(digits, 16).ok()?)
                                .unwrap_or('\u{fffd}')
                        }
                        other => char::from(*other),
                    };
                    bytes.extend(plain.encode_utf8(&mut [0; 4]).as_bytes());
                }
                other => bytes.push(*other),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn reads_what_is_printed() {
        let text = r#" {"file":"a\"b\u0026c.log","line":12,"cause":null,"list":[1,-2.5e3, []],"yes":true} "#;
        let value = Json::read(text).expect("JSON");
        assert_eq!(value.text("file"), Some("a\"b&c.log"));
        assert_eq!(value.number("line"), Some(12));
        assert_eq!(value.get("cause"), Some(&Json::Null));
        assert_eq!(value.list("list").len(), 3);
        assert_eq!(value.get("yes"), Some(&Json::Bool(true)));
        assert_eq!(Json::read("{\"a\":1"), None);
        assert_eq!(Json::read("[1 2]"), None);
    }
}
