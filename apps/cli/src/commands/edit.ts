import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../client/api-error.js';
import type { KubeObject } from '../client/kube-object.js';
import { JSON_TYPE, MERGE_PATCH, STRATEGIC_PATCH } from '../client/media-types.js';
import { resourcePath } from '../client/resource-path.js';
import type { Call, Command } from '../command.js';
import { CommandError } from '../errors.js';
import { mergeKeysOf, NO_MERGE_KEYS, takesStrategicPatches } from '../patch/merge-keys.js';
import { twoWayPatch } from '../patch/three-way.js';
import { toGoYaml } from '../printers/go-yaml.js';
import { withoutManagedFields } from '../printers/print-object.js';
import { describeApiError } from '../report-error.js';
import { findNamed, NAMED_FLAGS } from '../resources/find-named.js';
import { getObject } from '../resources/get-object.js';
import { parseManifest } from '../resources/parse-manifest.js';
import { ChangePrinter } from '../resources/print-change.js';
import { OUTPUT_FLAGS } from '../resources/selection-flags.js';

export const command: Command = {
  usage: 'edit (RESOURCE/NAME | -f FILENAME) [options]',
  description: 'Edit an object in the editor that KUBE_EDITOR or EDITOR names (default vi).',
  flags: [
    ...NAMED_FLAGS,
    ...OUTPUT_FLAGS,
    { name: 'field-manager', kind: 'string', default: 'kubectl-edit', usage: 'Name to record as owner of the fields.' },
  ],
  run: edit,
};

const INTRODUCTION = `# Edit the object below. Lines beginning with '#' are ignored, and an empty file
# ends without a change. Should the server refuse it, the file opens again with
# the reason.
#
`;

async function edit(call: Call): Promise<void> {
  const { session, terminal } = call;
  const client = await session.client();
  const directory = await mkdtemp(join(tmpdir(), 'faktorz-edit-'));
  try {
    for (const { resource, name, namespace } of await findNamed(call, 'edit')) {
      const before = withoutManagedFields(await getObject(client, resource, namespace, name));
      const strategic = takesStrategicPatches(resource.group);
      const send = async (after: KubeObject) => {
        const patch = twoWayPatch(before, after, strategic ? mergeKeysOf(resource.group) : NO_MERGE_KEYS);
        return client.object({
          method: 'PATCH',
          path: resourcePath(resource, namespace, name),
          query: { fieldManager: call.flags.string('field-manager') },
          body: JSON.stringify(patch),
          contentType: strategic ? STRATEGIC_PATCH : MERGE_PATCH,
          accept: JSON_TYPE,
        });
      };
      const changed = await editUntilAccepted(join(directory, 'object.yaml'), before, send);
      if (changed) new ChangePrinter(call, 'none').print(changed, resource, 'edited');
      else terminal.out('Edit cancelled, no changes made.\n');
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function editUntilAccepted(
  file: string,
  before: KubeObject,
  send: (after: KubeObject) => Promise<KubeObject>,
): Promise<KubeObject | undefined> {
  let text = toGoYaml(before);
  let problem = '';
  for (;;) {
    const shown = `${INTRODUCTION}${problem}${text}`;
    await writeFile(file, shown, { mode: 0o600 });
    openEditor(file);
    const saved = await readFile(file, 'utf8');
    const edited = withoutComments(saved);
    if (edited.trim() === '') return undefined;
    if (saved === shown && problem !== '') throw new CommandError('Edit cancelled, no valid changes were saved.');
    text = edited;
    try {
      const [after] = await parseManifest(edited, file);
      if (!after || isDeepStrictEqual(after, JSON.parse(JSON.stringify(before)))) return undefined;
      return await send(after);
    } catch (error) {
      if (!(error instanceof ApiError || error instanceof CommandError)) throw error;
      const words = error instanceof ApiError ? describeApiError(error) : error.message;
      problem = `${words
        .split('\n')
        .map((line) => `# ${line}`)
        .join('\n')}\n#\n`;
    }
  }
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

function openEditor(file: string): void {
  const editor = process.env.KUBE_EDITOR || process.env.OC_EDITOR || process.env.EDITOR || 'vi';
  const { error, status } = spawnSync(`${editor} "${file}"`, { stdio: 'inherit', shell: true });
  if (error || status !== 0) throw new CommandError(`there was a problem with the editor "${editor}"`);
}
