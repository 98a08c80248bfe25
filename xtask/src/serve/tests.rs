use super::*;

/// A folder with a page in it and a secret beside it, removed with the last word on it.
struct Site(PathBuf);

impl Site {
    fn new(name: &str) -> Self {
        let above = std::env::temp_dir().join(format!("pinglens-{name}-{}", std::process::id()));
        let site = above.join("dist");
        fs::create_dir_all(&site).expect("a temporary folder");
        fs::write(site.join("pinglens.html"), "<!doctype html>").expect("a page");
        fs::write(site.join("a b.wasm"), "\0asm").expect("a module");
        fs::write(above.join("secret.txt"), "secret").expect("a secret");
        Self(above)
    }

    fn folder(&self) -> PathBuf {
        self.0.join("dist")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

#[test]
fn files_are_found_by_name_and_the_page_by_none() {
    let site = Site::new("names");
    let status = |target: &str| reply(&format!("GET {target} HTTP/1.1\r\n"), &site.folder()).status;
    assert_eq!(status("/"), "200 OK");
    assert_eq!(status("/pinglens.html?x=1"), "200 OK");
    assert_eq!(status("/a%20b.wasm"), "200 OK");
    assert_eq!(status("/nothing"), "404 Not Found");
    let wasm = reply("GET /a%20b.wasm HTTP/1.1\r\n", &site.folder());
    assert_eq!(
        (wasm.content_type, wasm.body.as_slice()),
        ("application/wasm", b"\0asm".as_slice())
    );
}

#[test]
fn no_path_leads_out_of_the_folder() {
    let site = Site::new("tricks");
    let absolute = format!("/{}", site.0.join("secret.txt").display());
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/x/../../secret.txt",
        "/..\\secret.txt",
        "/%00",
        "/%",
        &absolute,
    ] {
        assert_eq!(
            reply(&format!("GET {target} HTTP/1.1\r\n"), &site.folder()).status,
            "404 Not Found",
            "{target}"
        );
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(site.0.join("secret.txt"), site.folder().join("link.txt"))
            .expect("a link");
        assert_eq!(
            reply("GET /link.txt HTTP/1.1\r\n", &site.folder()).status,
            "404 Not Found"
        );
    }
}

#[test]
fn only_get_and_head_are_answered() {
    let site = Site::new("methods");
    assert_eq!(
        reply("POST / HTTP/1.1\r\n", &site.folder()).status,
        "405 Method Not Allowed"
    );
    assert_eq!(
        reply("HEAD / HTTP/1.1\r\n", &site.folder()).status,
        "200 OK"
    );
    assert_eq!(
        reply("nonsense\r\n", &site.folder()).status,
        "400 Bad Request"
    );
}

#[test]
fn a_taken_port_gives_way_unless_it_was_asked_for() {
    let taken = listen(Some(0)).expect("a free port");
    let port = taken.local_addr().expect("its address").port();
    assert!(
        listen(Some(port))
            .expect_err("it is taken")
            .contains("is taken")
    );
    assert!(listen(None).is_ok());
}

#[test]
fn a_whole_answer_comes_over_the_wire() {
    let site = Site::new("wire");
    let listener = listen(Some(0)).expect("a free port");
    let address = listener.local_addr().expect("its address");
    let folder = site.folder();
    std::thread::spawn(move || serve(&listener, &folder));
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(address).expect("a connection");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        text
    };
    let answer = ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    assert!(
        answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"),
        "{answer}"
    );
    assert!(answer.ends_with("\r\n\r\n<!doctype html>"), "{answer}");
    assert!(ask("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").ends_with("\r\n\r\n"));
}
