import type { Image, ListedManifest } from '@faktorz/domain';
import type { RepositoryClient } from '@faktorz/registry-client';
import type { Call, Command } from '../../command.js';
import { describeOutsideImage } from '../../describe/outside-image.js';
import { CommandError, UsageError } from '../../errors.js';
import { type ImageLocation, parseImageLocation } from '../../outside-registries/image-location.js';
import { openRegistries, REGISTRY_FLAGS } from '../../outside-registries/open-registries.js';
import { type PlatformFilter, platformFilter, platformText } from '../../outside-registries/platform-filter.js';
import { readImage, readManifest } from '../../outside-registries/read-image.js';
import { alignTabs, DENSE_TABS } from '../../printers/tab-writer.js';

export const command: Command = {
  usage: 'image info IMAGE [IMAGE ...] [options]',
  description: 'Show digest, layers and configuration of images, straight from their registry.',
  examples: [
    'image info registry.example.com/shop/cart:2',
    'image info --filter-by-os=linux/arm64 registry.example.com/shop/cart:2',
  ],
  flags: [
    ...REGISTRY_FLAGS,
    {
      name: 'filter-by-os',
      kind: 'string',
      usage: 'Which images of a list, as os/architecture; a regular expression.',
    },
    { name: 'show-multiarch', kind: 'bool', usage: 'Show all images of a list.' },
    { name: 'output', short: 'o', kind: 'string', usage: 'json for the image as an object.' },
  ],
  run: info,
};

/** One image found under a name; several when the name stands for a list. */
interface Found {
  name: string;
  digest: string;
  listDigest?: string;
  mediaType: string;
  image: Image;
  os: string;
}

async function info({ args, flags, terminal }: Call): Promise<void> {
  if (args.length === 0) throw new UsageError('info expects at least one argument, an image pull spec');
  const output = flags.string('output');
  if (output !== '' && output !== 'json') throw new CommandError(`unrecognized --output, only 'json' is supported`);
  const filter = platformFilter(flags.bool('show-multiarch') ? '.*' : flags.string('filter-by-os'));
  const registries = await openRegistries(flags);
  try {
    for (const typed of args) {
      const location = parseImageLocation(typed);
      const repository = registries.client(location.registry).repository(location.repository);
      const found = await find(repository, location, filter);
      if (output === 'json') {
        const objects = found.map(asObject);
        terminal.out(`${JSON.stringify(objects.length === 1 ? objects[0] : objects, undefined, 2)}\n`);
        continue;
      }
      for (const { name, digest, listDigest, image, os } of found) {
        const shown = location.digest === digest ? undefined : digest;
        terminal.out(describeOutsideImage({ name, digest: shown, listDigest, image }, os, new Date()));
      }
    }
  } finally {
    await registries.close();
  }
}

async function find(
  repository: RepositoryClient,
  location: ImageLocation,
  filter: PlatformFilter | undefined,
): Promise<Found[]> {
  const top = await readManifest(repository, location.digest || location.tag || 'latest');
  const { parsed, digest: listDigest } = top;
  if (parsed.form !== 'list') return [await describeOne(repository, location.text, top.digest)];
  const chosen = parsed.manifests.filter((manifest) => filter?.(manifest) ?? false);
  if (chosen.length === 0) throw manyImages(parsed.manifests, filter !== undefined);
  return Promise.all(
    chosen.map(async ({ digest }) => ({ ...(await describeOne(repository, location.text, digest)), listDigest })),
  );
}

async function describeOne(repository: RepositoryClient, name: string, digest: string): Promise<Found> {
  const manifest = await readManifest(repository, digest);
  const image = await readImage(repository, manifest);
  const os = manifest.parsed.form === 'image' ? await osOf(repository, manifest.parsed.config.digest) : 'linux';
  return { name, digest, mediaType: manifest.mediaType, image, os };
}

/** The operating system stands in no part of an Image. */
async function osOf(repository: RepositoryClient, configDigest: string): Promise<string> {
  try {
    const config = JSON.parse((await repository.readBlob(configDigest)).toString('utf8')) as { os?: string };
    return config.os ?? '';
  } catch (error) {
    if (error instanceof SyntaxError) return '';
    throw error;
  }
}

function manyImages(manifests: readonly ListedManifest[], isFiltered: boolean): CommandError {
  const rows = manifests.map((manifest) => `  ${platformText(manifest)}\t${manifest.digest}\n`).join('');
  const table = alignTabs(`  OS\tDIGEST\n${rows}`, DENSE_TABS);
  const problem = isFiltered
    ? 'the image is a manifest list, and no image in it is of the chosen platform - use --filter-by-os to select from:'
    : 'the image is a manifest list and contains multiple images - use --filter-by-os to select from:';
  return new CommandError(`${problem}\n\n${table}`);
}

function asObject({ name, digest, listDigest, mediaType, image }: Found): object {
  const layers = (image.dockerImageLayers ?? []).map(({ name: layer, size, mediaType: type }) => ({
    mediaType: type,
    size,
    digest: layer,
  }));
  return { name, digest, contentDigest: digest, listDigest, mediaType, layers, config: image.dockerImageMetadata };
}
