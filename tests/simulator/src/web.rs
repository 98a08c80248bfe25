//! Ordinary traffic of a Domino web server: visitors, employees who have logged in, and a crawler.

use crate::clock::{DAY, HOUR, MINUTE, Ms};
use crate::format::Exchange;
use crate::rng::Rng;

/// One web request, already served.
#[derive(Debug, Clone)]
pub struct Hit {
    /// When it arrived.
    pub start: Ms,
    /// When it had been answered.
    pub end: Ms,
    visitor: Visitor,
    method: &'static str,
    target: String,
    status: u16,
    bytes: Option<u32>,
    referer: String,
    path: String,
}

impl Hit {
    /// The hit as the web server knows it.
    #[must_use]
    pub fn exchange(&self) -> Exchange<'_> {
        Exchange {
            start: self.start,
            end: self.end,
            client: &self.visitor.client,
            host: self.visitor.host,
            user: self.visitor.user,
            method: self.method,
            target: &self.target,
            status: self.status,
            bytes: self.bytes,
            referer: &self.referer,
            agent: self.visitor.agent,
            cookie: &self.visitor.cookie,
            path: &self.path,
        }
    }
}

/// Who visits the site, and when.
#[derive(Debug)]
pub struct Visits {
    /// The first moment at which somebody may come.
    pub begin: Ms,
    /// The moment at which the last visit must have begun.
    pub end: Ms,
    /// The local midnight from which hours of the day are counted.
    pub midnight: Ms,
    /// How many visits there are.
    pub count: usize,
    /// The browsers in use.
    pub browsers: &'static [&'static str],
    /// Employees who may log in, as the access log shows them.
    pub employees: &'static [&'static str],
}

#[derive(Debug, Clone)]
struct Visitor {
    client: String,
    host: &'static str,
    user: &'static str,
    agent: &'static str,
    cookie: String,
}

/// A page: its target, and the database it is in.
type Page = (&'static str, &'static str);

const PUBLIC: &[Page] = &[
    ("/corporate.nsf/home?OpenForm", "corporate.nsf"),
    (
        "/corporate.nsf/products?OpenView&Start=1&Count=20",
        "corporate.nsf",
    ),
    ("/corporate.nsf/contact?OpenPage", "corporate.nsf"),
    ("/news.nsf/latest?OpenView", "news.nsf"),
    (
        "/news.nsf/0/8c2f41d07ae653b9852576d8005e1f70?OpenDocument",
        "news.nsf",
    ),
    ("/jobs.nsf/open?OpenView&ExpandView", "jobs.nsf"),
];
const INTERNAL: &[Page] = &[
    ("/intranet.nsf/start?OpenFrameset", "intranet.nsf"),
    (
        "/intranet.nsf/phonebook?SearchView&Query=%22meeting+room%22",
        "intranet.nsf",
    ),
    ("/teamroom.nsf/By+Date?OpenView&Count=40", "teamroom.nsf"),
    (
        "/teamroom.nsf/0/b7d9a0c3e51f2468852576d900412a8b?OpenDocument",
        "teamroom.nsf",
    ),
];
const ASSETS: &[Page] = &[
    ("/corporate.nsf/site.css", "corporate.nsf"),
    ("/corporate.nsf/logo.gif?OpenImageResource", "corporate.nsf"),
    (
        "/corporate.nsf/header.jpg?OpenImageResource",
        "corporate.nsf",
    ),
    (
        "/corporate.nsf/menu.js?OpenJavascriptLibrary",
        "corporate.nsf",
    ),
    ("/icons/vwicn001.gif", "domino/icons/vwicn001.gif"),
    ("/icons/ecblank.gif", "domino/icons/ecblank.gif"),
];
const CRAWLER: &str = "Mozilla/5.0 (compatible; ExampleBot/2.1; +http://bot.example.net/)";

impl Visits {
    /// All requests of these visits, in no particular order.
    #[must_use]
    pub fn hits(&self, rng: &mut Rng) -> Vec<Hit> {
        let mut hits = Vec::new();
        for _ in 0..self.count {
            let start = self.working_moment(rng);
            let kind = rng.below(10);
            let visitor = self.visitor(kind, rng);
            match kind {
                0 => crawl(start, &visitor, rng, &mut hits),
                1..=4 => work(start, &visitor, rng, &mut hits),
                _ => browse(start, &visitor, PUBLIC, rng, &mut hits),
            }
        }
        hits
    }

    /// A moment of the period; at night only one in twelve is accepted.
    fn working_moment(&self, rng: &mut Rng) -> Ms {
        loop {
            let at = rng.between(self.begin, self.end);
            let hour = (at - self.midnight).rem_euclid(DAY) / HOUR;
            if (8..18).contains(&hour) || rng.one_in(12) {
                return at;
            }
        }
    }

