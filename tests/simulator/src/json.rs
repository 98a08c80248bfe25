//! Just enough JSON to read what `pinglens` prints, and to write down what a world was like. Numbers stay text, as nobody
//! calculates with them here.

use std::fmt::{self, Display, Formatter};

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

/// An object with these fields.
#[must_use]
pub fn object<const N: usize>(fields: [(&str, Json); N]) -> Json {
    Json::Object(
        fields
            .map(|(name, value)| (name.to_owned(), value))
            .to_vec(),
    )
}

/// A number.
pub fn number(value: impl Display) -> Json {
    Json::Number(value.to_string())
}

/// A string.
pub fn text(value: impl Display) -> Json {
    Json::Text(value.to_string())
}

/// An array.
pub fn list(values: impl IntoIterator<Item = Json>) -> Json {
    Json::List(values.into_iter().collect())
}

/// A value, or `null`.
pub fn maybe<T>(value: Option<T>, json: impl FnOnce(T) -> Json) -> Json {
    value.map_or(Json::Null, json)
}

/// On one line; in the alternate form (`{:#}`), the fields of an object each on a line of their own, two levels deep.
impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let levels = if f.alternate() { 2 } else { 0 };
        self.write(f, levels, 1)
    }
}

impl Json {
    fn write(&self, f: &mut Formatter<'_>, levels: usize, indent: usize) -> fmt::Result {
        let (open, close, count) = match self {
            Self::Null => return f.write_str("null"),
            Self::Bool(value) => return write!(f, "{value}"),
            Self::Number(value) => return f.write_str(value),
            Self::Text(value) => return quote(value, f),
            Self::List(list) => ('[', ']', list.len()),
            Self::Object(fields) => ('{', '}', fields.len()),
        };
        write!(f, "{open}")?;
        let broken = levels > 0 && count > 0;
        let line = |f: &mut Formatter<'_>, indent: usize| write!(f, "\n{:1$}", "", 2 * indent);
        for index in 0..count {
            if index > 0 {
                f.write_str(",")?;
            }
            if broken {
                line(f, indent)?;
            }
            let value = match self {
                Self::Object(fields) => {
                    quote(&fields[index].0, f)?;
                    f.write_str(": ")?;
                    &fields[index].1
                }
                Self::List(list) => &list[index],
                _ => continue,
            };
            value.write(f, levels.saturating_sub(1), indent + 1)?;
        }
        if broken {
            line(f, indent - 1)?;
        }
        write!(f, "{close}")
    }
}

fn quote(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for letter in text.chars() {
        match letter {
            '"' | '\\' => write!(f, "\\{letter}")?,
            _ if letter.is_control() => write!(f, "\\u{:04x}", u32::from(letter))?,
            _ => write!(f, "{letter}")?,
        }
    }
    f.write_str("\"")
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
        assert_eq!(Json::read(&value.to_string()), Some(value.clone()));
        assert_eq!(Json::read(&format!("{value:#}")), Some(value));
        assert_eq!(Json::read("{\"a\":1"), None);
        assert_eq!(Json::read("[1 2]"), None);
    }
}
