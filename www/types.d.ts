/**
 * The contract between the page and the core: `crate/src/report/model.rs` as it arrives here, and the calls of
 * `crate/src/wasm.rs`. The core decides and words everything; the page only draws. A field that the log cannot fill
 * arrives as `null` or `undefined`, and both mean "not in this log", never zero.
 */

export type Maybe<T> = T | null | undefined;
export type Severity = 'harmless' | 'watch' | 'act';
export type Certainty = 'possible' | 'likely' | 'certain';

export interface Report {
  version: 2;
  tool: { name: string; version: string };
  verdict: { severity: Severity; sentence: string };
  findings: Finding[];
  thresholds: ThresholdRow[];
  files: FileReport[];
  views: ViewReport[];
  totals: Totals;
  commands: CommandRow[];
  conflicts: ConflictRow[];
  pings: PingRow[];
  ping_patterns: PatternRow[];
  ping_durations: Spread;
  devices: DeviceRow[];
  load: LoadReport;
  heartbeats: HeartbeatsReport;
  waiting: WaitingRow[];
  events: Events;
  /** Lines of the logs that were taken along. */
  lines?: TakenLine[];
}

export interface Finding {
  code: string;
  severity: Severity;
  certainty: Certainty;
  title: string;
  sentence: string;
  /** What such a pattern means, whatever the log. */
  means: string;
  /** In this order. */
  advice: string[];
  count: number;
  /** How many requests it can show one by one. */
  requests: number;
  devices: number;
  concerned: Concerned[];
  first: Maybe<string>;
  last: Maybe<string>;
  evidence: Shown[];
  /** A page of somebody who must know. */
  reference: Maybe<string>;
}

/** A line that shows a finding, and that of its cause. */
/** A line of a log that a report takes along. */
export interface TakenLine {
  /** Index into `Report.files`. */
  file: number;
  line: number;
  text: string;
}

export interface Shown {
  line: Evidence;
  cause: Maybe<Evidence>;
}

/** The part of a report that follows from thresholds. */
export type Judged = Pick<Report, 'verdict' | 'findings' | 'thresholds'>;

/** What an outcome or a finding means, whatever the log. */
export interface Guide {
  kind: 'outcome' | 'finding';
  code: string;
  title: string;
  means: string;
  /** Of a finding, why it happens; of an outcome, how it is told. */
  why: string;
  /** In this order. */
  steps: string[];
  /** What it does not mean, and what no log can tell. */
  not: string;
  /** When it matters how much. */
  grades: string;
  /** Codes of thresholds. */
  thresholds: string[];
  reference: Maybe<string>;
}

/** Whom a finding concerns most. */
export interface Concerned {
  what: 'device' | 'user' | 'network' | 'file';
  name: string;
  count: number;
}

/** A number that decides about findings. */
export interface ThresholdRow {
  code: string;
  meaning: string;
  unit: string;
  /** Absent for a fact about the server that nobody gave and no statistics told. */
  value: Maybe<number>;
  default: Maybe<number>;
  least: number;
  most: number;
  source: 'ours' | 'vendor' | 'server';
  changed: boolean;
  findings: string[];
}

/** A line of a file; `file` indexes `Report.files`. */
export interface Evidence {
  file: number;
  line: number;
  offset: number;
}

/** Two files that show the same traffic; `file` and `of` index `Report.files`. */
export interface ViewReport {
  file: number;
  of: number;
  both: number;
  fewer: number;
  ahead_ms: number;
  spread_ms: number;
  copy: boolean;
  sentence: string;
}

export interface FileReport {
  name: string;
  /** Which call of `Inspector.read` it came out of, from 0: `Report.files` is in order of time instead. */
  opened: number;
  /** Which of the texts in that it is, from 0. */
  text: number;
  bytes: number;
  /** What it holds, if it is an archive as such; the texts in it are files of their own. */
  archive: Maybe<Contents>;
  lines: Lines;
  rejected: Rejection[];
  formats: { code: string; title: string; lines: number }[];
  detection: Detection;
  requests: number;
  activesync: number;
  period: Maybe<Period>;
  stamp: { meaning: 'start' | 'end' | 'none'; certainty: Maybe<Certainty>; reason: string };
  settled: {
    code: 'date-order' | 'year' | 'zone' | 'duration-unit';
    value: string;
    certainty: Certainty;
    reason: string;
    like: Maybe<number>;
  }[];
  clock: {
    steps: number;
    zone_changes: number;
    first: { code: 'back' | 'zone'; line: number; sentence: string }[];
  };
  missing: { code: string; sentence: string }[];
  problem: Maybe<{ code: string; sentence: string }>;
}

