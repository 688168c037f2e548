// Time travel, tags and retention.

#include "src/store/history.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/clock.h"
#include "src/base/names.h"
#include "src/base/nearest_names.h"
#include "src/base/strings.h"
#include "src/base/time_text.h"
#include "src/store/garbage.h"
#include "src/store/reader_registry.h"
#include "src/store/reserve.h"

namespace ashlar::store {
namespace {

using manifest::VersionSet;

// Longer attributes belong into a dataset.
constexpr size_t kMaxTagAttributes = 256;
constexpr size_t kMaxAttributeBytes = 64 << 10;

int64_t ToMicroseconds(std::chrono::system_clock::time_point time) {
  return std::chrono::floor<std::chrono::microseconds>(time.time_since_epoch()).count();
}

absl::Status NoSuchVersion(const VersionSet& set, uint64_t version) {
  if (version < set.current()->version && version > 0) {
    return absl::NotFoundError(base::StrCat("version ", version, " has expired; the oldest that is",
                                            " readable is ", set.versions.front()->version));
  }
  return absl::NotFoundError(
      base::StrCat("there is no version ", version, "; the newest is ", set.current()->version));
}

std::vector<uint64_t> ExpiredUnder(StoreCore& core, const VersionSet& set, uint64_t count,
                                   int64_t age_us, int64_t now_us) {
  // Without anything to expire nobody needs to be asked what he holds.
  const auto candidates = manifest::ExpiredVersions(set, count, age_us, now_us, {});
  if (candidates.empty()) return candidates;
  const auto held = VersionsHeldByReaders(*core.files, set.current()->version);
  if (held.empty()) return candidates;
  return manifest::ExpiredVersions(set, count, age_us, now_us, held);
}

}  // namespace

void StampVersion(StoreCore& core, const VersionSet& base, uint64_t sequence,
                  manifest::VersionEdit* version) {
  const manifest::Manifest& newest = *base.current();
  version->version = newest.version + 1;
  version->sequence = std::max(newest.sequence, sequence);
  version->committed_us = std::max(base::NowMicros(*core.clock), newest.committed_us);
}

std::vector<uint64_t> VersionsToExpire(StoreCore& core, const VersionSet& base,
                                       uint64_t new_version, int64_t now_us) {
  VersionSet next = base;
  if (new_version != 0) {
    auto added = std::make_shared<manifest::Manifest>();
    added->version = new_version;
    added->committed_us = now_us;
    next.versions.push_back(std::move(added));
  }
  return ExpiredUnder(core, next, next.retention_count, next.retention_age_us, now_us);
}

std::vector<std::shared_ptr<const manifest::Manifest>> FindVersions(
    const VersionSet& set, const std::vector<uint64_t>& versions) {
  std::vector<std::shared_ptr<const manifest::Manifest>> found;
  for (const uint64_t version : versions) {
    if (auto manifest = set.Find(version)) found.push_back(std::move(manifest));
  }
  return found;
}

absl::StatusOr<Snapshot> SnapshotAt(StoreCore& core, uint64_t version) {
  Snapshot snapshot;
  std::shared_ptr<const manifest::Manifest> pinned;
  // Pinned before it is looked up again: had it expired in between, or its segments been moved or
  // compacted, its files might be going.
  while (pinned == nullptr || core.current()->Find(version) != pinned) {
    const std::shared_ptr<const VersionSet> set = core.current();
    pinned = set->Find(version);
    if (pinned == nullptr) return NoSuchVersion(*set, version);
    snapshot = SnapshotPins::TakeVersion(core.pins, pinned);
  }
  if (core.mode == AccessMode::kReadOnly) {
    // The writer is another process: it must know, and may have been faster.
    RETURN_IF_ERROR(core.registrations->Hold(*core.files, version));
    ASSIGN_OR_RETURN(const auto now, manifest::ReadManifest(*core.files));
    if (now.set->Find(version) == nullptr) return NoSuchVersion(*now.set, version);
  }
  return snapshot;
}

namespace {

absl::StatusOr<Snapshot> SnapshotAtMicros(StoreCore& core, int64_t wanted) {
  const std::shared_ptr<const VersionSet> set = core.current();
  const manifest::Manifest* found = nullptr;
  const manifest::Manifest* oldest = nullptr;
  for (const auto& manifest : set->versions) {
    // The empty store before the first commit was at no time, unless there is nothing else.
    if (manifest->version == 0 && set->versions.size() > 1) continue;
    if (oldest == nullptr) oldest = manifest.get();
    if (manifest->committed_us <= wanted) found = manifest.get();
  }
  if (found == nullptr) {
    return absl::NotFoundError(base::StrCat(
        "no readable version is as old as ", base::FormatTimestamp(wanted),
        "; the oldest was committed at ", base::FormatTimestamp(oldest->committed_us)));
  }
  return SnapshotAt(core, found->version);
}

}  // namespace

absl::StatusOr<Snapshot> SnapshotAtTime(StoreCore& core,
                                        std::chrono::system_clock::time_point time) {
  return SnapshotAtMicros(core, ToMicroseconds(time));
}

absl::StatusOr<Snapshot> SnapshotAtTag(StoreCore& core, std::string_view tag) {
  const std::shared_ptr<const VersionSet> set = core.current();
  const auto found = set->tags.find(tag);
  if (found == set->tags.end()) {
    std::vector<std::string> names;
    for (const auto& [name, state] : set->tags) names.push_back(name);
    return base::UnknownName("tag", tag, names);
  }
  return SnapshotAt(core, found->second.version);
}

absl::StatusOr<Snapshot> SnapshotAtText(StoreCore& core, std::string_view text) {
  uint64_t version = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), version);
  if (parsed.ec == std::errc() && parsed.ptr == text.data() + text.size()) {
    return SnapshotAt(core, version);
  }
  if (const auto time = base::ParseTimestamp(text)) {
    return SnapshotAtMicros(core, *time);
  }
  if (!base::ValidateTagName(text).ok()) {
    return absl::InvalidArgumentError(base::StrCat(
        "'", base::EscapeForTerminal(text.substr(0, 64)),
        "' is no version number, no tag name and no time of the form 2026-01-31T12:00:00Z"));
  }
  return SnapshotAtTag(core, text);
}

