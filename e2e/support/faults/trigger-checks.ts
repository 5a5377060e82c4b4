import type { TestSystem } from '@faktorz/testing';

export const NAMESPACE = 'rollouts';

/** What the faults play on. */
export interface Stage {
  system: TestSystem;
  streams: readonly string[];
  /** How often each tag has been moved; its images are numbered. */
  each: number;
  objectsEach: number;
}

/** What was found, and what of it is wrong. */
export interface Found {
  problems: string[];
  objects: number;
  records: number;
  written: number;
  superseded: number;
  builds: number;
}

interface Row {
  resource: string;
  name: string;
  tag: string;
  position: string;
  image: string;
  phase: string;
  reason: string | null;
  restored: number;
}

/** The image a tag points at after so many moves. */
export function imageOf(stream: string, number: number): string {
  return `quay.test/${stream}:${number}`;
}

function numberOf(image: string | undefined): number {
  return Number(/:(\d+)$/.exec(image ?? '')?.[1] ?? -1);
}

/** Holds the ledger against tag-tracker's log, against all versions of the objects, and against what was told. */
export async function checkLedger(stage: Stage): Promise<Found> {
  const { system, streams } = stage;
  const rows = await system.query<Row>(
    `SELECT resource, name, tag, position, image, phase, reason, restored FROM trigger_dispatcher.trigger_record
      WHERE namespace = $1 ORDER BY position`,
    [NAMESPACE],
  );
  const changes = await changesOf(system);
  const versions = await imagesOf(system);
  const builds = await buildsOf(system);
  const fired = await firedOf(system);
  const problems: string[] = [];
  let objects = 0;
  for (const stream of streams) {
    for (let index = 0; index < stage.objectsEach; index += 1) {
      for (const resource of ['deployments.apps', 'buildconfigs.build.openshift.io']) {
        const name = `${stream}-${index}`;
        const key = `${resource} ${name}`;
        const made = resource === 'deployments.apps' ? versions.get(name) : builds.get(name);
        const own = rows.filter((row) => row.resource === resource && row.name === name);
        problems.push(...checkObject({ key, stream, own, made: made ?? [], each: stage.each, changes, fired }));
        objects += 1;
      }
    }
  }
  const count = (test: (row: Row) => boolean) => rows.filter(test).length;
  return {
    problems,
    objects,
    records: rows.length,
    written: count(({ phase }) => phase === 'Written'),
    superseded: count(({ reason }) => reason === 'Superseded'),
    builds: [...builds.values()].flat().length,
  };
}

interface ObjectCase {
  key: string;
  stream: string;
  own: readonly Row[];
  /** Numbers of the images that it showed, or that builds were made for, in order. */
  made: readonly number[];
  each: number;
  /** Positions of all changes, by tag. */
  changes: ReadonlyMap<string, readonly string[]>;
  /** How often it was told that it had been written. */
  fired: ReadonlyMap<string, number>;
}

function checkObject({ key, stream, own, made, each, changes, fired }: ObjectCase): string[] {
  const problems: string[] = [];
  const say = (problem: string): void => void problems.push(`${key}: ${problem}`);
  const newest = made.at(-1);
  if (newest !== each) say(`shows ${newest}, the tag is at ${each}`);
  const back = made.findIndex((number, index) => index > 0 && number <= made[index - 1]!);
  if (back >= 0) say(`went from ${made[back - 1]} to ${made[back]}`);
  const written = own.filter(({ phase }) => phase === 'Written').map(({ image }) => numberOf(image));
  if (written.join() !== made.join()) say(`the ledger says ${written.join()}, it was ${made.join()}`);
  if ((fired.get(key) ?? 0) !== written.length) say(`told ${fired.get(key) ?? 0} times of ${written.length} writes`);
  const odd = own.find(
    ({ phase, reason, restored }) => restored > 0 || !(phase === 'Written' || reason === 'Superseded'),
  );
  if (odd) say(`change ${odd.position} is ${odd.phase} ${odd.reason ?? ''}, set back ${odd.restored} times`);
  // The object is made after the first change of its tag.
  const told = (changes.get(`${NAMESPACE}/${stream}:stable`) ?? []).slice(-each);
  const accounted = new Map<string, number>();
  for (const { position } of own) accounted.set(position, (accounted.get(position) ?? 0) + 1);
  for (const position of told)
    if (accounted.get(position) !== 1) say(`${accounted.get(position) ?? 0} rows of change ${position}`);
  return problems;
}

async function changesOf(system: TestSystem): Promise<Map<string, string[]>> {
  const rows = await system.query<{ position: string; subject: string }>(
    `SELECT position, event->>'subject' AS subject FROM tag_tracker.change_log
      WHERE namespace = $1 AND event->>'type' LIKE '%TagUpdated%' ORDER BY position`,
    [NAMESPACE],
  );
  return grouped(rows.map(({ subject, position }) => [subject, position]));
}

/** Numbers of the images of each Deployment, in order and without repetitions, out of all its versions. */
async function imagesOf(system: TestSystem): Promise<Map<string, number[]>> {
  const rows = await system.query<{ name: string; image: string }>(
    `SELECT name, document->'spec'->'template'->'spec'->'containers'->0->>'image' AS image FROM workloads.document_version
      WHERE resource = 'deployments.apps' AND namespace = $1 ORDER BY valid_from`,
    [NAMESPACE],
  );
  const all = grouped(rows.map(({ name, image }) => [name, numberOf(image)]));
  for (const [name, numbers] of all) {
    all.set(
      name,
      numbers.filter((number, index) => number >= 0 && number !== numbers[index - 1]),
    );
  }
  return all;
}

/** Numbers of the images that builds of each BuildConfig were started for, in order. */
async function buildsOf(system: TestSystem): Promise<Map<string, number[]>> {
  const rows = await system.query<{ name: string; image: string }>(
    `SELECT document->'status'->'config'->>'name' AS name,
            document->'spec'->'triggeredBy'->0->'imageChangeBuild'->>'imageID' AS image
       FROM (SELECT DISTINCT ON (name) name, document, valid_from FROM workloads.document_version
              WHERE resource = 'builds.build.openshift.io' AND namespace = $1 ORDER BY name, valid_from) build
      ORDER BY valid_from`,
    [NAMESPACE],
  );
  return grouped(rows.map(({ name, image }) => [name, numberOf(image)]));
}

async function firedOf(system: TestSystem): Promise<Map<string, number>> {
  const rows = await system.query<{ kind: string; name: string; count: string }>(
    `SELECT event->'data'->'target'->>'kind' AS kind, event->'data'->'target'->>'name' AS name, count(*)
       FROM trigger_dispatcher.change_log WHERE event->>'type' LIKE '%TriggerFired%' GROUP BY 1, 2`,
  );
  const resources: Record<string, string> = {
    Deployment: 'deployments.apps',
    BuildConfig: 'buildconfigs.build.openshift.io',
  };
  return new Map(rows.map(({ kind, name, count }) => [`${resources[kind] ?? kind} ${name}`, Number(count)]));
}

function grouped<Value>(pairs: readonly (readonly [string, Value])[]): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const [key, value] of pairs) groups.set(key, [...(groups.get(key) ?? []), value]);
  return groups;
}
