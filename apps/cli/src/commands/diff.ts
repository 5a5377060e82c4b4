import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiClient } from '../client/api-client.js';
import { isNotFound } from '../client/api-error.js';
import { apiVersionOf } from '../client/discovery.js';
import type { KubeObject } from '../client/kube-object.js';
import { APPLY_PATCH, JSON_TYPE } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError, SilentExit } from '../errors.js';
import { patchForApply } from '../patch/apply-patch.js';
import { withoutManagedFields } from '../printers/print-object.js';
import { toGoYaml } from '../printers/go-yaml.js';
import { type PlacedObject, placeManifests } from '../resources/place-manifest.js';
import { readManifests } from '../resources/read-manifests.js';
import { FILE_FLAGS, SHOW_MANAGED_FIELDS_FLAG } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'diff -f FILENAME [options]',
  description:
    'Show what apply would change, by the server\'s own reckoning. Exit code 0: nothing; 1: something; above: a failure.\n\nKUBECTL_EXTERNAL_DIFF names another program than "diff -u -N".',
  flags: [
    ...FILE_FLAGS,
    SHOW_MANAGED_FIELDS_FLAG,
    { name: 'server-side', kind: 'bool', usage: 'As apply --server-side.' },
    { name: 'force-conflicts', kind: 'bool', usage: 'Take fields over from other managers (with --server-side).' },
    { name: 'field-manager', kind: 'string', usage: 'Name to record as owner of the fields.' },
  ],
  run: async (call) => {
    try {
      return await diff(call);
    } catch (error) {
      if (error instanceof SilentExit) throw error;
      throw new DiffFailure(error);
    }
  },
};

/** Any failure must not look like a difference. */
class DiffFailure extends CommandError {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), 2, { cause });
  }
}

async function diff(call: Call): Promise<number> {
  const { flags, session, terminal } = call;
  const manifests = await readManifests(flags.all('filename'), flags.bool('recursive'), terminal);
  const client = await session.client();
  const [live, merged] = await Promise.all([makeDirectory('LIVE'), makeDirectory('MERGED')]);
  try {
    for (const placed of await placeManifests(manifests, call)) {
      const [before, after] = await bothStates(client, placed, call);
      const show = (object: KubeObject) =>
        toGoYaml(mask(flags.bool('show-managed-fields') ? object : withoutManagedFields(object)));
      const file = fileName(placed);
      if (before) await writeFile(join(live, file), show(before));
      await writeFile(join(merged, file), show(after));
    }
    return compare(live, merged, terminal.out);
  } finally {
    await Promise.all([live, merged].map((directory) => rm(directory, { recursive: true, force: true })));
  }
}

/** The name shows in the output: a word and digits, as kubectl's. */
async function makeDirectory(word: string): Promise<string> {
  const path = join(tmpdir(), `${word}-${randomInt(1e9, 4e9)}`);
  await mkdir(path, { mode: 0o700 });
  return path;
}

async function bothStates(
  client: ApiClient,
  { object, resource, namespace }: PlacedObject,
  { flags }: Call,
): Promise<[KubeObject | undefined, KubeObject]> {
  const name = object.metadata?.name ?? '';
  const path = resourcePath(resource, namespace, name);
  const live = await client.get(path, undefined, JSON_TYPE).catch((error: unknown) => {
    if (isNotFound(error)) return undefined;
    throw error;
  });
  if (flags.bool('server-side')) {
    const query = {
      dryRun: 'All',
      fieldManager: flags.string('field-manager') || 'kubectl',
      force: String(flags.bool('force-conflicts')),
    };
    return [
      live,
      await client.object({ method: 'PATCH', path, query, body: object, contentType: APPLY_PATCH, accept: JSON_TYPE }),
    ];
  }
  const query = { dryRun: 'All', fieldManager: flags.string('field-manager') || 'kubectl-client-side-apply' };
  if (!live) {
    return [
      live,
      await client.object({
        method: 'POST',
        path: resourcePath(resource, namespace),
        query,
        body: object,
        accept: JSON_TYPE,
      }),
    ];
  }
  const { contentType, patch } = patchForApply(object, live, resource, false);
  const metadata = { ...(patch.metadata as object | undefined), resourceVersion: live.metadata?.resourceVersion };
  return [
    live,
    await client.object({
      method: 'PATCH',
      path,
      query,
      body: JSON.stringify({ ...patch, metadata }),
      contentType,
      accept: JSON_TYPE,
    }),
  ];
}

function fileName({ object, resource, namespace }: PlacedObject): string {
  const kind = `${apiVersionOf(resource).replace('/', '.')}.${resource.kind}`;
  return [kind, namespace ?? '', object.metadata?.name ?? ''].join('.').replaceAll('/', '-');
}

/** Contents of secrets are compared by the server, not shown. */
function mask(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object;
  const data = Object.fromEntries(Object.keys((object.data ?? {}) as object).map((key) => [key, '***']));
  return { ...object, data };
}

function compare(live: string, merged: string, out: (text: string) => void): number {
  const [program = 'diff', ...args] = (process.env.KUBECTL_EXTERNAL_DIFF || 'diff -u -N').split(' ');
  const { status, stdout, stderr, error } = spawnSync(
    program,
    [...args, ...(program === 'diff' ? ['-r'] : []), live, merged],
    { encoding: 'utf8' },
  );
  if (error) throw new CommandError(`failed to run "${program}": ${error.message}`);
  out(stdout.replace(/^(diff .*?) -r /gm, '$1 '));
  if (status === 0 || status === 1) return status;
  throw new CommandError(stderr.trim() || `"${program}" ended with ${status}`);
}
