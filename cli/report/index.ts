/** Reports: from the data of a release to one HTML page. */
import { packageVersion } from "../../provider/package";
import { type Drawing, chartsOf } from "./charts";
import type { ReportData } from "./data";
import { reportPage } from "./page";

export { loadDrawing } from "./charts";
export { type ReportData, reportData } from "./data";
export { GENERATOR } from "./page";

/** The page of a report. The same data always give the same text. */
export function renderReport(data: ReportData, drawing: Drawing): string {
  const charts = data.judged === undefined ? undefined : chartsOf(data.judged, data, drawing);
  return reportPage(data, charts, packageVersion());
}
