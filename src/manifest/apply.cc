// Apply: base value and edit in, next value out; nothing else is touched.
#include <algorithm>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/manifest/bookkeeping.h"
#include "src/manifest/edit.h"
#include "src/manifest/manifest_builder.h"
#include "src/manifest/segment_moves.h"

namespace ashlar::manifest {
namespace {

absl::Status Misfit(std::string message) {
  return absl::FailedPreconditionError("manifest edit: " + message);
}

absl::Status Expire(const std::vector<uint64_t>& expired, VersionSet& set) {
  for (const uint64_t version : expired) {
    if (set.Find(version) == nullptr) {
      return Misfit(base::StrCat("version ", version, " expires but is not retained"));
    }
    if (version == set.current()->version) {
      return Misfit(base::StrCat("version ", version, " expires but is the newest"));
    }
    set.versions.erase(
        std::find_if(set.versions.begin(), set.versions.end(),
                     [version](const auto& manifest) { return manifest->version == version; }));
  }
  return absl::OkStatus();
}

absl::Status ChangeTags(const ManifestEdit& edit, VersionSet& set) {
  for (const auto& [name, tag] : edit.set_tags) {
    if (set.Find(tag.version) == nullptr) {
      return Misfit(base::StrCat("tag ", base::QuoteForMessage(name), " names version ",
                                 tag.version, ", which is not retained"));
    }
    set.tags.insert_or_assign(name, tag);
  }
  for (const std::string& name : edit.deleted_tags) {
    if (set.tags.erase(name) == 0) {
      return Misfit(base::StrCat("tag ", base::QuoteForMessage(name), " does not exist"));
    }
  }
  return absl::OkStatus();
}

// After the oldest log is set: what is not needed any more is not kept. Of a log that is known the
// longer of both is.
absl::Status NoteDurableLogs(const std::vector<DurableLog>& added, VersionSet& set) {
  uint64_t last = 0;
  for (const DurableLog& log : added) {
    if (log.number <= last) return Misfit("durable logs do not ascend");
    last = log.number;
    const auto at = std::ranges::lower_bound(set.durable_logs, log.number, {}, &DurableLog::number);
    if (at == set.durable_logs.end() || at->number != log.number) {
      set.durable_logs.insert(at, log);
    } else {
      at->bytes = std::max(at->bytes, log.bytes);
    }
  }
  std::erase_if(set.durable_logs,
                [&](const DurableLog& log) { return log.number < set.oldest_log; });
  return absl::OkStatus();
}

}  // namespace

absl::Status ApplyBookkeeping(const ManifestEdit& edit, VersionSet& set) {
  ASHLAR_CHECK(!set.versions.empty());
  RETURN_IF_ERROR(Expire(edit.expired, set));
  RETURN_IF_ERROR(ChangeTags(edit, set));
  set.next_segment_id = edit.next_segment_id.value_or(set.next_segment_id);
  set.next_dataset_id = edit.next_dataset_id.value_or(set.next_dataset_id);
  set.oldest_log = edit.oldest_log.value_or(set.oldest_log);
  if (edit.retention.has_value()) {
    std::tie(set.retention_count, set.retention_age_us) = *edit.retention;
  }
  return NoteDurableLogs(edit.durable_logs, set);
}

absl::StatusOr<std::shared_ptr<const VersionSet>> Apply(const VersionSet& base,
                                                        const ManifestEdit& edit) {
  ASHLAR_CHECK(!base.versions.empty());
  if (edit.version.has_value() && !edit.compactions.empty()) {
    return Misfit("it makes a version and compacts one");
  }
  auto next = std::make_shared<VersionSet>(base);
  if (edit.version.has_value()) {
    ManifestBuilder builder(base.current());
    RETURN_IF_ERROR(builder.Apply(*edit.version));
    next->versions.push_back(builder.Freeze());
  }
  if (!edit.moves.empty()) {
    SegmentMover mover(edit.moves);
    for (auto& version : next->versions) {
      ASSIGN_OR_RETURN(version, mover.Move(version));
    }
  }
  if (!edit.compactions.empty()) {
    ManifestBuilder builder(next->current());
    RETURN_IF_ERROR(builder.Compact(edit.compactions));
    next->versions.back() = builder.Freeze();
  }
  RETURN_IF_ERROR(ApplyBookkeeping(edit, *next));
  return next;
}

}  // namespace ashlar::manifest
