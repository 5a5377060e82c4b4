/** The parts of an image stream that these tests look at. */
export interface StreamView {
  metadata: {
    name: string;
    resourceVersion: string;
    generation: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  spec: {
    lookupPolicy?: { local: boolean };
    tags?: {
      name: string;
      from?: { kind: string; name: string; namespace?: string };
      reference?: boolean;
      generation?: number;
      importPolicy?: { scheduled?: boolean; insecure?: boolean; importMode?: string };
      referencePolicy?: { type: string };
    }[];
  };
  status: {
    dockerImageRepository: string;
    tags?: {
      tag: string;
      items: { image: string; dockerImageReference: string }[] | null;
      conditions?: { type: string; status: string; reason: string; message: string }[];
    }[];
  };
}

export const IMAGE_API = '/apis/image.openshift.io/v1';

/** Path of a stream in the API. */
export function streamPath(namespace: string, name: string): string {
  return `${IMAGE_API}/namespaces/${namespace}/imagestreams/${name}`;
}

/** Digests of a tag's history, newest first; empty without history. */
export function history(stream: StreamView | undefined, tag: string): string[] {
  return (stream?.status.tags?.find((entry) => entry.tag === tag)?.items ?? []).map(({ image }) => image);
}

/** A stream manifest with tags from outside images: name of the tag to pull spec. */
export function streamManifest(name: string, tags: Readonly<Record<string, string>> = {}): object {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { name },
    spec: { tags: Object.entries(tags).map(([tag, from]) => outsideTag(tag, from)) },
  };
}

/** A tag fed by an outside image over plain HTTP, as the tests' registry speaks it. */
export function outsideTag(name: string, from: string): object {
  return { name, from: { kind: 'DockerImage', name: from }, importPolicy: { insecure: true } };
}
