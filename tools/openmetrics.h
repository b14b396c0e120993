/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Statistics as OpenMetrics text, which Prometheus' own text format has in it: what reads
 * only that (promtool, node_exporter's textfile collector) takes the rest for comments.
 *
 * What is counted is what the histories hold that are kept: it falls when the oldest
 * make room. It would be no true OpenMetrics counter, and rate() would be wrong. So
 * numbers are gauges, and the histograms of times are to be looked at as they are, without
 * rate(): histogram_quantile(0.99, wavehand_state_seconds_bucket).
 */
#ifndef OPENMETRICS_H
#define OPENMETRICS_H

#include "out.h"
#include "statistics.h"

/**
 * openmetrics_write - write statistics, up to and including "# EOF"
 * @out: where to; what goes wrong is in @out->error
 * @s: made, with any groups: these become labels
 * @owners: made of the same histories, BY_OWNER; may be @s
 */
void openmetrics_write(struct out *out, const struct statistics *s,
		       const struct statistics *owners);

#endif /* OPENMETRICS_H */
