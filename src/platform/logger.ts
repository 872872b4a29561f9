/** Logs are events: `logger.info({ event: 'request-held', pending: 3 })` writes one JSON line to stderr. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** `event` is noun-verb in kebab case. Never put secrets, or prompts above debug, into it. */
export type LogEvent = { readonly event: string } & Readonly<Record<string, unknown>>;

export interface Logger {
  debug(event: LogEvent): void;
  info(event: LogEvent): void;
  warn(event: LogEvent): void;
  error(event: LogEvent): void;
  /** A logger that adds these fields to every event. */
  child(fields: Readonly<Record<string, unknown>>): Logger;
}

export interface LoggerOptions {
  readonly level: LogLevel;
  readonly write: (line: string) => void;
  readonly now: () => number;
}

/** Errors become `{ name, code, message, stack, cause }`; the cause chain is followed five deep. */
function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error;
  return {
    name: error.name,
    ...('code' in error ? { code: error.code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause !== undefined && depth < 5 ? { cause: describeError(error.cause, depth + 1) } : {}),
  };
}

export function createLogger(options: LoggerOptions, fields: Readonly<Record<string, unknown>> = {}): Logger {
  const lowest = logLevels.indexOf(options.level);
  const at = (level: LogLevel) => (event: LogEvent) => {
    if (logLevels.indexOf(level) < lowest) return;
    const line = { time: new Date(options.now()).toISOString(), level, ...fields, ...event };
    options.write(`${JSON.stringify(line, (_key, value: unknown) => describeError(value))}\n`);
  };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => createLogger(options, { ...fields, ...more }),
  };
}

/** Fields whose values say by themselves whom an event is about. */
const subjects = ['target', 'replica', 'source'];
/** Fields that a line for a person shows in another way, or not at all. */
const unnamed = new Set(['time', 'level', 'process', 'event', 'stack', ...subjects]);

/**
 * One JSON line of a log as a person reads it on a terminal: `13:35:59 replica-ready sluice-replica-c52e5c tookMs=185`.
 * What is no such line is returned as it came.
 */
export function terminalLine(line: string): string {
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(line) as Record<string, unknown>;
  } catch {
    return line;
  }
  const { time, level, event } = fields;
  if (typeof time !== 'string' || typeof event !== 'string') return line;
  const mark = level === 'error' || level === 'warn' ? `${level.toUpperCase()} ` : '';
  const who = subjects.map((name) => fields[name]).filter((value) => typeof value === 'string');
  const rest = Object.entries(fields)
    .filter(([name]) => !unnamed.has(name))
    .map(([name, value]) => `${name}=${shortValue(value)}`);
  return `${time.slice(11, 19)} ${mark}${event} ${[...new Set(who)].join(' ')}${rest.length > 0 ? `  ${rest.join(' ')}` : ''}\n`;
}

function shortValue(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'message' in value) return String(value.message);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export const silentLogger: Logger = createLogger({ level: 'silent', write: () => {}, now: () => 0 });
