import type { Image } from '@faktorz/domain';
import type { ApiClient } from '../../client/api-client.js';
import type { Call, Command } from '../../command.js';
import { IMAGE_STREAMS, IMAGES } from '../../client/known-resources.js';
import type { KubeList } from '../../client/kube-object.js';
import { resourcePath } from '../../client/resource-path.js';
import { CommandError } from '../../errors.js';
import type { ImageStream } from '../../images/image-stream.js';
import { alignTabs, DENSE_TABS } from '../../printers/tab-writer.js';
import { binarySize } from '../../storage-use/binary-size.js';
import { storageOfImages, storageOfStreams } from '../../storage-use/storage-of-images.js';

export const command: Command = {
  usage: 'adm top COMMAND',
  description: 'Show what images take up, the largest first.',
  subcommands: [
    {
      name: 'images',
      summary: 'What each image takes up, and who needs it',
      load: async () => ({
        usage: 'adm top images',
        description:
          'Show what each image takes up, with its tags, the images it was built upon and the pods that run it.',
        run: topImages,
      }),
    },
    {
      name: 'imagestreams',
      summary: 'What the images of each stream take up',
      load: async () => ({
        usage: 'adm top imagestreams',
        description: 'Show what the images of each stream take up; layers that they share are counted once.',
        run: topImageStreams,
      }),
    },
  ],
};

async function topImages({ args, session, terminal }: Call): Promise<void> {
  refuseArguments(args);
  const client = await session.client();
  const images = (await items(client, resourcePath(IMAGES, undefined))) as unknown as Image[];
  const streams = (await items(client, resourcePath(IMAGE_STREAMS, undefined))) as ImageStream[];
  const pods = await items(client, '/api/v1/pods');
  const rows = storageOfImages(images, streams, pods).map((image) => [
    image.image,
    listText(image.tags),
    listText(image.parents),
    listText(image.usage),
    image.isDescribed ? 'yes' : 'no',
    binarySize(image.storage),
  ]);
  terminal.out(table([['NAME', 'IMAGESTREAMTAG', 'PARENTS', 'USAGE', 'METADATA', 'STORAGE'], ...rows]));
}

async function topImageStreams({ args, session, terminal }: Call): Promise<void> {
  refuseArguments(args);
  const client = await session.client();
  const images = (await items(client, resourcePath(IMAGES, undefined))) as unknown as Image[];
  const streams = (await items(client, resourcePath(IMAGE_STREAMS, undefined))) as ImageStream[];
  const rows = storageOfStreams(streams, images).map(({ stream, storage, images: count, layers }) => [
    stream,
    binarySize(storage),
    String(count),
    String(layers),
  ]);
  terminal.out(table([['NAME', 'STORAGE', 'IMAGES', 'LAYERS'], ...rows]));
}

function refuseArguments(args: readonly string[]): void {
  if (args.length > 0) throw new CommandError('no arguments are allowed to this command');
}

async function items(client: ApiClient, path: string) {
  return (await client.get<KubeList>(path)).items ?? [];
}

function listText(values: readonly string[]): string {
  return values.length === 0 ? '<none>' : values.join(', ');
}

function table(rows: readonly (readonly string[])[]): string {
  return alignTabs(rows.map((row) => `${row.join('\t')}\t\n`).join(''), DENSE_TABS);
}
