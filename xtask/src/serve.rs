//! `cargo xtask serve`: builds the page and serves `dist/` to this machine.
//!
//! The shipped file needs no server. This one is for trying the page under `http:` while working on it.

use crate::dist;
use crate::shell::{Result, say};
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The usual port: Pinglens is about 409s.
const USUAL_PORT: u16 = 8409;

/// A request's lines and headers are read up to this length; browsers send less than 2 KiB.
const LONGEST_HEAD: u64 = 16 * 1024;

/// A connection that says nothing for this long is closed, or idle ones would pile up threads.
const PATIENCE: Duration = Duration::from_secs(10);

/// Builds, and serves until it is stopped.
pub(crate) fn run(port: Option<u16>) -> Result {
    let page = dist::build()?;
    let folder = page.parent().map(Path::to_path_buf).unwrap_or_default();
    let listener = listen(port)?;
    let address = listener
        .local_addr()
        .map_err(|e| format!("the port cannot be told: {e}"))?;
    say(&format!(
        "Pinglens is at http://{address}/ (Ctrl+C stops it)"
    ));
    serve(&listener, &folder);
    Ok(())
}

/// Listens on the port that was asked for, or else the usual one, or else any. On the loopback address alone: what is
/// served is nobody else's business.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match (bind(port.unwrap_or(USUAL_PORT)), port) {
        (Ok(listener), _) => Ok(listener),
        (Err(e), Some(port)) if e.kind() == ErrorKind::AddrInUse => Err(format!(
            "port {port} is taken: give another one, or none to have a free one chosen"
        )),
        (Err(e), Some(port)) => Err(format!("port {port} cannot be used: {e}")),
        (Err(_), None) => bind(0).map_err(|e| format!("no free port can be had: {e}")),
    }
}

fn serve(listener: &TcpListener, folder: &Path) {
    for stream in listener.incoming().flatten() {
        let folder = folder.to_path_buf();
        // A browser opens connections ahead and may leave them idle, so one must not hold up the next. What goes wrong
        // on one is that browser's business: it has gone away, as a rule.
        std::thread::spawn(move || answer(stream, &folder).ok());
    }
}

/// Answers one request and closes the connection.
fn answer(mut stream: TcpStream, folder: &Path) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = BufReader::new(stream.try_clone()?).take(LONGEST_HEAD);
    let mut request = String::new();
    head.read_line(&mut request)?;
    // The headers change nothing, but a connection closed on unread bytes may be cut before the answer is through.
    let mut header = String::new();
    while head.read_line(&mut header)? > 2 {
        header.clear();
    }
    let reply = reply(&request, folder);
    write!(
        stream,
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nAllow: GET, HEAD\r\nCache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n",
        reply.status,
        reply.content_type,
        reply.body.len()
    )?;
    if !request.starts_with("HEAD ") {
        stream.write_all(&reply.body)?;
    }
    stream.flush()
}

struct Reply {
    status: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
}

fn reply(request: &str, folder: &Path) -> Reply {
    let text = |status: &'static str| Reply {
        status,
        content_type: "text/plain; charset=utf-8",
        body: format!("{status}\n").into_bytes(),
    };
    let mut words = request.split_whitespace();
    let (Some(method), Some(target), Some(_)) = (words.next(), words.next(), words.next()) else {
        return text("400 Bad Request");
    };
    if method != "GET" && method != "HEAD" {
        return text("405 Method Not Allowed");
    }
    let found =
        locate(folder, target).and_then(|file| Some((fs::read(&file).ok()?, content_type(&file))));
    match found {
        Some((body, content_type)) => Reply {
            status: "200 OK",
            content_type,
            body,
        },
        None => text("404 Not Found"),
    }
}

/// The file a request's target names, if it is one inside the folder.
fn locate(folder: &Path, target: &str) -> Option<PathBuf> {
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let path = decode(path.strip_prefix('/')?)?;
    // Names of files alone: no `..`, no `.`, no drive, no second root, no hidden file.
    let name = |part: &str| {
        !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', ':', '\0'])
    };
    let path = if path.is_empty() {
        "pinglens.html".to_owned()
    } else {
        path
    };
    if !path.split('/').all(name) {
        return None;
    }
    // And what a link points at has to be inside as well.
    let folder = folder.canonicalize().ok()?;
    let file = folder.join(path).canonicalize().ok()?;
    (file.starts_with(&folder) && file.is_file()).then_some(file)
}

/// Undoes percent encoding; nothing if what comes out is not text.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            let value = digit(rest.next())? * 16 + digit(rest.next())?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn content_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|ending| ending.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "txt" | "log" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
