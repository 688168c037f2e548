// What a query did. See query_stats_text.h.
#include "tools/ashlar/query_stats_text.h"

#include "src/base/strings.h"
#include "tools/ashlar/human_text.h"

namespace ashlar::tools {
namespace {

int64_t Micros(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

std::string Parts(uint64_t all, uint64_t pruned, uint64_t skipped, uint64_t scanned) {
  return base::StrCat(CountText(all), ": ", CountText(pruned), " pruned, ", CountText(skipped),
                      " not reached, ", CountText(scanned), " scanned\n");
}

}  // namespace

std::string QueryStatsText(const QueryStats& stats, const QueryTimes& times) {
  std::string text = base::StrCat(
      "segments  ",
      Parts(stats.segments, stats.segments_pruned, stats.segments_skipped, stats.segments_scanned));
  text += base::StrCat("zones     ", Parts(stats.zones, stats.zones_pruned, stats.zones_skipped,
                                           stats.zones_scanned));
  text += base::StrCat("chunks    ", CountText(stats.chunks_touched), " read, ",
                       CountText(stats.chunks_skipped), " never touched, ",
                       CountText(stats.chunks_decoded), " decoded\n");
  text += base::StrCat("bytes     ", base::HumanBytes(stats.bytes_borrowed), " borrowed, ",
                       base::HumanBytes(stats.bytes_copied), " copied\n");
  text += base::StrCat("rows      ", CountText(stats.rows_in), " looked at, ",
                       CountText(stats.rows_selected), " selected, ", CountText(stats.rows_out),
                       " out; ", CountText(stats.rows_interpreted), " interpreted, ",
                       CountText(stats.rows_materialized), " materialized\n");
  text += base::StrCat("memory    ", base::HumanBytes(stats.peak_memory_bytes), " at the peak; ",
                       Many(stats.threads, "thread"), "\n");
  text += base::StrCat("time      ", DurationText(times.whole));
  if (times.first_batch.has_value()) {
    text += base::StrCat(", the first rows after ", DurationText(*times.first_batch));
  }
  return text + '\n';
}

Json DescribeQuery(const QueryStats& stats, const QueryTimes& times) {
  Json record = Json::Object({{"segments", stats.segments},
                              {"segments_pruned", stats.segments_pruned},
                              {"segments_skipped", stats.segments_skipped},
                              {"segments_scanned", stats.segments_scanned},
                              {"zones", stats.zones},
                              {"zones_pruned", stats.zones_pruned},
                              {"zones_skipped", stats.zones_skipped},
                              {"zones_scanned", stats.zones_scanned},
                              {"chunks_touched", stats.chunks_touched},
                              {"chunks_skipped", stats.chunks_skipped},
                              {"chunks_decoded", stats.chunks_decoded},
                              {"bytes_borrowed", stats.bytes_borrowed},
                              {"bytes_copied", stats.bytes_copied},
                              {"rows_in", stats.rows_in},
                              {"rows_selected", stats.rows_selected},
                              {"rows_out", stats.rows_out},
                              {"rows_interpreted", stats.rows_interpreted},
                              {"rows_materialized", stats.rows_materialized},
                              {"peak_memory_bytes", stats.peak_memory_bytes},
                              {"threads", stats.threads},
                              {"elapsed_us", Micros(times.whole)}});
  record.Add("first_batch_us",
             times.first_batch.has_value() ? Json(Micros(*times.first_batch)) : Json());
  return record;
}

}  // namespace ashlar::tools
