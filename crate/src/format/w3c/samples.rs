//! Lines of each age of IIS and Exchange, and of others that write the format.

use crate::format::Sample;

pub(super) const ALL: &[Sample] = &[
    Sample {
        text: "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2024-01-12 00:00:00\n\
               #Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) \
               cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n\
               2024-01-12 08:15:30 192.0.2.5 POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=a&DeviceId=D1&DeviceType=iPhone 443 EXAMPLE\\a 203.0.113.9 Apple-iPhone11C6/1905.258+(x) - 200 0 64 600013",
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("edge", "end"),
            ("duration_ms", "600013"),
            ("remote_ip", "203.0.113.9"),
            ("host", "192.0.2.5"),
            ("user", r"EXAMPLE\a"),
            ("method", "POST"),
            (
                "target",
                "/Microsoft-Server-ActiveSync/default.eas?Cmd=Ping&User=a&DeviceId=D1&DeviceType=iPhone",
            ),
            ("user_agent", "Apple-iPhone11C6/1905.258 (x)"),
            ("referer", "-"),
            ("status", "200"),
            ("ending", "client"),
            ("bytes", "-"),
            ("what", "-"),
        ],
    },
    // Exchange 2010 and later, pasted without the header.
    Sample {
        text: r"2024-01-12 08:15:30 192.0.2.5 POST /Microsoft-Server-ActiveSync/default.eas Cmd=Ping&User=a&DeviceId=D1&DeviceType=Android&Log=V141_LdapC1_Hb1680_S3_Error:PingCollisionDetected_Mbx:mail.example.com_ 443 example.com\a 203.0.113.9 Android/5.1.1-EAS-1.3 200 0 0 218",
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("duration_ms", "218"),
            ("heartbeat_s", "1680"),
            ("ending", "displaced"),
            ("remote_ip", "203.0.113.9"),
            ("user_agent", "Android/5.1.1-EAS-1.3"),
            ("status", "200"),
        ],
    },
    // Its back end: every column, and the addresses that the front end forwarded.
    Sample {
        text: r"2024-01-12 08:15:30 W3SVC2 EX1 192.0.2.5 POST /Microsoft-Server-ActiveSync/Proxy/default.eas User=a&DeviceId=D1&DeviceType=iPhone&Cmd=Ping&Log=SC1:1_PrxFrom:192.0.2.4_Ver1:161_Hb:600_Rto:2 444 EXAMPLE\a 192.0.2.4 HTTP/1.1 Apple-iPhone11C6/1905.258 - - ex1.example.com:444 200 0 0 600013 203.0.113.9,+192.0.2.4",
        expect: &[
            ("remote_ip", "203.0.113.9"),
            ("host", "ex1.example.com:444"),
            ("protocol", "HTTP/1.1"),
            ("heartbeat_s", "600"),
            ("duration_ms", "600013"),
            ("ending", "-"),
            ("what", "-"),
        ],
    },
    // IIS 5 and 6 had another order.
    Sample {
        text: "2005-03-08 09:00:08 192.0.2.21 POST /Microsoft-Server-ActiveSync User=j&DeviceId=D1&DeviceType=PocketPC&Cmd=Sync&Log=V2TCoSSC:0A0C0D0FS:1A0C0D0SP:1C2I105992S109982R 200 1122 438 657 Microsoft-AirSync/3.0",
        expect: &[
            ("remote_ip", "192.0.2.21"),
            ("status", "200"),
            ("bytes", "1122"),
            ("duration_ms", "657"),
            ("user_agent", "Microsoft-AirSync/3.0"),
        ],
    },
    // IIS Advanced Logging: local time with milliseconds, values in quotes.
    Sample {
        text: "#Software: IIS Advanced Logging Module\n\
               #Fields:   date-local time-local s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs(Host) sc-status sc-substatus sc-win32-status TimeTakenMS\n\
               2024-01-12 08:15:30.363 192.0.2.5 GET /a - 443 - \"203.0.113.9\" \"Mozilla/5.0 (Linux; a+b)\" \"http://example.com/x\" \"mail.example.com\" 404 \" \"\"odd\"\" value \" 0 109",
        expect: &[
            ("time", "2024-01-12T08:15:30.363"),
            ("remote_ip", "203.0.113.9"),
            ("target", "/a"),
            ("user_agent", "Mozilla/5.0 (Linux; a+b)"),
            ("referer", "http://example.com/x"),
            ("host", "mail.example.com"),
            ("status", "404"),
            ("duration_ms", "109"),
        ],
    },
    // Azure App Service: no server address, but the host and the cookie.
    Sample {
        text: "2024-01-12 08:15:30 ~1EXAMPLE__B477 GET /v1 q=1 443 - 203.0.113.9 AlwaysOn ARRAffinity=caa4 - mail.example.com 200 0 0 2980 467 62",
        expect: &[
            ("remote_ip", "203.0.113.9"),
            ("user_agent", "AlwaysOn"),
            ("referer", "-"),
            ("host", "mail.example.com"),
            ("bytes", "2980"),
            ("duration_ms", "62"),
        ],
    },
    // The time alone; the date is in the header. A time that runs back has passed midnight.
    Sample {
        text: "#Date: 2024-01-12 16:44:49\n#Fields: time c-ip cs-method cs-uri-stem sc-status\n\
               23:59:59 203.0.113.9 GET /a 200\n",
        expect: &[
            ("time", "2024-01-12T23:59:59Z"),
            ("target", "/a"),
            ("status", "200"),
        ],
    },
    // CloudFront: tabs, and seconds with a point.
    Sample {
        text: "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status time-taken\n\
               2024-01-12\t08:15:30\tFRA2\t1045\t203.0.113.9\tGET\td1.example.com\t/a\t200\t59.982",
        expect: &[
            ("duration_ms", "59982"),
            ("edge", "end"),
            ("bytes", "1045"),
            ("doubt", "-"),
        ],
    },
    // Other writers do not say what their whole numbers count.
    Sample {
        text: "#GMT-Offset: -0800\n#Software: Example Cache/2.0\n\
               #Fields:  c-ip  date  time  cs-method  cs-uri  sc-status  bytes  cs(Referrer)  time-taken  cs(User-Agent)\n\
               203.0.113.9  2024-01-12  08:15:30  GET  http://example.com/a?b  200  350  \"http://example.com/\"  370879  \"Mozilla/4.5 [en]\"",
        expect: &[
            ("time", "2024-01-12T08:15:30"),
            ("edge", "-"),
            ("duration_ms", "370879"),
            ("doubt", "unit"),
            ("target", "http://example.com/a?b"),
            ("user_agent", "Mozilla/4.5 [en]"),
        ],
    },
];
