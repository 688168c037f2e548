// Judging compactions; see the header.
#include "src/manifest/segment_compactions.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ashlar/status_macros.h"
#include "src/base/bytes.h"
#include "src/base/strings.h"
#include "src/manifest/broken.h"
#include "src/manifest/dataset_definition.h"

namespace ashlar::manifest {
namespace {

absl::Status Misfit(const DatasetEdit& edit, std::string_view why) {
  return absl::FailedPreconditionError(
      base::StrCat("manifest edit: compaction of dataset ", edit.dataset_id, ": ", why));
}

// Nothing when the sum overflows.
std::optional<uint64_t> CountLive(std::span<const SegmentEntry> entries) {
  std::optional<uint64_t> rows = 0;
  for (const SegmentEntry& entry : entries) {
    if (rows.has_value()) rows = base::CheckedAdd(*rows, LiveRows(entry));
  }
  return rows;
}

absl::Status Changed(std::string_view what, std::string_view dataset) {
  return Broken("CompactionKeepsContent", what, dataset.empty() ? "" : " of dataset ", dataset,
                " changed without a new version");
}

absl::Status CheckState(const DatasetState& before, const DatasetState& after) {
  if (before.id != after.id) return Changed("the id", before.name);
  if (!SameDefinition(before, after)) return Changed("the definition", before.name);
  if (before.flushed_up_to != after.flushed_up_to) {
    return Changed("the flushed sequence", before.name);
  }
  if (before.rows != after.rows) return Changed("the number of live rows", before.name);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCompaction(const DatasetEdit& edit, const DatasetState& before) {
  if (edit.drop || edit.definition.has_value() || edit.flushed_up_to.has_value() ||
      !edit.deaths.empty()) {
    return Misfit(edit, "it does more than splice");
  }
  if (edit.splices.empty()) return Misfit(edit, "it does nothing");
  std::optional<uint64_t> removed = 0;
  std::optional<uint64_t> inserted = 0;
  for (const SegmentSplice& splice : edit.splices) {
    const std::optional<uint64_t> out =
        CountLive(std::span(before.segments).subspan(splice.begin, splice.removed));
    const std::optional<uint64_t> in = CountLive(splice.inserted);
    if (!out.has_value() || !in.has_value() || (!before.is_keyed() && out != in)) {
      return Misfit(edit, "a splice changes the number of live rows");
    }
    removed = base::CheckedAdd(removed.value_or(0), *out);
    inserted = base::CheckedAdd(inserted.value_or(0), *in);
    if (!removed.has_value() || !inserted.has_value()) return Misfit(edit, "totals overflow");
  }
  if (removed == inserted) return absl::OkStatus();
  return Misfit(edit, base::StrCat(*removed, " live rows become ", *inserted));
}

absl::Status CheckCompactionKeepsContent(const Manifest& before, const Manifest& after) {
  if (before.version != after.version) return Changed("the number of the version", "");
  if (before.sequence != after.sequence) return Changed("the sequence", "");
  if (before.committed_us != after.committed_us) return Changed("the time of the commit", "");
  if (before.datasets.size() != after.datasets.size()) return Changed("the list of datasets", "");
  auto now = after.datasets.begin();
  for (const auto& [name, state] : before.datasets) {
    if (now->first != name) return Changed("the name", name);
    if (now->second != state) RETURN_IF_ERROR(CheckState(*state, *now->second));
    ++now;
  }
  return absl::OkStatus();
}

}  // namespace ashlar::manifest
