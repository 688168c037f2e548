// The run over all files; see the header.

#include "src/store/verify.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "ashlar/status_macros.h"
#include "src/base/check.h"
#include "src/base/strings.h"
#include "src/io/file_names.h"
#include "src/manifest/manifest.h"
#include "src/manifest/manifest_store.h"
#include "src/store/damage_report.h"
#include "src/store/directory_notes.h"
#include "src/store/keyed_segment_check.h"
#include "src/store/log_check.h"
#include "src/store/readable_manifest.h"
#include "src/store/segment_check.h"

namespace ashlar::store {
namespace {

using manifest::VersionSet;

std::set<uint64_t> ListedSegments(const VersionSet& set) {
  std::set<uint64_t> ids;
  manifest::ForEachListed(set.versions, [&](const auto& meta) { ids.insert(meta->file.id); });
  return ids;
}

class Verifier {
 public:
  Verifier(io::FileSystem& files, bool deep) : files_(files), checker_(files, deep) {}

  absl::StatusOr<VerifyReport> Run() && {
    ASSIGN_OR_RETURN(found_, FindReadableManifest(files_));
    report_.damage = found_.damage;
    report_.notes = found_.notes;
    CountFile(io::kCurrentName);
    if (found_.set == nullptr) return std::move(report_);
    CountFile(found_.file);
    NoteSecondCopy();
    RETURN_IF_ERROR(CheckSegments(*found_.set));
    RETURN_IF_ERROR(SettleMissing());
    RETURN_IF_ERROR(CheckLogs());
    for (DamagedRange& range : AttributeDamage(*found_.set, findings_)) {
      report_.damage.push_back(std::move(range));
    }
    RETURN_IF_ERROR(NoteOtherFiles());
    return std::move(report_);
  }

 private:
  void CountFile(std::string_view name) {
    const auto file = files_.OpenForRead(name);
    if (!file.ok()) return;
    ++report_.files;
    report_.bytes += (*file)->size();
  }

  // The MANIFEST before the current one serves repair only; a store without it is whole.
  void NoteSecondCopy() {
    if (found_.number < 2 || !found_.damage.empty()) return;
    const auto copy = manifest::ReadManifestFile(files_, found_.number - 1);
    if (copy.ok() || absl::IsNotFound(copy.status())) return;
    report_.notes.push_back(
        base::StrCat("the second copy of the manifest is damaged: ", copy.status().message()));
  }

  absl::Status CheckSegments(const VersionSet& set) {
    const std::set<uint64_t> listed = ListedSegments(set);
    const std::map<uint64_t, KeyedSegment> keyed = FindKeyedSegments(set);
    for (const auto& [id, usage] : manifest::CountFileUsage(set.versions)) {
      ASHLAR_CHECK(usage.meta != nullptr);
      needed_.segments.insert(id);
      const bool is_listed = listed.contains(id);
      const auto place = keyed.find(id);
      const FileUse use{is_listed, place == keyed.end() ? nullptr : &place->second};
      ASSIGN_OR_RETURN(FileFindings found, checker_.Check(*usage.meta, use));
      report_.files += found.missing ? 0 : 1;
      report_.bytes += found.bytes;
      report_.chunks += found.chunks;
      if (is_listed) report_.rows += found.rows;
      if (!found.damage.empty()) findings_.push_back(std::move(found));
    }
    return absl::OkStatus();
  }

  // A file that vanished because its writer collected it is no damage: a newer manifest does
  // without it.
  absl::Status SettleMissing() {
    const bool any_missing =
        std::any_of(findings_.begin(), findings_.end(), [](const auto& f) { return f.missing; });
    if (!any_missing || !found_.damage.empty()) return absl::OkStatus();
    const auto again = manifest::ReadManifest(files_);
    if (!again.ok()) return IsDamage(again.status()) ? absl::OkStatus() : again.status();
    const auto needed_now = manifest::CountFileUsage(again->set->versions);
    const auto collected = [&](const FileFindings& found) {
      return found.missing && !needed_now.contains(found.file_id);
    };
    const auto gone = std::count_if(findings_.begin(), findings_.end(), collected);
    if (gone == 0) return absl::OkStatus();
    findings_.erase(std::remove_if(findings_.begin(), findings_.end(), collected), findings_.end());
    report_.notes.push_back(base::StrCat(gone, " files were collected by the writer meanwhile"));
    for (const auto& [id, usage] : needed_now) needed_.segments.insert(id);
    needed_.next_segment_id = again->set->next_segment_id;
    return absl::OkStatus();
  }

  // The commits that no segment has. Beside a live writer the end of its log is only the end so
  // far.
  absl::Status CheckLogs() {
    const bool live = absl::IsUnavailable(files_.Lock(io::kLockName).status());
    ASSIGN_OR_RETURN(
        const LogFindings found,
        CheckLogFiles(files_, *found_.set, live ? log::LogTail::kLive : log::LogTail::kEnded));
    report_.files += found.files;
    report_.bytes += found.bytes;
    report_.notes.insert(report_.notes.end(), found.notes.begin(), found.notes.end());
    if (live && !found.damage.empty() && MovedOn()) return absl::OkStatus();
    report_.damage.insert(report_.damage.end(), found.damage.begin(), found.damage.end());
    return absl::OkStatus();
  }

  // Whether a writer has published meanwhile: then it may have recycled the logs that were read.
  [[nodiscard]] bool MovedOn() const {
    const auto again = manifest::ReadManifest(files_);
    return again.ok() && (again->set->current()->version != found_.set->current()->version ||
                          again->set->oldest_log != found_.set->oldest_log);
  }

  absl::Status NoteOtherFiles() {
    needed_.manifests.insert({found_.number, found_.number - 1});
    for (const DamagedRange& damage : found_.damage) {
      const auto parsed = io::ParseFileName(damage.file);
      if (parsed.has_value()) needed_.manifests.insert(parsed->number);
    }
    needed_.is_newest = found_.damage.empty();
    needed_.next_segment_id = std::max(needed_.next_segment_id, found_.set->next_segment_id);
    return AppendDirectoryNotes(files_, needed_, &report_.notes);
  }

  io::FileSystem& files_;
  SegmentChecker checker_;
  ReadableManifest found_;
  NeededFiles needed_;
  std::vector<FileFindings> findings_;
  VerifyReport report_;
};

}  // namespace

absl::StatusOr<VerifyReport> VerifyFiles(io::FileSystem& files, bool deep) {
  return Verifier(files, deep).Run();
}

}  // namespace ashlar::store
