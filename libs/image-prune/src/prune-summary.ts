/** What a run removed, by kind. */
export interface PruneCounts {
  images: number;
  items: number;
  streams: number;
  layerLinks: number;
  manifestLinks: number;
  blobs: number;
}

/** What a run removed, counted; parts of nothing are not mentioned. */
export class PruneSummary {
  readonly counts: PruneCounts = { images: 0, items: 0, streams: 0, layerLinks: 0, manifestLinks: 0, blobs: 0 };

  text(): string {
    const { images, items, streams, layerLinks, manifestLinks, blobs } = this.counts;
    const parts = [
      [images, 'deleted', 'image object(s)'],
      [items, 'deleted', 'image stream tag item(s)'],
      [streams, 'updated', 'image stream(s)'],
      [layerLinks, 'deleted', 'layer link(s)'],
      [manifestLinks, 'deleted', 'manifest link(s)'],
      [blobs, 'deleted', 'blob(s)'],
    ]
      .filter(([count]) => count !== 0)
      .map(([count, verb, what]) => `${verb} ${count} ${what}`);
    return `Summary: ${parts.length === 0 ? 'deleted 0 objects' : parts.join(', ')}`;
  }
}
