//! Lines of the programs whose JSON is known, and of formats that people make with nginx and Apache.

use crate::format::Sample;

pub(super) const ALL: &[Sample] = &[
    // nginx, by the names of its variables; a value with escapes.
    Sample {
        text: r#"{"time_iso8601":"2024-01-12T08:15:30+01:00","remote_addr":"203.0.113.9","remote_user":"EXAMPLE\\a","request":"POST /Microsoft-Server-ActiveSync?Cmd=Ping\u0026User=a HTTP/1.1","status":"499","body_bytes_sent":"0","request_time":"600.012","http_referrer":"","http_user_agent":"Apple-iPhone/704.11","http_host":"mail.example.com","upstream_response_time":"-"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30+01:00"),
            ("edge", "end"),
            ("duration_ms", "600012"),
            ("doubt", "-"),
            ("remote_ip", "203.0.113.9"),
            ("host", "mail.example.com"),
            ("user", r"EXAMPLE\a"),
            ("method", "POST"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping&User=a"),
            ("protocol", "HTTP/1.1"),
            ("status", "499"),
            ("ending", "client"),
            ("bytes", "0"),
            ("referer", "-"),
            ("user_agent", "Apple-iPhone/704.11"),
        ],
    },
    // nginx with the parts of the request apart, seconds since 1970, and a proxy's address list.
    Sample {
        text: r#"{"msec": 1705047330.831, "http_x_forwarded_for": "203.0.113.9, 192.0.2.1", "request_method": "POST", "uri": "/Microsoft-Server-ActiveSync", "args": "Cmd=Sync&User=a", "server_protocol": "HTTP/1.1", "status": 200, "bytes_sent": 300, "request_time": 0.075}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30.831Z"),
            ("duration_ms", "75"),
            ("remote_ip", "203.0.113.9"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Sync&User=a"),
            ("protocol", "HTTP/1.1"),
            ("bytes", "300"),
        ],
    },
    // Apache as it is often set up: the time in brackets, the query with its mark, a whole number of unknown unit.
    Sample {
        text: r#"{"time":"[12/Jan/2024:08:15:30 +0100]","remoteIP":"203.0.113.9","request":"/Microsoft-Server-ActiveSync","query":"?Cmd=Sync","method":"POST","status":"200","userAgent":"x/1","referer":"-","duration":75000}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30+01:00"),
            ("edge", "-"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Sync"),
            ("method", "POST"),
            ("duration_ms", "75000"),
            ("doubt", "unit"),
            ("referer", "-"),
        ],
    },
    // Caddy, behind two lines of its own that are no requests.
    Sample {
        text: r#"{"level":"info","ts":1705047329.1,"msg":"serving initial configuration"}
{"level":"error","ts":1705047330.5,"logger":"http.log.error","msg":"dial tcp: refused","request":{"remote_ip":"192.0.2.1","method":"POST","uri":"/a"},"duration":0.1,"status":502}
{"level":"info","ts":1705047330.7564995,"logger":"http.log.access.log0","msg":"handled request","request":{"remote_ip":"192.0.2.1","remote_port":"44790","client_ip":"203.0.113.9","proto":"HTTP/2.0","method":"POST","host":"mail.example.com","uri":"/Microsoft-Server-ActiveSync?Cmd=Ping","headers":{"User-Agent":["Apple-iPhone/704.11"],"Accept":["*/*"]},"tls":{"proto":"h2"}},"bytes_read":0,"user_id":"a","duration":600.000002701,"size":13,"status":200,"resp_headers":{"Server":["Caddy"],"Location":[]}}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30.756Z"),
            ("edge", "end"),
            ("duration_ms", "600000"),
            ("remote_ip", "203.0.113.9"),
            ("host", "mail.example.com"),
            ("user", "a"),
            ("method", "POST"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
            ("protocol", "HTTP/2.0"),
            ("status", "200"),
            ("bytes", "13"),
            ("user_agent", "Apple-iPhone/704.11"),
            ("referer", "-"),
        ],
    },
    // Traefik: nanoseconds, and both the start and the time of writing, of which the start is exact.
    Sample {
        text: r#"{"ClientAddr":"192.0.2.1:52458","ClientHost":"203.0.113.9","ClientUsername":"-","request_User-Agent":"x/1","request_Referer":"http://example.com/","DownstreamContentSize":15,"DownstreamStatus":200,"Duration":10002425284,"OriginStatus":504,"RequestHost":"mail.example.com","RequestMethod":"GET","RequestPath":"/a?b=1","RequestProtocol":"HTTP/1.1","ServiceURL":{"User":null,"Path":""},"StartLocal":"2024-01-12T09:15:30.773360139+01:00","StartUTC":"2024-01-12T08:15:30.773360139Z","level":"info","msg":"","time":"2024-01-12T09:15:40+01:00"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30.773Z"),
            ("edge", "start"),
            ("duration_ms", "10002"),
            ("remote_ip", "203.0.113.9"),
            ("user", "-"),
            ("host", "mail.example.com"),
            ("target", "/a?b=1"),
            ("status", "200"),
            ("bytes", "15"),
            ("referer", "http://example.com/"),
            ("user_agent", "x/1"),
        ],
    },
    // Envoy Gateway.
    Sample {
        text: r#"{":authority":"mail.example.com","bytes_received":0,"bytes_sent":24,"downstream_remote_address":"[2001:db8::7]:59292","duration":60000,"method":"POST","protocol":"HTTP/2","response_code":504,"response_code_details":"response_timeout","response_flags":"UT","start_time":"2024-01-12T08:15:30.479Z","upstream_host":null,"user-agent":"x/1","x-envoy-origin-path":"/a?b","x-forwarded-for":"192.0.2.1"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30.479Z"),
            ("edge", "start"),
            ("duration_ms", "60000"),
            ("doubt", "-"),
            ("remote_ip", "2001:db8::7"),
            ("host", "mail.example.com"),
            ("target", "/a?b"),
            ("status", "504"),
            ("ending", "between"),
            ("user_agent", "x/1"),
        ],
    },
    // Elastic Common Schema: keys with points or inside one another, nanoseconds.
    Sample {
        text: r#"{"@timestamp":"2024-01-12T08:15:30.000Z","@version":"1","ecs.version":"8.0","client":{"ip":"203.0.113.9"},"event":{"duration":75000000},"http":{"version":"1.1","request":{"method":"POST","referrer":"-"},"response":{"status_code":200,"body":{"bytes":13}}},"url.path":"/Microsoft-Server-ActiveSync","url.query":"Cmd=Ping","user":{"name":"a"},"user_agent":{"original":"x/1"}}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("edge", "-"),
            ("duration_ms", "75"),
            ("remote_ip", "203.0.113.9"),
            ("method", "POST"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
            ("protocol", "1.1"),
            ("status", "200"),
            ("bytes", "13"),
            ("user", "a"),
            ("user_agent", "x/1"),
        ],
    },
    // Google Cloud's load balancer.
    Sample {
        text: r#"{"httpRequest":{"latency":"59.999s","protocol":"HTTP/1.1","remoteIp":"203.0.113.9:4711","requestMethod":"POST","requestUrl":"https://mail.example.com/Microsoft-Server-ActiveSync?Cmd=Ping","responseSize":"13","status":499,"userAgent":"x/1"},"jsonPayload":{"statusDetails":"client_disconnected_before_any_response"},"receiveTimestamp":"2024-01-12T08:16:31.1Z","timestamp":"2024-01-12T08:15:30.123456Z"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30.123Z"),
            ("duration_ms", "59999"),
            ("remote_ip", "203.0.113.9"),
            ("host", "mail.example.com"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
            ("ending", "client"),
            ("bytes", "13"),
        ],
    },
    // Amazon's API Gateway, whose time is called as nginx's duration is.
    Sample {
        text: r#"{"requestTime":"12/Jan/2024:08:15:30 +0000","ip":"203.0.113.9","httpMethod":"POST","path":"/a","protocol":"HTTP/1.1","status":"200","responseLength":"13","responseLatency":"75"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("duration_ms", "75"),
            ("doubt", "-"),
            ("target", "/a"),
            ("bytes", "13"),
        ],
    },
    // Azure, with IIS' names.
    Sample {
        text: r#"{"time":"2024-01-12T08:15:30Z","properties":{"CsMethod":"POST","CsUriStem":"/Microsoft-Server-ActiveSync","CsUriQuery":"Cmd=Ping","SPort":"443","CIp":"203.0.113.9","UserAgent":"x/1","CsHost":"mail.example.com","ScStatus":200,"ScWin32Status":"64","ScBytes":300,"TimeTaken":600013}}"#,
        expect: &[
            ("remote_ip", "203.0.113.9"),
            ("target", "/Microsoft-Server-ActiveSync?Cmd=Ping"),
            ("host", "mail.example.com"),
            ("ending", "client"),
            ("duration_ms", "600013"),
            ("doubt", "unit"),
        ],
    },
    // Start and end, and a program that writes what IIS does: date and time apart.
    Sample {
        text: r#"{"EdgeStartTimestamp":"2024-01-12T08:15:30Z","EdgeEndTimestamp":"2024-01-12T08:16:30Z","ClientIP":"203.0.113.9","ClientRequestMethod":"POST","ClientRequestURI":"/a?b","EdgeResponseStatus":200,"EdgeResponseBytes":13}"#,
        expect: &[
            ("time", "2024-01-12T08:16:30Z"),
            ("edge", "end"),
            ("duration_ms", "60000"),
            ("target", "/a?b"),
        ],
    },
    Sample {
        text: r#"{"date":"2024-01-12","time":"08:15:30","cs-method":"POST","cs-uri-stem":"/a","cs-uri-query":"-","sc-status":"200"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30"),
            ("target", "/a"),
            ("status", "200"),
        ],
    },
    // A time in the style of wherever it was made.
    Sample {
        text: r#"{"time":"03/04/2024 02:15:30 PM","method":"POST","path":"/a","status":200}"#,
        expect: &[("time", "2024-03-04T14:15:30"), ("doubt", "order")],
    },
    Sample {
        text: r#"{"ts":"2024\/01\/12 08:15:30.250","method":"POST","path":"/a","status":200}"#,
        expect: &[("time", "2024-01-12T08:15:30.250"), ("doubt", "-")],
    },
    // Node.js.
    Sample {
        text: r#"{"level":30,"time":1705047330000,"pid":7,"hostname":"app","req":{"id":1,"method":"POST","url":"/a","headers":{"host":"mail.example.com","user-agent":"x/1"},"remoteAddress":"::ffff:203.0.113.9"},"res":{"statusCode":200},"responseTime":75,"msg":"request completed"}"#,
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("duration_ms", "75"),
            ("doubt", "-"),
            ("host", "mail.example.com"),
            ("remote_ip", "::ffff:203.0.113.9"),
            ("user_agent", "x/1"),
        ],
    },
    // An array, an element a line; the request that was none has a place all the same.
    Sample {
        text: "[\n{\"timestamp\":\"2024-01-12 08:15:30.5\",\"request\":\"\",\"status\":\"400\",\"took_ms\":\"12\"},\n]",
        expect: &[
            ("time", "2024-01-12T08:15:30.500"),
            ("status", "400"),
            ("duration_ms", "12"),
            ("target", "-"),
        ],
    },
    // Spread over lines.
    Sample {
        text: "[\n  {\n    \"time\": \"2024-01-12T08:15:30Z\",\n    \"request\": {\n      \"method\": \"POST\",\n      \"url\": \"/a?b\"\n    },\n    \"status\": 200,\n    \"latency\": \"1m0.5s\"\n  },\n  {\n    \"status\": 201\n  }\n]",
        expect: &[
            ("time", "2024-01-12T08:15:30Z"),
            ("method", "POST"),
            ("target", "/a?b"),
            ("status", "200"),
            ("duration_ms", "60500"),
            ("cut", "-"),
        ],
    },
    // A line that breaks off behind its status.
    Sample {
        text: r#"{"time":"2024-01-12T08:15:30Z","method":"POST","path":"/a","status":200,"duration":60"#,
        expect: &[("status", "200"), ("duration_ms", "-"), ("cut", "cut")],
    },
];
