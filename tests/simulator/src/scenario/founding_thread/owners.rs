//! The 17 people of the site and their phones.

/// A phone's owner and habits.
pub(super) struct Owner {
    /// The user as the phone knows it.
    pub(super) user: &'static str,
    /// The user as the access log writes it.
    pub(super) log_user: &'static str,
    /// The phone's User-Agent header.
    pub(super) agent: &'static str,
    /// What the phone has settled on, in seconds: some carriers cut it short of the server's 300.
    pub(super) heartbeat: i64,
    /// The share of the Pings.
    pub(super) pings: usize,
    /// Minutes between two fetches while push is off.
    pub(super) fetch: i64,
}

const fn owner(
    user: &'static str,
    log_user: &'static str,
    agent: &'static str,
    heartbeat: i64,
    pings: usize,
    fetch: i64,
) -> Owner {
    Owner {
        user,
        log_user,
        agent,
        heartbeat,
        pings,
        fetch,
    }
}

const OS_3_1: &str = "Apple-iPhone/703.144";
const OS_3_1_2: &str = "Apple-iPhone/704.11";
const OS_3_1_3: &str = "Apple-iPhone/705.18";

/// The users in all the shapes in which Domino servers have been seen to write them: quoted and not, abbreviated and
/// canonical, with and without blanks.
#[rustfmt::skip] // a table
pub(super) const OWNERS: [Owner; 17] = [
    owner("jane doe", r#""Jane Doe/Sales/ACME""#, OS_3_1_2, 300, 9, 15),
    owner("peter novak", r#""Peter Novak/Sales/ACME""#, OS_3_1_2, 300, 7, 15),
    owner("laura schmidt", r#""Laura Schmidt/Finance/ACME""#, OS_3_1_2, 300, 6, 30),
    owner("omar haddad", "Omar Haddad/IT/ACME", OS_3_1_3, 300, 10, 15),
    owner("mei lin chen", r#""Mei Lin Chen/Engineering/ACME""#, OS_3_1_2, 270, 5, 15),
    owner("tom o'brien", r#""Tom O'Brien/Legal/ACME""#, OS_3_1_2, 300, 5, 15),
    owner("anna-maria rossi", r#""Anna-Maria Rossi/Marketing/ACME""#, OS_3_1, 240, 4, 30),
    owner(r"ACME\dkim", "David Kim/ACME", OS_3_1_2, 300, 8, 15),
    owner("sofia lindqvist", r#""Sofia Lindqvist/HR/ACME""#, OS_3_1_2, 300, 4, 30),
    owner("rafael ortega", "Rafael Ortega/Sales/ACME", OS_3_1_2, 300, 8, 15),
    owner("CN=Hannah Weiss/OU=Management/O=ACME", r#""CN=Hannah Weiss/OU=Management/O=ACME""#, OS_3_1_3, 300, 12, 15),
    owner("igor petrov", "CN=Igor Petrov/OU=Engineering/O=ACME", OS_3_1_2, 270, 5, 15),
    owner("claire.dubois@example.com", r#""Claire Dubois/Marketing/ACME""#, OS_3_1_2, 300, 6, 15),
    owner("josé garcía", r#""Jose Garcia/Sales/ACME""#, OS_3_1_2, 300, 7, 15),
    owner("gmbeki", "gmbeki", OS_3_1, 240, 3, 30),
    owner("liam walsh", r#""Liam Walsh/Support/ACME""#, OS_3_1_2, 300, 6, 15),
    owner("yuki tanaka", r#""Yuki Tanaka/Management/ACME""#, OS_3_1_3, 300, 8, 15),
];
