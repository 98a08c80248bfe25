//! The columns of a line without a header, told from its values.
//!
//! IIS lets the administrator choose columns, not their order. There are two orders: that of IIS 6 and later, with the
//! port, the user and the client's address behind the query, and the older one, with the status there. Both begin with
//! date and time, and both have the method, the stem and the query side by side.

use super::columns::Fields;
use crate::format::address::{client_of, is_address};
use crate::format::ncsa::decimal;
use memchr::memmem;

/// Reads the values of a line of either order; `None` if it is of neither.
pub(super) fn read<'a>(words: &[&'a [u8]]) -> Option<Fields<'a>> {
    let (date, time) = (*words.first()?, *words.get(1)?);
    let dashed = date.len() == 10 && date[4] == b'-' && date[7] == b'-';
    let clock = time.len() >= 8 && time[2] == b':' && time[5] == b':';
    if !dashed || !clock {
        return None;
    }
    // Before the method are at most the client, the user, the site, the server's name and address, and the port.
    let method = (2..words.len().min(9)).find(|&at| begins_request(&words[at..]))?;
    let mut fields = Fields {
        date: Some(date),
        time: Some(time),
        method: Some(words[method]),
        stem: Some(words[method + 1]),
        query: Some(words[method + 2]),
        ..Fields::default()
    };
    let (before, after) = (&words[2..method], &words[method + 3..]);
    newer(&mut fields, before, after)
        .or_else(|| older(&mut fields, before, after))
        .map(|()| fields)
}

/// Whether a method, a path and a query come next.
fn begins_request(words: &[&[u8]]) -> bool {
    let [method, stem, _, ..] = words else {
        return false;
    };
    let upper = |b: &u8| b.is_ascii_uppercase() || matches!(b, b'_' | b'-');
    method.len() >= 3
        && method.iter().all(upper)
        && (stem.starts_with(b"/") || *stem == b"*" || memmem::find(stem, b"://").is_some())
}

/// A status of HTTP.
fn is_status(word: &[u8]) -> bool {
    word.len() == 3 && matches!(word[0], b'1'..=b'5') && word.iter().all(u8::is_ascii_digit)
}

/// `[site] [name] [server address]` METHOD STEM QUERY `port user client [version] [agent] [cookie] [referer] [host]
/// status [substatus win32] [bytes sent] [bytes received] [time taken] [forwarded addresses]`
fn newer<'a>(fields: &mut Fields<'a>, before: &[&'a [u8]], after: &[&'a [u8]]) -> Option<()> {
    let [port, user, client, rest @ ..] = after else {
        return None;
    };
    if port.len() > 5 || decimal(port).is_none() || !(is_address(client) || *client == b"-") {
        return None;
    }
    let (version, rest) = match rest {
        [version, rest @ ..] if version.starts_with(b"HTTP/") => (Some(*version), rest),
        _ => (None, rest),
    };
    let status = rest.iter().position(|word| is_status(word))?;
    let (texts, numbers) = rest.split_at(status);
    fields.user = Some(user);
    fields.client = Some(client);
    fields.version = version;
    fields.server = before.last().copied().filter(|word| is_address(word));
    texts_of(fields, texts);
    fields.status = Some(numbers[0]);
    let numbers = &numbers[1..];
    let count = numbers.iter().take_while(|n| decimal(n).is_some()).count();
    let forwarded = numbers[count..].first();
    fields.forwarded = forwarded
        .copied()
        .filter(|list| client_of(list).is_some_and(is_address));
    match numbers[..count] {
        // Substatus and win32 status are chosen together as a rule; a substatus has two digits at most.
        [substatus, win32, ref rest @ ..] if substatus.len() <= 3 => {
            fields.win32 = Some(win32);
            match *rest {
                [taken] | [_, taken] => fields.taken = Some(taken),
                [bytes, _, taken] => (fields.bytes, fields.taken) = (Some(bytes), Some(taken)),
                _ => {}
            }
        }
        [bytes, _, taken] => (fields.bytes, fields.taken) = (Some(bytes), Some(taken)),
        _ => {}
    }
    Some(())
}

/// Agent, cookie, referer and host, as far as their number and looks tell them: a referer is a URL, a host none.
fn texts_of<'a>(fields: &mut Fields<'a>, texts: &[&'a [u8]]) {
    let is_url = |word: &[u8]| memmem::find(word, b"://").is_some();
    let is_host = |word: &[u8]| {
        let known =
            |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
        word.contains(&b'.') && word.iter().all(known)
    };
    fields.agent = texts.first().copied();
    match *texts {
        [_, _cookie, referer, host] => (fields.referer, fields.host) = (Some(referer), Some(host)),
        [_, other, host] if is_host(host) => {
            fields.host = Some(host);
            fields.referer = Some(other).filter(|word| is_url(word));
        }
        [_, _cookie, referer] => fields.referer = Some(referer),
        [_, other] if is_host(other) => fields.host = Some(other),
        [_, other] => fields.referer = Some(other).filter(|word| is_url(word)),
        _ => {}
    }
}

/// `client [user] [site] [name] [server address] [port]` METHOD STEM QUERY `status [win32] [bytes sent]
/// [bytes received] [time taken] [version] [host] [agent] [cookie] [referer]`
fn older<'a>(fields: &mut Fields<'a>, before: &[&'a [u8]], after: &[&'a [u8]]) -> Option<()> {
    let [client, others @ ..] = before else {
        return None;
    };
    let [status, rest @ ..] = after else {
        return None;
    };
    if !is_address(client) || !is_status(status) {
        return None;
    }
    let count = rest.iter().take_while(|n| decimal(n).is_some()).count();
    let (numbers, texts) = rest.split_at(count);
    // A newer line that was cut has a port here, and the user behind it.
    if count == 0 && !texts.first().is_some_and(|text| text.contains(&b'/')) {
        return None;
    }
    fields.client = Some(client);
    fields.user = others.first().copied();
    fields.server = others.iter().skip(1).copied().find(|word| is_address(word));
    fields.status = Some(status);
    match *numbers {
        [bytes, _, taken] => (fields.bytes, fields.taken) = (Some(bytes), Some(taken)),
        [win32, bytes, _, taken] => {
            fields.win32 = Some(win32);
            (fields.bytes, fields.taken) = (Some(bytes), Some(taken));
        }
        _ => {}
    }
    let texts = match texts {
        [version, texts @ ..] if version.starts_with(b"HTTP/") => {
            fields.version = Some(version);
            texts
        }
        texts => texts,
    };
    let is_agent = |word: &[u8]| word.contains(&b'/');
    match *texts {
        [agent] => fields.agent = Some(agent),
        [host, agent, ..] if !is_agent(host) && is_agent(agent) => {
            (fields.host, fields.agent) = (Some(host), Some(agent));
        }
        [agent, ..] => fields.agent = Some(agent),
        [] => {}
    }
    Some(())
}
