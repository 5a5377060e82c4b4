/** A tag points at another image: a change in tag-tracker's log. */
export interface TagChange {
  /** `namespace/stream:tag`. */
  tag: string;
  /** Where it stands in tag-tracker's log; later changes of a tag have greater ones. */
  position: string;
  /** What triggers write. */
  image: string;
  /** When it was committed, RFC 3339. */
  time: string;
  /** Why and by whom the tag was moved; absent where only the present state is known. */
  cause?: string;
  by?: string;
}
