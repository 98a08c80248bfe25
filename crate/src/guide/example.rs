//! Two lines for each code, as Domino's Extended Common format has them.

/// `hh:mm:ss CMD STATUS MILLISECONDS BYTES`, each with the moment at which the request ended.
type Short = [&'static str; 2];

/// The lines of a code.
pub(super) fn of(code: &str) -> String {
    let short = SHORT.iter().find(|(known, _)| *known == code);
    match short {
        Some((_, lines)) => lines.iter().map(|short| line(short)).collect(),
        None => whole(code).iter().map(|line| format!("{line}\n")).collect(),
    }
}

fn line(short: &str) -> String {
    let words: Vec<&str> = short.split(' ').collect();
    let &[time, cmd, status, ms, bytes] = words.as_slice() else {
        return format!("{short}\n");
    };
    format!(
        "203.0.113.7 mail.example.com - [14/May/2025:{time} +0200] \"POST /Microsoft-Server-ActiveSync?Cmd={cmd}&User=jane&\
         DeviceId=K7VQ2M9D&DeviceType=iPhone HTTP/1.1\" {status} {bytes} \"-\" \"Apple-iPhone11C6/1905.258\" {ms} \"\" \"\"\n"
    )
}

/// Codes that requests show.
const SHORT: [(&str, Short); 34] = [
    (
        "superseded-by-sync",
        ["14:25:00 Ping 409 203110 0", "14:25:01 Sync 200 140 812"],
    ),
    (
        "superseded-by-ping",
        ["14:25:00 Ping 409 203110 0", "14:40:00 Ping 200 900200 13"],
    ),
    (
        "superseded-by-other",
        ["14:25:00 Ping 409 203110 0", "14:25:01 SendMail 200 640 0"],
    ),
    (
        "superseded-unseen",
        ["14:25:00 Ping 409 203110 0", "14:31:12 Sync 200 140 812"],
    ),
    (
        "changes-found",
        ["14:25:00 Ping 200 203110 20", "14:25:02 Sync 200 140 8120"],
    ),
    (
        "heartbeat-expired",
        ["14:25:00 Ping 200 900412 13", "14:40:01 Ping 200 900380 13"],
    ),
    (
        "returned-at-once",
        ["14:25:00 Ping 200 12 19", "14:40:01 Ping 200 900380 13"],
    ),
    (
        "reply-lost",
        ["14:25:00 Ping 200 203110 20", "14:36:40 Sync 200 210 8120"],
    ),
    (
        "overlapped",
        ["14:25:00 Sync 409 4760 0", "14:25:01 Sync 200 1200 812"],
    ),
    (
        "long-poll",
        ["14:25:00 Sync 200 600210 0", "14:35:01 Sync 200 600180 0"],
    ),
    (
        "client-gave-up",
        ["14:25:00 Ping 499 203110 0", "14:25:01 Sync 200 140 812"],
    ),
    (
        "cut-in-between",
        ["14:25:00 Ping 504 60001 0", "14:26:01 Ping 504 60002 0"],
    ),
    (
        "auth-refused",
        ["14:25:00 Sync 401 12 0", "14:25:01 Sync 200 140 812"],
    ),
    (
        "provisioning",
        ["14:25:00 Sync 449 12 0", "14:25:01 Provision 200 90 340"],
    ),
    (
        "server-busy",
        ["14:25:00 Ping 503 19 0", "14:25:33 Ping 503 48 0"],
    ),
    (
        "failed",
        [
            "14:25:00 SmartForward 500 57 0",
            "14:26:10 SmartForward 200 640 0",
        ],
    ),
    (
        "completed",
        [
            "14:25:00 Sync 200 140 812",
            "14:25:02 ItemOperations 200 560 20480",
        ],
    ),
    (
        "undecided",
        ["14:25:00 Sync 200 140 812", "14:27:00 Ping 200 118000 13"],
    ),
    (
        "conflicts-harmless",
        ["14:25:00 Ping 409 203110 0", "14:25:01 Sync 200 140 812"],
    ),
    (
        "turned-away",
        ["14:25:00 Ping 503 19 0", "14:25:33 Ping 503 48 0"],
    ),
    (
        "idle-timeout",
        ["14:25:00 Ping 409 301200 0", "14:30:02 Ping 409 301900 0"],
    ),
    (
        "pings-at-once",
        ["14:25:00 Ping 200 12 13", "14:25:00 Ping 200 11 13"],
    ),
    (
        "device-loop",
        ["14:25:00 Sync 200 140 312", "14:25:05 Sync 200 138 312"],
    ),
    (
        "sign-in-loop",
        ["14:25:00 Sync 401 12 0", "14:30:00 Sync 401 11 0"],
    ),
    (
        "policy-loop",
        ["14:25:00 Provision 200 90 340", "14:25:04 Sync 449 12 0"],
    ),
    (
        "full-resync",
        [
            "14:25:00 FolderSync 200 118 4096",
            "14:25:03 Sync 200 1900 186204",
        ],
    ),
    (
        "sync-conflicts",
        ["14:25:00 Sync 409 41760 0", "14:25:01 Sync 409 30200 0"],
    ),
    (
        "push-dead",
        ["14:25:00 Sync 200 140 312", "14:40:00 Sync 200 138 312"],
    ),
    (
        "reconnects-often",
        ["14:25:00 Ping 409 203110 0", "14:31:00 Ping 409 360120 0"],
    ),
    (
        "replies-lost",
        ["14:25:00 Ping 200 203110 20", "14:36:40 Sync 200 210 8120"],
    ),
    (
        "requests-failed",
        ["14:25:00 Sync 500 57 0", "14:26:10 Sync 500 61 0"],
    ),
    (
        "conflicts-unseen",
        ["14:25:00 Ping 409 203110 0", "14:31:12 Sync 200 140 812"],
    ),
    (
        "heartbeat-ceiling",
        ["14:25:00 Ping 200 900412 13", "14:40:01 Ping 200 900380 13"],
    ),
    (
        "threads-exhausted",
        ["14:25:00 Sync 200 14021 812", "14:25:00 Ping 503 19 0"],
    ),
];

/// Codes that other lines show.
fn whole(code: &str) -> Short {
    match code {
        "sessions-waiting" => [
            "05/14/2025 02:25:00 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session \
             ID [6287] Thread ID [3716 (0xe84)] POST \
             /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=K7VQ2M9D&DeviceType=iPhone&Cmd=Ping HTTP/1.1",
            "05/14/2025 02:25:30 PM  HTTP Server: Waiting for session to finish: Session State [Processing Request] Session \
             ID [6287] Thread ID [3716 (0xe84)] POST \
             /servlet/traveler/Microsoft-Server-ActiveSync?User=jane&DeviceId=K7VQ2M9D&DeviceType=iPhone&Cmd=Ping HTTP/1.1",
        ],
        "device-shared" => [
            "203.0.113.7 mail.example.com - [14/May/2025:14:25:00 +0200] \"POST \
             /Microsoft-Server-ActiveSync?Cmd=Sync&User=jane&DeviceId=K7VQ2M9D&DeviceType=iPhone HTTP/1.1\" 200 812 \"-\" \
             \"Apple-iPhone11C6/1905.258\" 140 \"\" \"\"",
            "198.51.100.4 mail.example.com - [14/May/2025:14:25:09 +0200] \"POST \
             /Microsoft-Server-ActiveSync?Cmd=Sync&User=jane&DeviceId=K7VQ2M9D&DeviceType=iPhone HTTP/1.1\" 200 640 \"-\" \
             \"Apple-iPhone14C7/2011.33\" 160 \"\" \"\"",
        ],
        "clock-skew" => [
            "203.0.113.7 mail.example.com - [14/May/2025:14:25:00 +0200] \"GET / HTTP/1.1\" 200 812 \"-\" \"-\" 2 \"\" \"\"",
            "203.0.113.7 mail.example.com - [14/May/2025:13:05:00 +0200] \"GET / HTTP/1.1\" 200 812 \"-\" \"-\" 2 \"\" \"\"",
        ],
        "activesync-absent" => [
            "203.0.113.7 mail.example.com - [14/May/2025:14:25:00 +0200] \"GET /traveler HTTP/1.1\" 200 812 \"-\" \"-\" 2 \"\" \"\"",
            "203.0.113.7 mail.example.com - [14/May/2025:14:25:01 +0200] \"GET /names.nsf HTTP/1.1\" 200 812 \"-\" \"-\" 9 \"\" \"\"",
        ],
        "statistics-compared" => [
            "  DeviceSync.Count.200 = 2268",
            "  DeviceSync.Count.409 = 15",
        ],
        _ => ["", ""],
    }
}
