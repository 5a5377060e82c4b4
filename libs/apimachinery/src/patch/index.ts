/** The three patches that change a stored object (server-side apply is in fields). Pure: nothing is stored or defaulted. */
export { applyPatch, type ApplyPatchInput, type Patched } from './apply-patch.js';
export { MAX_JSON_PATCH_OPERATIONS } from './json-patch.js';