std::vector<VersionInfo> ListVersions(StoreCore& core) {
  const std::shared_ptr<const VersionSet> set = core.current();
  std::vector<VersionInfo> infos;
  for (const auto& manifest : set->versions) {
    if (manifest->version == 0) continue;  // the empty store before the first commit
    VersionInfo info;
    info.version = manifest->version;
    info.committed_at = base::TimeFromMicros(manifest->committed_us);
    info.datasets = manifest->datasets.size();
    for (const auto& [name, dataset] : manifest->datasets) info.rows += dataset->rows;
    for (const auto& [name, tag] : set->tags) {
      if (tag.version == manifest->version) info.tags.push_back(name);
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

std::vector<TagInfo> ListTags(StoreCore& core) {
  const std::shared_ptr<const VersionSet> set = core.current();
  std::vector<TagInfo> infos;
  for (const auto& [name, tag] : set->tags) infos.push_back({name, tag.version, tag.attributes});
  return infos;
}

absl::Status SetTag(StoreCore& core, std::string_view name, uint64_t version,
                    const TagAttributes& attributes) {
  RETURN_IF_ERROR(base::ValidateTagName(name));
  if (attributes.size() > kMaxTagAttributes) {
    return absl::InvalidArgumentError("a tag has at most 256 attributes");
  }
  for (const auto& [key, value] : attributes) {
    RETURN_IF_ERROR(base::ValidateName("tag attribute", key));
    if (value.size() > kMaxAttributeBytes) {
      return absl::InvalidArgumentError("a tag attribute's value has at most 64 KiB");
    }
  }
  RETURN_IF_ERROR(core.CheckWritable());
  return core.publisher
      ->Publish([&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
        if (version == 0 || base.Find(version) == nullptr) return NoSuchVersion(base, version);
        manifest::ManifestEdit edit;
        edit.set_tags.emplace_back(std::string(name), manifest::TagState{version, attributes});
        return edit;
      })
      .status();
}

absl::Status RemoveTag(StoreCore& core, std::string_view name) {
  RETURN_IF_ERROR(core.CheckWritable());
  const auto make_edit = [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
    if (!base.tags.contains(name)) {
      std::vector<std::string> names;
      for (const auto& [tag, state] : base.tags) names.push_back(tag);
      return base::UnknownName("tag", name, names);
    }
    manifest::ManifestEdit edit;
    edit.deleted_tags.emplace_back(name);
    return edit;
  };
  return PublishFreeing(*core.files, *core.publisher, make_edit).status();
}

absl::StatusOr<ExpireReport> ExpireVersions(StoreCore& core,
                                            const std::optional<Retention>& retention,
                                            bool dry_run) {
  if (retention.has_value() && retention->count == 0) {
    return absl::InvalidArgumentError("at least one version is kept");
  }
  if (retention.has_value() && retention->age.has_value() && retention->age->count() < 0) {
    return absl::InvalidArgumentError("an age is not negative");
  }
  RETURN_IF_ERROR(core.CheckWritable());
  const int64_t now_us = base::NowMicros(*core.clock);
  const auto expired_in = [&](const VersionSet& base) {
    const uint64_t count = retention.has_value() ? retention->count : base.retention_count;
    int64_t age_us = base.retention_age_us;
    if (retention.has_value()) age_us = retention->age.has_value() ? retention->age->count() : -1;
    return ExpiredUnder(core, base, count, age_us, now_us);
  };
  ExpireReport report;
  if (dry_run) {
    report.versions = expired_in(*core.current());
    std::erase(report.versions, 0);  // the empty store before the first commit
    return report;
  }
  std::vector<std::shared_ptr<const manifest::Manifest>> expired;
  const auto make_edit = [&](const VersionSet& base) -> absl::StatusOr<manifest::ManifestEdit> {
    manifest::ManifestEdit edit;
    edit.expired = expired_in(base);
    expired = FindVersions(base, edit.expired);
    return edit;
  };
  RETURN_IF_ERROR(PublishFreeing(*core.files, *core.publisher, make_edit).status());
  ASSIGN_OR_RETURN(report, CollectAfterExpiry(core, expired));
  EnsureReserve(*core.files).IgnoreError();  // on a disk that is still full, next time
  for (const auto& manifest : expired) {
    if (manifest->version != 0) report.versions.push_back(manifest->version);
  }
  return report;
}

}  // namespace ashlar::store
