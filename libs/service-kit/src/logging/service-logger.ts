import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Level, type Logger, pino } from 'pino';

/** Nest's logger, writing one JSON object per line: `level`, `time`, `service`, `context`, `msg`, and `err` with its stack. */
export class ServiceLogger implements LoggerService {
  readonly pino: Logger;

  constructor(service: string, level: string, destination?: DestinationStream) {
    const options = {
      level,
      base: { service, pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      formatters: { level: (label: string) => ({ level: label }) },
    };
    this.pino = destination ? pino(options, destination) : pino(options);
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the class's name as the last text; errors and plain facts may stand before it. */
  private write(level: Level, message: unknown, rest: unknown[]): void {
    const fields: Record<string, unknown> = {};
    const texts: string[] = [];
    for (const part of [message, ...rest]) {
      if (part instanceof Error) fields.err = part;
      else if (typeof part === 'object' && part !== null) Object.assign(fields, part);
      else if (part !== undefined) texts.push(String(part));
    }
    if (rest.length > 0 && typeof rest.at(-1) === 'string') fields.context = texts.pop();
    if (texts.length > 1) fields.detail = texts.slice(1).join(' ');
    this.pino[level](fields, texts[0] ?? (fields.err instanceof Error ? fields.err.message : ''));
  }
}