/** How the formats of a file were told. */
export interface Detection {
  certainty: Maybe<Certainty>;
  sentence: string;
  /** Whether the format was given, and not told from the content. */
  given: boolean;
  sampled: number;
  runner_up: Maybe<{ code: string; title: string; lines: number }>;
  stretches: number;
  first_stretches: { code: string; title: string; first_line: number }[];
  enveloped: number;
  envelopes: string[];
  /** What its lines leave open. */
  asks: (keyof Said)[];
}

/** What a search through the lines of opened files found so far. */
export interface Hits {
  /** Those that are new; no more than a stated number of all are kept. */
  hits: Hit[];
  /** How many lines were found, whether or not they are kept. */
  count: number;
  /** Bytes of text that were looked at. */
  bytes: number;
}

/**
 * A line that was found: the opened file, the text in it, the line from 1 and its offset in that text, and where the match is
 * in what is shown.
 */
export interface Hit {
  opened: number;
  text: number;
  line: number;
  offset: number;
  excerpt: string;
  from: number;
  to: number;
}

/** What somebody says of a file because its lines do not, or says otherwise. */
export interface Said {
  /** The code of a format, or a format string of one's own. */
  format?: string;
  /** As in `+01:00`. */
  zone?: string;
  year?: number;
  order?: 'day-first' | 'month-first';
  unit?: 's' | 'ms' | 'us';
  stamp?: 'start' | 'end';
  /** By its name on the web, as in `windows-1251`. */
  code_page?: string;
}

/** A log format that comes with the program. */
export interface Format {
  code: string;
  title: string;
}

export interface Contents {
  texts: number;
  others: Members[];
}

/** Members of an archive that are no texts; `examples` are names, as anybody may have chosen them. */
export interface Members {
  what: string;
  count: number;
  examples: string[];
}

/** Every line becomes one of four things; the four add up to `total`. */
export interface Lines {
  total: number;
  records: number;
  continuations: number;
  comments: number;
  rejected: number;
}

export interface Rejection {
  code: string;
  reason: string;
  count: number;
  first_line: number;
  first_offset: number;
}

export interface Period {
  first: string;
  last: string;
  span_ms: number;
}

export interface Totals {
  bytes: number;
  lines: Lines;
  requests: number;
  activesync: number;
  pings: number;
  syncs: number;
  conflicts: number;
  ping_conflicts: number;
  devices: number;
  users: number;
  period: Maybe<Period>;
}

export interface CommandRow {
  cmd: string;
  count: number;
  statuses: { status: Maybe<number>; count: number }[];
  durations: Spread;
}

export interface ConflictRow {
  outcome: string;
  title: string;
  count: number;
  certain: number;
  likely: number;
  possible: number;
  devices: number;
  sentence: string;
  severity: Severity;
  durations: Spread;
  displaced_by: { cmd: string; count: number }[];
}

export interface PatternRow {
  pattern: string;
  title: string;
  sentence: string;
  severity: Severity;
  count: number;
  devices: number;
  durations: Spread;
}

export interface PingRow {
  outcome: string;
  title: string;
  sentence: string;
  severity: Severity;
  count: number;
  durations: Spread;
}

/** Durations in milliseconds; every figure is absent when `known` is 0. */
export interface Spread {
  known: number;
  min: Maybe<number>;
  median: Maybe<number>;
  p90: Maybe<number>;
  p99: Maybe<number>;
  max: Maybe<number>;
}

export interface DeviceRow {
  device: string;
  device_type: Maybe<string>;
  client: Maybe<string>;
  users: string[];
  requests: number;
  pings: number;
  syncs: number;
  ping_conflicts: number;
  superseded_by_sync: number;
  superseded_by_ping: number;
  /** By a request that is neither a Sync nor a Ping. */
  superseded_by_other: number;
  superseded_unseen: number;
  heartbeat_ms: Maybe<number>;
  ping_durations: Spread;
  first: Maybe<string>;
  last: Maybe<string>;
}

