import type { ImageStream } from './image-stream.js';

/** What field selectors of streams can ask for. */
export const streamFields: Record<string, (stream: ImageStream) => string> = {
  'spec.dockerImageRepository': (stream) => stream.spec.dockerImageRepository ?? '',
  'status.dockerImageRepository': (stream) => stream.status.dockerImageRepository,
};
