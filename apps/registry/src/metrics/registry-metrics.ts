import { Metrics } from '@faktorz/service-kit';
import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const BYTES = [1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

/** One answered request at the public door. */
export interface MeasuredRequest {
  method: string;
  code: number;
  /** What was asked for and how, as in `manifest.get`; undefined outside of `/v2/`. */
  operation: string | undefined;
  seconds: number;
  secondsToHeader: number;
  requestBytes: number;
  responseBytes: number;
}

/** What the registry counts and times, under the names that OpenShift's registry has for it (contract: registry, §11). */
@Injectable()
export class RegistryMetrics {
  /** Requests that are being answered. */
  inFlight = 0;
  private readonly requests: Counter<'method' | 'code'>;
  private readonly duration: Histogram<'method'>;
  private readonly timeToHeader: Histogram<'method'>;
  private readonly requestSize: Histogram<'method'>;
  private readonly responseSize: Histogram<'method'>;
  private readonly operations: Histogram<'operation'>;
  private readonly digestCache: Counter<'type'>;
  private readonly linkCache: Counter<'type'>;
  private readonly sourceCache: Counter<'type'>;
  private readonly upstreamDuration: Histogram<'registry' | 'operation'>;
  private readonly upstreamErrors: Counter<'registry' | 'operation' | 'code'>;
  private readonly storageDuration: Histogram<'operation'>;
  private readonly storageErrors: Counter<'operation' | 'code'>;

  constructor({ registry }: Metrics) {
    const make = makers(registry);
    this.requests = make.counter('http_requests_total', 'Answered requests.', ['method', 'code']);
    this.duration = make.histogram('http_request_duration_seconds', 'Until the answer had left.', ['method'], SECONDS);
    this.timeToHeader = make.histogram(
      'http_time_to_write_header_seconds',
      'Until the head of the answer was written.',
      ['method'],
      SECONDS,
    );
    this.requestSize = make.histogram('http_request_size_bytes', 'Bodies received.', ['method'], BYTES);
    this.responseSize = make.histogram(
      'http_response_size_bytes',
      'Answers sent, with their heads.',
      ['method'],
      BYTES,
    );
    this.operations = make.histogram('request_duration_seconds', 'By what was asked for.', ['operation'], SECONDS);
    make.gauge('http_in_flight_requests', 'Requests being answered.', () => this.inFlight);
    this.digestCache = make.counter('digest_cache_requests_total', 'Manifests looked up in memory.', ['type']);
    this.linkCache = make.counter(
      'digest_cache_scoped_requests_total',
      'Lookups in memory of whether a repository shows a manifest.',
      ['type'],
    );
    this.sourceCache = make.counter(
      'pullthrough_blobstore_cache_requests_total',
      'Lookups of the upstream that had a blob the last time.',
      ['type'],
    );
    this.upstreamDuration = make.histogram(
      'pullthrough_repository_duration_seconds',
      'Questions to outside registries.',
      ['registry', 'operation'],
      SECONDS,
    );
    this.upstreamErrors = make.counter('pullthrough_repository_errors_total', 'Questions that failed.', [
      'registry',
      'operation',
      'code',
    ]);
    this.storageDuration = make.histogram('storage_duration_seconds', 'Work of the storage.', ['operation'], SECONDS);
    this.storageErrors = make.counter('storage_errors_total', 'Work of the storage that failed.', [
      'operation',
      'code',
    ]);
  }

  noteRequest({ method, code, operation, ...measured }: MeasuredRequest): void {
    this.requests.inc({ method, code });
    this.duration.observe({ method }, measured.seconds);
    this.timeToHeader.observe({ method }, measured.secondsToHeader);
    this.requestSize.observe({ method }, measured.requestBytes);
    this.responseSize.observe({ method }, measured.responseBytes);
    if (operation !== undefined) this.operations.observe({ operation }, measured.seconds);
  }

  /** Was the manifest of a digest in memory? */
  noteDigestLookup(isHit: boolean): void {
    this.digestCache.inc({ type: hitOrMiss(isHit) });
  }

  /** Was it in memory that a repository shows a digest? */
  noteLinkLookup(isHit: boolean): void {
    this.linkCache.inc({ type: hitOrMiss(isHit) });
  }

  /** Was it known which upstream had a blob the last time? */
  noteSourceLookup(isHit: boolean): void {
    this.sourceCache.inc({ type: hitOrMiss(isHit) });
  }

  /** Times a question to an outside registry. */
  async upstream<T>(registry: string, operation: string, ask: () => Promise<T>): Promise<T> {
    const end = this.upstreamDuration.startTimer({ registry, operation });
    try {
      return await ask();
    } catch (error) {
      this.upstreamErrors.inc({ registry, operation, code: nameOfError(error) });
      throw error;
    } finally {
      end();
    }
  }

  /** Times work of the storage. */
  async storage<T>(operation: string, work: () => Promise<T>): Promise<T> {
    const end = this.storageDuration.startTimer({ operation });
    try {
      return await work();
    } catch (error) {
      this.storageErrors.inc({ operation, code: nameOfError(error) });
      throw error;
    } finally {
      end();
    }
  }
}

function makers(register: Registry) {
  const named = (name: string, help: string) => ({ name: `imageregistry_${name}`, help, registers: [register] });
  return {
    counter: <L extends string>(name: string, help: string, labelNames: L[]) =>
      new Counter({ ...named(name, help), labelNames }),
    histogram: <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
      new Histogram({ ...named(name, help), labelNames, buckets }),
    gauge: (name: string, help: string, value: () => number) =>
      new Gauge({
        ...named(name, help),
        collect() {
          this.set(value());
        },
      }),
  };
}

function hitOrMiss(isHit: boolean): string {
  return isHit ? 'Hit' : 'Miss';
}

/** The system's code where there is one, else the kind of error: few values, whatever goes wrong. */
function nameOfError(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.constructor.name;
}