/** How many requests were open at once. */
export interface LoadReport {
  sentences: string[];
  peak: Maybe<Peak>;
  pings_peak: Maybe<Peak>;
  mean_hundredths: Maybe<number>;
  devices_in_a_day: number;
  threads_wanted: number;
  servers: ServerRow[];
  held: { outcome: string; title: string; held_ms: number }[];
  course: CourseRow[];
  curve: Maybe<Curve>;
}

export interface Peak {
  count: number;
  at_least: number;
  at_most: number;
  at: string;
  for_ms: number;
}

/** One server; `files` index `Report.files`. */
export interface ServerRow {
  files: number[];
  peak: Maybe<Peak>;
  mean_hundredths: Maybe<number>;
  devices_in_a_day: number;
  threads_wanted: number;
}

export interface CourseRow {
  from: string;
  most: number;
  pings: number;
  mean_hundredths: number;
  requests: number;
  conflicts: number;
}

/** Every list has one value a bucket. */
export interface Curve {
  from: string;
  bucket_ms: number;
  most: number[];
  pings: number[];
  mean_hundredths: number[];
  requests: number[];
  conflicts: number[];
}

/** How long devices wait; wake-ups are counted over `held_ms`. */
export interface HeartbeatsReport {
  sentences: string[];
  ceiling_ms: Maybe<number>;
  overshoot: Maybe<Overshoot>;
  held_ms: number;
  by_heartbeat: number;
  by_others: number;
  intervals: IntervalRow[];
  timeouts: TimeoutRow[];
  devices: HeartbeatRow[];
}

export interface Overshoot {
  median_ms: number;
  p95_ms: number;
}

export interface IntervalRow {
  interval_ms: number;
  if_maximum_least: number;
  if_maximum_most: number;
  if_minimum: number;
  cut_devices: number;
}

export interface TimeoutRow {
  network: Maybe<string>;
  after_ms: number;
  noticed: boolean;
  pings: number;
}

/** `tried` has one value for each of `HeartbeatsReport.intervals`. */
export interface HeartbeatRow {
  device: string;
  heartbeat_ms: Maybe<number>;
  steps: { from: string; heartbeat_ms: number; pings: number }[];
  steps_before: number;
  pings: number;
  expired: number;
  overshoot: Maybe<Overshoot>;
  limit: 'server' | 'device' | 'either' | 'unknown';
  limited_by: string;
  held_ms: number;
  by_heartbeat: number;
  by_others: number;
  tried: number[];
}

export interface WaitingRow {
  session: string;
  state: string;
  thread: string;
  cmd: Maybe<string>;
  user: Maybe<string>;
  device: Maybe<string>;
  request: string;
  first: Maybe<string>;
  last: Maybe<string>;
  sightings: number;
  sentence: string;
  evidence: Evidence;
}

export interface Events {
  messages: MessageRow[];
  sign_ins: SignInRow[];
  sign_ins_note: Maybe<string>;
  statistics: { read: number; rows: StatisticRow[]; notes: string[] };
  status: { colour: Maybe<'green' | 'yellow' | 'red'>; lines: StatusLine[]; note: Maybe<string> };
}

export interface MessageRow {
  code: string;
  title: string;
  count: number;
  first: Maybe<string>;
  last: Maybe<string>;
  lines: { time: Maybe<string>; text: string; evidence: Evidence }[];
}

export interface SignInRow {
  user: Maybe<string>;
  address: Maybe<string>;
  count: number;
  first: Maybe<string>;
  last: Maybe<string>;
  evidence: Evidence;
}

export interface StatisticRow {
  name: string;
  value: string;
  share: Maybe<string>;
  sentence: string;
  evidence: Evidence;
}

export interface StatusLine {
  colour: Maybe<'green' | 'yellow' | 'red'>;
  time: Maybe<string>;
  text: string;
  evidence: Evidence;
}

