import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, randomImage, startSystem, type TestSystem } from '@faktorz/testing';
import { streamPath, type StreamView } from '../image-streams.js';
import { Mayhem, type Victim } from './mayhem.js';
import { PatientClient } from './patient-client.js';
import { Random } from './random.js';
import { deadLetters } from './system-log.js';
import { printTable } from './table.js';
import { killRows } from './tag-faults.js';
import { type CheckSeen, WatchedRegistry } from './watched-registry.js';

/** How many tags are checked, and how hard their checkers are hit. */
export interface CheckFaultsPlan {
  seed: number;
  tags: number;
  durationMs: number;
  killPauseMs: readonly [number, number];
}

const NAMESPACE = 'checked';
const REPLICAS = 4;
const INTERVAL_SECONDS = 3;
const CHECKS_PER_MINUTE = 600;
/** Saved up when nothing was due; see the importer's budget. */
const BURST = CHECKS_PER_MINUTE / 6;
/** A killed importer's checks are taken by another after so long. */
const LEASE_MS = 15_000;
/** Requests the limited registry allows in its window; beyond, it answers 429. */
const LIMIT = { requests: 60, windowMs: 10_000 };
const SLOWNESS_MS = 150;

const IMPORTERS: readonly Victim[] = Array.from({ length: REPLICAS }, (_, index) => ({ service: 'importer', index }));

/**
 * Kills importers while they check more tags than their budget allows, some of them at a registry that counts; returns
 * what is wrong: a tag checked twice at a time or forgotten, a budget overdrawn, a refusal provoked.
 */
export async function runCheckFaults(plan: CheckFaultsPlan): Promise<string[]> {
  const random = new Random(plan.seed);
  await using free = await WatchedRegistry.start(SLOWNESS_MS);
  await using limited = await WatchedRegistry.start(SLOWNESS_MS, LIMIT);
  await using system = await startSystem({
    replicas: { importer: REPLICAS },
    env: {
      FAKTORZ_IMPORTER_CHECK_INTERVAL_SECONDS: String(INTERVAL_SECONDS),
      FAKTORZ_IMPORTER_MAX_CHECKS_PER_MINUTE: String(CHECKS_PER_MINUTE),
    },
  });
  const names = Array.from({ length: plan.tags }, (_, index) => `t${index}`);
  const few = names.slice(0, 6);
  const client = new PatientClient(system);
  await client.expect([201], 'POST', '/api/v1/namespaces', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: NAMESPACE },
  });
  await schedule(system, client, 'free', free, names);
  await schedule(system, client, 'limited', limited, few);

  const mayhem = new Mayhem(system, random.fork());
  const begun = Date.now();
  await mayhem.rage(IMPORTERS, plan.killPauseMs, AbortSignal.timeout(plan.durationMs));
  const calm = Date.now();
  const isChecked = (registry: WatchedRegistry, tags: readonly string[]) =>
    tags.every((tag) => registry.checks.some((check) => check.tag === tag && check.at > calm));
  const late = await eventually(
    'every tag is checked after the last kill',
    () => isChecked(free, names) && isChecked(limited, few),
    LEASE_MS + (plan.tags / CHECKS_PER_MINUTE) * 60_000 + 30_000,
  ).then(
    () => [],
    (error: Error) => [error.message],
  );
  const checks = [...free.checks, ...limited.checks].filter(({ at }) => at > begun).sort((a, b) => a.at - b.at);
  printTable(`Faults of scheduled checks (seed ${plan.seed})`, {
    ...killRows(mayhem),
    checks: checks.length,
    'all checked again after': `${Date.now() - calm} ms`,
    'answered 429': limited.refused,
  });
  return [
    ...late,
    ...overlaps(free.checks),
    ...overlaps(limited.checks),
    ...overdrawn(checks),
    ...(limited.refused > 0 ? [`${limited.refused} requests were answered 429`] : []),
    ...(await deadLetters(system)),
  ];
}

async function schedule(
  system: TestSystem,
  client: PatientClient,
  name: string,
  registry: WatchedRegistry,
  tags: readonly string[],
): Promise<void> {
  registry.serve('x/y', tags, randomImage());
  const importPolicy = { insecure: true, scheduled: true };
  await client.expect([201], 'POST', streamPath(NAMESPACE, '').replace(/\/$/, ''), {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name },
    spec: {
      tags: tags.map((tag) => ({
        name: tag,
        from: { kind: 'DockerImage', name: `${registry.host}/x/y:${tag}` },
        importPolicy,
      })),
    },
  });
  const isImported = async (): Promise<boolean> => {
    const answer = await system.request(streamPath(NAMESPACE, name));
    const stream = (await answer.json()) as StreamView;
    return stream.status.tags?.length === tags.length && stream.status.tags.every(({ items }) => items?.length === 1);
  };
  await eventually(`all tags of ${name} are imported`, isImported, 60_000);
  await sleep(100);
}

/** Two replicas never check one tag at the same time. */
function overlaps(checks: readonly CheckSeen[]): string[] {
  const last = new Map<string, CheckSeen>();
  return [...checks]
    .sort((a, b) => a.at - b.at)
    .flatMap((check) => {
      const before = last.get(check.tag);
      last.set(check.tag, check);
      return before && check.at < before.over ? [`${check.tag} was checked twice at a time`] : [];
    });
}

/** No stretch of time has more checks than the budget of it, and what can have been saved up before. */
function overdrawn(checks: readonly CheckSeen[]): string[] {
  for (const [first, { at: from }] of checks.entries()) {
    for (const last of [first + 2 * BURST, checks.length - 1]) {
      const to = checks[last]?.at;
      if (to === undefined || last < first) continue;
      const allowed = BURST + ((to - from) / 60_000) * CHECKS_PER_MINUTE;
      // What was claimed together begins within a moment, not at once.
      if (last - first + 1 > allowed * 1.1 + 5)
        return [`${last - first + 1} checks within ${to - from} ms, where ${allowed.toFixed(0)} are allowed`];
    }
  }
  return [];
}
