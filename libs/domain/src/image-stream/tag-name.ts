const TAG_NAME = /^[\w][\w.-]{0,127}$/;

/**
 * May `oc tag` use this name? The server itself takes any tag name, and deleting asks nothing either
 * (contract: references, §2).
 */
export function isTagName(name: string): boolean {
  return TAG_NAME.test(name);
}
