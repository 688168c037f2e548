// Finding and unlinking the files that may go. See obsolete_files.h.
#include "src/compaction/obsolete_files.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/names.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"

namespace ashlar::compaction {
namespace {

class Remover {
 public:
  Remover(io::FileSystem& files, const LiveFiles& live, const RemovalRequest& request)
      : files_(files), live_(live), request_(request) {
    ASHLAR_CHECK(std::is_sorted(live.segments.begin(), live.segments.end()));
  }

  absl::StatusOr<ObsoleteReport> Run() {
    RETURN_IF_ERROR(request_.mode == RemovalMode::kKnown ? RemoveKnown() : Sweep());
    if (segments_changed_) RETURN_IF_ERROR(files_.SyncDirectory(io::kSegmentsDirectory));
    if (logs_changed_) RETURN_IF_ERROR(files_.SyncDirectory(io::kLogDirectory));
    if (root_changed_) RETURN_IF_ERROR(files_.SyncDirectory(""));
    return std::move(report_);
  }

 private:
  absl::Status RemoveKnown() {
    for (const uint64_t id : request_.candidates) {
      if (MayRemoveSegment(id)) RETURN_IF_ERROR(Remove(io::SegmentName(id), &segments_changed_));
    }
    for (const uint64_t number : request_.log_candidates) {
      if (number < live_.oldest_log) RETURN_IF_ERROR(Remove(io::LogName(number), &logs_changed_));
    }
    constexpr uint64_t kKept = 2;
    if (live_.manifest_number <= kKept) return absl::OkStatus();
    // Several rolls since the last removal leave several.
    for (uint64_t number = live_.manifest_number - kKept; number > 0; --number) {
      const size_t removed = report_.removed.size();
      RETURN_IF_ERROR(Remove(io::ManifestName(number), &root_changed_));
      if (report_.removed.size() == removed) break;
    }
    return absl::OkStatus();
  }

  absl::Status Sweep() {
    RETURN_IF_ERROR(SweepFolder("", &root_changed_));
    RETURN_IF_ERROR(SweepFolder(io::kSegmentsDirectory, &segments_changed_));
    return SweepFolder(io::kLogDirectory, &logs_changed_);
  }

  absl::Status SweepFolder(std::string_view folder, bool* changed) {
    auto listed = files_.List(folder);
    // Stores without small commits may have lost the directory of logs.
    if (absl::IsNotFound(listed.status()) && folder == io::kLogDirectory) return absl::OkStatus();
    ASSIGN_OR_RETURN(std::vector<io::DirectoryEntry> entries, std::move(listed));
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const io::DirectoryEntry& entry : entries) {
      const std::string name = folder.empty() ? entry.name : base::StrCat(folder, "/", entry.name);
      const std::optional<io::ParsedFileName> parsed = io::ParseFileName(name);
      const bool is_folder = parsed.has_value() && (parsed->kind == io::FileKind::kSegmentsFolder ||
                                                    parsed->kind == io::FileKind::kLogFolder);
      if (!parsed.has_value() || is_folder != (entry.type == io::EntryType::kDirectory) ||
          entry.type == io::EntryType::kOther) {
        report_.notes.push_back(base::StrCat("foreign file kept: ", base::EscapeForTerminal(name)));
      } else if (MayRemove(*parsed)) {
        RETURN_IF_ERROR(Remove(name, changed));
      }
    }
    return absl::OkStatus();
  }

  [[nodiscard]] bool MayRemove(const io::ParsedFileName& name) const {
    switch (name.kind) {
      case io::FileKind::kSegment:
        return MayRemoveSegment(name.number);
      case io::FileKind::kLog:
        return name.number < live_.oldest_log;
      case io::FileKind::kManifest:
        return name.number > live_.manifest_number ? request_.orphans_from.has_value()
                                                   : name.number + 1 < live_.manifest_number;
      case io::FileKind::kCurrentTemporary:
        return request_.orphans_from.has_value();
      default:
        return false;
    }
  }

  [[nodiscard]] bool MayRemoveSegment(uint64_t id) const {
    if (std::binary_search(live_.segments.begin(), live_.segments.end(), id)) return false;
    const bool orphan = request_.mode == RemovalMode::kSweep && request_.orphans_from.has_value() &&
                        id >= *request_.orphans_from;
    return orphan || id < live_.next_segment_id;
  }

  absl::Status Remove(const std::string& name, bool* changed) {
    // A file that cannot be opened still may go; only its size stays unknown.
    const auto file = files_.OpenForRead(name);
    if (absl::IsNotFound(file.status())) return absl::OkStatus();
    if (!request_.dry_run) {
      const absl::Status unlinked = files_.Unlink(name);
      if (absl::IsNotFound(unlinked)) return absl::OkStatus();
      RETURN_IF_ERROR(unlinked);
      *changed = true;
    }
    if (file.ok()) report_.bytes += (*file)->size();
    report_.removed.push_back(name);
    return absl::OkStatus();
  }

  io::FileSystem& files_;
  const LiveFiles& live_;
  const RemovalRequest& request_;
  ObsoleteReport report_;
  bool root_changed_ = false;
  bool segments_changed_ = false;
  bool logs_changed_ = false;
};

}  // namespace

absl::StatusOr<ObsoleteReport> RemoveObsoleteFiles(io::FileSystem& files, const LiveFiles& live,
                                                   const RemovalRequest& request) {
  return Remover(files, live, request).Run();
}

}  // namespace ashlar::compaction
