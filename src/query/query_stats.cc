// Adding up what the tasks of a query did, field by field.
#include "src/query/query_stats.h"

namespace ashlar::query {

void AddStats(const QueryStats& from, QueryStats* to) {
  to->segments_pruned += from.segments_pruned;
  to->segments_skipped += from.segments_skipped;
  to->segments_scanned += from.segments_scanned;
  to->zones += from.zones;
  to->zones_pruned += from.zones_pruned;
  to->zones_skipped += from.zones_skipped;
  to->zones_scanned += from.zones_scanned;
  to->chunks_touched += from.chunks_touched;
  to->chunks_skipped += from.chunks_skipped;
  to->chunks_decoded += from.chunks_decoded;
  to->bytes_borrowed += from.bytes_borrowed;
  to->bytes_copied += from.bytes_copied;
  to->rows_in += from.rows_in;
  to->rows_selected += from.rows_selected;
  to->rows_out += from.rows_out;
  to->rows_interpreted += from.rows_interpreted;
  to->rows_materialized += from.rows_materialized;
}

void AddStats(const SourceCounters& from, QueryStats* to) {
  to->chunks_touched += from.chunks_touched;
  to->chunks_decoded += from.chunks_decoded;
  to->bytes_borrowed += from.bytes_borrowed;
  to->bytes_copied += from.bytes_copied;
}

}  // namespace ashlar::query