    fn visitor(&self, kind: usize, rng: &mut Rng) -> Visitor {
        let (network, user) = match kind {
            0 => ("198.51.100", "-"),
            1..=4 => ("192.0.2", *rng.pick(self.employees)),
            _ => (*rng.pick(&["198.51.100", "203.0.113"]), "-"),
        };
        let agent = if kind == 0 {
            CRAWLER
        } else {
            *rng.pick(self.browsers)
        };
        let cookie = if user == "-" {
            String::new()
        } else {
            format!("DomAuthSessId={:016X}{:016X}", rng.bits(), rng.bits())
        };
        let client = if rng.one_in(8) {
            format!("dsl-{}.customers.example.net", rng.between(100, 999))
        } else {
            format!("{network}.{}", rng.between(20, 250))
        };
        let host = if user == "-" {
            "www.example.com"
        } else {
            "intranet.example.com"
        };
        Visitor {
            client,
            host,
            user,
            agent,
            cookie,
        }
    }
}

/// A page with what it shows, then perhaps another page.
fn browse(start: Ms, visitor: &Visitor, pages: &[Page], rng: &mut Rng, hits: &mut Vec<Hit>) {
    let mut at = start;
    let mut referer = "-".to_owned();
    // Who was here before has the pictures in the cache.
    let returning = rng.one_in(3);
    for _ in 0..=rng.below(3) {
        let page = *rng.pick(pages);
        hits.push(visitor.reads(at, page, rng).coming_from(&referer));
        referer = format!("http://{}{}", visitor.host, page.0);
        let mut then = at + rng.between(120, 400);
        for asset in ASSETS.iter().take(rng.below(ASSETS.len())) {
            let (status, bytes) = match (returning, rng.one_in(2)) {
                (true, true) => (304, Some(0)),
                (true, false) => (304, None),
                (false, _) => (200, Some(rng.between(90, 21_000))),
            };
            hits.push(
                visitor
                    .gets(then, *asset, status, bytes, rng)
                    .coming_from(&referer),
            );
            then += rng.between(5, 90);
        }
        at += rng.between(6_000, 3 * MINUTE);
    }
}

/// An employee logs in, then browses.
fn work(start: Ms, visitor: &Visitor, rng: &mut Rng, hits: &mut Vec<Hit>) {
    let stranger = Visitor {
        user: "-",
        cookie: String::new(),
        ..visitor.clone()
    };
    let entrance = INTERNAL[0];
    hits.push(stranger.gets(start, entrance, 401, Some(6_301), rng));
    let login = stranger.gets(
        start + 11_000,
        ("/names.nsf?Login", "names.nsf"),
        302,
        None,
        rng,
    );
    let referer = format!("http://{}{}", visitor.host, entrance.0);
    hits.push(Hit {
        method: "POST",
        ..login.coming_from(&referer)
    });
    browse(start + 11_400, visitor, INTERNAL, rng, hits);
}

/// A crawler asks what it may read, which is not there, and reads a page.
fn crawl(start: Ms, visitor: &Visitor, rng: &mut Rng, hits: &mut Vec<Hit>) {
    hits.push(visitor.gets(start, ("/robots.txt", ""), 404, Some(220), rng));
    let page = *rng.pick(PUBLIC);
    hits.push(visitor.reads(start + 2_000, page, rng));
}

impl Visitor {
    /// A page that is there.
    fn reads(&self, start: Ms, page: Page, rng: &mut Rng) -> Hit {
        let bytes = rng.between(2_400, 38_000);
        self.gets(start, page, 200, Some(bytes), rng)
    }

    fn gets(
        &self,
        start: Ms,
        (target, path): Page,
        status: u16,
        bytes: Option<i64>,
        rng: &mut Rng,
    ) -> Hit {
        let from_database = target.contains(".nsf") && status == 200;
        let took = if from_database {
            rng.peaked(15, 420)
        } else {
            rng.between(0, 30)
        };
        Hit {
            start,
            end: start + took,
            visitor: self.clone(),
            method: "GET",
            target: target.to_owned(),
            status,
            bytes: bytes.and_then(|bytes| u32::try_from(bytes).ok()),
            referer: "-".to_owned(),
            path: if path.is_empty() {
                String::new()
            } else {
                format!("d:/domino/data/{path}")
            },
        }
    }
}

impl Hit {
    fn coming_from(self, referer: &str) -> Self {
        Self {
            referer: referer.to_owned(),
            ..self
        }
    }
}
