/** Who set which field: `metadata.managedFields` of every write, and server-side apply. Pure; the caller stores and defaults. */
export { applyServerSide, type ApplyServerSideInput } from './apply-server-side.js';
export { updateManagedFields, type UpdateManagedFieldsInput } from './update-managed-fields.js';
