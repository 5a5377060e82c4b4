/**
 * SQL: ends the lanes and open records of the objects in the CTE `gone (id)`; the last part of a statement that begins with
 * `WITH gone AS (…)`.
 */
export const CLOSE_GONE = `, emptied AS (DELETE FROM trigger_lane lane USING gone WHERE lane.target_id = gone.id)
  UPDATE trigger_record record
     SET phase = 'Skipped', reason = 'ObjectGone', message = 'the object, or its last trigger, is gone',
         before = NULL, next_try = NULL, finished_at = now()
    FROM gone WHERE record.target_id = gone.id AND record.finished_at IS NULL`;
