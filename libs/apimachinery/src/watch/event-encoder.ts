import type { KubeObject } from '../kube-object.js';
import type { Shape } from '../negotiation/accept.js';
import type { ResourceDefinition } from '../resource-definition.js';
import type { Status } from '../status/status-object.js';
import { partialMetadata, TablePrinter, type IncludeObject } from '../table/table.js';

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/**
 * Frames already encoded, by object. A change that reaches a thousand watchers of one process as the same object is
 * encoded once for each representation.
 */
const sharedFrames = new WeakMap<KubeObject, Map<string, Buffer>>();

/** Encodes the events of one watch as JSON lines. Only the first table of a watch names its columns. */
export class EventEncoder {
  private hasSentColumns = false;
  private readonly printer?: TablePrinter;
  private readonly apiVersion: string;
  private readonly variant: string;

  constructor(
    private readonly definition: ResourceDefinition,
    private readonly shape: Shape,
    include: IncludeObject,
  ) {
    this.apiVersion = shape.as === 'Object' ? '' : `meta.k8s.io/${shape.version}`;
    if (shape.as === 'Table') this.printer = new TablePrinter(definition, shape.version, include);
    const { group, version, plural } = definition;
    this.variant = `${group}/${version}/${plural} ${shape.as} ${this.apiVersion} ${include}`;
  }

  event(type: WatchEventType, object: KubeObject): Buffer {
    const frames = sharedFrames.get(object) ?? new Map<string, Buffer>();
    sharedFrames.set(object, frames);
    const key = `${type} ${this.variant} ${this.printer !== undefined && !this.hasSentColumns}`;
    let frame = frames.get(key);
    if (frame === undefined) {
      frame = line(type, this.shown(object));
      frames.set(key, frame);
    }
    this.hasSentColumns = true;
    return frame;
  }

  bookmark(position: bigint, isEndOfInitialEvents = false): Buffer {
    const { group, version, kind } = this.definition;
    const object = {
      kind,
      apiVersion: group === '' ? version : `${group}/${version}`,
      metadata: {
        resourceVersion: position.toString(),
        ...(isEndOfInitialEvents ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
      },
    };
    // A bookmark's metadata has no name, unlike that of every real object.
    const bookmark = object as KubeObject;
    if (this.printer) {
      const table = this.printer.bookmark(bookmark, !this.hasSentColumns);
      this.hasSentColumns = true;
      return line('BOOKMARK', table);
    }
    return line('BOOKMARK', this.shape.as === 'Object' ? object : partialMetadata(bookmark, this.apiVersion));
  }

  error(status: Status): Buffer {
    return line('ERROR', status);
  }

  private shown(object: KubeObject): object {
    if (this.printer) return this.printer.single(object, new Date(), !this.hasSentColumns);
    return this.shape.as === 'Object' ? object : partialMetadata(object, this.apiVersion);
  }
}

function line(type: WatchEventType, object: object): Buffer {
  return Buffer.from(`{"type":"${type}","object":${JSON.stringify(object)}}\n`);
}