/** `row`, `cause` and `twin` are rows of the core's log; `file` indexes `Report.files`. */
export interface RequestRow {
  row: number;
  file: number;
  line: number;
  offset: number;
  start: Maybe<string>;
  end: Maybe<string>;
  duration_ms: Maybe<number>;
  user: Maybe<string>;
  device: Maybe<string>;
  device_type: Maybe<string>;
  agent: Maybe<string>;
  address: Maybe<string>;
  cmd: string;
  status: Maybe<number>;
  bytes: Maybe<number>;
  outcome: string;
  pattern: Maybe<string>;
  certainty: Certainty;
  sentence: string;
  cause: Maybe<number>;
  twin: Maybe<number>;
}

/** What is known of a request, and can be asked for, sorted by and counted. */
export type Column =
  | 'start'
  | 'end'
  | 'duration'
  | 'user'
  | 'device'
  | 'device-type'
  | 'agent'
  | 'address'
  | 'command'
  | 'status'
  | 'outcome'
  | 'pattern'
  | 'certainty'
  | 'bytes'
  | 'file'
  | 'line';

/** What must hold of a value: one of these. Moments are milliseconds since 1970. */
export type Test =
  | { is: string[] }
  | { contains: string }
  | { matches: string }
  | { between: [number | null, number | null] }
  | { unknown: boolean };

export type Condition = { column: Column } & Test;

/** Which requests, and in which order: all conditions must hold. */
export interface Query {
  conditions?: Condition[];
  /** A regular expression that one of the texts of a request must match. */
  text?: string;
  /** Without it, in order of time. */
  sort?: { column: Column; descending?: boolean };
}

/** The values of a column, the most frequent first. */
export interface Facets {
  values: { value: string; count: number }[];
  further: number;
  unknown: number;
}

/** What an outcome is called, at the place of its number. */
export interface OutcomeName {
  code: string;
  title: string;
  severity: Severity;
}

/**
 * The requests of a device around one of them, in order of time; every list has one value a request. Moments are
 * milliseconds since 1970; `zone` is how many minutes the log's clock is ahead of UTC. Lanes below `heldLanes` are for
 * what is held open on purpose. A cause is the place of another request in these lists, or -1.
 */
export interface Lifeline {
  rows: Uint32Array;
  starts: Float64Array;
  ends: Float64Array;
  timed: Uint8Array;
  lanes: Uint16Array;
  commands: string[];
  statuses: Uint16Array;
  outcomes: Uint8Array;
  causes: Int32Array;
  heldLanes: number;
  allLanes: number;
  before: number;
  after: number;
  zone: number | null;
}

/** Pings as points; `marks` are lengths that mean something. */
export interface PingPoints {
  rows: Uint32Array;
  starts: Float64Array;
  lengths: Uint32Array;
  outcomes: Uint8Array;
  all: number;
  without: number;
  zone: number | null;
  marks: { ms: number; kind: 'heartbeat' | 'timeout'; label: string }[];
}

/** A record as it stands in its file; `truncated` when it is too long to show whole. */
export interface RawText {
  text: string;
  truncated: boolean;
}

export type Category = 'users' | 'devices' | 'addresses' | 'files' | 'sessions' | 'texts';

/** A report in a written form, and what was done to its names. */
export interface Export {
  text: string;
  /** Whose each pseudonym in it is, and the same as a table. */
  key: { category: Category; alias: string; name: string }[];
  key_csv: string;
  /** How many names there were of each category, replaced or kept. */
  found: { category: Category; count: number }[];
  /** The requests, where they were to be taken along. */
  requests: Maybe<Uint8Array<ArrayBuffer>>;
}

/** What a report takes along: its requests, and the lines that show its findings. */
export interface Along {
  requests: boolean;
  lines: boolean;
}

/** Lines that stand around a record. */
export interface Around {
  before: string[];
  after: string[];
}

