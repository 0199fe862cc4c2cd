/** Writes rows for finished invocations into logstores. */
import type { FinishedInvocation } from "../service/invocations";
import { KEPT_BYTES } from "../runtimes/logTail";
import type { Logstores } from "../service/logstores";
import { logTarget, outputRows, requestRow } from "./rows";

/**
 * Writes the rows of an invocation into the logstore of its function. The emulator keeps only the end of a long output,
 * so the earlier lines of such an output get no rows.
 */
export function keepRows(logs: Logstores, finished: FinishedInvocation): void {
  const target = logTarget(finished.config);
  if (target === undefined) return;
  const rows = outputRows(finished, finished.outcome.log.before, finished.outcome.log.end(KEPT_BYTES));
  logs.write(target.project, target.logstore, target.requestMetrics ? [...rows, requestRow(finished)] : rows);
}