/** The core's one class, as wasm-bindgen declares it. */
export interface Inspector {
  read(
    file: File,
    name: string,
    said: Said | undefined,
    progress: (bytes: number, lines: number, activesync: number) => void,
  ): Promise<void>;
  abandon(reason: string): void;
  report(): Report;
  select(query: Query, among?: Uint32Array): Uint32Array;
  facets(query: Query, column: Column): Facets;
  csv(rows: Uint32Array): string;
  lifeline(row: number, before: number, after: number): Lifeline;
  pings(most: number): PingPoints;
  /** What follows from these thresholds, each written `CODE=VALUE`. */
  judge(thresholds: string[]): Judged;
  /** The rows that a finding speaks of, by its code. */
  requestsOf(finding: string): Uint32Array;
  requests(rows: Uint32Array): RequestRow[];
  raw(row: number, file: File): Promise<RawText & { line: number }>;
  rawAt(index: number, file: File, offset: number): Promise<RawText>;
  rawAround(index: number, file: File, offset: number, lines: number): Promise<Around>;
  rowAt(index: number, line: number): number | undefined;
  /** Without a text, the report is what is to be written. */
  export(
    form: string,
    keep: string[],
    along: boolean,
    lines: { line: Evidence; text: string }[],
  ): Omit<Export, 'text'> & { text: Maybe<string>; report: Maybe<Report> };
  /** Lines that a report can take along. */
  lines(): Evidence[];
}

/** How far a load has come: `file` is the file being read, counted from 0 in the order given. */
export interface Progress {
  file: number;
  bytes: number;
  lines: number;
  activesync: number;
}

/** What a load ends in. The report is missing when not one file could be read. */
export interface Loaded {
  report: Maybe<Report>;
  unread: Unread[];
}

/** A file that the browser could not read, and why. */
export interface Unread {
  name: string;
  sentence: string;
}

/** What the page can ask of the worker. Files are named by their index in `Report.files`. */
export interface Calls {
  /** What is said of a file stands at its place in the order given. */
  load(files: File[], said: (Said | undefined)[]): Promise<Loaded>;
  formats(): Promise<Format[]>;
  /** What an outcome or a finding means, by its code. */
  guide(code: string): Promise<Maybe<Guide>>;
  /** Why a log format cannot be read, if it cannot. */
  check(format: string): Promise<Maybe<string>>;
  outcomes(): Promise<OutcomeName[]>;
  /** Of `among` alone, if that is given. */
  select(query: Query, among?: Uint32Array): Promise<Uint32Array>;
  facets(query: Query, column: Column): Promise<Facets>;
  csv(rows: Uint32Array): Promise<string>;
  lifeline(row: number, before: number, after: number): Promise<Lifeline>;
  pings(most: number): Promise<PingPoints>;
  judge(thresholds: string[]): Promise<Judged>;
  requestsOf(finding: string): Promise<Uint32Array>;
  requests(rows: Uint32Array): Promise<RequestRow[]>;
  raw(row: number, file: number): Promise<RawText>;
  rawAt(file: number, offset: number): Promise<RawText>;
  /** At most so many lines before and behind the record at an offset. */
  rawAround(file: number, offset: number, lines: number): Promise<Around>;
  /** The request whose record begins at a line, if one does. */
  rowAt(file: number, line: number): Promise<Maybe<number>>;
  /** The report to pass on, with pseudonyms for all names but those of the categories to keep. */
  export(form: string, keep: Category[], along: Along): Promise<Export>;
  /** Takes the requests of a report instead of logs; the buffer is the worker's from then on. */
  restore(requests: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Looks for a regular expression in every line of these files; what is found is told as it is found. */
  search(files: File[], expression: string, codePages: (string | undefined)[]): Promise<Hits>;
}

/** From the page to the worker. */
export interface Ask {
  id: number;
  call: keyof Calls;
  args: unknown[];
}

/** A part of a file that the worker cannot read itself: `file` is its place in the order of opening. */
export interface Lend {
  kind: 'lend';
  id: number;
  file: number;
  from: number;
  to: number;
}

/** The page's answer: the bytes, or the name and the words of the browser's refusal. */
export interface Lent {
  lent: true;
  id: number;
  bytes?: ArrayBuffer | undefined;
  name?: string;
  message?: string;
}

/** From the worker to the page. `crash` means that the core can no longer be used. */
export type Tell =
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'error'; id: number; message: string }
  | { kind: 'progress'; progress: Progress }
  | { kind: 'hits'; hits: Hits }
  | Lend
  | { kind: 'crash'; message: string };
